/** `emend migrate`: the schema without the service. */
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
