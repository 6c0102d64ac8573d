/** What is held and since when, what was forgotten, how large the files are: as quick for a million messages as for ten. */
import { statSync } from "node:fs";
import type { Forgotten, Held, RetentionFigures } from "../../ports/console-figures.ts";
import type { Sqlite } from "../sqlite-open.ts";
import { SLOT_MS } from "./search-index.ts";

/** Texts of edits are counted one by one. */
const EDITS_COUNTED_MAX = 20_000;
const FORGOTTEN_SHOWN = 20;
/** Each step of a purge has its entry; a day's messages of a busy service are some thousand of them. */
const ENTRIES_READ_MAX = 5_000;
/** Steps follow each other at once, looks ten minutes apart. */
const SAME_LOOK_MS = 60_000;

type Counted = { readonly count: number | null; readonly oldest: number | null };

export function createRetentionFigures(
  main: Sqlite,
  file: Sqlite,
  sdkAppId: number,
): () => Omit<RetentionFigures, "behind"> {
  const selectMessages = file.prepare<[string], Counted>(
    `SELECT sum(n) AS count, min(CASE WHEN n > 0 THEN slot END) * ${SLOT_MS} AS oldest
     FROM tally WHERE fact = (SELECT id FROM fact WHERE name = ?)`,
  );
  const selectEdits = main.prepare<[], Counted>(
    `SELECT count(*) AS count, min(received_at) AS oldest FROM
       (SELECT received_at FROM edit WHERE sdk_app_id = ${sdkAppId} AND callback IS NOT NULL
        ORDER BY received_at LIMIT ${EDITS_COUNTED_MAX + 1})`,
  );
  const selectUndecodable = main.prepare<[], Counted>(
    `SELECT count(*) AS count, min(at) AS oldest FROM undecodable WHERE sdk_app_id = ${sdkAppId}`,
  );
  const selectPurges = main.prepare<[], { readonly at: number; readonly detail: string }>(
    // The words of the partial index; SQLite has to see them to use it.
    `SELECT at, detail FROM audit WHERE sdk_app_id = ${sdkAppId} AND act = 'purge' AND act NOT IN ('decision', 'answer')
     ORDER BY id DESC LIMIT ${ENTRIES_READ_MAX}`,
  );
  return () => ({
    held: {
      bodies: held(selectMessages.get("held:body")),
      originals: held(selectMessages.get("held:original")),
      edits: held(selectEdits.get(), EDITS_COUNTED_MAX),
      undecodable: held(selectUndecodable.get()),
    },
    forgotten: byLook(selectPurges.iterate()),
    bytes: {
      database: sizeOf(main.name),
      log: sizeOf(`${main.name}-wal`),
      index: sizeOf(file.name) + sizeOf(`${file.name}-wal`),
    },
  });
}

function held(counted: Counted | undefined, max = Infinity): Held {
  const count = counted?.count ?? 0;
  return { count: Math.min(count, max), isMore: count > max, oldestAt: count === 0 ? null : (counted?.oldest ?? null) };
}

/** @param entries newest first */
function byLook(entries: Iterable<{ readonly at: number; readonly detail: string }>): readonly Forgotten[] {
  const looks: Forgotten[] = [];
  let before = Infinity;
  for (const { at, detail } of entries) {
    const { bodies = 0, originals = 0, edits = 0, undecodable = 0 } = JSON.parse(detail) as Partial<Forgotten>;
    const last = looks.at(-1);
    const step = { at, bodies, originals, edits, undecodable };
    if (last !== undefined && before - at < SAME_LOOK_MS) looks[looks.length - 1] = both(last, step);
    else if (looks.length === FORGOTTEN_SHOWN) break;
    else looks.push(step);
    before = at;
  }
  return looks;
}

const both = (newer: Forgotten, older: Forgotten): Forgotten => ({
  at: newer.at,
  bodies: newer.bodies + older.bodies,
  originals: newer.originals + older.originals,
  edits: newer.edits + older.edits,
  undecodable: newer.undecodable + older.undecodable,
});

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
