/** Orders as the outbox page shows them, and what stands in it at this moment. */
import type { OutboxSummary, ReasonCount } from "../../ports/console.ts";
import type { ModificationItem } from "../../ports/console-views.ts";
import type { OrderRows } from "../../ports/console-store.ts";
import type { ModifyApi } from "../../domain/modification.ts";
import { modificationStates, modifyApis } from "../../domain/modification.ts";
import type { Sqlite } from "../sqlite-open.ts";

export const modificationColumns = `id, message_id AS messageId, ordinal, api, purpose, lane, action, state, reason,
  last_code AS lastCode, attempts, created_at AS createdAt, due_at AS dueAt, ended_at AS endedAt`;

/** Orders looked at for one page: of one state, a lane may be rare among them. */
const EXAMINED_MAX = 5_000;
/** A list of reasons is read by people. */
const REASONS_MAX = 50;
/** Reasons are counted over the newest orders that ended this way: enough for what is going wrong now. */
const ENDED_COUNTED_MAX = 20_000;
const CALLS_OVER_MS = 60_000;
/** Behind the newest rows of the log by more than this nothing is of the last minute, at the highest pace there is. */
const LOG_ROWS_MAX = 50_000;

export function createOrderRows(db: Sqlite, sdkAppId: number): OrderRows {
  const ours = `sdk_app_id = ${sdkAppId}`;
  const select = db.prepare<{ before: string; limit: number }, ModificationItem>(
    `SELECT ${modificationColumns} FROM modification WHERE ${ours} AND id < @before ORDER BY id DESC LIMIT @limit`,
  );
  const selectInState = db.prepare<{ before: string; limit: number; state: string }, ModificationItem>(
    `SELECT ${modificationColumns} FROM modification WHERE ${ours} AND state = @state AND id < @before ORDER BY id DESC LIMIT @limit`,
  );
  const selectBacklog = db.prepare<[], OutboxSummary["backlog"][number]>(
    `SELECT api, lane, sum(state = 'pending') AS waiting, sum(state = 'claimed') AS underWay, min(created_at) AS oldestAt
     FROM modification WHERE ${ours} AND state IN ('pending', 'claimed') GROUP BY api, lane ORDER BY api, lane`,
  );
  const selectReasons = db.prepare<[string], ReasonCount>(
    `SELECT reason, count(*) AS count FROM
       (SELECT reason FROM modification WHERE ${ours} AND state = ? ORDER BY id DESC LIMIT ${ENDED_COUNTED_MAX})
     GROUP BY reason ORDER BY count DESC, reason LIMIT ${REASONS_MAX}`,
  );
  const selectAnswers = db.prepare<[], { at: number; act: string; api: ModifyApi }>(
    `SELECT a.at, a.act, o.api FROM audit a CROSS JOIN modification o ON o.id = a.modification_id
     WHERE a.${ours} ORDER BY a.id DESC LIMIT ${LOG_ROWS_MAX}`,
  );
  const selectGuarded = db
    .prepare<[], number>(`SELECT count(*) FROM modification WHERE ${ours} AND purpose = 'guard' AND state = 'applied'`)
    .pluck();

  const callsSince = (since: number): OutboxSummary["calls"] => {
    const calls = new Map<ModifyApi, number>(modifyApis.map((api) => [api, 0]));
    for (const { at, act, api } of selectAnswers.iterate()) {
      if (at <= since) break;
      if (act === "answer" || act === "revision") calls.set(api, (calls.get(api) ?? 0) + 1);
    }
    return [...calls].map(([api, n]) => ({ api, perSecond: (n * 1_000) / CALLS_OVER_MS }));
  };

  return {
    page({ state, lane, limit, cursor }) {
      if (state !== undefined && !(modificationStates as readonly string[]).includes(state))
        return { items: [], next: null };
      const items: ModificationItem[] = [];
      // Ids are of letters and digits: all stand before this.
      let before = cursor ?? "~";
      for (let examined = 0; examined < EXAMINED_MAX;) {
        const asked = { before, limit: Math.max(limit, 200) };
        const rows = state === undefined ? select.all(asked) : selectInState.all({ ...asked, state });
        for (const row of rows) {
          before = row.id;
          if (lane === undefined || row.lane === lane) items.push(row);
          if (items.length === limit) return { items, next: before };
        }
        examined += rows.length;
        if (rows.length < asked.limit) return { items, next: null };
      }
      return { items, next: before };
    },
    summary: (now) => ({
      backlog: selectBacklog.all(),
      calls: callsSince(now - CALLS_OVER_MS),
      deadLetters: selectReasons.all("given_up"),
      refused: selectReasons.all("refused"),
      guarded: selectGuarded.get() ?? 0,
    }),
    backlog: () => selectBacklog.all().reduce((sum, { waiting, underWay }) => sum + waiting + underWay, 0),
  };
}
