/** Reads the record for the console's file. The connection can do nothing but read. */
import Database from "better-sqlite3";
import type { Place } from "../../domain/message.ts";
import type { IndexSource, RecordedEdit } from "../../ports/console-index.ts";
import type { FindingView } from "../../ports/console-views.ts";
import type { Sqlite } from "../sqlite-open.ts";

/** The main thread writes all the time, and readers do not wait for it; only a file that is being moved is busy. */
const BUSY_TIMEOUT_MS = 1_000;
const CACHE_KIB = 16 * 1024;
/** A program may edit a message without end; its newest texts are searched. */
const EDITS_READ_MAX = 20;

export function openForReading(path: string): Sqlite {
  const db = new Database(path, { readonly: true, fileMustExist: true, timeout: BUSY_TIMEOUT_MS });
  db.pragma("query_only = ON");
  db.pragma("trusted_schema = OFF");
  db.pragma(`cache_size = ${-CACHE_KIB}`);
  return db;
}

type MessageRow = Pick<
  IndexSource,
  "id" | "sender" | "conversation" | "origin" | "decision" | "receivedAt" | "command" | "callback"
>;
type FindingRow = Omit<FindingView, "place"> & { readonly place: string };

export interface IndexSources {
  /** Messages in the order in which they came; `last` is how far was looked. */
  after(
    message: number,
    limit: number,
  ): { readonly sources: readonly IndexSource[]; readonly last: number | undefined };
  one(message: number): IndexSource | undefined;
}

export function createIndexSources(db: Sqlite, sdkAppId: number): IndexSources {
  const columns = `id, sender, conversation_id AS conversation, origin, decision, received_at AS receivedAt, command, callback,
    sdk_app_id AS app`;
  const selectAfter = db.prepare<[number, number], MessageRow & { app: number }>(
    `SELECT ${columns} FROM message WHERE id > ? ORDER BY id LIMIT ?`,
  );
  const selectOne = db.prepare<[number], MessageRow & { app: number }>(`SELECT ${columns} FROM message WHERE id = ?`);
  const selectFindings = findingsOf(db);
  const selectEdits = db.prepare<[number], RecordedEdit>(
    `SELECT id, outcome, command, callback FROM edit WHERE message_id = ? AND outcome NOT IN ('echo', 'adopted')
     ORDER BY event_at DESC, id DESC LIMIT ${EDITS_READ_MAX}`,
  );
  const selectState = db
    .prepare<[number], string>("SELECT state FROM modification WHERE message_id = ? ORDER BY ordinal DESC LIMIT 1")
    .pluck();
  const selectApplied = db
    .prepare<[number], number | null>(
      `SELECT min(ended_at) FROM modification WHERE message_id = ? AND state = 'applied' AND purpose = 'rewrite' AND lane = 'live'`,
    )
    .pluck();
  const selectRewritten = db
    .prepare<[number], 0 | 1>(
      "SELECT EXISTS (SELECT 1 FROM modification WHERE message_id = ? AND state = 'applied' AND action = 'mask')",
    )
    .pluck();
  const selectVerdict = db
    .prepare<[number], string>("SELECT verdict FROM verdict WHERE message_id = ? ORDER BY id DESC LIMIT 1")
    .pluck();

  const withRest = ({ app: _app, ...row }: MessageRow & { app: number }): IndexSource => ({
    ...row,
    findings: selectFindings(row.id),
    edits: selectEdits.all(row.id).reverse(),
    state: selectState.get(row.id) ?? null,
    appliedAt: row.origin === "backfill" ? null : (selectApplied.get(row.id) ?? null),
    isRewritten: selectRewritten.get(row.id) === 1,
    verdict: selectVerdict.get(row.id) ?? null,
  });
  return {
    after(message, limit) {
      const rows = selectAfter.all(message, limit);
      return { sources: rows.filter(({ app }) => app === sdkAppId).map(withRest), last: rows.at(-1)?.id };
    },
    one(message) {
      const row = selectOne.get(message);
      return row === undefined || row.app !== sdkAppId ? undefined : withRest(row);
    },
  };
}

export function findingsOf(db: Sqlite): (message: number) => readonly FindingView[] {
  const select = db.prepare<[number], FindingRow>(
    `SELECT rule, category, severity, effect, place, start, "end", edit_id AS edit FROM finding WHERE message_id = ? ORDER BY id`,
  );
  return (message) => select.all(message).map((row) => ({ ...row, place: JSON.parse(row.place) as Place }));
}
