/** The audit log as a file: page by page from the newest, so that it may be of any length and is never held as a whole. */
import type { AuditFilters, AuditItem, Page, WrittenPage } from "../ports/console.ts";

export const exportFormats = ["csv", "jsonl"] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** Rows asked for at a time: some milliseconds of the console's thread, and others get their turn in between. */
const ROWS_A_PAGE = 500;
/** By which a spreadsheet knows UTF-8, and without which it garbles every name that is not ASCII. */
const BYTE_ORDER_MARK = "\ufeff";
const COLUMNS = ["id", "at", "actor", "act", "message_id", "modification_id", "detail", "seal"] as const;
/** A spreadsheet takes a cell that begins with one of these for a formula, and runs it. */
const BEGINS_FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;

export type AuditPages = (
  query: AuditFilters & { readonly limit: number; readonly cursor: number | undefined },
) => Promise<Page<AuditItem>>;

/** The same, written already: by whoever has the time for it. */
export type WrittenPages = (query: Parameters<AuditPages>[0]) => Promise<WrittenPage>;

/** @param pages asks for one page of the log */
export const exportAudit = (
  pages: AuditPages,
  filters: AuditFilters,
  format: ExportFormat,
): AsyncGenerator<string, void, undefined> =>
  exportWritten(async (query) => writtenPage(await pages(query), format), filters, format);

/** @param withMark for a spreadsheet; programs that read the file would rather be without */
export async function* exportWritten(
  pages: WrittenPages,
  filters: AuditFilters,
  format: ExportFormat,
  withMark = false,
): AsyncGenerator<string, void, undefined> {
  if (withMark) yield BYTE_ORDER_MARK;
  if (format === "csv") yield `${COLUMNS.join(",")}\r\n`;
  let cursor: number | undefined;
  do {
    const page = await pages({ ...filters, limit: ROWS_A_PAGE, cursor });
    if (page.text !== "") yield page.text;
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
}

export const writtenPage = ({ items, next }: Page<AuditItem>, format: ExportFormat): WrittenPage => ({
  text: items.map(format === "csv" ? inCsv : inJson).join(""),
  next,
});

const inJson = (item: AuditItem): string => `${JSON.stringify({ ...item, at: new Date(item.at).toISOString() })}\n`;

function inCsv({ id, at, actor, act, messageId, modificationId, detail, seal }: AuditItem): string {
  const cells = [id, new Date(at).toISOString(), actor, act, messageId, modificationId, JSON.stringify(detail), seal];
  return `${cells.map((cell) => inCell(cell === null ? "" : String(cell))).join(",")}\r\n`;
}

/** Text that nothing begins with; quoted where it has to be. An apostrophe in front keeps a formula from being one. */
export function inCell(text: string): string {
  const harmless = BEGINS_FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n\t ]|^'/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
