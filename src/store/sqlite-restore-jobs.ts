/** Restores of many messages: what they are about, how far they have come, and one step of them at a time. */
import { crashPoint } from "../crash-point.ts";
import type { AuditEntry } from "../domain/audit.ts";
import type { RuleId } from "../domain/decision.ts";
import type { SdkAppId } from "../domain/message.ts";
import { ENDED_WITH_ITS_RESTORE, PUT_ASIDE } from "../domain/restore.ts";
import { epochMs } from "../domain/time.ts";
import type { EpochMs } from "../domain/time.ts";
import type { DeskStore, JobId, JobState, Masked, OrderByHand, RestoreJob, Wanted } from "../ports/desk.ts";
import type { MessageId } from "../ports/store.ts";
import { sameAddress } from "./sqlite-consequences.ts";
import type { Desk } from "./sqlite-desk.ts";
import type { Sqlite } from "./sqlite-open.ts";
import { UNSENT } from "./sqlite-orders.ts";

/** Restores that are looked after at once; others wait for one of them to end. */
const RUNNING_MAX = 20;
/** Rows looked at in one step of the search: a few milliseconds, so that no callback waits for it. */
const SEARCH_ROWS = 500;

type JobRow = {
  readonly id: number;
  readonly rule: string | null;
  readonly revision: string | null;
  readonly since: number | null;
  readonly until: number | null;
  readonly messages: string | null;
  readonly state: string;
  readonly made_by: string;
  readonly made_at: number;
  readonly ended_at: number | null;
  readonly found: number;
  readonly last: number;
  readonly cursor: number;
  readonly looked: number;
  readonly ordered: number;
  readonly left_alone: string;
};

