/** Messages as a person decides about them, and what is ordered by hand. */
import { crashPoint } from "../crash-point.ts";
import type { AuditEntry } from "../domain/audit.ts";
import type { Fingerprint } from "../domain/fingerprint.ts";
import type { RuleId } from "../domain/decision.ts";
import type { Place, SdkAppId } from "../domain/message.ts";
import type { ModificationState } from "../domain/modification.ts";
import type { Origin } from "../domain/plan.ts";
import { span } from "../domain/span.ts";
import type { EpochMs } from "../domain/time.ts";
import { epochMs } from "../domain/time.ts";
import type { DeskStore, OrderByHand, Subject } from "../ports/desk.ts";
import type { MessageId } from "../ports/store.ts";
import { createConsequences, isTheirWord, sameAddress } from "./sqlite-consequences.ts";
import type { Sqlite } from "./sqlite-open.ts";
import { createRestoreJobs } from "./sqlite-restore-jobs.ts";

type AppendAudit = (entries: readonly AuditEntry[], messageId?: number) => void;

type MessageRow = {
  readonly id: number;
  readonly origin: string;
  readonly command: string;
  readonly callback: Buffer | null;
  readonly sent_at: number | null;
  readonly received_at: number;
  readonly decision: string;
  readonly unmodifiable: string | null;
  readonly recalled: number;
  readonly edit_open: number;
  readonly mask_open: number;
  readonly version: string;
};
type EditRow = {
  readonly id: number;
  readonly command: string;
  readonly callback: Buffer | null;
  readonly print: string;
  readonly event_at: number;
};
type OrderRow = {
  readonly id: string;
  readonly purpose: string;
  readonly action: string;
  readonly state: string;
  readonly reason: string;
};

/** What the parts of the desk share. To be called inside a transaction. */
export interface Desk {
  subject(id: number): Subject | undefined;
  /** @returns whether it counted */
  record(entry: OrderByHand, at: EpochMs, job?: number): boolean;
}

/** What a payload of ours writes into the custom data; undefined where it leaves them as they are. */
export type PayloadData = (payload: string) => string | undefined;

export function createSqliteDesk(
  db: Sqlite,
  sdkAppId: SdkAppId,
  appendAudit: AppendAudit,
  payloadData: PayloadData,
): DeskStore {
  const desk = createDesk(db, sdkAppId, appendAudit, payloadData);
  const selectFindings = db.prepare<
    [number, number],
    { rule: string; place: string; start: number; end: number; edit_id: number | null }
  >(
    `SELECT rule, place, start, "end", edit_id FROM finding
     WHERE message_id = ? AND sdk_app_id = ? AND effect = 'mask' ORDER BY id`,
  );
  const record = db.transaction((entry: OrderByHand, at: EpochMs) => {
    const counts = desk.record(entry, at);
    crashPoint("by_hand.before_commit");
    return counts;
  });
  return {
    ...createRestoreJobs(db, sdkAppId, appendAudit, desk),
    async subject(id) {
      return desk.subject(id);
    },
    async maskedAt(id) {
      return selectFindings.all(id, sdkAppId).map(({ rule, place, start, end, edit_id }) => ({
        rule: rule as RuleId,
        place: JSON.parse(place) as Place,
        span: span(start, end),
        edit: edit_id ?? undefined,
      }));
    },
    async recordByHand(entry, at) {
      const counts = record.immediate(entry, at);
      crashPoint("by_hand.recorded");
      return counts;
    },
  };
}

