/** Forgets notes of changes once the console's file has dealt with them; never more at a time than callbacks can bear. */
import type { Clock } from "../domain/time.ts";
import type { ConsoleWrites } from "../ports/console.ts";
import type { Logger } from "../ports/logger.ts";
import { nameOf } from "./intake.ts";

/** They take some twenty bytes each; there is no hurry. */
const EVERY_MS = 30_000;
const STEP_PAUSE_MS = 50;

export type TrimmingParts = {
  readonly store: Pick<ConsoleWrites, "trimTouched">;
  /** How far they have been dealt with. */
  readonly touchedTo: () => number;
  readonly clock: Pick<Clock, "wait">;
  readonly log: Logger;
};

/** Runs until aborted. */
export async function trimTouched({ store, touchedTo, clock, log }: TrimmingParts, signal: AbortSignal): Promise<void> {
  let trimmedTo = 0;
  while (!signal.aborted) {
    await clock.wait(EVERY_MS, signal);
    const upTo = touchedTo();
    try {
      while (!signal.aborted && upTo > trimmedTo && (await store.trimTouched(upTo))) {
        await clock.wait(STEP_PAUSE_MS, signal);
      }
      trimmedTo = upTo;
    } catch (thrown) {
      log.error({ fault: nameOf(thrown) }, "Notes of changes could not be removed; trying again.");
    }
  }
}
