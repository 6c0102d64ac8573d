/**
 * Runs the tests that rules carry. Each runs its own rule alone, as if it were enforced and looked at every part of every
 * message, so that rules can be moved and switched freely. It goes in by the same door as `rules scan`: what a test says
 * and what the command says cannot differ.
 */
import type { BuiltRule } from "./build-rule.ts";
import type { TestSource } from "./rule-schema.ts";
import type { Problem } from "./rule.ts";
import type { LiveRule, RuleSet } from "./rule-set.ts";
import type { ScanAnswer } from "./scan.ts";
import { scan } from "./scan.ts";

/** `built` stands in the order of the rules of the set. */
export function testRules(ruleSet: RuleSet, built: readonly BuiltRule[]): readonly Problem[] {
  return built.flatMap(({ rule, site }, index) => {
    const { tests = [] } = site.source;
    if (tests.length === 0) return [];
    const alone = onlyRule(ruleSet, index);
    return tests.flatMap((test, place): readonly Problem[] => {
      const answer = scan(alone, test);
      const fault = answer && faultOf(test, answer);
      if (fault === undefined) return [];
      const message = `The test ${nameOf(test)} of ${rule.id} failed: ${fault}. Correct the rule or the test.`;
      return [{ file: site.pack.file, ...site.pack.at([...site.path, "tests", place]), message, severity: "error" }];
    });
  });
}

/** The same set, in which only one rule has a voice: the matcher is the costly part, and knows nothing of modes. */
function onlyRule(ruleSet: RuleSet, index: number): RuleSet {
  const rules = ruleSet.rules.map((rule, place): LiveRule => {
    if (place !== index) return { ...rule, mode: "shadow" };
    const scope: LiveRule["scope"] = {
      ...rule.scope,
      elements: ["text", "location", "face", "custom", "file", "merged"],
    };
    return { ...rule, mode: "enforce", scope, expires: undefined };
  });
  return { ...ruleSet, rules };
}

function faultOf(test: TestSource, { flagged, masked, maskedElements }: ScanAnswer): string | undefined {
  const came = test.elements === undefined ? masked : (maskedElements ?? []);
  if (test.untouched !== undefined) {
    return flagged ? `it was expected to be left alone, and was hit, giving ${shown(came)}` : undefined;
  }
  if (test.flagged !== undefined && (String(test.flagged) === "true") !== flagged) {
    return flagged ? "it was expected to be passed, and was hit" : "it was expected to be hit, and was not";
  }
  if (test.becomes === undefined) return undefined;
  // Consecutive messages are shown as they stand in a chat, one under the other.
  const expected = test.messages === undefined ? test.becomes : [test.becomes].flat().join("\n");
  return JSON.stringify(came) === JSON.stringify(expected)
    ? undefined
    : `expected ${shown(expected)}, got ${shown(came)}`;
}

function nameOf({ text, elements, messages }: TestSource): string {
  return shown(text ?? elements ?? messages ?? "");
}

function shown(texts: string | readonly string[]): string {
  return typeof texts === "string" ? `"${texts}"` : `[${texts.map((text) => `"${text}"`).join(", ")}]`;
}