export function createRestoreJobs(
  db: Sqlite,
  sdkAppId: SdkAppId,
  appendAudit: (entries: readonly AuditEntry[], messageId?: number) => void,
  desk: Desk,
): Omit<DeskStore, "subject" | "maskedAt" | "recordByHand"> {
  const ours = `sdk_app_id = ${sdkAppId}`;
  const selectLast = db.prepare<[], { id: number | null }>("SELECT max(id) AS id FROM message");
  const objected = db.prepare<[number, number, number], { id: number; received_at: number; sdk_app_id: number }>(
    `SELECT id, received_at, sdk_app_id FROM message
     WHERE id > ? AND id <= ? AND decision IN ('review', 'rewrite', 'failed') ORDER BY id LIMIT ?`,
  );
  const selectMasks = db.prepare<[number], { rule: string; edit_id: number | null }>(
    "SELECT DISTINCT rule, edit_id FROM finding WHERE message_id = ? AND effect = 'mask'",
  );
  const revisionOf = db.prepare<[number], string | null>("SELECT revision FROM message WHERE id = ?").pluck();
  // What was refused, or never sent before it was cancelled, masks nothing.
  const maskedAt = db
    .prepare<[number], number | null>(
      `SELECT max(created_at) FROM modification WHERE message_id = ? AND action = 'mask'
         AND (fence > 0 OR state = 'pending')`,
    )
    .pluck();
  const editRevisionOf = db.prepare<[number], string | null>("SELECT revision FROM edit WHERE id = ?").pluck();
  const insert = db.prepare(
    `INSERT INTO restore_job (sdk_app_id, rule, revision, since, until, messages, state, made_by, made_at, found, last,
       ended_at)
     VALUES (${sdkAppId}, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const select = db.prepare<[number], JobRow>(`SELECT * FROM restore_job WHERE id = ? AND ${ours}`);
  const selectNewest = db.prepare<[number], JobRow>(`SELECT * FROM restore_job WHERE ${ours} ORDER BY id DESC LIMIT ?`);
  const selectRunning = db.prepare<[], JobRow>(
    `SELECT * FROM restore_job WHERE ${ours} AND state = 'running' ORDER BY id LIMIT ${RUNNING_MAX}`,
  );
  const isPutAside = `(state = 'cancelled' AND reason = '${PUT_ASIDE}')`;
  const countOrders = db.prepare<[number], { state: keyof RestoreJob["orders"]; n: number }>(
    `SELECT CASE WHEN state = 'cancelled' AND reason IN ('${PUT_ASIDE}', '${ENDED_WITH_ITS_RESTORE}') THEN 'not_sent'
       ELSE state END AS state, count(*) AS n FROM modification WHERE job_id = ? GROUP BY 1`,
  );
  const countOpen = db
    .prepare<[number], number>("SELECT count(*) FROM modification WHERE job_id = ? AND state IN ('pending', 'claimed')")
    .pluck();
  // One that is paused too: what was under way then may have been the last of it.
  const isThrough = `${ours} AND state IN ('running', 'paused') AND cursor >= last AND NOT EXISTS
     (SELECT 1 FROM modification WHERE job_id = restore_job.id AND (state IN ('pending', 'claimed') OR ${isPutAside}))`;
  const selectThrough = db.prepare<[], { id: number }>(`SELECT id FROM restore_job WHERE ${isThrough}`);
  const selectThroughOne = db.prepare<[number], JobRow>(`SELECT * FROM restore_job WHERE id = ? AND ${isThrough}`);
  // Only while it runs, and only by whoever knows where it stands.
  const goOn = db.prepare(
    `UPDATE restore_job SET cursor = @upTo, looked = looked + @looked
     WHERE id = @id AND ${ours} AND state = 'running' AND cursor = @cursor`,
  );
  const count = db.prepare(
    "UPDATE restore_job SET ordered = ordered + @ordered, left_alone = @leftAlone WHERE id = @id",
  );
  const change = db.prepare(
    `UPDATE restore_job SET state = @state, ended_at = @endedAt
     WHERE id = @id AND ${ours} AND state IN ('running', 'paused') AND state <> @state`,
  );
  // What is under way is asked about once more before it is sent. What may have been sent goes on until it is known what
  // stands there, so that the record says so.
  const stopWaiting = db.prepare(
    `UPDATE modification SET state = 'cancelled', reason = @reason, ended_at = @at
     WHERE job_id = @id AND ((state = 'pending' AND ${UNSENT}) OR ${isPutAside})`,
  );
  // Whatever was decided since is newer than the order to restore many.
  const selectPutAside = db.prepare<[number], { id: string; overtaken: string | null }>(
    `SELECT o.id, CASE
       WHEN EXISTS (SELECT 1 FROM recall r WHERE ${sameAddress("r")}) THEN 'recalled'
       WHEN EXISTS (SELECT 1 FROM modification n WHERE n.message_id = o.message_id AND n.ordinal > o.ordinal
         AND n.state IN ('pending', 'claimed', 'applied')) THEN 'superseded'
       WHEN length(p.body) = 0 THEN 'original_not_kept' END AS overtaken
     FROM modification o JOIN message m ON m.id = o.message_id
       JOIN payload p ON p.modification_id = o.id AND p.revision = o.payload_revision
     WHERE o.job_id = ? AND o.state = 'cancelled' AND o.reason = '${PUT_ASIDE}'`,
  );
  const takeUp = db.prepare(
    `UPDATE modification SET state = 'pending', reason = '', ended_at = NULL, due_at = @at, read_first = 1 WHERE id = @id`,
  );
  const leave = db.prepare("UPDATE modification SET reason = @overtaken WHERE id = @id");

  const toJob = (row: JobRow): RestoreJob => ({
    ...withoutOrders(row),
    orders: Object.fromEntries(countOrders.all(row.id).map(({ state, n }) => [state, n])),
  });
  const withoutOrders = (row: JobRow): Omit<RestoreJob, "orders"> => ({
    id: row.id as JobId,
    wanted: wantedOf(row),
    state: row.state as JobState,
    madeBy: row.made_by,
    madeAt: epochMs(row.made_at),
    endedAt: row.ended_at === null ? undefined : epochMs(row.ended_at),
    all: row.found,
    cursor: row.cursor as MessageId,
    last: row.last as MessageId,
    ...{ looked: row.looked, ordered: row.ordered },
    leftAlone: JSON.parse(row.left_alone) as RestoreJob["leftAlone"],
  });

  const maskedOne = (id: number, rule: RuleId | undefined): Masked | undefined => {
    const masks = selectMasks.all(id);
    if (rule !== undefined && !masks.some((mask) => mask.rule === rule)) return undefined;
    const subject = desk.subject(id);
    if (subject === undefined) return undefined;
    const edit = subject.edit?.id ?? null;
    const rules = masks.filter(({ edit_id }) => edit_id === edit).map((mask) => mask.rule as RuleId);
    const revision = edit === null ? revisionOf.get(id) : editRevisionOf.get(edit);
    const at = maskedAt.get(id) ?? null;
    return {
      ...{ subject, rules: [...new Set(rules)], revision: revision ?? undefined },
      maskedAt: at === null ? undefined : epochMs(at),
    };
  };

  type Range = { readonly after: MessageId; readonly last: MessageId };
  const search = (wanted: Wanted, { after, last }: Range, limit: number): { found: Masked[]; upTo: number } => {
    const found: Masked[] = [];
    if (wanted.kind === "messages") {
      const ids = wanted.messages.filter((id) => id > after).slice(0, limit);
      return { found: ids.flatMap((id) => maskedOne(id, undefined) ?? []), upTo: ids.at(-1) ?? last };
    }
    const { rule, revision, since, until } = wanted;
    const rows = objected.all(after, last, SEARCH_ROWS);
    for (const { id, received_at: at, sdk_app_id: app } of rows) {
      // No mask is older than its message.
      const one = app === sdkAppId && at < until ? maskedOne(id, rule) : undefined;
      const isWanted = one?.maskedAt !== undefined && one.maskedAt >= since && one.maskedAt < until;
      if (isWanted && (revision === undefined || one.revision === revision)) found.push(one);
      if (found.length >= limit) return { found, upTo: id };
    }
    // Behind the last row that was looked at; behind all of them when there were no more.
    return { found, upTo: rows.length < SEARCH_ROWS ? last : (rows.at(-1)?.id ?? last) };
  };

  const add = db.transaction((job: Parameters<DeskStore["addJob"]>[0], audit: (id: JobId) => AuditEntry) => {
    const { wanted, madeBy, madeAt, all, last } = job;
    const rule = wanted.kind === "rule" ? wanted : undefined;
    const messages = wanted.kind === "messages" ? JSON.stringify(wanted.messages) : null;
    const { lastInsertRowid } = insert.run(
      ...[rule?.rule ?? null, rule?.revision ?? null, rule?.since ?? null, rule?.until ?? null, messages],
      ...["running", madeBy, madeAt, all, last, null],
    );
    const id = Number(lastInsertRowid) as JobId;
    appendAudit([audit(id)]);
    return id;
  });

  const step = db.transaction(
    (
      { id, cursor }: Pick<RestoreJob, "id" | "cursor">,
      { upTo, looked, leftAlone, orders }: Parameters<DeskStore["stepJob"]>[1],
      at: EpochMs,
    ): number | undefined => {
      if (goOn.run({ id, cursor, upTo, looked }).changes === 0) return undefined;
      const counted = orders.filter((order: OrderByHand) => desk.record(order, at, id)).length;
      const meanwhile = orders.length - counted;
      const job = select.get(id);
      if (job === undefined) return undefined;
      const left = JSON.parse(job.left_alone) as Record<string, number>;
      for (const [why, n] of Object.entries({ ...leftAlone, meanwhile })) if (n > 0) left[why] = (left[why] ?? 0) + n;
      count.run({ id, ordered: counted, leftAlone: JSON.stringify(left) });
      crashPoint("restores.before_commit");
      return meanwhile;
    },
  );

  const finish = db.transaction((id: number, at: EpochMs) => {
    const row = selectThroughOne.get(id);
    if (row === undefined) return;
    change.run({ id, state: "done", endedAt: at });
    const { looked, ordered, leftAlone, orders } = toJob(row);
    const detail = { job: id, state: "done", looked, ordered, leftAlone, orders };
    appendAudit([{ at, actor: "emend", act: "bulk_restore", detail }]);
  });

  /** What a change of a restore's state does to its orders. @returns to how many */
  const follow: Readonly<Record<Exclude<JobState, "done">, (id: JobId, at: EpochMs) => number>> = {
    paused: (id, at) => stop(id, PUT_ASIDE, at),
    cancelled: (id, at) => stop(id, ENDED_WITH_ITS_RESTORE, at),
    running(id, at) {
      let takenUp = 0;
      for (const { id: order, overtaken } of selectPutAside.all(id)) {
        if (overtaken === null) takenUp += takeUp.run({ id: order, at }).changes;
        else leave.run({ id: order, overtaken });
      }
      return takenUp;
    },
  };
  const stop = (id: JobId, reason: string, at: EpochMs): number => stopWaiting.run({ id, reason, at }).changes;

  const changeState = db.transaction((id: JobId, state: Exclude<JobState, "done">, audit: AuditEntry) => {
    if (change.run({ id, state, endedAt: state === "cancelled" ? audit.at : null }).changes === 0) return false;
    const orders = follow[state](id, audit.at);
    appendAudit([orders === 0 ? audit : { ...audit, detail: { ...audit.detail, orders } }]);
    return true;
  });

  return {
    async masked(wanted, range, limit) {
      const { found, upTo } = search(wanted, range, limit);
      return { found, upTo: upTo as MessageId };
    },
    async lastMessage() {
      return (selectLast.get()?.id ?? 0) as MessageId;
    },
    async addJob(job, audit) {
      return add.immediate(job, audit);
    },
    async job(id) {
      const row = select.get(id);
      return row && toJob(row);
    },
    async jobs(limit) {
      return selectNewest.all(limit).map(toJob);
    },
    async runningJobs() {
      return selectRunning.all().map((row) => ({ job: withoutOrders(row), open: countOpen.get(row.id) ?? 0 }));
    },
    async finishJobs(at) {
      for (const { id } of selectThrough.all()) finish.immediate(id, at);
    },
    async stepJob(job, taken, at) {
      const meanwhile = step.immediate(job, taken, at);
      crashPoint("restores.stepped");
      return meanwhile;
    },
    async changeJob(id, state, audit) {
      return changeState.immediate(id, state, audit);
    },
  };
}

function wantedOf(row: JobRow): Wanted {
  if (row.messages !== null) return { kind: "messages", messages: JSON.parse(row.messages) as MessageId[] };
  return {
    kind: "rule",
    rule: (row.rule ?? "") as RuleId,
    revision: row.revision ?? undefined,
    since: epochMs(row.since ?? 0),
    until: epochMs(row.until ?? 0),
  };
}
