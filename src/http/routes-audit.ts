/** The audit log, and the same as a file. Reviewers see it: it names accounts, and who looked at what. */
import type { AuditEntry } from "../domain/audit.ts";
import type { WrittenPages } from "../flows/audit-export.ts";
import { exportWritten } from "../flows/audit-export.ts";
import type { ConsoleReads } from "../ports/console.ts";
import type { EpochMs } from "../domain/time.ts";
import { answerTo } from "./answers.ts";
import * as types from "./console-types/audit.ts";
import { cursorFor, numberIn } from "./cursor.ts";
import type { Route } from "./route.ts";
import { defineRoute, defineStream } from "./route.ts";

export type AuditRouteParts = {
  readonly reads: ConsoleReads;
  readonly auditOnly: (entries: readonly AuditEntry[]) => Promise<void>;
  readonly now: () => EpochMs;
};

const tag = "Audit" as const;
const LIST = "audit";
const TYPES = { csv: "text/csv; charset=utf-8", jsonl: "application/jsonl; charset=utf-8" } as const;

export function auditRoutes({ reads, auditOnly, now }: AuditRouteParts): readonly Route[] {
  return [
    defineRoute(
      {
        ...{ method: "GET", path: "/api/v1/audit", tag, least: "reviewer", problems: [503] },
        summary: "Every act, newest first. A page may be short and still have a next: ask on with its cursor.",
        query: types.auditQuery,
        answer: types.auditPage,
      },
      async ({ query, signal }) => {
        const { cursor, ...filters } = query;
        const { items, next } = await answerTo(reads, "audit", { ...filters, cursor: numberIn(LIST, cursor) }, signal);
        return { items, next: cursorFor(LIST, next) };
      },
    ),
    defineStream(
      {
        ...{ method: "GET", path: "/api/v1/audit/export", tag, least: "reviewer", audit: ["export"], problems: [503] },
        summary: "The log with the same filters, as CSV or JSON Lines; that it was exported is written down.",
        query: types.exportQuery,
        types: [TYPES.csv, TYPES.jsonl],
      },
      async ({ account, query, signal }) => {
        const { format, mark, ...filters } = query;
        const at = now();
        // Before the first row: an export that was broken off has been seen all the same.
        await auditOnly([{ at, actor: account.name, act: "export", detail: { format, ...filters } }]);
        const pages: WrittenPages = (page) => answerTo(reads, "writtenAudit", { ...page, format }, signal);
        return {
          type: TYPES[format],
          filename: `emend-audit-${new Date(at).toISOString().slice(0, 10)}.${format}`,
          chunks: exportWritten(pages, filters, format, mark === "utf-8"),
        };
      },
    ),
  ];
}
