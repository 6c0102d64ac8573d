/** `emend audit verify` and `emend audit export`: the audit log without the service, or beside it. */
import { existsSync } from "node:fs";
import { systemClock } from "../clock.ts";
import type { EpochMs } from "../domain/time.ts";
import type { ExportFormat } from "../flows/audit-export.ts";
import { exportAudit } from "../flows/audit-export.ts";
import { auditKey, createAuditAppender, serviceAuditKey, verifyAudit } from "../store/audit-chain.ts";
import { createAuditPages } from "../store/audit-pages.ts";
import { migrate } from "../store/migrate.ts";
import { openSqlite } from "../store/sqlite-open.ts";
import type { CliContext, ExitCode } from "./environment.ts";
import { configOrSay, exit, recordOrSay } from "./environment.ts";
import { progressOn } from "./progress.ts";

export type AuditExportOptions = { readonly format: ExportFormat; readonly since?: EpochMs };

/** The newest entry first, and that is the one which says that the log was exported. */
export async function auditExport({ format, since }: AuditExportOptions, context: CliContext): Promise<ExitCode> {
  const record = recordOrSay(context);
  if (typeof record === "number") return record;
  const { sdkAppId, path, service } = record;
  const db = openSqlite(path);
  try {
    migrate(db);
    const append = db.transaction(createAuditAppender(db, sdkAppId, serviceAuditKey(db, service.auditKey, path)));
    const detail = { how: "command", format, ...(since === undefined ? {} : { since }) };
    append.immediate([{ at: systemClock.now(), actor: "operator", act: "export", detail }]);
    const log = createAuditPages(db, sdkAppId);
    const all = log.count(since);
    const onProgress = progressOn(context.say, (count) => `${Math.round(count)} entries`);
    let done = 0;
    const pages: Parameters<typeof exportAudit>[0] = async ({ limit, cursor }) => {
      const page = log.page({ since, limit, cursor });
      done += page.items.length;
      return page;
    };
    for await (const chunk of exportAudit(pages, {}, format)) {
      context.out(chunk);
      onProgress(done, all);
      // Somebody may want to stop it.
      await systemClock.wait(0, context.signal);
      if (context.signal.aborted) {
        context.say("Interrupted: what was written is not the whole log.");
        return exit.failed;
      }
    }
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
