/**
 * Schema steps: SQL files named `NNNN_name.sql`, each applied in one transaction together with the row that says so. A
 * step that was applied is never edited; its digest is kept to notice.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { crashPoint } from "../crash-point.ts";
import { OperatorError } from "../errors.ts";
import type { Sqlite } from "./sqlite-open.ts";

export type SchemaStep = { readonly version: number; readonly name: string; readonly sql: string };

/** Beside the program, whatever the working folder: `src/store` and `dist/store` are equally deep. */
const shipped = fileURLToPath(new URL("../../migrations/sqlite", import.meta.url));

export function shippedSteps(folder = shipped): readonly SchemaStep[] {
  return readdirSync(folder)
    .filter((file) => /^\d{4}_[a-z0-9_]+\.sql$/.test(file))
    .sort()
    .map((file) => ({
      version: Number(file.slice(0, 4)),
      name: file.slice(5, -4),
      sql: readFileSync(join(folder, file), "utf8"),
    }));
}

/**
 * Brings the database to the newest schema that this program knows.
 *
 * @returns the steps that were applied now; after a crash in the middle, what is missing is applied the next time
 * @throws OperatorError when the database is newer than the program, or when an applied step was edited
 */
export function migrate(db: Sqlite, steps: readonly SchemaStep[] = shippedSteps()): readonly SchemaStep[] {
  db.exec(
    "CREATE TABLE IF NOT EXISTS schema_step (version INTEGER PRIMARY KEY, name TEXT NOT NULL, digest TEXT NOT NULL, applied_at INTEGER NOT NULL)",
  );
  const applied: SchemaStep[] = [];
  for (const step of steps) {
    // The check is inside the transaction: of two processes that start together, one applies and the other sees it done.
    const apply = db.transaction(() => {
      refuseSurprises(db, steps);
      if (versionOf(db) >= step.version) return;
      db.exec(step.sql);
      db.prepare(
        "INSERT INTO schema_step (version, name, digest, applied_at) VALUES (?, ?, ?, unixepoch() * 1000)",
      ).run(step.version, step.name, digestOf(step));
      applied.push(step);
      crashPoint("migrate.step_done");
    });
    apply.immediate();
    crashPoint("migrate.step_committed");
  }
  return applied;
}

export function versionOf(db: Sqlite): number {
  const row = db.prepare<[], { version: number | null }>("SELECT max(version) AS version FROM schema_step").get();
  return row?.version ?? 0;
}

function refuseSurprises(db: Sqlite, steps: readonly SchemaStep[]): void {
  const newest = steps.at(-1)?.version ?? 0;
  const version = versionOf(db);
  if (version > newest) {
    throw new OperatorError(
      "STORE_SCHEMA_TOO_NEW",
      `The database has schema ${version}; this version of Emend knows schemas up to ${newest}.`,
      "Start the newer Emend that wrote it, or restore a backup from before the upgrade.",
    );
  }
  const known = new Map(steps.map((step) => [step.version, step]));
  for (const row of db
    .prepare<[], { version: number; digest: string }>("SELECT version, digest FROM schema_step")
    .all()) {
    const step = known.get(row.version);
    if (step !== undefined && digestOf(step) !== row.digest) {
      throw new OperatorError(
        "STORE_SCHEMA_EDITED",
        `Schema step ${row.version} (${step.name}) was edited after it was applied to this database.`,
        "Restore the file as it was released, and put the change into a new step.",
      );
    }
  }
}

const digestOf = (step: SchemaStep): string => createHash("sha256").update(step.sql).digest("hex");
