/**
 * Word lists: plain text beside the packs, one entry a line. A line that begins with `#` is a comment; after a tab may
 * stand a category that goes before the one of the rule.
 */
import { faultOfEntry } from "./entry.ts";
import type { Problem, Term } from "./rule.ts";

export type WordList = { readonly terms: readonly Term[]; readonly problems: readonly Problem[] };

export function readWordList(file: string, text: string): WordList {
  const terms: Term[] = [];
  const problems: Problem[] = [];
  const plain = text.replace(/^\uFEFF/, "");
  const rows = plain.split(plain.includes("\r") ? /\r\n|\n|\r/ : "\n");
  const hasNul = plain.includes("\0"); // Even in a comment: it may have swallowed the lines after it.
  for (let index = 0; index < rows.length; index += 1) {
    const row = rows[index] ?? "";
    const trimmed = row.trim();
    if (hasNul && row.includes("\0")) {
      const message = "A NUL character stands here. The file may be half written: save it again without it.";
      problems.push({ file, line: index + 1, column: row.indexOf("\0") + 1, message, severity: "error" });
      continue;
    }
    if (trimmed === "" || trimmed.startsWith("#")) continue;
    const tab = row.indexOf("\t");
    const entry = tab === -1 ? trimmed : row.slice(0, tab).trim();
    const column = row === trimmed ? 1 : row.length - row.trimStart().length + 1;
    const position = { line: index + 1, column };
    const [category, ...more] = tab === -1 ? NO_COLUMNS : row.slice(tab + 1).split("\t");
    if (more.some((each) => each.trim() !== "")) {
      const message = "After the category nothing more may stand. Remove the second tab and what follows.";
      problems.push({ file, ...position, message, severity: "error" });
    }
    const fault = faultOfEntry(entry);
    if (fault) problems.push({ file, ...position, ...fault });
    if (fault?.severity === "error") continue;
    terms.push({ text: entry, category: category?.trim() || undefined, file, position });
  }
  return { terms, problems };
}

const NO_COLUMNS: readonly string[] = [];
