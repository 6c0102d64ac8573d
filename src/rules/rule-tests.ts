/** Runs the tests that rules carry. Each runs its own rule alone, as if it were enforced, so that rules can be moved and switched freely. */
import type { BuiltRule } from "./build-rule.ts";
import { hitsIn, maskHits } from "./mask-text.ts";
import type { Problem } from "./rule.ts";
import type { RuleSet } from "./rule-set.ts";

/** `built` stands in the order of the rules of the set. */
export function testRules(ruleSet: RuleSet, built: readonly BuiltRule[]): readonly Problem[] {
  return built.flatMap(({ rule, site }, index) =>
    (site.source.tests ?? []).flatMap((test, place): readonly Problem[] => {
      const options = { ruleAlone: index };
      const hits = hitsIn(ruleSet, test.text, options);
      const came = maskHits(ruleSet, test.text, hits, options);
      const fault =
        test.becomes === undefined ? faultOfUntouched(hits.length, came) : faultOfBecomes(test.becomes, came);
      if (fault === undefined) return [];
      const message = `The test "${test.text}" of ${rule.id} failed: ${fault}. Correct the rule or the test.`;
      return [{ file: site.pack.file, ...site.pack.at([...site.path, "tests", place]), message, severity: "error" }];
    }),
  );
}

function faultOfUntouched(hitCount: number, came: string): string | undefined {
  return hitCount === 0 ? undefined : `it was expected to be left alone, and was hit, giving "${came}"`;
}

function faultOfBecomes(expected: string, came: string): string | undefined {
  return came === expected ? undefined : `expected "${expected}", got "${came}"`;
}
