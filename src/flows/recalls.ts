/** Messages were taken back: nothing of them is changed any more. */
import type { Recall } from "../domain/edit.ts";
import type { Clock } from "../domain/time.ts";
import type { EditStore } from "../ports/edits.ts";
import type { Logger } from "../ports/logger.ts";

/** @returns a function that resolves, once the recall is on disk, to the number of orders that are off. Rejects when it is not. */
export function createRecallIntake(parts: {
  readonly store: Pick<EditStore, "recordRecall">;
  readonly clock: Pick<Clock, "now">;
  readonly log: Logger;
}): (recall: Recall) => Promise<number> {
  return async (recall) => {
    const cancelled = await parts.store.recordRecall(recall, parts.clock.now());
    if (cancelled > 0)
      parts.log.info({ orders: cancelled }, "Messages were recalled; what was ordered for them is off.");
    return cancelled;
  };
}
