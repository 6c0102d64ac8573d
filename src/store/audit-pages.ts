/** The audit log page by page for a command, which asks seldom, waits, and has no use for the console's own file. */
import type { SdkAppId } from "../domain/message.ts";
import type { EpochMs } from "../domain/time.ts";
import type { AuditRow } from "../ports/console-rows.ts";
import type { AuditItem, Page } from "../ports/console.ts";
import { auditColumns, toAuditItem } from "./console/audit-rows.ts";
import type { Sqlite } from "./sqlite-open.ts";

export interface AuditPages {
  /** How many entries there are since then. */
  count(since: EpochMs | undefined): number;
  /** Newest first. @param cursor only entries before this one */
  page(query: {
    readonly since?: EpochMs | undefined;
    readonly limit: number;
    readonly cursor: number | undefined;
  }): Page<AuditItem>;
}

export function createAuditPages(db: Sqlite, sdkAppId: SdkAppId): AuditPages {
  const where = `sdk_app_id = ${sdkAppId} AND at >= @since`;
  const counted = db.prepare<{ since: number }, number>(`SELECT count(*) FROM audit WHERE ${where}`).pluck();
  const select = db.prepare<{ since: number; before: number; limit: number }, AuditRow>(
    `SELECT ${auditColumns} FROM audit WHERE ${where} AND id < @before ORDER BY id DESC LIMIT @limit`,
  );
  return {
    count: (since = 0 as EpochMs) => counted.get({ since }) ?? 0,
    page({ since = 0, limit, cursor: before = Number.MAX_SAFE_INTEGER }) {
      const items = select.all({ since, before, limit }).map(toAuditItem);
      return { items, next: items.length < limit ? null : (items.at(-1)?.id ?? null) };
    },
  };
}
