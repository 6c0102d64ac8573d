/**
 * JSON that is carried instead of understood. A `JSON.parse` and back would round numbers beyond 2^53, merge duplicate
 * keys and change the spacing; whoever compares bytes would then see our doing and not the caller's.
 */

export type RawJson = { readonly rawJson: string };
export const rawJson = (text: string): RawJson => ({ rawJson: text });

const isRawJson = (value: unknown): value is RawJson =>
  typeof value === "object" && value !== null && "rawJson" in value && typeof value.rawJson === "string";

/** An object's text. Members that are undefined are left out, as `JSON.stringify` does; raw ones go in as they are. */
export function writeObject(members: Readonly<Record<string, unknown>>): string {
  const written: string[] = [];
  for (const [name, value] of Object.entries(members)) {
    if (value === undefined) continue;
    written.push(`${JSON.stringify(name)}:${isRawJson(value) ? value.rawJson : JSON.stringify(value)}`);
  }
  return `{${written.join(",")}}`;
}

export const writeArray = (texts: readonly string[]): RawJson => rawJson(`[${texts.join(",")}]`);

/**
 * The text of each member's value, byte for byte. Of members with the same name the last one counts, as for
 * `JSON.parse`. `json` must be an object that `JSON.parse` has accepted: nothing is checked a second time.
 */
export function memberTexts(json: string): ReadonlyMap<string, string> {
  const members = new Map<string, string>();
  let at = skipSpace(json, skipSpace(json, 0) + 1);
  while (json[at] === '"') {
    const nameEnd = stringEnd(json, at);
    const name = JSON.parse(json.slice(at, nameEnd)) as string;
    const start = skipSpace(json, skipSpace(json, nameEnd) + 1);
    const end = valueEnd(json, start);
    members.set(name, json.slice(start, end));
    at = skipSpace(json, end);
    if (json[at] === ",") at = skipSpace(json, at + 1);
  }
  return members;
}

function skipSpace(json: string, from: number): number {
  let at = from;
  while (json[at] === " " || json[at] === "\t" || json[at] === "\n" || json[at] === "\r") at++;
  return at;
}

/** Past the closing quote of the string that opens at `from`. */
function stringEnd(json: string, from: number): number {
  let at = from + 1;
  while (at < json.length && json[at] !== '"') at += json[at] === "\\" ? 2 : 1;
  return at + 1;
}

function valueEnd(json: string, from: number): number {
  if (json[from] === '"') return stringEnd(json, from);
  let depth = 0;
  let at = from;
  while (at < json.length) {
    const character = json[at];
    if (character === '"') {
      at = stringEnd(json, at);
      continue;
    }
    if (character === "{" || character === "[") depth++;
    else if (character === "}" || character === "]") {
      if (depth === 0) return at;
      depth--;
      if (depth === 0) return at + 1;
    } else if (depth === 0 && (character === "," || skipSpace(json, at) !== at)) return at;
    at++;
  }
  return at;
}
