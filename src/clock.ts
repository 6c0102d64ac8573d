import type { Clock } from "./domain/time.ts";
import { epochMs, monotonicMs } from "./domain/time.ts";

/** The machine's own clocks. On Linux and macOS the monotonic one is the same for all processes of one boot. */
export const systemClock: Clock = {
  now: () => epochMs(Date.now()),
  monotonic: () => monotonicMs(Number(process.hrtime.bigint()) / 1e6),
  wait: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const done = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal?.addEventListener("abort", done);
    }),
};
