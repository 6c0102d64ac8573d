/**
 * Why a text is masked, or is not: how it was folded, what was found, what spoke against each hit, and which rules kept
 * silent all the same. One object for the command, the console and the tests.
 */
import type { Span } from "../domain/span.ts";
import { candidatesIn } from "./candidates.ts";
import { fold, foldedString } from "./fold.ts";
import { foldChanges, type FoldChange } from "./fold-steps.ts";
import { hitsIn, maskText } from "./mask-text.ts";
import type { Candidate, HitBy } from "./matcher.ts";
import type { FoldKind } from "./rule.ts";
import type { LiveRule, RuleSet } from "./rule-set.ts";

export type ExplainedHit = {
  readonly rule: string;
  readonly mode: "shadow" | "flag" | "enforce";
  readonly by: HitBy;
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** The characters that are meant, without what stands between them. */
  readonly parts: readonly Span[];
  /** What had to be seen through to find it. */
  readonly used: readonly FoldKind[];
  readonly counted: boolean;
  /** What the rule does about it where it counts; in shadow mode: would do. */
  readonly does: "mask" | "flag";
  /** The guard or allow phrase that decided against it; undefined when it counts. */
  readonly dropped: Candidate["dropped"];
};

/** A rule with hits that count, and nothing to say: its limits or its condition are not met. */
export type SilentRule = {
  readonly rule: string;
  readonly by: "textMin" | "textMax" | "hitsMin" | "conditions";
  readonly reason: string;
};

export type Explanation = {
  readonly revision: string;
  readonly text: string;
  /** The text as words are looked for in it. */
  readonly folded: string;
  readonly changes: readonly FoldChange[];
  readonly hits: readonly ExplainedHit[];
  readonly silent: readonly SilentRule[];
  /** What the enforced rules would make of it. */
  readonly masked: string;
  /** The same with the rules in shadow mode enforced too. */
  readonly maskedWithShadow: string;
};

/** Scopes are left out: a text typed at a prompt has no sender and no conversation. */
export function explain(ruleSet: RuleSet, text: string): Explanation {
  const folded = fold(text);
  const candidates = candidatesIn(ruleSet, text);
  const hits = candidates
    .flatMap((candidate): ExplainedHit[] => {
      const rule = ruleSet.rules[candidate.rule];
      if (!rule) return [];
      const { by, start, end, parts, used, dropped } = candidate;
      const counted = dropped === undefined;
      const does = rule.mode === "flag" || rule.mask.kind === "none" ? "flag" : "mask";
      const where = { start, end, text: text.slice(start, end), parts };
      return [{ rule: rule.id, mode: rule.mode, by, ...where, used, counted, does, dropped }];
    })
    .sort((a, b) => a.start - b.start || a.end - b.end || (a.rule < b.rule ? -1 : 1));
  return {
    revision: ruleSet.revision,
    text,
    folded: foldedString(folded),
    changes: foldChanges(folded),
    hits,
    silent: silentRules(ruleSet, text, candidates),
    masked: maskText(ruleSet, text),
    maskedWithShadow: maskText(ruleSet, text, { withShadow: true }),
  };
}

function silentRules(ruleSet: RuleSet, text: string, candidates: readonly Candidate[]): readonly SilentRule[] {
  const speaking = new Set(hitsIn(ruleSet, text).map(({ rule }) => rule));
  const counting = new Map<number, number>();
  for (const { rule, dropped } of candidates) if (!dropped) counting.set(rule, (counting.get(rule) ?? 0) + 1);
  return [...counting].flatMap(([index, hits]): SilentRule[] => {
    const rule = ruleSet.rules[index];
    return !rule || speaking.has(index) ? [] : [{ rule: rule.id, ...silenceOf(rule, text, hits) }];
  });
}

function silenceOf({ limits }: LiveRule, text: string, hits: number): Omit<SilentRule, "rule"> {
  const { textMin, textMax, hitsMin } = limits;
  if (text.length < textMin) return { by: "textMin", reason: `the text is shorter than ${textMin} (textMin)` };
  if (text.length > textMax) return { by: "textMax", reason: `the text is longer than ${textMax} (textMax)` };
  if (hits < hitsMin) return { by: "hitsMin", reason: `it has fewer than ${hitsMin} hits (hitsMin)` };
  return { by: "conditions", reason: "its conditions (all, any, not) do not hold" };
}
