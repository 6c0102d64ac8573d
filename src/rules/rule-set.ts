/** The compiled, frozen whole of a rules folder. Made by `compile.ts`, asked by everything that judges. */
import { createMatcher, type Matcher, type MatcherData } from "./matcher.ts";
import type { JsonPathPattern, Rule } from "./rule.ts";

/** What is left of a rule when its words have gone into the matcher. */
export type LiveRule = Omit<Rule, "clauses" | "allow">;

export type RuleSet = {
  /** The first 16 hex digits of the SHA-256 of what the folder said. */
  readonly revision: string;
  /** In the order of files by name, then as written; rules that are off are not here. */
  readonly rules: readonly LiveRule[];
  readonly matcher: Matcher;
  /** Every way into JSON that some rule names, with the rules (by place) that name it. */
  readonly jsonPaths: readonly { readonly pattern: JsonPathPattern; readonly rules: ReadonlySet<number> }[];
};

/** The same as plain data, which can be sent to another thread. */
export type RuleSetParts = Omit<RuleSet, "matcher"> & { readonly matcher: MatcherData };

export function createRuleSet({ matcher, ...parts }: RuleSetParts): RuleSet {
  return Object.freeze({ ...parts, matcher: createMatcher(matcher) });
}

export function liveRuleOf({ clauses: _clauses, allow: _allow, ...rule }: Rule): LiveRule {
  return rule;
}

export function jsonPathsOf(rules: readonly Rule[]): RuleSet["jsonPaths"] {
  const byPath = new Map<string, { pattern: JsonPathPattern; rules: Set<number> }>();
  rules.forEach((rule, index) => {
    for (const pattern of rule.scope.jsonPaths) {
      const name = JSON.stringify(pattern);
      const known = byPath.get(name) ?? { pattern, rules: new Set() };
      byPath.set(name, known);
      known.rules.add(index);
    }
  });
  return [...byPath.values()];
}
