/** What is wrong with rules that are well formed: words and tests that do nothing, and masks that would be masked again. */
import type { BuiltRule } from "./build-rule.ts";
import { isTempted } from "./candidates.ts";
import { foldedEntry } from "./entry.ts";
import { FIXED_MASK } from "./mask.ts";
import { maskText } from "./mask-text.ts";
import { domainsOf } from "./named.ts";
import type { TestSource } from "./rule-schema.ts";
import type { Problem, Rule } from "./rule.ts";
import type { RuleSet } from "./rule-set.ts";
import { swallowedEntries } from "./swallowed.ts";

/** `built` stands in the order of the rules of the set. */
export function lintRules(ruleSet: RuleSet, built: readonly BuiltRule[]): readonly Problem[] {
  return built.flatMap((each, index) => [
    ...swallowedEntries(ruleSet, each.rule, index),
    ...idleAllowPhrases(ruleSet, each, index),
    ...idleTests(ruleSet, each, index),
    ...endlessMasks(ruleSet, each),
  ]);
}

function idleAllowPhrases(ruleSet: RuleSet, { rule }: BuiltRule, index: number): readonly Problem[] {
  // Domains that a rule allows are not so much as looked at.
  const looksForLinks = rule.clauses.some(({ named }) => named.length > 0);
  return rule.allow.flatMap(({ text, file, position }) => {
    if (isTempted(ruleSet, index, text) || (looksForLinks && domainsOf([text]).size > 0)) return [];
    const message = `Nothing of this rule is in the allow phrase "${text}", so it can never win. Remove it.`;
    return [{ file, ...position, message, severity: "warning" }];
  });
}

/** A test that would pass with its rule switched off says nothing of the rule. */
function idleTests(ruleSet: RuleSet, { rule, site }: BuiltRule, index: number): readonly Problem[] {
  // Patterns and named matchers do not tell what they nearly took.
  const tellsNearMisses = rule.clauses.every(({ patterns, named }) => patterns.length === 0 && named.length === 0);
  const tempts = createTemptation(ruleSet, rule, index);
  return (site.source.tests ?? []).flatMap((test, place): readonly Problem[] => {
    const message = sameAsBefore(test)
      ? `What becomes of this test is what it was, so it passes without the rule. Write untouched: true, or flagged: true.`
      : tellsNearMisses && expectsSilence(test) && !textsOf(test).some(tempts)
        ? `Nothing in this test tempts the rule, so it passes without it. Put one of its words inside of an innocent one.`
        : undefined;
    if (message === undefined) return [];
    return [{ file: site.pack.file, ...site.pack.at([...site.path, "tests", place]), message, severity: "warning" }];
  });
}

/** Words in the middle of others are not so much as candidates, and yet the very thing to test. */
function createTemptation(ruleSet: RuleSet, { clauses }: Rule, index: number): (text: string) => boolean {
  let words: readonly string[] | undefined; // Folded once, and not at all for most rules.
  return (text) => {
    if (isTempted(ruleSet, index, text)) return true;
    words ??= clauses.flatMap(({ terms }) => terms.map((term) => foldedEntry(term.text)));
    const folded = foldedEntry(text);
    return words.some((word) => folded.includes(word));
  };
}

function sameAsBefore({ text, elements, messages, becomes, flagged }: TestSource): boolean {
  if (becomes === undefined || String(flagged) === "true") return false;
  return JSON.stringify(becomes) === JSON.stringify(text ?? elements ?? messages);
}

function expectsSilence({ untouched, flagged }: TestSource): boolean {
  return untouched !== undefined || String(flagged) === "false";
}

function textsOf({ text, elements, messages }: TestSource): readonly string[] {
  const parts = elements ?? messages ?? [];
  return text === undefined ? [...parts, parts.join("")] : [text];
}

/** Masked text is judged again when somebody edits it: it must come out as it went in, or a rewrite follows a rewrite. */
function endlessMasks(ruleSet: RuleSet, { rule, site }: BuiltRule): readonly Problem[] {
  if (rule.mode !== "enforce" || rule.mask.kind === "none") return [];
  const sample = rule.mask.kind === "text" ? rule.mask.text : FIXED_MASK;
  if (maskText(ruleSet, sample) === sample) return [];
  const message = `The mask "${sample}" would itself be masked. Choose a mask that no rule hits, or narrow the rule.`;
  return [{ file: site.pack.file, ...site.pack.at([...site.path, "action"]), message, severity: "error" }];
}
