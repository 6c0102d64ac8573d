/**
 * The rows of a word list of somebody else's, in the forms that such lists have: one word a line with comments, weights
 * and categories, or a table with an action for each word.
 */
import { readCsv, type CsvRow } from "./import-csv.ts";

export type ListRow = {
  readonly line: number;
  readonly word: string;
  readonly category: string | undefined;
  /** What the table says is to be done; undefined in plain lists. */
  readonly action: string | undefined;
  readonly replacement: string;
  readonly caseSensitive: boolean;
};
export type SkippedRow = { readonly line: number; readonly reason: string };
export type RowsReading = { readonly rows: readonly ListRow[]; readonly skipped: readonly SkippedRow[] };

const WORD_NAMES = ["word", "words", "term", "phrase", "keyword", "敏感词", "词"];
const ACTIONS = /^(block|censor|require_approval|flag|silence|replace|link|tag)$/i;
// What the first rows look like, the others look like as well.
const ROWS_LOOKED_AT = 50;

export function readRows(name: string, text: string): RowsReading {
  const csv = readCsv(text);
  return isTable(name, csv.rows) ? tableRows(csv.rows, csv.unclosed) : plainRows(text);
}

function isTable(name: string, rows: readonly CsvRow[]): boolean {
  if (/\.csv$/i.test(name)) return true;
  return rows.slice(0, ROWS_LOOKED_AT).some(({ fields }) => isHeader(fields) || ACTIONS.test(fields[1] ?? ""));
}

function isHeader(fields: readonly string[]): boolean {
  const names = fields.map((field) => field.toLowerCase());
  const word = names.findIndex((field) => WORD_NAMES.includes(field));
  return fields.length > 1 && (word === 0 || (word > 0 && names.includes("action")));
}

function tableRows(rows: readonly CsvRow[], unclosed: readonly number[]): RowsReading {
  const [first] = rows;
  const hasHeader = first !== undefined && (isHeader(first.fields) || WORD_NAMES.includes(first.fields.join()));
  const names = hasHeader ? first.fields.map((field) => field.toLowerCase()) : [];
  const column = (name: string, otherwise: number): number => (hasHeader ? names.indexOf(name) : otherwise);
  const word = hasHeader ? names.findIndex((field) => WORD_NAMES.includes(field)) : 0;
  const [action, replacement, caseSensitive, category] = [
    column("action", 1),
    column("replacement", 2),
    column("case_sensitive", 3),
    column("category", -1),
  ];
  const body = hasHeader ? rows.slice(1) : rows;
  return {
    rows: body
      .filter(({ fields }) => fields.length > 1 || !fields[0]?.startsWith("#"))
      .map(({ line, fields }) => ({
        line,
        word: fields[word] ?? "",
        category: fields[category] || undefined,
        action: fields[action]?.toLowerCase() || undefined,
        replacement: fields[replacement] ?? "",
        caseSensitive: /^(true|t|1|yes)$/i.test(fields[caseSensitive] ?? ""),
      })),
    skipped: unclosed.map((line) => ({ line, reason: 'A quote opens here and nothing closes it. Add the missing ".' })),
  };
}

const WEIGHT = /\|\d+(\.\d+)?$/;
const NUMBER = /^\d+(\.\d+)?$/;
const COUNTED = /^(.*\S)(?: +| ?[=:,] ?)\d+$/;

function plainRows(text: string): RowsReading {
  const rows: ListRow[] = [];
  const skipped: SkippedRow[] = [];
  const lines = text.split(/\r\n|\n|\r/).map((line, index) => ({ line: index + 1, row: line.trim() }));
  const written = lines.filter(({ row }) => row !== "" && !row.startsWith("#"));
  // `area 51` is a word with a number; only where every row ends in one does it count something.
  const countsAll = written.length > 2 && written.every(({ row }) => COUNTED.test(row) || row.includes("\t"));
  for (const { line, row } of written) {
    const [first = "", ...rest] = row.split("\t").map((field) => field.trim());
    const categories = rest.filter((field) => field !== "" && !NUMBER.test(field));
    if (categories.length > 1) {
      skipped.push({ line, reason: "After the word stand several columns. Keep the word, a tab and the category." });
      continue;
    }
    const plain = (countsAll ? first.replace(COUNTED, "$1") : first).replace(WEIGHT, "").replace(/[,，、;；]$/, "");
    const more = { action: undefined, replacement: "", caseSensitive: false };
    rows.push({ line, word: plain.trim(), category: categories[0], ...more });
  }
  return { rows, skipped };
}
