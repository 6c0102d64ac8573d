/**
 * From `match` as written to clauses and the condition over them. Sources written side by side in one map are one clause:
 * any of them. Beside them may stand `all`, `any` and `not`; whatever stands in one map must hold together.
 */
import { didYouMean } from "./did-you-mean.ts";
import { faultOfEntry } from "./entry.ts";
import { NAMED_MATCHERS } from "./named.ts";
import { stepsOfPattern } from "./pattern-cost.ts";
import { faultOfPattern } from "./patterns.ts";
import type { MatchSource } from "./rule-schema.ts";
import type { Clause, Condition, Position, Problem, Term } from "./rule.ts";
import type { WordList } from "./word-list.ts";

// Deeper than this, nobody can say any more what a rule means.
const DEPTH_MAX = 3;

/** A pattern with what it may cost: see `pattern-cost.ts`. */
export type PricedPattern = {
  readonly source: string;
  readonly stepsPerCharacter: number;
  readonly position: Position;
};

export type MatchParts = {
  readonly file: string;
  /** Where the value at a path of the rule stands. */
  readonly at: (inRule: readonly PropertyKey[]) => Position;
  readonly listAt: (path: string) => WordList | undefined;
  readonly report: (inRule: readonly PropertyKey[], message: string, severity?: Problem["severity"]) => void;
};

export type BuiltMatch = {
  readonly clauses: readonly Clause[];
  readonly condition: Condition;
  readonly patterns: readonly PricedPattern[];
  /** A list that is not there, or has faults of its own, which are told at the list. */
  readonly listsAreSound: boolean;
};

export function buildMatch(match: MatchSource, parts: MatchParts): BuiltMatch {
  const { report, at, listAt } = parts;
  const clauses: Clause[] = [];
  const patterns: PricedPattern[] = [];
  let listsAreSound = true;
  let hasPositive = false;
  let isWhole = true;

  const read = (map: MatchSource, path: readonly PropertyKey[], depth: number, denied: boolean): Condition => {
    if (depth > DEPTH_MAX) {
      report(path, `Conditions are nested more than ${DEPTH_MAX} deep. Split the rule in two, or write it flatter.`);
      isWhole = false;
      return { kind: "all", of: [] };
    }
    const of: Condition[] = [];
    if (namesSomething(map)) {
      hasPositive ||= !denied;
      of.push({ kind: "clause", clause: clauses.push(readClause(map, path)) - 1 });
    }
    for (const kind of ["all", "any"] as const) {
      const branches = map[kind];
      if (branches?.length === 0) {
        report([...path, kind], `"${kind}" names nothing. Add conditions to it, or remove it.`);
        isWhole = false;
      }
      if (!branches) continue;
      of.push({
        kind,
        of: branches.map((branch, index) => read(branch, [...path, kind, index], depth + 1, denied)),
      });
    }
    if (map.not) of.push({ kind: "not", of: read(map.not, [...path, "not"], depth + 1, true) });
    const [only, ...more] = of;
    if (only && more.length === 0) return only;
    if (!only) {
      const what = path.length === 1 ? `"match"` : "This condition";
      report(path, `${what} names nothing. Add terms, lists, patterns or named.`);
      isWhole = false;
    }
    return { kind: "all", of };
  };

  const readClause = (map: MatchSource, path: readonly PropertyKey[]): Clause => {
    const terms = termsOf(map.terms ?? [], [...path, "terms"], parts);
    map.lists?.forEach((list, index) => {
      const place = [...path, "lists", index];
      const fault = faultOfListPath(list);
      const found = fault === undefined ? listAt(list) : undefined;
      if (fault !== undefined) report(place, fault);
      else if (!found) {
        report(place, `The list ${list} is not in the rules folder. Add the file, or correct the name.`);
      }
      listsAreSound &&= found?.problems.every(({ severity }) => severity === "warning") ?? false;
      for (const term of found?.terms ?? []) terms.push(term); // Too many for the arguments of one call.
    });
    map.patterns?.forEach((source, index) => {
      const place = [...path, "patterns", index];
      const fault = faultOfPattern(source);
      if (fault !== undefined) return report(place, fault);
      const steps = stepsOfPattern(source);
      if (steps.fault !== undefined) return report(place, steps.fault);
      patterns.push({ source, stepsPerCharacter: steps.perCharacter, position: at(place) });
    });
    map.named?.forEach((name, index) => {
      if (Object.hasOwn(NAMED_MATCHERS, name)) return;
      const known = Object.keys(NAMED_MATCHERS);
      const message = `There is no matcher "${name}".${didYouMean(name, known)} Known: ${known.join(", ")}. Use one of them.`;
      report([...path, "named", index], message);
    });
    return { terms, patterns: map.patterns ?? [], named: map.named ?? [] };
  };

  const condition = read(match, ["match"], 0, false);
  if (isWhole && !hasPositive) {
    report(["match"], `Everything here stands under "not", so nothing can ever be hit. Add what the rule looks for.`);
  }
  return { clauses, condition, patterns, listsAreSound };
}

function namesSomething({ terms, lists, patterns, named }: MatchSource): boolean {
  return [terms, lists, patterns, named].some((source) => source !== undefined && source.length > 0);
}

/** Terms and allow phrases as written in the rule itself. */
export function termsOf(
  entries: readonly string[],
  path: readonly PropertyKey[],
  { report, at, file }: Pick<MatchParts, "report" | "at" | "file">,
): Term[] {
  return entries.map((text, index) => {
    const fault = faultOfEntry(text);
    if (fault) report([...path, index], fault.message, fault.severity);
    return { text, category: undefined, file, position: at([...path, index]) };
  });
}

/** Lists lie beside the packs; a rules folder must not be a way to read the rest of the machine. */
export function faultOfListPath(path: string): string | undefined {
  if (/[\\:\0]|^\/|(^|\/)\.\.?(\/|$)|\/\//.test(path)) {
    return `The list ${path} is not inside the rules folder. Write a path from there, such as lists/words.txt.`;
  }
  if (!path.endsWith(".txt")) return `The list ${path} is not a .txt file. Rename it.`;
  return undefined;
}

/** Every list that a match names, however deep. */
export function listsIn(match: MatchSource): readonly string[] {
  return [
    ...(match.lists ?? []),
    ...[...(match.all ?? []), ...(match.any ?? []), ...(match.not ? [match.not] : [])].flatMap(listsIn),
  ];
}
