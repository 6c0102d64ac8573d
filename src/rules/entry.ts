/** What makes a term, a list entry or an allow phrase unfit, found when it is loaded and not by its silence later. */
import { isInvisible } from "./fold.ts";
import { keyOf } from "./keywords.ts";
import { TERM_LENGTH_MAX } from "./rule-schema.ts";

export type EntryFault = { readonly message: string; readonly severity: "error" | "warning" };

export function faultOfEntry(entry: string): EntryFault | undefined {
  const error = (message: string): EntryFault => ({ message, severity: "error" });
  if (entry.length > TERM_LENGTH_MAX) {
    return error(`The entry is longer than ${TERM_LENGTH_MAX} characters. Shorten it, or use a pattern.`);
  }
  for (const character of entry) {
    // Nobody sees it, nobody can check it, and matching skips it in the text anyway.
    if (isInvisible(character) || /[\p{Cc}\p{Cs}]/u.test(character)) {
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

function codePointName(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}
