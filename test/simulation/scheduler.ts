/**
 * Time and order, out of one seed. Whatever waits in a simulated world waits here: timers of the service, packets on their
 * way, people who are about to speak. The next event is the earliest; between two, everything that follows from it without
 * waiting has happened.
 */
import type { CrashPoint } from "../../src/crash-point.ts";
import type { Clock } from "../../src/domain/time.ts";
import { epochMs, monotonicMs } from "../../src/domain/time.ts";
import type { Random } from "../../src/simulator/random.ts";

/** Some Saturday in 2026. */
const START_MS = 1_789_200_000_000;
const UPTIME_MS = 5_000_000;
/** Turns of the event loop that what follows from an event may take: a batch and its answers take three. */
const TURNS = 5;

type Event = {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
};

/** One process of a simulated world, as far as time goes. */
export type Living = {
  readonly isDead: boolean;
  /** The program passes a place where it may be struck. */
  passed(point: CrashPoint): void;
};

export interface Scheduler {
  /** Milliseconds since the world began. */
  passed(): number;
  /** What a clock shows that nobody sets wrong: Tencent's. */
  trueTime(): number;
  after(ms: number, run: () => void): void;
  /** Carries out the next event. @returns false when there is none before `until` */
  step(until: number): Promise<boolean>;
  /** A clock for one process: its timers fire late now and then, and stop for ever when it is dead. */
  clockFor(process: Living): Clock;
  /** Whose code runs in this step. */
  inTurn(): Living | undefined;
  /** From here to the end of the step it is this one's. */
  enter(process: Living): void;
  /** Sets the wall clock of the machine that much off, from now on. */
  setWallOff(ms: number): void;
}

export function createScheduler(random: Random): Scheduler {
  // A heap by time; what is due at once goes in an order that chance has drawn.
  const heap: Event[] = [];
  let passed = 0;
  let wallOff = 0;
  let inTurn: Living | undefined;

  const isBefore = (a: Event, b: Event): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);
  const push = (event: Event): void => {
    let at = heap.push(event) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent] as Event;
      if (!isBefore(event, above)) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = event;
  };
  const pop = (): Event | undefined => {
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1] as Event, heap[child] as Event)) child++;
      if (!isBefore(heap[child] as Event, last)) break;
      heap[at] = heap[child] as Event;
      at = child;
    }
    heap[at] = last;
    return first;
  };
  const after = (ms: number, run: () => void): void =>
    push({
      at: passed + Math.max(0, ms),
      order: Math.floor(random() * 2 ** 31),
      run,
    });

  return {
    passed: () => passed,
    trueTime: () => Math.floor(START_MS + passed),
    after,
    async step(until) {
      const next = heap[0];
      if (next === undefined || next.at > until) return false;
      pop();
      passed = next.at;
      inTurn = undefined;
      next.run();
      for (let turn = 0; turn < TURNS; turn++) await new Promise((resolve) => setImmediate(resolve));
      return true;
    },
    clockFor: (process) => ({
      now: () => epochMs(Math.floor(START_MS + passed + wallOff)),
      monotonic: () => monotonicMs(UPTIME_MS + passed),
      wait: (ms, signal) =>
        new Promise((resolve) => {
          if (signal?.aborted) return resolve();
          let isOver = false;
          const wake = (): void => {
            if (isOver) return;
            isOver = true;
            signal?.removeEventListener("abort", wake);
            if (process.isDead) return;
            inTurn = process;
            resolve();
          };
          const late = random() < 0.05 ? random() * 40 : 0;
          after(ms + late, wake);
          signal?.addEventListener("abort", wake);
        }),
    }),
    inTurn: () => inTurn,
    enter(process) {
      inTurn = process;
    },
    setWallOff(ms) {
      wallOff = ms;
    },
  };
}
