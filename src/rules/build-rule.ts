/** From one rule as written to one rule as judged: defaults filled in, lists brought in, each part checked. */
import type { RuleId, RuleMode } from "../domain/decision.ts";
import { didYouMean } from "./did-you-mean.ts";
import { faultOfEntry } from "./entry.ts";
import { parseJsonPath } from "./json-path.ts";
import { NAMED_MATCHERS } from "./named.ts";
import { faultOfPattern } from "./patterns.ts";
import type { Pack } from "./rule-file.ts";
import type { RuleSource } from "./rule-schema.ts";
import type { JsonPathPattern, Mask, Problem, Rule, Scope, Term } from "./rule.ts";
import type { WordList } from "./word-list.ts";

/** Where a rule stands, so that what is found later can point there. */
export type Site = {
  readonly pack: Pack;
  readonly path: readonly PropertyKey[];
  readonly source: RuleSource;
  /** Something in the rule itself is wrong: it is not tested, and the folder is refused anyway. */
  readonly faulty: boolean;
};

export type BuiltRule = { readonly rule: Rule; readonly mode: RuleMode; readonly site: Site };

export type BuildParts = {
  readonly listAt: (path: string) => WordList | undefined;
  readonly defaults: { readonly exemptSenders: readonly string[] };
  readonly keep: (built: BuiltRule) => void;
};

export function buildRule(pack: Pack, index: number, { listAt, defaults, keep }: BuildParts): readonly Problem[] {
  const source = pack.source.rules[index];
  if (!source) throw new RangeError(`${pack.file} has no rule ${index}`);
  const path = ["rules", index] as const;
  const problems: Problem[] = [];
  const report = (inRule: readonly PropertyKey[], message: string, severity: Problem["severity"] = "error"): void =>
    void problems.push({ file: pack.file, ...pack.at([...path, ...inRule]), message, severity });

  const termsAt = (inRule: readonly PropertyKey[], entries: readonly string[] = []): Term[] =>
    entries.map((text, entry) => {
      const fault = faultOfEntry(text);
      if (fault) report([...inRule, entry], fault.message, fault.severity);
      return { text, category: undefined, file: pack.file, position: pack.at([...path, ...inRule, entry]) };
    });

  const { match } = source;
  const named = [...(match.terms ?? []), ...(match.lists ?? []), ...(match.patterns ?? []), ...(match.named ?? [])];
  if (named.length === 0) report(["match"], `"match" names nothing. Add terms, lists, patterns or named.`);

  const terms = termsAt(["match", "terms"], match.terms);
  let listsAreSound = true;
  match.lists?.forEach((list, at) => {
    const fault = faultOfListPath(list);
    const found = fault === undefined ? listAt(list) : undefined;
    if (fault !== undefined) report(["match", "lists", at], fault);
    else if (!found) {
      report(["match", "lists", at], `The list ${list} is not in the rules folder. Add the file, or correct the name.`);
    }
    listsAreSound &&= found?.problems.every(({ severity }) => severity === "warning") ?? false;
    for (const term of found?.terms ?? []) terms.push(term); // Too many for the arguments of one call.
  });
  match.patterns?.forEach((pattern, at) => {
    const fault = faultOfPattern(pattern);
    if (fault !== undefined) report(["match", "patterns", at], fault);
  });
  match.named?.forEach((name, at) => {
    if (Object.hasOwn(NAMED_MATCHERS, name)) return;
    const known = Object.keys(NAMED_MATCHERS);
    const message = `There is no matcher "${name}".${didYouMean(name, known)} Known: ${known.join(", ")}. Use one of them.`;
    report(["match", "named", at], message);
  });
  const allow = termsAt(["allow"], source.allow);
  const scope = scopeOf(source, defaults.exemptSenders, report);
  source.tests?.forEach((test, at) => {
    if ((test.becomes === undefined) !== (test.untouched === undefined)) return;
    report(["tests", at], `A test says what comes out. Give either becomes: "…" or untouched: true.`);
  });

  const faulty = !listsAreSound || problems.some(({ severity }) => severity === "error");
  const mode = source.mode ?? "enforce";
  const rule: Rule = {
    id: source.id as RuleId,
    title: source.title ?? source.id,
    // A rule that is off is checked like any other and goes no further.
    mode: mode === "off" ? "shadow" : mode,
    category: source.category ?? pack.source.pack,
    severity: source.severity ?? "low",
    scope,
    terms,
    patterns: match.patterns ?? [],
    named: match.named ?? [],
    allow,
    mask: maskOf(source),
  };
  keep({ rule, mode, site: { pack, path, source, faulty } });
  return problems;
}

/** Lists lie beside the packs; a rules folder must not be a way to read the rest of the machine. */
export function faultOfListPath(path: string): string | undefined {
  if (/[\\:\0]|^\/|(^|\/)\.\.?(\/|$)|\/\//.test(path)) {
    return `The list ${path} is not inside the rules folder. Write a path from there, such as lists/words.txt.`;
  }
  if (!path.endsWith(".txt")) return `The list ${path} is not a .txt file. Rename it.`;
  return undefined;
}

function scopeOf(
  source: RuleSource,
  exemptSenders: readonly string[],
  report: (inRule: readonly PropertyKey[], message: string) => void,
): Scope {
  const scope = source.scope ?? {};
  const elements = scope.elements ?? ["text", "location", "face", "custom", "file", "merged"];
  const jsonPaths = (scope.jsonPaths ?? []).flatMap((written, at): JsonPathPattern[] => {
    const parsed = parseJsonPath(written);
    if (parsed) return [parsed];
    const message = `"${written}" is no path into a custom element. Write data.title, or ext.items[*].name.`;
    report(["scope", "jsonPaths", at], message);
    return [];
  });
  if (jsonPaths.length > 0 && !elements.includes("custom")) {
    report(["scope", "jsonPaths"], `Paths lead into custom elements. Add custom to "elements", or remove the paths.`);
  }
  // Whoever names groups means groups, unless one-to-one chats are asked for as well.
  const namesGroups = scope.groups !== undefined || scope.groupTypes !== undefined;
  return {
    conversations: scope.conversations ?? (namesGroups ? ["group"] : ["c2c", "group"]),
    groupTypes: scope.groupTypes,
    groups: scope.groups,
    senders: scope.senders,
    exemptSenders: scope.exemptSenders ?? exemptSenders,
    elements,
    jsonPaths,
  };
}

function maskOf({ action }: RuleSource): Mask {
  const mask = action?.mask ?? "stars";
  return typeof mask === "string" ? { kind: mask } : { kind: "text", text: mask.text };
}
