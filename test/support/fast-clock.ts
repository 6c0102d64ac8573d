/** A clock that runs ahead, for worlds in which somebody waits for seconds that no test should wait for. */
import { systemClock } from "../../src/clock.ts";
import type { Clock } from "../../src/domain/time.ts";
import { epochMs, monotonicMs } from "../../src/domain/time.ts";

/** @param times how many of its seconds pass in one of ours; timers fire late by a millisecond or two of ours */
export function createFastClock(times: number): Clock {
  const wallStart = systemClock.now();
  const start = systemClock.monotonic();
  const passed = (): number => (systemClock.monotonic() - start) * times;
  return {
    now: () => epochMs(Math.floor(wallStart + passed())),
    monotonic: () => monotonicMs(start + passed()),
    wait: (ms, signal) => systemClock.wait(ms / times, signal),
  };
}
