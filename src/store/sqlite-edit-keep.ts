/** Texts of edits are kept as long as those of messages: by when they came, and by whether a rule objected. */
import type { SdkAppId } from "../domain/message.ts";
import type { EpochMs } from "../domain/time.ts";
import type { Sqlite } from "./sqlite-open.ts";

/** @returns a function that forgets one small step's worth, inside a transaction, and says how much it was */
export function createEditRetention(
  db: Sqlite,
  sdkAppId: SdkAppId,
  rowsMax: number,
): (before: { readonly bodies: EpochMs; readonly originals: EpochMs }) => {
  readonly dropped: number;
  readonly more: boolean;
} {
  const dropWhere = (objected: string) =>
    db.prepare<{ before: number }>(
      `UPDATE edit SET callback = NULL WHERE id IN
         (SELECT id FROM edit WHERE sdk_app_id = ${sdkAppId} AND callback IS NOT NULL AND received_at < @before
            AND outcome <> 'open' AND outcome ${objected} ('review', 'rewrite', 'guard', 'guard_exhausted', 'unchanged', 'failed')
          ORDER BY received_at LIMIT ${rowsMax})`,
    );
  const dropPassed = dropWhere("NOT IN");
  const dropObjected = dropWhere("IN");
  return ({ bodies, originals }) => {
    const steps = [dropPassed.run({ before: bodies }).changes, dropObjected.run({ before: originals }).changes];
    return { dropped: steps.reduce((sum, each) => sum + each, 0), more: steps.includes(rowsMax) };
  };
}
