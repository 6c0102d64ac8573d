/** Edits and recalls come in, and what they change about the orders of their messages. */
import { crashPoint } from "../crash-point.ts";
import type { AuditEntry } from "../domain/audit.ts";
import { fingerprint } from "../domain/fingerprint.ts";
import type { MessageRef, SdkAppId } from "../domain/message.ts";
import type { EpochMs } from "../domain/time.ts";
import type { EditEnding, EditEntry, EditReceipt, EditStore } from "../ports/edits.ts";
import { createConsequences } from "./sqlite-consequences.ts";
import { createConversations } from "./sqlite-intake.ts";
import type { Sqlite } from "./sqlite-open.ts";
import type { Address } from "./sqlite-open-edits.ts";
import { createMessageLookup, createOpenEdits } from "./sqlite-open-edits.ts";

export function createSqliteEdits(
  db: Sqlite,
  sdkAppId: SdkAppId,
  appendAudit: (entries: readonly AuditEntry[], messageId?: number) => void,
  settings: { readonly keepPassedBodies: boolean },
): EditStore {
  const conversations = createConversations(db, sdkAppId);
  const consequences = createConsequences(db, sdkAppId);
  const openEdits = createOpenEdits(db, sdkAppId);
  const messageAt = createMessageLookup(db);
  const isSent = db.prepare<[number, string], { ours: number }>(
    `SELECT EXISTS (SELECT 1 FROM modification o JOIN payload_print p ON p.modification_id = o.id
       WHERE o.message_id = ? AND o.fence > 0 AND p.sent_body = ?) AS ours`,
  );
  const insertEdit = db.prepare(
    `INSERT INTO edit (sdk_app_id, conversation_id, msg_key, msg_seq, sender, message_id, operator, event_at, received_at,
       print, command, callback, outcome, due_at, decided_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
  );
  const insertRecall = db.prepare(
    `INSERT INTO recall (sdk_app_id, conversation_id, msg_key, msg_seq, sender, operator, event_at, received_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
  );
  const cancelAll = db.prepare(
    `UPDATE modification SET state = 'cancelled', reason = 'recalled', ended_at = @at
     WHERE message_id = @message AND state IN ('pending', 'claimed')`,
  );
  const waiting = db.prepare<[number], { id: string }>(
    "SELECT id FROM modification WHERE message_id = ? AND state = 'pending'",
  );
  const supersede = db.prepare(
    "UPDATE modification SET state = 'cancelled', reason = 'superseded', ended_at = @at WHERE id = @id",
  );
  const withdraw = db.prepare(
    "UPDATE modification SET reason = 'superseded' WHERE message_id = ? AND state = 'claimed'",
  );
  const selectEdit = db.prepare<[number], { message_id: number | null; event_at: number; outcome: string }>(
    "SELECT message_id, event_at, outcome FROM edit WHERE id = ?",
  );
  const isOvertaken = db.prepare<[number, number], { newer: number }>(
    "SELECT EXISTS (SELECT 1 FROM edit WHERE message_id = ? AND event_at > ? AND outcome NOT IN ('open', 'echo')) AS newer",
  );
  const isRecalled = db.prepare<[number], { recalled: number }>(
    `SELECT EXISTS (SELECT 1 FROM recall r JOIN edit e ON e.id = ? WHERE r.conversation_id = e.conversation_id
       AND ifnull(r.msg_key, r.msg_seq) = ifnull(e.msg_key, e.msg_seq) AND ifnull(r.sender, '') = ifnull(e.sender, '')
       AND r.event_at >= e.event_at) AS recalled`,
  );
  const close = db.prepare(
    `UPDATE edit SET outcome = @outcome, revision = @revision, modification_id = @order, decided_at = @at,
       callback = CASE WHEN @keep THEN callback END WHERE id = @id`,
  );
  // An edit that stands for its message is of that message: older ones that come later are overtaken by it.
  const linkAdopted = db.prepare(
    `UPDATE edit SET message_id = (SELECT m.id FROM message m WHERE m.conversation_id = edit.conversation_id
       AND m.msg_key = edit.msg_key AND m.sender = edit.sender) WHERE id = ? AND message_id IS NULL`,
  );
  const putOff = db.prepare(
    "UPDATE edit SET due_at = @dueAt, tries = tries + @inVain WHERE id = @id AND outcome = 'open'",
  );
  // How long a message's texts are kept follows from the worst that was ever said in it.
  const worsen = db.prepare("UPDATE message SET decision = @kind WHERE id = @id AND decision IN ('pass', @unless)");

  const addressOf = (ref: MessageRef): Address => {
    const conversation = conversations.idOf({ ref });
    return ref.kind === "c2c"
      ? { conversation, msgKey: ref.msgKey, msgSeq: null, sender: ref.from }
      : { conversation, msgKey: null, msgSeq: ref.msgSeq, sender: null };
  };

  const recordOne = ({ edit, command, callback, receivedAt, byAdmin }: EditEntry): EditReceipt => {
    const address = addressOf(edit.ref);
    const message = messageAt(address);
    const print = fingerprint(edit.body);
    const echo = byAdmin && message !== undefined && isSent.get(message, print)?.ours === 1;
    const { conversation, msgKey, msgSeq, sender } = address;
    const inserted = insertEdit.run(
      ...[sdkAppId, conversation, msgKey, msgSeq, sender, message ?? null, edit.operator],
      ...[edit.eventAt ?? receivedAt, receivedAt, print, command, echo ? null : callback],
      ...[echo ? "echo" : "open", receivedAt, echo ? receivedAt : null],
    );
    if (inserted.changes === 0) return "known";
    return echo ? "echo" : "new";
  };

  const recordAll = db.transaction((entries: readonly EditEntry[]) => {
    const receipts = entries.map(recordOne);
    crashPoint("edit.before_commit");
    return receipts;
  });

  const recallAll = db.transaction((recall: Parameters<EditStore["recordRecall"]>[0], at: EpochMs) => {
    let cancelled = 0;
    for (const ref of recall.refs) {
      const address = addressOf(ref);
      const { conversation, msgKey, msgSeq, sender } = address;
      const by = recall.operator ?? null;
      const inserted = insertRecall.run(
        ...[sdkAppId, conversation, msgKey, msgSeq, sender, by, recall.eventAt ?? at, at],
      );
      const message = messageAt(address);
      if (inserted.changes === 0 || message === undefined) continue;
      const { changes } = cancelAll.run({ message, at });
      cancelled += changes;
      if (changes > 0) {
        appendAudit([{ at, actor: "emend", act: "recall", detail: { orders: changes, state: "cancelled" } }], message);
      }
    }
    crashPoint("recall.before_commit");
    return cancelled;
  });

  const supersedeAll = (message: number, edit: number, at: EpochMs): void => {
    for (const { id } of waiting.all(message)) {
      supersede.run({ id, at });
      const detail = { edit, state: "cancelled", reason: "superseded" };
      appendAudit([{ at, actor: "emend", act: "edit", modificationId: id, detail }], message);
    }
    withdraw.run(message);
  };

  /** @returns whether what was found out still counts */
  const settleOne = (ending: EditEnding): boolean => {
    const { id, at } = ending;
    if (ending.kind === "later") {
      return putOff.run({ id, dueAt: ending.dueAt, inVain: ending.inVain ? 1 : 0 }).changes === 1;
    }
    const row = selectEdit.get(id);
    if (row?.outcome !== "open") return false;
    const message = row.message_id ?? undefined;
    const end = (outcome: string, more: { revision?: string; order?: string; keep: boolean }): void => {
      const { revision = null, order = null, keep } = more;
      close.run({ id, at, outcome, revision, order, keep: keep ? 1 : 0 });
    };
    const { keepPassedBodies: keep } = settings;
    const outdated = isRecalled.get(id)?.recalled === 1 ? "recalled" : overtaken(message, row.event_at);
    if (ending.kind === "closed" || message === undefined || outdated !== undefined) {
      const outcome = ending.kind === "closed" ? ending.outcome : (outdated ?? "unknown_message");
      // The message holds the text of an edit that stands for it.
      end(outcome, { keep: outcome === "failed" || (keep && outcome !== "adopted") });
      if (outcome === "adopted") linkAdopted.run(id);
      // What was ordered for a text that is gone must not come back.
      if (outcome === "gone" && message !== undefined) supersedeAll(message, id, at);
      appendAudit(ending.audit, message);
      return ending.kind === "closed";
    }
    const { verdict, judgement } = ending;
    const { kind, revision, findings } = judgement.decision;
    if (verdict !== "unchanged" && verdict !== "guard_exhausted") supersedeAll(message, id, at);
    consequences.recordFindings(message, findings, id);
    const { order } = judgement;
    end(verdict, { revision, keep: keep || kind !== "pass" });
    if (order !== undefined) {
      consequences.recordOrder(message, order, judgement.prints, at, row.event_at);
      end(verdict, { revision, order: order.id, keep: true });
    }
    if (verdict === "guard_exhausted") worsen.run({ id: message, kind: "review", unless: "rewrite" });
    else if (kind !== "pass") worsen.run({ id: message, kind, unless: "pass" });
    appendAudit(judgement.audit, message);
    return true;
  };
  const overtaken = (message: number | undefined, eventAt: number): "overtaken" | undefined =>
    message !== undefined && isOvertaken.get(message, eventAt)?.newer === 1 ? "overtaken" : undefined;

  const settle = db.transaction((ending: EditEnding) => {
    const counts = settleOne(ending);
    crashPoint("edit.settle_before_commit");
    return counts;
  });

  return {
    async recordEdits(entries) {
      try {
        const receipts = recordAll.immediate(entries);
        crashPoint("edit.recorded");
        return receipts;
      } catch (thrown) {
        // Conversations made in the transaction are gone with it.
        conversations.forget();
        throw thrown;
      }
    },
    async recordRecall(recall, receivedAt) {
      try {
        const cancelled = recallAll.immediate(recall, receivedAt);
        crashPoint("recall.recorded");
        return cancelled;
      } catch (thrown) {
        conversations.forget();
        throw thrown;
      }
    },
    async openEdits(limit, now) {
      return openEdits(limit, now);
    },
    async settleEdit(ending) {
      const counts = settle.immediate(ending);
      crashPoint("edit.settled");
      return counts;
    },
  };
}
