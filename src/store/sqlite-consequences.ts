/** What follows from a judgement, written down: findings, the order, its payload. To be called inside a transaction. */
import type { Finding } from "../domain/decision.ts";
import type { Prints } from "../domain/fingerprint.ts";
import type { SdkAppId } from "../domain/message.ts";
import type { OrderDraft } from "../domain/plan.ts";
import type { EpochMs } from "../domain/time.ts";
import type { Sqlite } from "./sqlite-open.ts";

export interface Consequences {
  /** @param editId where the findings are those of an edit */
  recordFindings(messageId: number, findings: readonly Finding[], editId?: number): void;
  /** @param editedAt when the edit was made that the order is about; left out where it is about the message as it was sent */
  recordOrder(messageId: number, order: OrderDraft, prints: Prints | undefined, at: EpochMs, editedAt?: number): void;
}

/** Rows of `recall` or `edit` that have the address of the message `m`. */
export const sameAddress = (other: string): string =>
  `${other}.conversation_id = m.conversation_id AND ifnull(${other}.msg_key, ${other}.msg_seq) = ifnull(m.msg_key, m.msg_seq)
   AND ifnull(${other}.sender, '') = CASE WHEN m.msg_key IS NULL THEN '' ELSE m.sender END
   AND ${other}.event_at >= ifnull(m.sent_at, 0)`;

/**
 * Of an edit `e` of the message `m`: it says something of a person's own. What we wrote ourselves is no word of theirs, nor
 * is it when somebody sends it again with other custom data; edits that are older than the one that the message was taken
 * from say what it no longer said.
 */
export const isTheirWord = `e.event_at > CASE m.origin WHEN 'after_edit' THEN ifnull(m.event_at, -1) ELSE -1 END
  AND e.print NOT IN (SELECT p.sent_body FROM modification o JOIN payload_print p ON p.modification_id = o.id
    WHERE o.message_id = m.id AND o.action = 'mask' AND o.fence > 0)`;

export function createConsequences(db: Sqlite, sdkAppId: SdkAppId): Consequences {
  const insertFinding = db.prepare(
    `INSERT INTO finding (sdk_app_id, message_id, edit_id, rule, category, severity, effect, place, start, "end")
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const insertOrder = db.prepare(
    `INSERT INTO modification (id, sdk_app_id, message_id, ordinal, api, purpose, lane, action, state, reason,
       payload_revision, due_at, created_at, ended_at)
     VALUES (?, ?, ?, (SELECT count(*) FROM modification WHERE message_id = ?), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const insertPayload = db.prepare(
    "INSERT INTO payload (modification_id, revision, sdk_app_id, body, reason, created_at) VALUES (?, 1, ?, ?, 'first', ?)",
  );
  const insertPrint = db.prepare(
    `INSERT INTO payload_print (modification_id, revision, sdk_app_id, judged_body, judged_data, sent_body)
     VALUES (?, 1, ?, ?, ?, ?)`,
  );
  // An older edit that has come late is no newer word, nor is the one that a message was taken from.
  const later = db.prepare<[number, number], { recalled: number; edited: number }>(
    `SELECT EXISTS (SELECT 1 FROM recall r WHERE ${sameAddress("r")}) AS recalled,
       EXISTS (SELECT 1 FROM edit e WHERE ${sameAddress("e")} AND e.outcome = 'open' AND e.callback IS NOT m.callback
         AND e.event_at > max(?, CASE m.origin WHEN 'after_edit' THEN ifnull(m.event_at, -1) ELSE -1 END)) AS edited
     FROM message m WHERE m.id = ?`,
  );

  /** A recall or an edit may be told before its message, or before that was judged: then it is the newer word. */
  const outdatedBy = (messageId: number, editedAt: number): "recalled" | "superseded" | undefined => {
    const { recalled, edited } = later.get(editedAt, messageId) ?? { recalled: 0, edited: 0 };
    return recalled === 1 ? "recalled" : edited === 1 ? "superseded" : undefined;
  };

  return {
    recordFindings(messageId, findings, editId) {
      for (const { rule, category, severity, effect, place, span } of findings) {
        const where = JSON.stringify(place);
        const { start, end } = span;
        insertFinding.run(sdkAppId, messageId, editId ?? null, rule, category, severity, effect, where, start, end);
      }
    },
    recordOrder(messageId, order, prints, at, editedAt = -1) {
      const { id, api, purpose, lane, action, payload } = order;
      const outdated = order.state === "pending" ? outdatedBy(messageId, editedAt) : undefined;
      const state = outdated === undefined ? order.state : "cancelled";
      const reason = outdated ?? order.reason;
      const endedAt = state === "pending" ? null : at;
      const revision = payload === "" ? 0 : 1;
      insertOrder.run(
        ...[id, sdkAppId, messageId, messageId, api, purpose, lane, action, state, reason, revision, at, at, endedAt],
      );
      if (revision === 0) return;
      insertPayload.run(id, sdkAppId, Buffer.from(payload), at);
      if (prints !== undefined) {
        insertPrint.run(id, sdkAppId, prints.judgedBody, prints.judgedData, prints.sentBody);
      }
    },
  };
}
