/** Masks one text outside of any message: no sender, no conversation, so no scope. For tests of rules, lint and preview. */
import { judgeRun, type JudgedHit } from "./judge.ts";
import { masked } from "./mask.ts";
import type { RuleSet } from "./rule-set.ts";

export type MaskTextOptions = {
  /** Only this rule, by place, whatever its mode. */
  readonly ruleAlone?: number;
};

export function maskText(ruleSet: RuleSet, text: string, options: MaskTextOptions = {}): string {
  return maskHits(ruleSet, text, hitsIn(ruleSet, text, options), options);
}

export function hitsIn(ruleSet: RuleSet, text: string, { ruleAlone }: MaskTextOptions = {}): readonly JudgedHit[] {
  if (text === "") return [];
  return judgeRun(ruleSet.matcher, [text]).filter(({ rule }) => ruleAlone === undefined || rule === ruleAlone);
}

export function maskHits(
  ruleSet: RuleSet,
  text: string,
  hits: readonly JudgedHit[],
  { ruleAlone }: MaskTextOptions = {},
): string {
  const spans = hits.flatMap(({ rule: rank, span }) => {
    const rule = ruleSet.rules[rank];
    return rule && (rule.mode === "enforce" || rank === ruleAlone) ? [{ span, mask: rule.mask, rank }] : [];
  });
  return masked(text, spans);
}
