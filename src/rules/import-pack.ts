/** Writes a pack from a table of words and actions: a rule for each thing that is to be done. */
import type { EntryGroup } from "./import-list.ts";

export function* packText(fileName: string, groups: readonly EntryGroup[]): Generator<string> {
  const pack = packNameOf(fileName);
  yield "# yaml-language-server: $schema=./emend.schema.json\n";
  yield `pack: ${pack}\nrules:${groups.length === 0 ? " []" : ""}\n`;
  const ids = new Map<string, number>();
  for (const { mode, replacement, caseSensitive, words } of groups) {
    const wish = `${pack}.${replacement === undefined ? mode : "replace"}${caseSensitive ? ".exact" : ""}`;
    const count = (ids.get(wish) ?? 0) + 1;
    ids.set(wish, count);
    yield `  - id: ${count === 1 ? wish : `${wish}.${count}`}\n    mode: ${mode}\n`;
    // JSON's strings are YAML's quoted ones: nothing in a word can break out of them.
    if (replacement !== undefined) yield `    action: { mask: { text: ${quoted(replacement)} } }\n`;
    if (caseSensitive) yield "    fold: { case: off }\n";
    yield "    match:\n      terms:\n";
    for (const word of words) yield `        - ${quoted(word)}\n`;
  }
}

// Leaves room in the hundred characters of an id for what is added to it.
const NAME_LENGTH_MAX = 60;

function packNameOf(fileName: string): string {
  const name = fileName
    .toLowerCase()
    .replace(/\.[^.]*$/, "")
    .replace(/[^a-z0-9._-]+/g, "-")
    .replace(/^[^a-z0-9]+|-+$/g, "")
    .slice(0, NAME_LENGTH_MAX);
  // A name that YAML's readers take for a number or a truth value is none to people either.
  return name === "" ? "imported" : name;
}

function quoted(text: string): string {
  return JSON.stringify(text);
}
