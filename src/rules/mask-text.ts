/** Masks one text outside of any message: no sender, no conversation, so no scope. For tests of rules, lint and preview. */
import { applyEdits } from "../domain/span.ts";
import { judgeRun, type JudgedHit } from "./judge.ts";
import { maskRun } from "./mask-run.ts";
import type { RuleSet } from "./rule-set.ts";

export type MaskTextOptions = {
  /** Only this rule, by place, whatever its mode. */
  readonly ruleAlone?: number;
  /** Rules in shadow mode too, as if they were enforced. */
  readonly withShadow?: boolean;
};

export function maskText(ruleSet: RuleSet, text: string, options: MaskTextOptions = {}): string {
  return maskTexts(ruleSet, [text], options)[0] ?? text;
}

/** As above, of texts that readers see as one. */
export function maskTexts(
  ruleSet: RuleSet,
  texts: readonly string[],
  { ruleAlone, withShadow = false }: MaskTextOptions = {},
): readonly string[] {
  const { edits } = maskRun(ruleSet, texts, ({ rule: index }) => {
    const rule = ruleSet.rules[index];
    const isMeant = rule?.mode === "enforce" || (withShadow && rule?.mode === "shadow");
    const counts = ruleAlone === undefined ? isMeant : index === ruleAlone;
    return counts ? rule?.mask : undefined;
  });
  return texts.map((text, index) => applyEdits(text, edits[index] ?? []));
}

export function hitsIn(ruleSet: RuleSet, text: string, { ruleAlone }: MaskTextOptions = {}): readonly JudgedHit[] {
  if (text === "") return [];
  return judgeRun(ruleSet, [text]).filter(({ rule }) => ruleAlone === undefined || rule === ruleAlone);
}
