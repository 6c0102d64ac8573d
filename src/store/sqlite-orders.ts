/** The outbox: orders are claimed, sent by somebody else, and settled. */
import { crashPoint } from "../crash-point.ts";
import type { AuditEntry } from "../domain/audit.ts";
import type { Fingerprint } from "../domain/fingerprint.ts";
import type { SdkAppId } from "../domain/message.ts";
import { lanes, turns } from "../domain/lanes.ts";
import type { Lane, ModifyApi } from "../domain/modification.ts";
import { ENDED_WITH_ITS_RESTORE, PUT_ASIDE } from "../domain/restore.ts";
import type { EpochMs } from "../domain/time.ts";
import { epochMs, monotonicMs } from "../domain/time.ts";
import type { ClaimedOrder, MessageId, OrderStore, Settlement } from "../ports/store.ts";
import { toUndecided } from "./sqlite-intake.ts";
import type { UndecidedRow } from "./sqlite-intake.ts";
import type { Sqlite } from "./sqlite-open.ts";

/**
 * No wait of an order is longer than this. One that seems to be was written before the clock was set back, and is due.
 */
const WAIT_LONGEST_MS = 600_000;
/** No reservation reaches further ahead, or one at the slowest pace does; beyond, it is from before the machine restarted. */
const RESERVED_AHEAD_MAX_MS = 5_000;
/**
 * A claim that nobody settles for this long is anybody's again. Longer than a claimed order can wait for its slot at the
 * slowest pace and for its answer together; a call that is repeated all the same does no harm.
 */
const LEASE_MS = 60_000;
/** Orders hastened in one step. Few have been tried in an outage; a step over a whole backlog would keep callbacks waiting. */
const HASTENED_MAX = 1_000;

type OrderRow = {
  readonly id: string;
  readonly message_id: number;
  readonly api: string;
  readonly payload_revision: number;
  readonly tries: string;
  readonly read_first: number;
  readonly created_at: number;
  readonly fence: number;
  readonly unsent: number;
  readonly of_many: number;
  readonly body: Buffer;
};

/** A claim that may have left something at Tencent stays written in `leased_until`, until a look there says that it did not. */
export const UNSENT = "leased_until = 0";

