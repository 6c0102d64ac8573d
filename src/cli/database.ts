/** `emend migrate` and `emend audit verify`: the record without the service. */
import { existsSync } from "node:fs";
import { auditKey, verifyAudit } from "../store/audit-chain.ts";
import { migrate, versionOf } from "../store/migrate.ts";
import { openSqlite } from "../store/sqlite-open.ts";
import type { CliContext, ExitCode } from "./environment.ts";
import { configOrSay, exit } from "./environment.ts";

export async function migrateDatabase(context: CliContext): Promise<ExitCode> {
  const config = configOrSay(context);
  if (config === undefined) return exit.usage;
  const db = openSqlite(config.service.databasePath);
  try {
    for (const { version, name } of migrate(db)) context.out(`applied ${version} ${name}\n`);
    context.say(`${config.service.databasePath} has schema ${versionOf(db)}.`);
    return exit.done;
  } finally {
    db.close();
  }
}

/** @param head a seal that the log showed earlier; without one, rows cut off at the end cannot be told */
export async function auditVerify(head: string | undefined, context: CliContext): Promise<ExitCode> {
  const config = configOrSay(context);
  if (config === undefined) return exit.usage;
  const { databasePath, auditKey: configured } = config.service;
  const missing = [databasePath, ...(configured === undefined ? [`${databasePath}.audit-key`] : [])].filter(
    (path) => !existsSync(path),
  );
  if (missing.length > 0) {
    context.say(
      `${missing.join(" and ")} cannot be found. Check EMEND_DATABASE_URL, and keep the key with the database.`,
    );
    return exit.failed;
  }
  const db = openSqlite(databasePath);
  try {
    migrate(db);
    const verdict = verifyAudit(db, auditKey(configured, databasePath), head);
    if (!verdict.ok) {
      context.out(`broken at entry ${verdict.brokenAt}\n`);
      context.say("An entry was changed, removed or written with another key. Compare with a backup from before.");
      return exit.failed;
    }
    if (!verdict.headFound) {
      context.out(`${verdict.rows} entries, but not the head that was given\n`);
      context.say("Entries were cut off at the end since that head was logged.");
      return exit.failed;
    }
    context.out(`${verdict.rows} entries, whole; head ${verdict.head}\n`);
    return exit.done;
  } finally {
    db.close();
  }
}
