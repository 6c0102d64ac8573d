import type { Clock } from "../domain/time.ts";

/** A bell for a loop that sleeps until there is work. Rung while nobody sleeps, it is heard by the next sleeper. */
export interface Bell {
  ring(): void;
  /** Resolves when rung, when `ms` are over, or when aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export function createBell(clock: Pick<Clock, "wait">): Bell {
  let rung = false;
  let wakeUp: (() => void) | undefined;
  return {
    ring() {
      rung = true;
      wakeUp?.();
    },
    async sleep(ms, signal) {
      if (!rung && !signal.aborted) {
        const over = new AbortController();
        // A listener of our own, taken off again: AbortSignal.any leaves a trace on a long-lived signal for each sleep.
        wakeUp = () => over.abort();
        signal.addEventListener("abort", wakeUp, { once: true });
        await clock.wait(ms, over.signal);
        signal.removeEventListener("abort", wakeUp);
        wakeUp = undefined;
      }
      rung = false;
    },
  };
}