export function createSqliteOrders(
  db: Sqlite,
  sdkAppId: SdkAppId,
  appendAudit: (entries: readonly AuditEntry[], messageId?: number) => void,
): OrderStore {
  // Several apps may share a database; this store speaks for one. An SDKAppID is a number: it can stand in the text.
  const ours = `sdk_app_id = ${sdkAppId}`;
  const selectWhere = (due: string) =>
    db.prepare<{ api: string; lane: string; dueBy: number; limit: number }, { id: string }>(
      `SELECT o.id FROM modification o
     WHERE o.sdk_app_id = ${sdkAppId} AND o.api = @api AND o.lane = @lane AND o.state = 'pending' AND ${due}
       AND NOT EXISTS (SELECT 1 FROM modification e WHERE e.message_id = o.message_id AND e.ordinal < o.ordinal
         AND e.state IN ('pending', 'claimed'))
       AND NOT EXISTS (SELECT 1 FROM edit n WHERE n.message_id = o.message_id AND n.outcome = 'open')
     ORDER BY o.due_at, o.id LIMIT @limit`,
    );
  const selectDue = selectWhere("o.due_at <= @dueBy");
  const selectStranded = selectWhere(`o.due_at > @dueBy + ${WAIT_LONGEST_MS}`);
  const selectOrder = db.prepare<[string], OrderRow>(
    `SELECT o.id, o.message_id, o.api, o.payload_revision, o.tries, o.read_first, o.created_at, o.fence, ${UNSENT} AS unsent,
       o.job_id IS NOT NULL AS of_many, p.body
     FROM modification o JOIN payload p ON p.modification_id = o.id AND p.revision = o.payload_revision WHERE o.id = ?`,
  );
  const take = db.prepare(
    `UPDATE modification SET state = 'claimed', fence = fence + 1, leased_until = @now + ${LEASE_MS} WHERE id = @id`,
  );
  // What was superseded while it was under way is not tried again.
  const backToPending = `state = CASE WHEN reason = '' THEN 'pending' ELSE 'cancelled' END,
       ended_at = CASE WHEN reason = '' THEN ended_at ELSE @at END`;
  const expire = db.prepare(
    `UPDATE modification SET ${backToPending}
     WHERE ${ours} AND api = @api AND state = 'claimed' AND leased_until <= @at`,
  );
  const counting = `attempts = attempts + (@counted IS NOT NULL), tries = CASE WHEN @counted IS NULL THEN tries
       ELSE json_set(tries, '$.' || @counted, coalesce(json_extract(tries, '$.' || @counted), 0) + 1) END`;
  const leaving = "leased_until = CASE WHEN @unsent THEN 0 ELSE leased_until END";
  const held = "WHERE id = @id AND state = 'claimed' AND fence = @fence";
  const end = db.prepare(
    `UPDATE modification SET state = @state, reason = @reason, ${counting},
       last_code = coalesce(@code, last_code), ended_at = @at ${held}`,
  );
  const retry = db.prepare(
    `UPDATE modification SET ${backToPending}, ${leaving}, due_at = @dueAt, read_first = @readFirst, ${counting},
       last_code = coalesce(@code, last_code) ${held}`,
  );
  const revise = db.prepare(
    `UPDATE modification SET ${backToPending}, due_at = @dueAt, ${counting},
       last_code = coalesce(@code, last_code), read_first = 0, payload_revision = payload_revision + 1 ${held}`,
  );
  const giveBack = db.prepare(`UPDATE modification SET ${backToPending}, ${leaving} ${held}`);
  const stoppedBy = db
    .prepare<[string, number], string>(
      `SELECT j.state FROM modification o JOIN restore_job j ON j.id = o.job_id
       WHERE o.id = ? AND o.fence = ? AND o.state = 'claimed' AND j.state IN ('paused', 'cancelled')`,
    )
    .pluck();
  const insertPayload = db.prepare(
    `INSERT INTO payload (modification_id, revision, sdk_app_id, body, reason, created_at)
     SELECT id, payload_revision, sdk_app_id, @body, @reason, @at FROM modification WHERE id = @id`,
  );
  const insertPrint = db.prepare(
    `INSERT INTO payload_print (modification_id, revision, sdk_app_id, judged_body, judged_data, sent_body)
     SELECT id, payload_revision, sdk_app_id, @judgedBody, @judgedData, @sentBody FROM modification WHERE id = @id`,
  );
  const samePrint = db.prepare(
    `INSERT INTO payload_print (modification_id, revision, sdk_app_id, judged_body, judged_data, sent_body)
     SELECT o.id, o.payload_revision, o.sdk_app_id, p.judged_body, p.judged_data, p.sent_body
     FROM modification o JOIN payload_print p ON p.modification_id = o.id AND p.revision = o.payload_revision - 1
     WHERE o.id = @id`,
  );
  const messageOf = db.prepare<[string], { message_id: number }>("SELECT message_id FROM modification WHERE id = ?");
  const earliest = db.prepare<{ api: string }, { due_at: number | null }>(
    `SELECT min(at) AS due_at FROM (
       SELECT min(due_at) AS at FROM modification WHERE ${ours} AND api = @api AND state = 'pending'
       UNION ALL
       SELECT min(leased_until) FROM modification WHERE ${ours} AND api = @api AND state = 'claimed'
     )`,
  );
  const hasten = db.prepare(
    `UPDATE modification SET due_at = @now WHERE id IN
       (SELECT id FROM modification WHERE ${ours} AND api = @api AND state = 'pending' AND due_at > @now ORDER BY due_at LIMIT ${HASTENED_MAX})`,
  );
  const free = db.prepare(`UPDATE modification SET ${backToPending}, due_at = @at WHERE ${ours} AND state = 'claimed'`);
  const slots = db.prepare<[number, string], { next_slot_at: number }>(
    "SELECT next_slot_at FROM throttle WHERE sdk_app_id = ? AND api = ?",
  );
  const setSlots = db.prepare(
    `INSERT INTO throttle (sdk_app_id, api, next_slot_at) VALUES (?, ?, ?)
     ON CONFLICT (sdk_app_id, api) DO UPDATE SET next_slot_at = excluded.next_slot_at`,
  );
  const selectRecorded = db.prepare<[number], UndecidedRow>(
    "SELECT id, sdk_app_id, command, callback, origin FROM message WHERE id = ? AND callback IS NOT NULL",
  );

  const selectBody = db.prepare<
    [string],
    { sent_body: string; purpose: string; by_hand: number; judged_body: string; judged_data: string }
  >(
    `SELECT p.sent_body, o.purpose, o.by_hand, p.judged_body, p.judged_data FROM modification o
       JOIN payload_print p ON p.modification_id = o.id AND p.revision = o.payload_revision
     WHERE o.id = ? AND o.action <> 'flag' AND o.lane <> 'rescan'`,
  );
  // Where a person has words put back it is over masks of these words, or over masks of masks: not over words that were put
  // back before, nor over the mask of words that nobody has told us of.
  const selectOtherBodies = db
    .prepare<[string], string>(
      `SELECT DISTINCT p.sent_body FROM modification one
         JOIN modification o ON o.message_id = one.message_id AND o.id <> one.id AND o.action <> 'flag' AND o.fence > 0
         JOIN payload_print p ON p.modification_id = o.id
       WHERE one.id = ? AND (one.lane <> 'restore' OR (o.action = 'mask' AND p.judged_body IN
         (SELECT q.sent_body FROM modification x JOIN payload_print q ON q.modification_id = x.id
          WHERE x.message_id = one.message_id AND (x.id = one.id OR x.action = 'mask'))))`,
    )
    .pluck();

  const selectNoted = db
    .prepare<[string], string>(
      `SELECT o.id FROM modification one JOIN modification o ON o.message_id = one.message_id AND o.fence > 0
       WHERE one.id = ? AND o.action <> 'restore'`,
    )
    .pluck();

  const claim = db.transaction((api: ModifyApi, limit: number, now: EpochMs, dueBy: EpochMs) => {
    expire.run({ api, at: now });
    const inTurn = (select: typeof selectDue): readonly OrderRow[] => {
      const asked = { api, dueBy, limit };
      const queues = Object.fromEntries(lanes.map((lane) => [lane, select.all({ ...asked, lane })] as const)) as Record<
        Lane,
        { readonly id: string }[]
      >;
      const { live, guard, restore, rescan } = queues;
      const waiting = { live: live.length, guard: guard.length, restore: restore.length, rescan: rescan.length };
      return turns(waiting, limit).flatMap((lane) => selectOrder.get(queues[lane].shift()?.id ?? "") ?? []);
    };
    const onTime = inTurn(selectDue);
    const due = onTime.length > 0 ? onTime : inTurn(selectStranded);
    for (const { id } of due) take.run({ id, now });
    crashPoint("claim.before_commit");
    return due.map(toClaimed);
  });

  const settleOne = (settlement: Settlement): boolean => {
    const { id, fence, at, result, audit } = settlement;
    const code = settlement.code ?? null;
    const counted = settlement.counted ?? null;
    const common = { id, fence, at };
    const unsent = settlement.unsent === true ? 1 : 0;
    switch (result.kind) {
      case "give_back":
        return giveBack.run({ ...common, unsent }).changes === 1;
      case "retry":
        if (
          retry.run({ ...common, unsent, counted, code, dueAt: result.dueAt, readFirst: result.readFirst ? 1 : 0 })
            .changes === 0
        )
          return false;
        break;
      case "revise":
        if (revise.run({ ...common, counted, code, dueAt: result.dueAt }).changes === 0) return false;
        insertPayload.run({ id, body: Buffer.from(result.payload), reason: result.reason, at });
        if (result.prints === undefined) samePrint.run({ id });
        else insertPrint.run({ id, ...result.prints });
        crashPoint("settle.revised");
        break;
      case "end":
        if (end.run({ ...common, counted, code, state: result.state, reason: result.reason }).changes === 0)
          return false;
        break;
      default:
        result satisfies never;
    }
    appendAudit(audit, messageOf.get(id)?.message_id);
    return true;
  };

  const settle = db.transaction((settlements: readonly Settlement[]) => {
    const counted = settlements.map(settleOne);
    crashPoint("settle.before_commit");
    return counted;
  });
  const reserve = db.transaction((api: ModifyApi, count: number, gapMs: number, now: number) => {
    const stored = slots.get(sdkAppId, api)?.next_slot_at ?? 0;
    const aheadMax = Math.max(RESERVED_AHEAD_MAX_MS, count * gapMs);
    const from = stored > now + aheadMax ? now : Math.max(now, stored);
    setSlots.run(sdkAppId, api, from + count * gapMs);
    return from;
  });
  const append = db.transaction((entries: readonly AuditEntry[]) => appendAudit(entries));

  return {
    async claimOrders(api, limit, now, dueBy = now) {
      return claim.immediate(api, limit, now, dueBy);
    },
    async settleOrders(settlements) {
      return settle.immediate(settlements);
    },
    async endIfStopped({ id, fence, unsent, isOfMany }, at) {
      const job = unsent && isOfMany ? stoppedBy.get(id, fence) : undefined;
      if (job === undefined) return false;
      const reason = job === "paused" ? PUT_ASIDE : ENDED_WITH_ITS_RESTORE;
      return end.run({ id, fence, at, counted: null, code: null, state: "cancelled", reason }).changes === 1;
    },
    async nextDue(api, now) {
      const dueAt = earliest.get({ api })?.due_at ?? null;
      if (dueAt === null) return undefined;
      return dueAt > now + WAIT_LONGEST_MS ? now : epochMs(dueAt);
    },
    async hasten(api, now) {
      hasten.run({ api, now });
    },
    async takeOver(now) {
      const { changes } = free.run({ at: now });
      crashPoint("orders.taken_over");
      return changes;
    },
    async reserveSlots(api, count, gapMs, now) {
      return monotonicMs(reserve.immediate(api, count, gapMs, now));
    },
    async recorded(id) {
      const row = selectRecorded.get(id);
      return row === undefined ? undefined : toUndecided(row);
    },
    async bodiesFor(order) {
      const row = selectBody.get(order);
      if (row === undefined) return undefined;
      const others = selectOtherBodies.all(order) as Fingerprint[];
      return {
        ...{ own: row.sent_body as Fingerprint, others, putsBack: row.purpose === "restore" },
        noted: selectNoted.all(order),
        ...(row.by_hand === 1 && {
          decidedFor: { body: row.judged_body as Fingerprint, data: row.judged_data as Fingerprint },
        }),
      };
    },
    async auditOnly(entries) {
      append.immediate(entries);
    },
  };
}

const toClaimed = (row: OrderRow): ClaimedOrder => ({
  id: row.id,
  messageId: row.message_id as MessageId,
  api: row.api as ModifyApi,
  payload: row.body.toString("utf8"),
  payloadRevision: row.payload_revision,
  tries: JSON.parse(row.tries) as ClaimedOrder["tries"],
  readFirst: row.read_first === 1,
  createdAt: epochMs(row.created_at),
  fence: row.fence + 1,
  unsent: row.unsent === 1,
  isOfMany: row.of_many === 1,
});
