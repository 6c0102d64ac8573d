/**
 * Finds what rules name in one folded text: words, patterns, named matchers, less what their allow phrases excuse.
 * Everything else in this folder asks only this; a better way of finding goes in behind it.
 */
import type { Folded } from "./fold.ts";
import { createKeywords } from "./keywords.ts";
import { NAMED_MATCHERS, type UnitRange } from "./named.ts";
import { createPatterns } from "./patterns.ts";
import type { Rule, Term } from "./rule.ts";

/** `rule` is the place of the rule in the list; `start` and `end` are units. */
export type Hit = UnitRange & { readonly rule: number; readonly category: string; readonly by: HitBy };
export type HitBy = { readonly kind: "term" | "pattern" | "named"; readonly source: string };

/** A hit, and what spoke against it, if anything did. */
export type Candidate = Hit & {
  readonly dropped: undefined | { readonly kind: "boundary" } | { readonly kind: "allow"; readonly phrase: string };
};

export interface Matcher {
  hits(folded: Folded): readonly Hit[];
  candidates(folded: Folded): readonly Candidate[];
}

type Keyword = { readonly rule: number; readonly term: Term; readonly isAllow: boolean };
type Allowed = UnitRange & { readonly phrase: string };
const NO_HITS: readonly Hit[] = Object.freeze([]);

export function createMatcher(rules: readonly Rule[]): Matcher {
  const keywords = rules.flatMap((rule, index): Keyword[] => [
    ...rule.terms.map((term) => ({ rule: index, term, isAllow: false })),
    ...rule.allow.map((term) => ({ rule: index, term, isAllow: true })),
  ]);
  const owners = rules.flatMap((rule, index) => rule.patterns.map((source) => ({ rule: index, source })));
  const named = rules.flatMap((rule, index) => rule.named.map((name) => ({ rule: index, name })));
  const words = createKeywords(keywords.map(({ term }) => term.text));
  const patterns = createPatterns(owners.map(({ source }) => source));
  const categoryOf = (rule: number): string => rules[rule]?.category ?? "";

  const collect = (folded: Folded, withTouching: boolean): readonly Candidate[] | undefined => {
    const wordHits = withTouching ? words.candidates(folded) : words.hits(folded);
    let found: Candidate[] | undefined;
    let allowed: Map<number, Allowed[]> | undefined;
    for (const { keyword, start, end, touching } of wordHits) {
      const owner = keywords[keyword];
      if (!owner) continue;
      const { rule, term } = owner;
      if (!owner.isAllow) {
        const by: HitBy = { kind: "term", source: term.text };
        const dropped = touching ? ({ kind: "boundary" } as const) : undefined;
        (found ??= []).push({ rule, start, end, by, category: term.category ?? categoryOf(rule), dropped });
      } else if (!touching) {
        allowed ??= new Map();
        const ofRule = allowed.get(rule) ?? [];
        if (ofRule.length === 0) allowed.set(rule, ofRule);
        ofRule.push({ start, end, phrase: term.text });
      }
    }
    for (const { pattern, start, end } of patterns.hits(folded)) {
      const owner = owners[pattern];
      if (!owner) continue;
      const by: HitBy = { kind: "pattern", source: owner.source };
      (found ??= []).push({ rule: owner.rule, start, end, by, category: categoryOf(owner.rule), dropped: undefined });
    }
    for (const { rule, name } of named) {
      for (const { start, end } of NAMED_MATCHERS[name]?.(folded) ?? []) {
        const by: HitBy = { kind: "named", source: name };
        (found ??= []).push({ rule, start, end, by, category: categoryOf(rule), dropped: undefined });
      }
    }
    if (!found || !allowed) return found;
    const excuses = allowed;
    return found.map((hit) => {
      if (hit.dropped) return hit;
      const excuse = excuses.get(hit.rule)?.find((phrase) => phrase.start <= hit.start && hit.end <= phrase.end);
      return excuse ? { ...hit, dropped: { kind: "allow", phrase: excuse.phrase } } : hit;
    });
  };

  return {
    hits: (folded) => collect(folded, false)?.filter((hit) => hit.dropped === undefined) ?? NO_HITS,
    candidates: (folded) => collect(folded, true) ?? [],
  };
}
