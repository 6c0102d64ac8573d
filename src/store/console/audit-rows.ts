/** The audit log, newest first, by what was done, by whom, when, and to which message. */
import type { AuditRow } from "../../ports/console-rows.ts";
import type { AuditRows } from "../../ports/console-store.ts";
import type { AuditItem, AuditQuery } from "../../ports/console.ts";
import type { Sqlite } from "../sqlite-open.ts";
import { hourOf } from "./search-index.ts";

export const auditColumns = `id, at, actor, act, message_id AS messageId, modification_id AS modificationId, detail, seal`;

/** Rows looked at for one page; what is rare has an index. */
const EXAMINED_MAX = 20_000;
const STRETCH = 2_000;

export const toAuditItem = ({ detail, seal, ...row }: AuditRow): AuditItem => ({
  ...row,
  detail: JSON.parse(detail) as AuditItem["detail"],
  seal: Buffer.from(seal).toString("hex"),
});

/** @param file the console's own, which knows the hours; @param goOn throws when nobody waits for the answer any more */
export function createAuditRows(main: Sqlite, file: Sqlite, sdkAppId: number, goOn: () => void): AuditRows {
  const select = (where: string) =>
    main.prepare<Record<string, unknown>, AuditRow>(
      `SELECT ${auditColumns} FROM audit WHERE ${where} AND id < @before AND id >= @from ORDER BY id DESC LIMIT ${STRETCH}`,
    );
  const ours = `sdk_app_id = ${sdkAppId}`;
  const all = select(ours);
  const ofMessage = select(`${ours} AND message_id = @message`);
  // The words of the partial indexes; SQLite has to see them to use one.
  const ofPerson = select(`${ours} AND actor = @actor AND actor <> 'emend'`);
  const ofAct = select(`${ours} AND act = @act AND act NOT IN ('decision', 'answer')`);
  const firstSince = file
    .prepare<[number], number | null>("SELECT min(first) FROM stretch WHERE kind = 'audit' AND hour >= ?")
    .pluck();
  const lastUntil = file
    .prepare<[number], number | null>("SELECT max(last) FROM stretch WHERE kind = 'audit' AND hour <= ?")
    .pluck();
  const newestHour = file.prepare<[], number | null>("SELECT max(hour) FROM stretch WHERE kind = 'audit'").pluck();
  const indexedTo = file.prepare<[], string>("SELECT value FROM progress WHERE name = 'audit'").pluck();
  const lastOf = (table: "audit" | "message") =>
    main.prepare<[], number | null>(`SELECT max(id) FROM ${table}`).pluck();
  const lastAudit = lastOf("audit");
  const lastMessage = lastOf("message");
  const selectTail = main.prepare<[number, number], AuditRow>(
    `SELECT ${auditColumns} FROM audit WHERE ${ours} AND id > ? ORDER BY id LIMIT ?`,
  );
  const countMessages = main
    .prepare<[number, number], number>(`SELECT count(*) FROM message WHERE ${ours} AND id > ? AND id <= ?`)
    .pluck();

  const statementFor = ({ act, actor, message }: AuditQuery) => {
    if (message !== undefined) return ofMessage;
    if (actor !== undefined && actor !== "emend") return ofPerson;
    return act !== undefined && act !== "decision" && act !== "answer" ? ofAct : all;
  };
  const boundsOf = ({ since, until, cursor }: AuditQuery): { from: number; before: number } => {
    const known = Number(indexedTo.get() ?? 0);
    // Rows that the file has not dealt with yet are of any hour.
    const from = since === undefined ? 0 : (firstSince.get(hourOf(since)) ?? known + 1);
    // Once the file knows a later hour, what it has not dealt with yet is later as well.
    const isPast = until !== undefined && (newestHour.get() ?? 0) > hourOf(until);
    const before = isPast ? (lastUntil.get(hourOf(until)) ?? 0) + 1 : Number.MAX_SAFE_INTEGER;
    return { from, before: Math.min(cursor ?? Number.MAX_SAFE_INTEGER, before) };
  };

  return {
    item: toAuditItem,
    page(query) {
      const { act, actor, since, until, message, limit } = query;
      const statement = statementFor(query);
      const bounds = boundsOf(query);
      const items: AuditItem[] = [];
      let { before } = bounds;
      for (let examined = 0; examined < EXAMINED_MAX;) {
        goOn();
        let seen = 0;
        for (const row of statement.iterate({ from: bounds.from, before, act, actor, message })) {
          seen++;
          before = row.id;
          const fits =
            (act === undefined || row.act === act) &&
            (actor === undefined || row.actor === actor) &&
            (since === undefined || row.at >= since) &&
            (until === undefined || row.at < until);
          if (fits) items.push(toAuditItem(row));
          if (items.length === limit) return { items, next: before };
        }
        examined += seen;
        if (seen < STRETCH) return { items, next: null };
      }
      return { items, next: before };
    },
    tail({ after, limit }) {
      if (after === undefined) {
        return { position: { audit: lastAudit.get() ?? 0, message: lastMessage.get() ?? 0 }, messages: 0, rows: [] };
      }
      const newest = lastMessage.get() ?? 0;
      const rows = selectTail.all(after.audit, limit);
      const position = { audit: rows.at(-1)?.id ?? after.audit, message: Math.max(newest, after.message) };
      return { position, messages: countMessages.get(after.message, newest) ?? 0, rows: rows.map(toAuditItem) };
    },
  };
}
