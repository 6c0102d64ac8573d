/**
 * Reading JSON without taking it apart. `JSON.parse` loses what we have promised to keep (numbers beyond 2^53, duplicate
 * keys, spacing, escapes), so what goes back to Tencent is spliced into the original text instead. These functions find
 * the places to splice.
 *
 * They presume a text that `JSON.parse` accepts and say nothing useful about others. None of them recurses: nesting is
 * bounded by the text's length, not by the stack.
 */

/** Half-open, in UTF-16 units of the JSON text. */
export type Range = { readonly start: number; readonly end: number };
export type Member = { readonly key: string; readonly value: Range };

const quote = 0x22;
const backslash = 0x5c;

const isSpace = (unit: number): boolean => unit === 0x20 || unit === 0x0a || unit === 0x0d || unit === 0x09;

function skipSpace(json: string, at: number): number {
  while (isSpace(json.charCodeAt(at))) at++;
  return at;
}

/** @returns where the string that opens at `at` ends, behind its closing quote. */
function skipString(json: string, at: number): number {
  for (let i = at + 1; i < json.length; i++) {
    const unit = json.charCodeAt(i);
    if (unit === backslash) i++;
    else if (unit === quote) return i + 1;
  }
  return json.length;
}

/** @returns where the value that starts at `at` ends. */
function skipValue(json: string, at: number): number {
  let depth = 0;
  for (let i = at; i < json.length;) {
    const char = json[i];
    if (char === '"') i = skipString(json, i);
    else {
      if (char === "{" || char === "[") depth++;
      else if (char === "}" || char === "]") {
        if (depth === 0) return i;
        depth--;
      } else if (depth === 0) {
        // A number or a word: it ends where JSON's own punctuation starts.
        while (i < json.length && !",]} \n\r\t".includes(json[i] ?? "")) i++;
        return i;
      }
      i++;
    }
    if (depth === 0) return i;
  }
  return json.length;
}

/** The value of a whole JSON text, without the spaces around it. */
export function rootValue(json: string): Range {
  const start = skipSpace(json, 0);
  return { start, end: skipValue(json, start) };
}

export const isObject = (json: string, value: Range): boolean => json[value.start] === "{";
export const isArray = (json: string, value: Range): boolean => json[value.start] === "[";
export const isString = (json: string, value: Range): boolean => json[value.start] === '"';

/** The members of an object in their order, duplicates included. */
export function* members(json: string, object: Range): Generator<Member> {
  let at = skipSpace(json, object.start + 1);
  while (at < object.end - 1) {
    const keyEnd = skipString(json, at);
    const key = JSON.parse(json.slice(at, keyEnd)) as string;
    const start = skipSpace(json, skipSpace(json, keyEnd) + 1);
    const end = skipValue(json, start);
    yield { key, value: { start, end } };
    at = skipSpace(json, end);
    if (json[at] === ",") at = skipSpace(json, at + 1);
  }
}

/** The items of an array in their order. */
export function* items(json: string, array: Range): Generator<Range> {
  let at = skipSpace(json, array.start + 1);
  while (at < array.end - 1) {
    const end = skipValue(json, at);
    yield { start: at, end };
    at = skipSpace(json, end);
    if (json[at] === ",") at = skipSpace(json, at + 1);
  }
}

/** The member that `JSON.parse` would keep: the last of that name. */
export function memberOf(json: string, object: Range, key: string): Range | undefined {
  let found: Range | undefined;
  for (const member of members(json, object)) if (member.key === key) found = member.value;
  return found;
}

export function itemOf(json: string, array: Range, index: number): Range | undefined {
  let at = 0;
  for (const item of items(json, array)) if (at++ === index) return item;
  return undefined;
}

/** Follows names into objects and numbers into arrays. */
export function valueAt(json: string, from: Range, path: readonly (string | number)[]): Range | undefined {
  let value: Range | undefined = from;
  for (const step of path) {
    if (value === undefined) return undefined;
    if (typeof step === "number") value = isArray(json, value) ? itemOf(json, value, step) : undefined;
    else value = isObject(json, value) ? memberOf(json, value, step) : undefined;
  }
  return value;
}

/** A string of a JSON text, read so that a place in what it says can be found in how it is spelled. */
export type StringLiteral = {
  readonly value: string;
  /** @returns where unit `index` of `value` is spelled; for `value.length`, where the closing quote stands. */
  spelledAt(index: number): number;
};

export function readString(json: string, literal: Range): StringLiteral {
  const inner = literal.start + 1;
  const spelled = json.slice(inner, literal.end - 1);
  if (!spelled.includes("\\")) return { value: spelled, spelledAt: (index) => inner + index };
  const starts: number[] = [];
  for (let i = inner; i < literal.end - 1;) {
    starts.push(i);
    // Every escape spells exactly one UTF-16 unit: \n is two characters long, \u0041 six.
    if (json.charCodeAt(i) === backslash) i += json[i + 1] === "u" ? 6 : 2;
    else i++;
  }
  starts.push(literal.end - 1);
  return {
    value: JSON.parse(json.slice(literal.start, literal.end)) as string,
    spelledAt: (index) => starts[index] ?? literal.end - 1,
  };
}

/** How `text` is spelled inside a JSON string, without the quotes. Well-formed: lone surrogates become escapes. */
export const spell = (text: string): string => JSON.stringify(text).slice(1, -1);
