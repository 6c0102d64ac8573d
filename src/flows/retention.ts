/** Forgets what is past keeping, a little at a time. */
import type { Clock } from "../domain/time.ts";
import { epochMs } from "../domain/time.ts";
import type { Logger } from "../ports/logger.ts";
import type { RetentionStore } from "../ports/store.ts";
import { nameOf } from "./intake.ts";

/** Retention is counted in days; looking this often is plenty. */
const LOOK_EVERY_MS = 10 * 60_000;
/** What was still open when a purge went past is looked at a day later. */
const ANEW_EVERY_MS = 24 * 3_600_000;
/** Between two steps callbacks get their turn. */
const STEP_PAUSE_MS = 50;

export type RetentionParts = {
  readonly store: RetentionStore;
  readonly clock: Pick<Clock, "now" | "monotonic" | "wait">;
  readonly log: Logger;
  readonly keepBodiesMs: number;
  readonly keepOriginalsMs: number;
};

/** Runs until aborted. */
export async function forgetOldTexts(parts: RetentionParts, signal: AbortSignal): Promise<void> {
  let anewAt = parts.clock.monotonic() + ANEW_EVERY_MS;
  while (!signal.aborted) {
    let more = false;
    try {
      if (parts.clock.monotonic() >= anewAt) {
        await parts.store.purgeAnew();
        anewAt = parts.clock.monotonic() + ANEW_EVERY_MS;
      }
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
