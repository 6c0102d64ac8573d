/** The record, read again from some time on, and orders for what is objected to now. */
import { crashPoint } from "../crash-point.ts";
import type { Finding } from "../domain/decision.ts";
import type { SdkAppId } from "../domain/message.ts";
import type { Origin } from "../domain/plan.ts";
import type { Secret } from "../domain/secret.ts";
import type { EpochMs } from "../domain/time.ts";
import type { Recorded, Rescanned, RescanStore } from "../ports/rescan.ts";
import type { MessageId } from "../ports/store.ts";
import { createAuditAppender } from "./audit-chain.ts";
import { createConsequences, sameAddress } from "./sqlite-consequences.ts";
import type { Sqlite } from "./sqlite-open.ts";

type MessageRow = {
  readonly id: number;
  readonly origin: string;
  readonly command: string;
  readonly callback: Buffer | null;
  readonly decision: string;
  readonly revision: string | null;
  readonly unmodifiable: string | null;
  readonly recalled: number;
};
type EditRow = {
  readonly id: number;
  readonly command: string;
  readonly callback: Buffer | null;
  readonly outcome: string;
  readonly revision: string | null;
  readonly print: string;
};
type OrderRow = {
  readonly state: string;
  readonly lane: string;
  readonly reason: string;
  readonly sent_body: string | null;
};

export function createSqliteRescan(db: Sqlite, sdkAppId: SdkAppId, auditKey: Secret): RescanStore {
  const appendAudit = createAuditAppender(db, sdkAppId, auditKey);
  const { recordFindings, recordOrder } = createConsequences(db, sdkAppId);
  const selectLast = db.prepare<[], { id: number | null }>("SELECT max(id) AS id FROM message");
  const step = db.prepare<[number, number, number], { id: number; received_at: number; sdk_app_id: number }>(
    "SELECT id, received_at, sdk_app_id FROM message WHERE id > ? AND id <= ? ORDER BY id LIMIT ?",
  );
  const selectMessage = db.prepare<[number], MessageRow>(
    `SELECT m.id, m.origin, m.command, m.callback, m.decision, m.revision, m.unmodifiable,
       EXISTS (SELECT 1 FROM recall r WHERE ${sameAddress("r")}) AS recalled
     FROM message m WHERE m.id = ?`,
  );
  // What we wrote ourselves is no word of theirs.
  const selectEdit = db.prepare<[number], EditRow>(
    `SELECT id, command, callback, outcome, revision, print FROM edit WHERE message_id = ? AND outcome NOT IN ('echo', 'adopted')
     ORDER BY event_at DESC, id DESC LIMIT 1`,
  );
  const selectOpenEdit = db.prepare("SELECT 1 FROM edit WHERE message_id = ? AND outcome = 'open'");
  const selectOrders = db.prepare<[number], OrderRow>(
    `SELECT o.state, o.lane, o.reason, p.sent_body FROM modification o
       LEFT JOIN payload_print p ON p.modification_id = o.id AND p.revision = o.payload_revision
     WHERE o.message_id = ? ORDER BY o.ordinal`,
  );
  const readFirst = db.prepare("UPDATE modification SET read_first = 1 WHERE id = ? AND state = 'pending'");
  const judgeMessage = db.prepare(
    `UPDATE message SET revision = @revision, decision = CASE WHEN decision = 'rewrite' THEN decision ELSE @kind END,
       decided_at = @at WHERE id = @id`,
  );
  const worsen = db.prepare("UPDATE message SET decision = @kind WHERE id = @id AND decision = 'pass'");
  const judgeEdit = db.prepare("UPDATE edit SET revision = @revision, modification_id = @order WHERE id = @id");
  const isFound = db.prepare(
    `SELECT 1 FROM finding WHERE message_id = ? AND edit_id IS ? AND rule = ? AND effect = ? AND place = ? AND start = ?
       AND "end" = ?`,
  );

  const passedOver = (
    row: MessageRow,
    edit: EditRow | undefined,
    orders: readonly OrderRow[],
  ): Recorded["passedOver"] => {
    if (row.recalled === 1) return "recalled";
    if (row.unmodifiable !== null) return "unmodifiable";
    if (row.decision === "undecided" || selectOpenEdit.get(row.id) !== undefined) return "open";
    if (orders.some(({ reason }) => reason === "no_longer_stored")) return "gone";
    if (orders.some(({ state }) => state === "pending" || state === "claimed")) return "waiting";
    const last = orders.findLast(({ state }) => state === "applied");
    // Who has written something else since has not had that restored.
    const isRestored = last?.lane === "restore" && (edit === undefined || edit.print === last.sent_body);
    return isRestored ? "restored" : undefined;
  };
  const recordedOne = (id: number): Recorded | undefined => {
    const row = selectMessage.get(id);
    if (row === undefined) return undefined;
    const edit = selectEdit.get(id);
    const orders = selectOrders.all(id);
    return {
      id: id as MessageId,
      origin: row.origin as Origin,
      command: row.command,
      callback: row.callback ?? undefined,
      edit: edit && { id: edit.id, command: edit.command, callback: edit.callback ?? undefined },
      revision: (edit === undefined ? row.revision : edit.revision) ?? undefined,
      passedOver: passedOver(row, edit, orders),
      written: orders.flatMap(({ state, sent_body }) =>
        sent_body !== null && (state === "applied" || state === "given_up") ? [sent_body] : [],
      ),
      refused: orders.flatMap(({ state, reason }) => (state === "refused" ? [reason] : [])),
    };
  };

  const isNew = (id: number, edit: number | undefined, { rule, effect, place, span }: Finding): boolean =>
    isFound.get(id, edit ?? null, rule, effect, JSON.stringify(place), span.start, span.end) === undefined;

  const recordOne = ({ recorded, judgement }: Rescanned, at: EpochMs): boolean => {
    const { id } = recorded;
    const now = recordedOne(id);
    const { decision, order, prints, audit } = judgement;
    if (now === undefined || now.passedOver !== undefined || now.edit?.id !== recorded.edit?.id) return false;
    const edit = recorded.edit?.id;
    recordFindings(
      id,
      decision.findings.filter((finding) => isNew(id, edit, finding)),
      edit,
    );
    const { kind, revision } = decision;
    if (edit === undefined) judgeMessage.run({ id, kind, revision, at });
    if (order !== undefined) {
      recordOrder(id, order, prints, at);
      readFirst.run(order.id);
    }
    if (edit !== undefined) {
      judgeEdit.run({ id: edit, revision, order: order?.id ?? null });
      worsen.run({ id, kind });
    }
    appendAudit(audit, id);
    return true;
  };
  const record = db.transaction((found: readonly Rescanned[], at: EpochMs) => {
    const counted = found.map((each) => recordOne(each, at));
    crashPoint("rescan.before_commit");
    return counted;
  });
  const append = db.transaction(appendAudit);

  return {
    lastMessage: () => (selectLast.get()?.id ?? 0) as MessageId,
    recordedAfter(after, { since, until, last }, limit) {
      const rows = step.all(after, last, limit);
      const messages = rows
        .filter((row) => row.sdk_app_id === sdkAppId && row.received_at >= since && row.received_at < until)
        .flatMap(({ id }) => recordedOne(id) ?? []);
      return { messages, upTo: (rows.at(-1)?.id ?? last) as MessageId };
    },
    recordRescan(found, at) {
      const counted = record.immediate(found, at);
      crashPoint("rescan.recorded");
      return counted;
    },
    audit: (entries) => append.immediate(entries),
  };
}
