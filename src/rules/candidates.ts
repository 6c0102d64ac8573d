/** Everything that a rule set sees in a text, what counts and what does not, in places of that text. */
import { fold } from "./fold.ts";
import type { Candidate } from "./matcher.ts";
import type { RuleSet } from "./rule-set.ts";

export function candidatesIn({ matcher }: RuleSet, text: string): readonly Candidate[] {
  return matcher.candidates(fold(text));
}

/** Whether a rule, by its place, finds anything at all in a text, be it dropped or not. */
export function isTempted(ruleSet: RuleSet, rule: number, text: string): boolean {
  return candidatesIn(ruleSet, text).some((candidate) => candidate.rule === rule);
}
