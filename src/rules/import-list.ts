/**
 * Takes over a word list from elsewhere: reads it in whatever form it has, leaves out what would do nothing or harm, and
 * says of every row that is left out why. What comes out is a list, or a pack where the rows say what is to be done.
 */
import { faultOfEntry, foldedEntry } from "./entry.ts";
import { isInvisible } from "./fold.ts";
import { packText } from "./import-pack.ts";
import { readRows, type ListRow, type SkippedRow } from "./import-rows.ts";
import { TERM_LENGTH_MAX } from "./rule-schema.ts";

export type Imported = {
  readonly kind: "list" | "pack";
  /** In pieces, so that nobody has to hold a large list twice. */
  readonly pieces: Iterable<string>;
  readonly entries: number;
  /** In the order of their lines. */
  readonly skipped: readonly SkippedRow[];
};

/** Rows that belong into one rule of the pack. */
export type EntryGroup = {
  readonly mode: "enforce" | "flag";
  readonly replacement: string | undefined;
  readonly caseSensitive: boolean;
  readonly words: string[];
};

// The largest public lists have some two hundred thousand rows; at a hundred bytes each that is less.
export const IMPORT_BYTES_MAX = 32 * 1024 * 1024;
const PIECE_ROWS = 1_000;

/** The text of a file, whatever it was saved as; undefined for what is neither UTF-8 nor marked UTF-16. */
export function decodeList(bytes: Uint8Array): string | undefined {
  const [first, second] = bytes;
  const encoding =
    first === 0xff && second === 0xfe ? "utf-16le" : first === 0xfe && second === 0xff ? "utf-16be" : "utf-8";
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** @param name of the file: tells tables by their ending, and names the pack */
export function importList(name: string, text: string): Imported {
  const { rows, skipped: unread } = readRows(name, text);
  const skipped = [...unread];
  const kept: ListRow[] = [];
  const lines = new Map<string, number>();
  const isPack = rows.some(({ action }) => action !== undefined);
  for (const row of rows) {
    const word = withoutInvisible(row.word);
    const reason = reasonAgainst({ ...row, word }, isPack) ?? sameAsBefore(lines, { ...row, word });
    if (reason === undefined) kept.push({ ...row, word });
    else skipped.push({ line: row.line, reason });
  }
  skipped.sort((a, b) => a.line - b.line);
  const pieces = isPack ? packText(name, groupsOf(kept)) : listText(name, kept);
  return { kind: isPack ? "pack" : "list", pieces, entries: kept.length, skipped };
}

/** Lists that went through chats and web pages are full of them. */
function withoutInvisible(word: string): string {
  return [...word]
    .filter((character) => !isInvisible(character))
    .join("")
    .trim();
}

function reasonAgainst({ word, action, replacement }: ListRow, isPack: boolean): string | undefined {
  if (word === "") return "There is no word in this row. Remove it.";
  if (isPack) {
    const reason = reasonAgainstAction(action, replacement);
    if (reason !== undefined) return reason;
  } else if (word.startsWith("#"))
    return "Lists take what begins with # for a comment. Put the word under terms of a rule.";
  if (isRegularExpression(word)) return "This is a regular expression. Rewrite it by hand under patterns of a rule.";
  if (word.includes("*")) return "* is no wildcard here. Write the words out, or a pattern.";
  if (word.includes("|")) return "Several words stand here. Write each on a line of its own.";
  if (isBase64(word)) return "This looks like base64. Decode the list first (base64 -d), and import the result.";
  const fault = faultOfEntry(word);
  if (fault?.severity === "warning") {
    return "One single character hits innocent texts. Add it to the list by hand if it is meant.";
  }
  return fault?.message;
}

const MODES: Readonly<Record<string, EntryGroup["mode"]>> = {
  block: "enforce",
  censor: "enforce",
  replace: "enforce",
  require_approval: "flag",
  flag: "flag",
};

function reasonAgainstAction(action: string | undefined, replacement: string): string | undefined {
  if (action === undefined) return "This row has no action, and others have. Add block, censor, flag or replace.";
  if (action === "replace" && replacement === "") return "The replacement is empty. Add one, or use censor.";
  if (action === "replace" && replacement.length > 100)
    return "The replacement is longer than 100 characters. Shorten it.";
  if (Object.hasOwn(MODES, action)) return undefined;
  if (/^(link|tag|silence)$/.test(action))
    return `There is nothing like "${action}" for chat messages. Remove the row.`;
  return `The action "${action}" is not known. Use block, censor, require_approval, flag or replace.`;
}

function sameAsBefore(lines: Map<string, number>, { word, line, caseSensitive }: ListRow): string | undefined {
  const name = caseSensitive ? `as written: ${word}` : foldedEntry(word);
  const before = lines.get(name);
  if (before !== undefined) return `This is the same word as in line ${before}. Remove one.`;
  lines.set(name, line);
  return undefined;
}

/** Escapes, classes, groups and counts; a lone sign such as in `c++` or `a$$` makes none. */
const REGULAR_EXPRESSION =
  /\\[a-zA-Z.*+?()[\]]|\(\?|\[[^\]]+\][*+?{]?|[.)\]][*+]|\.\?|\([^)]*\|[^)]*\)|\{\d+(,\d*)?\}|^\^.|^\/.+\/[gimsu]*$/;

function isRegularExpression(word: string): boolean {
  return word.length <= TERM_LENGTH_MAX && REGULAR_EXPRESSION.test(word);
}

const PRINTABLE = /^[\p{L}\p{N}\p{P}\p{S} \r\n]+$/u;

/** Small letters alone are a word, whatever they decode to. */
function isBase64(word: string): boolean {
  if (word.length < 4 || word.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(word) || !/[A-Z0-9]/.test(word)) {
    return false;
  }
  const decoded = decodeList(Uint8Array.from(atob(word), (character) => character.charCodeAt(0)));
  if (decoded === undefined || !PRINTABLE.test(decoded)) return false;
  return word.endsWith("=") || /[^\p{ASCII}]|^[a-z]{2,}/u.test(decoded);
}

function groupsOf(rows: readonly ListRow[]): readonly EntryGroup[] {
  const groups = new Map<string, EntryGroup>();
  for (const { word, action = "", replacement: written, caseSensitive } of rows) {
    const mode = MODES[action] ?? "flag";
    const replacement = action === "replace" ? written : undefined;
    const name = JSON.stringify([mode, replacement, caseSensitive]);
    const group = groups.get(name) ?? { mode, replacement, caseSensitive, words: [] };
    groups.set(name, group);
    group.words.push(word);
  }
  return [...groups.values()];
}

function* listText(name: string, rows: readonly ListRow[]): Generator<string> {
  yield `# From ${name.replace(/[^\p{L}\p{N}._ -]/gu, "_")}: ${rows.length} entries.\n`;
  for (let from = 0; from < rows.length; from += PIECE_ROWS) {
    const piece = rows.slice(from, from + PIECE_ROWS);
    yield piece.map(({ word, category }) => (category ? `${word}\t${category}\n` : `${word}\n`)).join("");
  }
}
