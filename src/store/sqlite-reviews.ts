/** What people do about messages in the console: verdicts, another try for an order; and what has been dealt with there. */
import type { AuditEntry } from "../domain/audit.ts";
import type { SdkAppId } from "../domain/message.ts";
import type { EpochMs } from "../domain/time.ts";
import type { ConsoleWrites } from "../ports/console.ts";
import type { OrderDesk } from "./sqlite-order-desk.ts";
import type { Sqlite } from "./sqlite-open.ts";

/** Notes of changes forgotten in one step: less than a millisecond, between two callbacks. */
const TRIMMED_A_STEP = 500;

export function createSqliteReviews(
  db: Sqlite,
  sdkAppId: SdkAppId,
  appendAudit: (entries: readonly AuditEntry[], messageId?: number) => void,
  desk: Pick<OrderDesk, "retry">,
): ConsoleWrites {
  const isThere = db.prepare<[number, number]>("SELECT 1 FROM message WHERE id = ? AND sdk_app_id = ?");
  const insert = db.prepare(
    "INSERT INTO verdict (sdk_app_id, message_id, account, verdict, note, at) VALUES (?, ?, ?, ?, ?, ?)",
  );
  const record = db.transaction(
    ({ messageId, account, verdict, note, at }: Parameters<ConsoleWrites["recordVerdict"]>[0]) => {
      if (isThere.get(messageId, sdkAppId) === undefined) return false;
      insert.run(sdkAppId, messageId, account, verdict, note, at);
      // The note is text of a person, which an erasure would have to reach: the log says that there is one.
      const detail = { verdict, note: note !== "" };
      appendAudit([{ at: at as EpochMs, actor: account, act: "verdict", detail }], messageId);
      return true;
    },
  );
  // The last one stays: the numbers go on from it.
  const trim = db.prepare(
    `DELETE FROM touched WHERE id IN
       (SELECT id FROM touched WHERE id <= ? AND id < (SELECT max(id) FROM touched) ORDER BY id LIMIT ${TRIMMED_A_STEP})`,
  );
  return {
    async recordVerdict(verdict) {
      return record.immediate(verdict);
    },
    async retryOrder(id, account, at) {
      return desk.retry([id], account, at as EpochMs)[0] ?? "unknown";
    },
    async trimTouched(upTo) {
      return trim.run(upTo).changes === TRIMMED_A_STEP;
    },
  };
}