function createDesk(db: Sqlite, sdkAppId: SdkAppId, appendAudit: AppendAudit, payloadData: PayloadData): Desk {
  const { recordFindings, recordOrder } = createConsequences(db, sdkAppId);
  const openEdit = `EXISTS (SELECT 1 FROM edit e WHERE ${sameAddress("e")} AND e.outcome = 'open')`;
  const selectMessage = db.prepare<[number, number], MessageRow>(
    `SELECT m.id, m.origin, m.command, m.callback, m.sent_at, m.received_at, m.decision, m.unmodifiable,
       EXISTS (SELECT 1 FROM recall r WHERE ${sameAddress("r")}) AS recalled, ${openEdit} AS edit_open,
       EXISTS (SELECT 1 FROM modification WHERE message_id = m.id AND action = 'mask' AND state IN ('pending', 'claimed'))
         AS mask_open,
       (SELECT count(*) FROM modification WHERE message_id = m.id) || ' '
         || (SELECT count(*) FROM edit WHERE message_id = m.id AND outcome <> 'echo') || ' ' || ${openEdit} || ' '
         || EXISTS (SELECT 1 FROM recall r WHERE ${sameAddress("r")}) AS version
     FROM message m WHERE m.id = ? AND m.sdk_app_id = ?`,
  );
  const selectEdit = db.prepare<[number], EditRow>(
    `SELECT e.id, e.command, e.callback, e.print, e.event_at FROM edit e JOIN message m ON m.id = e.message_id
     WHERE e.message_id = ? AND e.outcome NOT IN ('echo', 'adopted', 'open') AND ${isTheirWord}
     ORDER BY e.event_at DESC, e.id DESC LIMIT 1`,
  );
  const selectMasks = db.prepare<[number], { sent: string; judged: string; out: number }>(
    `SELECT DISTINCT p.sent_body AS sent, p.judged_body AS judged, o.fence > 0 AS out
     FROM modification o JOIN payload_print p ON p.modification_id = o.id WHERE o.message_id = ? AND o.action = 'mask'`,
  );
  const selectOrders = db.prepare<[number], OrderRow>(
    "SELECT id, purpose, action, state, reason FROM modification WHERE message_id = ? ORDER BY ordinal",
  );
  const sent = (which: string) =>
    db
      .prepare<[number], Buffer>(
        `SELECT p.body FROM modification o JOIN payload p ON p.modification_id = o.id AND p.revision = o.payload_revision
         WHERE o.message_id = ? AND o.fence > 0 AND o.state <> 'refused' AND ${which} ORDER BY o.ordinal DESC`,
      )
      .pluck();
  const selectOurs = sent("o.action <> 'flag'");
  const selectKept = sent("length(p.body) > 0");
  const newestNoted = (id: number): string | undefined => {
    // Nearly always the first one.
    for (const body of selectKept.iterate(id)) {
      const payload = body.toString("utf8");
      if (payloadData(payload) !== undefined) return payload;
    }
    return undefined;
  };
  const selectWritten = db.prepare<[number], { sent_body: string; purpose: string }>(
    `SELECT p.sent_body, o.purpose FROM modification o
       JOIN payload_print p ON p.modification_id = o.id AND p.revision = o.payload_revision
     WHERE o.message_id = ? AND o.action <> 'flag' AND o.state IN ('applied', 'claimed', 'pending')
     ORDER BY o.ordinal DESC LIMIT 1`,
  );
  const waiting = db
    .prepare<[number], string>("SELECT id FROM modification WHERE message_id = ? AND state = 'pending'")
    .pluck();
  const supersede = db.prepare(
    "UPDATE modification SET state = 'cancelled', reason = 'superseded', ended_at = @at WHERE id = @id",
  );
  const withdraw = db.prepare(
    "UPDATE modification SET reason = 'superseded' WHERE message_id = ? AND state = 'claimed'",
  );
  const mark = db.prepare("UPDATE modification SET read_first = 1, by_hand = @byHand, job_id = @job WHERE id = @id");
  // The original of what a person has masked is kept as long as that of what a rule has masked.
  const worsen = db.prepare("UPDATE message SET decision = 'rewrite' WHERE id = ? AND decision IN ('pass', 'review')");

  const subject = (id: number): Subject | undefined => {
    const row = selectMessage.get(id, sdkAppId);
    if (row === undefined) return undefined;
    const edit = selectEdit.get(id);
    const masks = selectMasks.all(id);
    const orders = selectOrders.all(id);
    const last = orders.at(-1);
    const textOf = (payload: Buffer | undefined): string | undefined =>
      payload === undefined || payload.length === 0 ? undefined : payload.toString("utf8");
    const written = selectWritten.get(id);
    return {
      id: row.id as MessageId,
      sdkAppId,
      origin: row.origin as Origin,
      command: row.command,
      callback: row.callback ?? undefined,
      sentAt: row.sent_at === null ? undefined : epochMs(row.sent_at),
      receivedAt: epochMs(row.received_at),
      passedOver: passedOver(row),
      edit: edit && {
        id: edit.id,
        command: edit.command,
        callback: edit.callback ?? undefined,
        print: edit.print as Fingerprint,
        eventAt: epochMs(edit.event_at),
      },
      masks: [...new Set(masks.filter(({ out }) => out === 1).map(({ sent }) => sent as Fingerprint))],
      made: masks.map(({ sent, judged }) => ({ sent: sent as Fingerprint, judged: judged as Fingerprint })),
      orders: new Set(orders.map((order) => order.id)),
      lastOrder: last && toLastOrder(last),
      maskOpen: row.mask_open === 1,
      ours: textOf(selectOurs.get(id)),
      noted: newestNoted(id),
      lastWritten: written && {
        sent: written.sent_body as Fingerprint,
        putsBack: written.purpose === "restore",
      },
      version: row.version,
    };
  };

  return {
    subject,
    record({ subject: { id, version, edit }, order, prints, decidedForThis, findings, audit }, at, job) {
      if (selectMessage.get(id, sdkAppId)?.version !== version) return false;
      // One of many may still be cancelled, and then what waits is what is wanted.
      if (order.state === "pending" && job === undefined) {
        const detail = { state: "cancelled", reason: "superseded" };
        for (const other of waiting.all(id)) {
          supersede.run({ id: other, at });
          appendAudit([{ at, actor: audit.actor, act: audit.act, modificationId: other, detail }], id);
        }
        withdraw.run(id);
      }
      recordFindings(id, findings, edit?.id);
      if (findings.length > 0) worsen.run(id);
      recordOrder(id, order, prints, at, edit?.eventAt);
      mark.run({ id: order.id, byHand: decidedForThis ? 1 : 0, job: job ?? null });
      appendAudit([audit], id);
      return true;
    },
  };
}

function passedOver(row: MessageRow): Subject["passedOver"] {
  if (row.unmodifiable !== null) return "unmodifiable";
  if (row.recalled === 1) return "recalled";
  return row.decision === "undecided" || row.edit_open === 1 ? "being_judged" : undefined;
}

const toLastOrder = ({ id, purpose, action, state, reason }: OrderRow): NonNullable<Subject["lastOrder"]> => ({
  ...{ id, reason },
  purpose: purpose as NonNullable<Subject["lastOrder"]>["purpose"],
  action: action as NonNullable<Subject["lastOrder"]>["action"],
  state: state as ModificationState,
});
