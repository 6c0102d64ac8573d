/** What makes a term, a list entry or an allow phrase unfit, found when it is loaded and not by its silence later. */
import { isInvisible } from "./fold.ts";
import { keyOf } from "./matching/key.ts";
import { TERM_LENGTH_MAX } from "./rule-schema.ts";

export type EntryFault = { readonly message: string; readonly severity: "error" | "warning" };

// What nearly all entries of nearly all lists look like: letters, digits or Chinese characters, two at least, and blanks
// between them. Nothing can be wrong with those, and a list has a hundred thousand of them.
const ORDINARY = /^[a-z0-9\u4e00-\u9fff][a-z0-9\u4e00-\u9fff ]*[a-z0-9\u4e00-\u9fff]$/i;
const FOLDED_ALREADY = /^[a-z0-9]+$/;
const INVISIBLE_OR_BROKEN = /[\p{Cc}\p{Cs}]/u;

export function faultOfEntry(entry: string): EntryFault | undefined {
  const error = (message: string): EntryFault => ({ message, severity: "error" });
  if (entry.length > TERM_LENGTH_MAX) {
    return error(`The entry is longer than ${TERM_LENGTH_MAX} characters. Shorten it, or use a pattern.`);
  }
  if (ORDINARY.test(entry)) return undefined;
  for (const character of entry) {
    // Nobody sees it, nobody can check it, and matching skips it in the text anyway.
    if (isInvisible(character) || INVISIBLE_OR_BROKEN.test(character)) {
      return error(
        `The entry holds the invisible character ${codePointName(character)}. Type the entry again without it.`,
      );
    }
  }
  const units = keyOf(entry).length;
  if (units === 0) return error("Nothing of this entry is left to look for. Remove it.");
  if (units === 1) {
    const message = `"${entry}" is one single character and will hit often. Make it longer, or make sure with tests.`;
    return { message, severity: "warning" };
  }
  return undefined;
}

/** What an entry is once it is folded: entries with the same are the same. Empty when nothing of it can be seen. */
export function foldedEntry(entry: string): string {
  if (FOLDED_ALREADY.test(entry)) return entry;
  const key = keyOf(entry);
  let folded = "";
  for (const code of key) folded += String.fromCodePoint(code);
  return folded;
}

function codePointName(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}
