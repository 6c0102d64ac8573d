/** The compiled, frozen whole of a rules folder. Made by `compile.ts`, asked by everything that judges. */
import type { Matcher } from "./matcher.ts";
import type { JsonPathPattern, Rule } from "./rule.ts";

export type RuleSet = {
  /** The first 16 hex digits of the SHA-256 of what the folder said. */
  readonly revision: string;
  /** In the order of files by name, then as written; rules that are off are not here. */
  readonly rules: readonly Rule[];
  readonly matcher: Matcher;
  /** Every way into JSON that some rule names, with the rules (by place) that name it. */
  readonly jsonPaths: readonly { readonly pattern: JsonPathPattern; readonly rules: ReadonlySet<number> }[];
};

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
