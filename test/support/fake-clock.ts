/** Time as an input: it stands still until a test moves it, and whoever waits is woken in the order of their times. */
import type { Clock } from "../../src/domain/time.ts";
import { epochMs, monotonicMs } from "../../src/domain/time.ts";
import { settled } from "./turns.ts";

export interface FakeClock extends Clock {
  /** Lets `ms` pass. Everyone whose time comes is woken at exactly that time and gets to do what follows from it. */
  advance(ms: number): Promise<void>;
  /** Lets `ms` pass while nobody gets a turn, as on a machine that is busy with something else. */
  stall(ms: number): void;
  /** Sets the wall clock, as an administrator would; the monotonic one does not notice. */
  setWall(to: number): void;
}

/** Some Thursday in 2026. */
export const START_MS = 1_789_000_000_000;

type Sleeper = { readonly until: number; readonly wake: () => void };

export function createFakeClock(): FakeClock {
  let passed = 0;
  let wallAhead = START_MS;
  const sleepers = new Set<Sleeper>();

  const next = (until: number): Sleeper | undefined =>
    [...sleepers].filter((sleeper) => sleeper.until <= until).sort((a, b) => a.until - b.until)[0];

  return {
    now: () => epochMs(Math.floor(wallAhead + passed)),
    // As on a machine that has been up for a while.
    monotonic: () => monotonicMs(1_000_000 + passed),
    wait: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve();
        const wake = (): void => {
          sleepers.delete(sleeper);
          signal?.removeEventListener("abort", wake);
          resolve();
        };
        const sleeper: Sleeper = { until: passed + ms, wake };
        sleepers.add(sleeper);
        signal?.addEventListener("abort", wake);
      }),
    async advance(ms) {
      const until = passed + ms;
      await settled();
      for (let sleeper = next(until); sleeper !== undefined; sleeper = next(until)) {
        passed = Math.max(passed, sleeper.until);
        sleeper.wake();
        await settled();
      }
      passed = Math.max(passed, until);
    },
    stall(ms) {
      passed += ms;
    },
    setWall(to) {
      wallAhead = to - passed;
    },
  };
}
