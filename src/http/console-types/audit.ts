import { z } from "zod";
import { instant } from "./accounts.ts";
import { pageOf, pageQuery } from "./list.ts";
import { since, until } from "./messages.ts";

const WORD_MAX = 100;

export const auditFilters = {
  act: z.string().min(1).max(WORD_MAX).optional(),
  actor: z.string().min(1).max(WORD_MAX).optional(),
  since: since.optional(),
  until: until.optional(),
  message: z.coerce.number().int().positive().optional(),
};
export const auditQuery = z.object({ ...pageQuery, ...auditFilters });
export const exportQuery = z.object({
  ...auditFilters,
  format: z.enum(["csv", "jsonl"]),
  mark: z
    .enum(["none", "utf-8"])
    .default("none")
    .describe("utf-8: a byte order mark in front, by which a spreadsheet knows how the file is written."),
});

export const auditItem = z
  .object({
    id: z.int(),
    at: instant,
    actor: z.string(),
    act: z.string(),
    messageId: z.int().nullable(),
    modificationId: z.string().nullable(),
    detail: z.record(z.string(), z.unknown()),
    seal: z.string().describe("The row's link in the chain."),
  })
  .meta({ id: "AuditItem" });
export const auditPage = pageOf(auditItem);
