/** `emend migrate` and `emend audit verify`: the record without the service. */
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

export async function auditVerify(context: CliContext): Promise<ExitCode> {
  const config = configOrSay(context);
  if (config === undefined) return exit.usage;
  const { databasePath } = config.service;
  const db = openSqlite(databasePath);
  try {
    migrate(db);
    const verdict = verifyAudit(db, auditKey(config.service.auditKey, databasePath));
    if (verdict.ok) {
      context.out(`${verdict.rows} entries, whole; head ${verdict.head}\n`);
      return exit.done;
    }
    context.out(`broken at entry ${verdict.brokenAt}\n`);
    context.say("An entry was changed, removed or written with another key. Compare with a backup from before.");
    return exit.failed;
  } finally {
    db.close();
  }
}
