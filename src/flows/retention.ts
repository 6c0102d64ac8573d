/** Forgets what is past keeping, a little at a time. */
import type { Clock } from "../domain/time.ts";
import { epochMs } from "../domain/time.ts";
import type { Logger } from "../ports/logger.ts";
import type { RetentionStore } from "../ports/store.ts";
import { nameOf } from "./intake.ts";

/** Retention is counted in days; looking this often is plenty. */
const LOOK_EVERY_MS = 10 * 60_000;
/** Between two steps callbacks get their turn. */
const STEP_PAUSE_MS = 50;

export type RetentionParts = {
  readonly store: RetentionStore;
  readonly clock: Pick<Clock, "now" | "wait">;
  readonly log: Logger;
  readonly keepBodiesMs: number;
  readonly keepOriginalsMs: number;
};

/** Runs until aborted. */
export async function forgetOldTexts(parts: RetentionParts, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    let more = false;
    try {
      const now = parts.clock.now();
      more = await parts.store.purge({
        bodies: epochMs(now - parts.keepBodiesMs),
        originals: epochMs(now - parts.keepOriginalsMs),
      });
    } catch (thrown) {
      parts.log.error({ fault: nameOf(thrown) }, "Old texts could not be removed; trying again.");
    }
    await parts.clock.wait(more ? STEP_PAUSE_MS : LOOK_EVERY_MS, signal);
  }
}
