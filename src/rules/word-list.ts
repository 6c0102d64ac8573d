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
  text
    .replace(/^\uFEFF/, "")
    .split(/\r\n|\n|\r/)
    .forEach((row, index) => {
      if (row.trim() === "" || row.trimStart().startsWith("#")) return;
      const [word = "", category = "", ...rest] = row.split("\t");
      const entry = word.trim();
      const line = index + 1;
      const column = row.length - row.trimStart().length + 1;
      const report = (message: string, severity: Problem["severity"]): void =>
        void problems.push({ file, line, column, message, severity });
      if (rest.some((more) => more.trim() !== "")) {
        report("After the category nothing more may stand. Remove the second tab and what follows.", "error");
      }
      const fault = faultOfEntry(entry);
      if (fault) report(fault.message, fault.severity);
      if (fault?.severity === "error") return;
      terms.push({ text: entry, category: category.trim() || undefined, file, position: { line, column } });
    });
  return { terms, problems };
}
