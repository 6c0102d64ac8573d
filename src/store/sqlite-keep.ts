/** What is kept beside messages and orders, and for how long: rule sets, bodies, originals. */
import { crashPoint } from "../crash-point.ts";
import type { AuditEntry } from "../domain/audit.ts";
import type { SdkAppId } from "../domain/message.ts";
import type { EpochMs } from "../domain/time.ts";
import { epochMs } from "../domain/time.ts";
import type { RetentionStore, RuleStore } from "../ports/store.ts";
import { createEditRetention } from "./sqlite-edit-keep.ts";
import type { Sqlite } from "./sqlite-open.ts";

/** Rule sets that were live: enough to look back on, few enough that large lists do not fill the disk. */
const REVISIONS_KEPT = 20;
/** Among the last this many there is one with a time, or nobody says any. */
const NEWEST_ROWS = 100;
/** Rows looked at in one step of a purge: a few milliseconds, so that no callback waits for it. */
const PURGE_STEP_ROWS = 500;

export function createSqliteRules(db: Sqlite, sdkAppId: SdkAppId): RuleStore {
  const insert = db.prepare(
    `INSERT INTO rule_revision (revision, sdk_app_id, files, loaded_at) VALUES (?, ?, ?, ?)
     ON CONFLICT (sdk_app_id, revision) DO UPDATE SET loaded_at = excluded.loaded_at`,
  );
  const select = db.prepare<[number], { revision: string; files: string }>(
    "SELECT revision, files FROM rule_revision WHERE sdk_app_id = ? ORDER BY loaded_at DESC LIMIT 1",
  );
  const forgetOld = db.prepare(
    `DELETE FROM rule_revision WHERE sdk_app_id = @app AND revision NOT IN
       (SELECT revision FROM rule_revision WHERE sdk_app_id = @app ORDER BY loaded_at DESC LIMIT ${REVISIONS_KEPT})`,
  );
  const save = db.transaction((revision: string, files: string, at: EpochMs) => {
    insert.run(revision, sdkAppId, files, at);
    forgetOld.run({ app: sdkAppId });
    crashPoint("rules.before_commit");
  });
  return {
    async saveRules({ revision, files }, at) {
      save.immediate(revision, JSON.stringify([...files]), at);
    },
    async lastRules() {
      const row = select.get(sdkAppId);
      if (row === undefined) return undefined;
      return { revision: row.revision, files: new Map(JSON.parse(row.files) as [string, string][]) };
    },
  };
}

/**
 * Messages are numbered in the order in which they came, so a purge walks the numbers and remembers how far it has come:
 * it needs no index and looks at no row twice.
 */
export function createSqliteRetention(
  db: Sqlite,
  sdkAppId: SdkAppId,
  appendAudit: (entries: readonly AuditEntry[]) => void,
): RetentionStore {
  const progress = db.prepare<[number, string], { value: string }>(
    "SELECT value FROM fact WHERE sdk_app_id = ? AND name = ?",
  );
  const setProgress = db.prepare(
    `INSERT INTO fact (sdk_app_id, name, value) VALUES (?, ?, ?)
     ON CONFLICT (sdk_app_id, name) DO UPDATE SET value = excluded.value`,
  );
  const forgetProgress = db.prepare(
    "DELETE FROM fact WHERE sdk_app_id = ? AND name IN ('bodies_purged_to', 'originals_purged_to')",
  );
  const span = db.prepare<{ from: number; before: number; rows: number }, { last: number | null; seen: number }>(
    `SELECT max(id) AS last, count(*) AS seen FROM
       (SELECT id, received_at FROM message WHERE id > @from ORDER BY id LIMIT @rows) WHERE received_at < @before`,
  );
  const dropBodies = db.prepare(
    "UPDATE message SET callback = NULL WHERE id > ? AND id <= ? AND decision = 'pass' AND callback IS NOT NULL",
  );
  const dropOriginals = db.prepare(
    "UPDATE message SET callback = NULL WHERE id > ? AND id <= ? AND decision <> 'undecided' AND callback IS NOT NULL",
  );
  const dropPayloads = db.prepare(
    `UPDATE payload SET body = x'' WHERE modification_id IN
       (SELECT id FROM modification WHERE message_id > ? AND message_id <= ? AND state NOT IN ('pending', 'claimed'))`,
  );
  // Whoever answers what a rule did may quote what it was about.
  const dropNotes = db.prepare("UPDATE verdict SET note = '' WHERE message_id > ? AND message_id <= ? AND note <> ''");
  const dropUndecodable = db.prepare("DELETE FROM undecodable WHERE at < ?");

  // Not every callback says when its message was sent.
  const newest = db.prepare<[number], { sent_at: number | null }>(
    `SELECT max(sent_at) AS sent_at FROM (SELECT sent_at FROM message WHERE sdk_app_id = ? ORDER BY id DESC LIMIT ${NEWEST_ROWS})`,
  );

  const forgetEdits = createEditRetention(db, sdkAppId, PURGE_STEP_ROWS);

  type Step = { readonly dropped: number; readonly more: boolean };
  const walk = (name: string, before: EpochMs, drop: (from: number, to: number) => number): Step => {
    const from = Number(progress.get(sdkAppId, name)?.value ?? 0);
    const { last, seen } = span.get({ from, before, rows: PURGE_STEP_ROWS }) ?? { last: null, seen: 0 };
    if (last === null) return { dropped: 0, more: false };
    const dropped = drop(from, last);
    setProgress.run(sdkAppId, name, String(last));
    return { dropped, more: seen === PURGE_STEP_ROWS };
  };

  const step = db.transaction((before: { readonly bodies: EpochMs; readonly originals: EpochMs }, at: EpochMs) => {
    const undecodable = dropUndecodable.run(before.bodies).changes;
    const bodies = walk("bodies_purged_to", before.bodies, (from, to) => dropBodies.run(from, to).changes);
    crashPoint("purge.bodies_dropped");
    const originals = walk("originals_purged_to", before.originals, (from, to) => {
      dropPayloads.run(from, to);
      dropNotes.run(from, to);
      return dropOriginals.run(from, to).changes;
    });
    const edits = forgetEdits(before);
    const dropped = { bodies: bodies.dropped, originals: originals.dropped, edits: edits.dropped, undecodable };
    if (Object.values(dropped).some((count) => count > 0)) {
      appendAudit([{ at, actor: "emend", act: "purge", detail: { ...dropped, before } }]);
    }
    crashPoint("purge.before_commit");
    return bodies.more || originals.more || edits.more;
  });

  return {
    async newestSentAt() {
      const row = newest.get(sdkAppId);
      return row?.sent_at == null ? undefined : epochMs(row.sent_at);
    },
    async purge(before, at) {
      return step.immediate(before, at);
    },
    async purgeAnew() {
      forgetProgress.run(sdkAppId);
    },
  };
}
