/**
 * Finds what rules name in one folded text: words, patterns, named matchers, less what guards and allow phrases excuse.
 * Everything else in this folder asks only this.
 */
import type { Span } from "../domain/span.ts";
import { union } from "../domain/span.ts";
import type { Folded } from "./fold.ts";
import { reversedView } from "./matching/bidi.ts";
import { buildWords, type WordData } from "./matching/build.ts";
import { objectionTo, type GuardName } from "./matching/guards.ts";
import { Kind, kindsOf } from "./matching/kinds.ts";
import { markupIn } from "./matching/markup.ts";
import { createSearch, type Step, type Way } from "./matching/search.ts";
import { entryOf, sightingOf, type Entry } from "./matching/sighting.ts";
import { codeOfSymbol } from "./matching/symbols.ts";
import { createTextFacts } from "./matching/text-facts.ts";
import { domainsOf, NAMED_MATCHERS, type UnitRange } from "./named.ts";
import { createPatterns } from "./patterns.ts";
import type { Fold, FoldKind, Rule } from "./rule.ts";
import { isSeparator } from "./separator.ts";

/** `rule` is the place of the rule in the list; offsets are UTF-16 units of the text. */
export type Hit = {
  readonly rule: number;
  readonly clause: number;
  readonly category: string;
  readonly by: HitBy;
  readonly start: number;
  readonly end: number;
  /** What of it is offending: sorted, apart, without what stands between the letters. */
  readonly parts: readonly Span[];
  /** What had to be seen through. */
  readonly used: readonly FoldKind[];
};
export type HitBy = { readonly kind: "term" | "pattern" | "named"; readonly source: string };

/** A hit, and what spoke against it, if anything did. */
export type Candidate = Hit & {
  readonly dropped: undefined | { readonly guard: GuardName | "allow"; readonly reason: string };
};

export interface Matcher {
  hits(folded: Folded): readonly Hit[];
  candidates(folded: Folded): readonly Candidate[];
}

type Placed<T> = T & { readonly rule: number; readonly clause: number };

/** All that finding needs, as plain rows: made on one thread, used on another. */
export type MatcherData = {
  readonly words: WordData;
  readonly patterns: readonly Placed<{ readonly source: string }>[];
  readonly named: readonly Placed<{ readonly name: string }>[];
  readonly rules: readonly { readonly category: string; readonly fold: Fold; readonly domains: ReadonlySet<string> }[];
};

export function buildMatcher(rules: readonly Rule[]): MatcherData {
  const placed = <T>(of: (clause: Rule["clauses"][number]) => readonly T[]): Placed<{ readonly value: T }>[] =>
    rules.flatMap((rule, index) =>
      rule.clauses.flatMap((each, clause) => of(each).map((value) => ({ rule: index, clause, value }))),
    );
  return {
    words: buildWords(rules),
    patterns: placed(({ patterns }) => patterns).map(({ value, ...at }) => ({ ...at, source: value })),
    named: placed(({ named }) => named).map(({ value, ...at }) => ({ ...at, name: value })),
    rules: rules.map(({ category, fold, allow }) => ({
      category,
      fold,
      domains: domainsOf(allow.map(({ text }) => text)),
    })),
  };
}

/** Ground that an allow phrase of a rule covers. */
type Allowed = Span & { readonly rule: number; readonly phrase: string };
type Found = { readonly candidates: readonly Candidate[]; readonly allowed: readonly Allowed[] };

const NO_HITS: readonly Hit[] = Object.freeze([]);
const NOTHING: Found = { candidates: [], allowed: [] };

