/** What is wrong with rules that are well formed: words that do nothing, and masks that would be masked again. */
import type { BuiltRule } from "./build-rule.ts";
import { fold } from "./fold.ts";
import { keyOf } from "./keywords.ts";
import { FIXED_MASK } from "./mask.ts";
import { maskText } from "./mask-text.ts";
import type { Position, Problem, Term } from "./rule.ts";
import type { RuleSet } from "./rule-set.ts";

/** `built` stands in the order of the rules of the set. */
export function lintRules(ruleSet: RuleSet, built: readonly BuiltRule[]): readonly Problem[] {
  return built.flatMap((each, index) => [
    ...swallowed(each.rule.terms),
    ...idleAllowPhrases(ruleSet, each, index),
    ...endlessMasks(ruleSet, each),
  ]);
}

function swallowed(terms: readonly Term[]): readonly Problem[] {
  const first = new Map<string, Term>();
  return terms.flatMap((term) => {
    const key = keyOf(term.text).join();
    const before = first.get(key);
    first.set(key, before ?? term);
    if (!before) return [];
    const message = `"${term.text}" is the same as "${before.text}" in ${before.file}:${before.position.line}. Remove one.`;
    return [warning(term.file, term.position, message)];
  });
}

function idleAllowPhrases(ruleSet: RuleSet, { rule }: BuiltRule, index: number): readonly Problem[] {
  return rule.allow.flatMap((phrase) => {
    const isUseful = ruleSet.matcher.candidates(fold(phrase.text)).some((candidate) => candidate.rule === index);
    if (isUseful) return [];
    const message = `Nothing of this rule is in the allow phrase "${phrase.text}", so it can never win. Remove it.`;
    return [warning(phrase.file, phrase.position, message)];
  });
}

/** Masked text is judged again when somebody edits it: it must come out as it went in, or a rewrite follows a rewrite. */
function endlessMasks(ruleSet: RuleSet, { rule, site }: BuiltRule): readonly Problem[] {
  if (rule.mode !== "enforce" || rule.mask.kind === "none") return [];
  const sample = rule.mask.kind === "text" ? rule.mask.text : FIXED_MASK;
  if (maskText(ruleSet, sample) === sample) return [];
  const message = `The mask "${sample}" would itself be masked. Choose a mask that no rule hits, or narrow the rule.`;
  return [{ file: site.pack.file, ...site.pack.at([...site.path, "action"]), message, severity: "error" }];
}

function warning(file: string, at: Position, message: string): Problem {
  return { file, ...at, message, severity: "warning" };
}
