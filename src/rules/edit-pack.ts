/**
 * Adds an allow phrase and a test to a rule, in the text of its pack. A pack is written by people: comments, order, quotes
 * and spacing stay as they are, so what is new is put in between and nothing is spelled again. What comes out is read
 * once more: it says the same and the addition, or it is not used.
 */
import { isDeepStrictEqual } from "node:util";
import { isMap, isScalar, isSeq, parseDocument } from "yaml";
import type { ParsedNode, YAMLMap } from "yaml";
import { readYaml } from "./yaml-tree.ts";

export type Addition = {
  readonly allow: string;
  /** A sentence that the rule is to leave alone. */
  readonly untouched: string;
};

/**
 * @returns the new text, the same one where all of it is there already; undefined: there is no such rule in this text, or
 * no place in it that could be told
 */
export function addToRule(text: string, rule: string, { allow, untouched }: Addition): string | undefined {
  const withPhrase = added(text, rule, { key: "allow", value: allow, spelled: inFlow(allow), after: "match" });
  if (withPhrase === undefined) return undefined;
  const test = { text: untouched, untouched: "true" };
  const spelled = `{ text: ${quoted(untouched)}, untouched: true }`;
  return added(withPhrase, rule, { key: "tests", value: test, spelled, after: undefined });
}

type Entry = {
  readonly key: "allow" | "tests";
  /** As the reader of packs gives it back. */
  readonly value: unknown;
  readonly spelled: string;
  /** Behind which key of the rule the list is begun where there is none; undefined: at the end. */
  readonly after: string | undefined;
};
type RuleMap = { readonly id?: unknown; allow?: unknown[]; tests?: unknown[] };

function added(text: string, rule: string, entry: Entry): string | undefined {
  const wanted = readYaml(withoutMark(text)).value;
  const known = rulesIn(wanted)?.find(({ id }) => id === rule);
  if (known === undefined) return undefined;
  const list = (known[entry.key] ??= []);
  if (!Array.isArray(list)) return undefined;
  if (list.some((each) => isDeepStrictEqual(each, entry.value))) return text;
  list.push(entry.value);
  const says = (candidate: string): boolean => {
    const { value, faults } = readYaml(withoutMark(candidate));
    return faults.length === 0 && isDeepStrictEqual(plain(value), plain(wanted));
  };
  const candidate = spliced(text, rule, entry);
  return candidate !== undefined && says(candidate) ? candidate : undefined;
}

const rulesIn = (pack: unknown): readonly RuleMap[] | undefined =>
  typeof pack === "object" && pack !== null && "rules" in pack && Array.isArray(pack.rules)
    ? (pack.rules as RuleMap[])
    : undefined;

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? null));
const withoutMark = (text: string): string => text.replace(/^\uFEFF/, "");

/** In a failsafe document, in which all scalars are text, and each thing says where it stands. */
function ruleNode(text: string, rule: string): YAMLMap.Parsed | undefined {
  const { contents } = parseDocument<ParsedNode>(text, { schema: "failsafe", logLevel: "error" });
  const rules = isMap(contents) ? contents.get("rules", true) : undefined;
  const items = isSeq(rules) ? (rules.items as readonly unknown[]) : [];
  return items.find((item): item is YAMLMap.Parsed => isMap(item) && item.get("id") === rule);
}

function spliced(text: string, rule: string, { key, spelled, after }: Entry): string | undefined {
  // Places are counted without the mark, which is no part of the document.
  const mark = text.length - withoutMark(text).length;
  const body = text.slice(mark);
  const node = ruleNode(body, rule);
  if (node === undefined) return undefined;
  const lineBreak = body.includes("\r\n") ? "\r\n" : "\n";
  const put = (at: number, what: string): string => text.slice(0, mark + at) + what + text.slice(mark + at);
  const putLines = (behind: number, lines: readonly string[]): string => {
    const isAtStart = body[behind - 1] === "\n";
    const end = isAtStart ? behind : lineEnd(body, behind);
    const all = lines.join(lineBreak);
    return put(end, isAtStart ? all + lineBreak : lineBreak + all);
  };
  const pair = node.items.find((each) => isScalar(each.key) && each.key.value === key);
  if (pair !== undefined) {
    if (!isSeq(pair.value)) return undefined;
    const list = pair.value;
    const last = list.items.at(-1);
    if (list.flow) return last === undefined ? put(list.range[0] + 1, spelled) : put(endOf(last), `, ${spelled}`);
    const [first] = list.items;
    const dash = first === undefined ? -1 : body.lastIndexOf("-", first.range[0]);
    if (last === undefined || dash === -1) return undefined;
    return putLines(endOf(last), [`${" ".repeat(columnOf(body, dash))}- ${spelled}`]);
  }
  const anchor = node.items.find((each) => isScalar(each.key) && each.key.value === after) ?? node.items.at(-1);
  const [first] = node.items;
  if (anchor?.value == null || first === undefined) return undefined;
  if (node.flow) return put(endOf(anchor.value), `, ${key}: [${spelled}]`);
  const indent = " ".repeat(columnOf(body, first.key.range[0]));
  const lines = key === "allow" ? [`${indent}allow: [${spelled}]`] : [`${indent}tests:`, `${indent}  - ${spelled}`];
  return putLines(endOf(anchor.value), lines);
}

/** Behind the last character of a value; what follows it on its line is not part of it. */
function endOf(node: ParsedNode): number {
  if (isMap(node) && !node.flow) {
    const last = node.items.at(-1);
    if (last !== undefined) return endOf(last.value ?? last.key);
  }
  if (isSeq(node) && !node.flow) {
    const last = node.items.at(-1);
    if (last !== undefined) return endOf(last);
  }
  return node.range[1];
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  if (end === -1) return text.length;
  return text[end - 1] === "\r" ? end - 1 : end;
}

const columnOf = (text: string, at: number): number => at - (text.lastIndexOf("\n", at - 1) + 1);

/** A word stands as it is, as people write it; in a failsafe document `no` is a word too. */
const inFlow = (text: string): string => (/^\p{L}[\p{L}\p{N}]*$/u.test(text) ? text : quoted(text));

/** What cannot be seen is spelled out: a file that a person reviews must say what it shows. */
function quoted(text: string): string {
  return JSON.stringify(text).replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => {
    const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase();
    return code.length <= 4 ? `\\u${code.padStart(4, "0")}` : `\\U${code.padStart(8, "0")}`;
  });
}