export function createMatcher({ words, patterns, named, rules }: MatcherData): Matcher {
  const search = createSearch(words);
  const patternSet = createPatterns(patterns.map(({ source }) => source));
  const entries = new Map<number, Entry>();
  const entryAt = (keyword: number): Entry => {
    const known = entries.get(keyword) ?? entryOf(words.texts[keyword] ?? "", words.hasMarks[keyword] === 1);
    // A bounded memory of the entries that were ever found.
    if (entries.size < ENTRIES_KEPT_MAX) entries.set(keyword, known);
    return known;
  };
  const readAs = ({ symbol }: Step): number => codeOfSymbol(words.alphabet, symbol);

  const wordsIn = (folded: Folded, seenThrough: number, withDropped: boolean): Found => {
    const markup = markupIn(folded);
    const ways = search.ways(folded, markup);
    if (ways.length === 0) return NOTHING;
    const facts = createTextFacts(folded, markup);
    // Several ways may lead to one hit: the first that nothing speaks against is the plainest.
    const found = new Map<string, Candidate>();
    const allowed: Allowed[] = [];
    for (const way of ways) {
      const rule = words.rules[way.keyword] ?? 0;
      const of = rules[rule];
      if (!of) continue;
      const isAllow = words.isAllow[way.keyword] === 1;
      const parts = partsOf(way, folded);
      const whole = wholeOf(parts);
      const name = `${way.keyword} ${whole.start} ${whole.end}`;
      const before = found.get(name);
      if (before && !before.dropped) continue;
      const entry = entryAt(way.keyword);
      const sighting = sightingOf(way, seenThrough, { entry, fold: of.fold, isAllow, facts, readAs });
      const dropped = objectionTo(sighting);
      if (isAllow) {
        if (!dropped) allowed.push({ ...whole, rule, phrase: entry.text });
        continue;
      }
      if (dropped && (before || !withDropped)) continue;
      const clause = words.clauses[way.keyword] ?? 0;
      const category = words.categories.get(way.keyword) ?? of.category;
      const by: HitBy = { kind: "term", source: entry.text };
      found.set(name, { rule, clause, category, by, ...whole, parts, used: kindsOf(sighting.used), dropped });
    }
    return { candidates: [...found.values()], allowed };
  };

  const others = (folded: Folded): Candidate[] => {
    const found: Candidate[] = [];
    const add = (at: Placed<object>, by: HitBy, range: UnitRange): void => {
      const parts = partsOfRange(by, range, folded);
      const whole = wholeOf(parts);
      const category = rules[at.rule]?.category ?? "";
      found.push({ rule: at.rule, clause: at.clause, category, by, ...whole, parts, used: [], dropped: undefined });
    };
    for (const hit of patternSet.hits(folded)) {
      const owner = patterns[hit.pattern];
      if (owner) add(owner, { kind: "pattern", source: owner.source }, hit);
    }
    for (const each of named) {
      const options = { allowDomains: rules[each.rule]?.domains ?? new Set<string>() };
      for (const hit of NAMED_MATCHERS[each.name]?.(folded, options) ?? []) {
        add(each, { kind: "named", source: each.name }, hit);
      }
    }
    return found;
  };

  const collect = (folded: Folded, withDropped: boolean): readonly Candidate[] => {
    const asWritten = wordsIn(folded, Kind.none, withDropped);
    const reversed = reversedView(folded);
    const asSeen = reversed ? wordsIn(reversed, Kind.bidi, withDropped) : NOTHING;
    const found = [...asWritten.candidates, ...asSeen.candidates, ...others(folded)];
    const allowed = [...asWritten.allowed, ...asSeen.allowed];
    return allowed.length === 0 ? found : found.map((candidate) => excused(candidate, allowed));
  };

  return {
    hits(folded) {
      const found = collect(folded, false);
      return found.length === 0 ? NO_HITS : found.filter(({ dropped }) => dropped === undefined);
    },
    candidates: (folded) => collect(folded, true),
  };
}

const ENTRIES_KEPT_MAX = 10_000;

/** Wholly inside an allow phrase of its own rule; the longest is named. */
function excused(hit: Candidate, allowed: readonly Allowed[]): Candidate {
  if (hit.dropped) return hit;
  const [longest] = allowed
    .filter(({ rule, start, end }) => rule === hit.rule && start <= hit.start && hit.end <= end)
    .sort((a, b) => b.end - b.start - (a.end - a.start));
  return longest ? { ...hit, dropped: { guard: "allow", reason: `the allow phrase "${longest.phrase}"` } } : hit;
}

function wholeOf(parts: readonly Span[]): Span {
  return { start: parts[0]?.start ?? 0, end: parts.at(-1)?.end ?? 0 };
}

/** The letters of a word, without what holds them apart; a word of nothing but separators is covered whole. */
function partsOf({ steps }: Way, { codes, starts, ends }: Folded): readonly Span[] {
  const isPlainSeparator = ({ from, kind }: Step): boolean => kind === Kind.none && isSeparator(codes[from] ?? 0);
  const letters = steps.filter((step) => !isPlainSeparator(step));
  const spans = (letters.length > 0 ? letters : steps).flatMap(({ from, to }) =>
    Array.from({ length: to - from }, (_, at) => ({ start: starts[from + at] ?? 0, end: ends[from + at] ?? 0 })),
  );
  return union(spans);
}

/** Of a pattern, what is no separator; a named matcher says itself what is offending. */
function partsOfRange(by: HitBy, { start, end, units }: UnitRange, { codes, starts, ends }: Folded): readonly Span[] {
  const all = units ?? Array.from({ length: end - start }, (_, at) => start + at);
  const letters = by.kind === "named" ? all : all.filter((unit) => !isSeparator(codes[unit] ?? 0));
  return union(
    (letters.length > 0 ? letters : all).map((unit) => ({ start: starts[unit] ?? 0, end: ends[unit] ?? 0 })),
  );
}
