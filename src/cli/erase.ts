/** `emend erase --user ID`: forgets what one user wrote. */
import { existsSync } from "node:fs";
import { systemClock } from "../clock.ts";
import type { UserId } from "../domain/message.ts";
import type { Erased } from "../ports/erasures.ts";
import { serviceAuditKey } from "../store/audit-chain.ts";
import { migrate } from "../store/migrate.ts";
import { countTextsOf, eraseUser } from "../store/sqlite-erase.ts";
import { openSqlite } from "../store/sqlite-open.ts";
import type { CliContext, ExitCode } from "./environment.ts";
import { configOrSay, exit } from "./environment.ts";

export async function erase(
  { user, dryRun }: { readonly user: string; readonly dryRun: boolean },
  context: CliContext,
): Promise<ExitCode> {
  const config = configOrSay(context);
  if (config === undefined) return exit.usage;
  const { tencent, service } = config;
  if (tencent === undefined) {
    context.say("ERASE_NO_APP  No app is configured, so it is not clear whose user is meant. Set TENCENT_SDK_APP_ID.");
    return exit.usage;
  }
  const path = service.databasePath;
  if (!existsSync(path)) {
    context.say(`${path} cannot be found. Check EMEND_DATABASE_URL.`);
    return exit.failed;
  }
  const db = openSqlite(path);
  try {
    migrate(db);
    const key = serviceAuditKey(db, service.auditKey, path);
    const id = user as UserId;
    const app = { db, sdkAppId: tencent.sdkAppId };
    if (dryRun) {
      context.out(`would erase ${inWords(countTextsOf(app, id))}\n`);
      return exit.done;
    }
    const wait = (ms: number): Promise<void> => systemClock.wait(ms, context.signal);
    const erased = await eraseUser({ ...app, auditKey: key, now: () => systemClock.now(), wait }, id);
    context.out(`erased ${inWords(erased)}\n`);
    context.say(
      "Not reached: what Tencent stores, other people's messages that quote this user, and backups and copies made before.",
    );
    return exit.done;
  } finally {
    db.close();
  }
}

const inWords = ({ messages, edits, orders, undecodable }: Erased): string =>
  `the texts of ${messages} messages and ${edits} edits, ${orders} waiting orders, ${undecodable} callbacks that were not understood`;
