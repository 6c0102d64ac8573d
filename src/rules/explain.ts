/** Why a text is masked, or is not: how it was folded, what was found, and what spoke against each hit. */
import { fold, foldedString } from "./fold.ts";
import { maskText } from "./mask-text.ts";
import type { RuleSet } from "./rule-set.ts";

export type ExplainedUnit = { readonly folded: string; readonly start: number; readonly end: number };

export type ExplainedHit = {
  readonly rule: string;
  readonly mode: "shadow" | "flag" | "enforce";
  /** What hit: the term, pattern or name as the rule has it. */
  readonly by: { readonly kind: "term" | "pattern" | "named"; readonly source: string };
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly counted: boolean;
  /** Why it did not count; undefined when it did. */
  readonly droppedBy: string | undefined;
};

export type Explanation = {
  readonly revision: string;
  readonly text: string;
  /** The text as rules see it, and each unit of it with where it came from. */
  readonly folded: string;
  readonly units: readonly ExplainedUnit[];
  readonly hits: readonly ExplainedHit[];
  /** What the enforced rules would make of it. */
  readonly masked: string;
};

/** Scopes are left out: a text typed at a prompt has no sender and no conversation. */
export function explain(ruleSet: RuleSet, text: string): Explanation {
  const folded = fold(text);
  const units = Array.from({ length: folded.length }, (_, unit) => ({
    folded: foldedString(folded, unit, unit + 1),
    start: folded.starts[unit] ?? 0,
    end: folded.ends[unit] ?? 0,
  }));
  const hits = ruleSet.matcher
    .candidates(folded)
    .flatMap((candidate): ExplainedHit[] => {
      const rule = ruleSet.rules[candidate.rule];
      const start = units[candidate.start]?.start ?? 0;
      const end = units[candidate.end - 1]?.end ?? 0;
      const { by, dropped } = candidate;
      if (!rule) return [];
      const droppedBy =
        dropped?.kind === "allow"
          ? `the allow phrase "${dropped.phrase}"`
          : dropped && "the word goes on at one of its sides";
      const counted = dropped === undefined;
      return [{ rule: rule.id, mode: rule.mode, by, start, end, text: text.slice(start, end), counted, droppedBy }];
    })
    .sort((a, b) => a.start - b.start || a.end - b.end || (a.rule < b.rule ? -1 : 1));
  return {
    revision: ruleSet.revision,
    text,
    folded: foldedString(folded),
    units,
    hits,
    masked: maskText(ruleSet, text),
  };
}
