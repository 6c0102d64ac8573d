/** Judges texts that readers see as one: the text elements of a message that stand side by side. */
import { span, type Span } from "../domain/span.ts";
import { fold } from "./fold.ts";
import { graphemesOf, type Graphemes } from "./graphemes.ts";
import type { Hit, HitBy } from "./matcher.ts";
import type { Condition } from "./rule.ts";
import type { RuleSet } from "./rule-set.ts";

/** The part of a hit that lies in one of the texts, in whole graphemes of it. */
export type Piece = {
  readonly text: number;
  readonly span: Span;
  /** What of the span is offending: sorted, apart. */
  readonly parts: readonly Span[];
  readonly continued: boolean;
};

export type JudgedHit = {
  readonly rule: number;
  readonly category: string;
  readonly by: HitBy;
  /** In the texts glued together. */
  readonly span: Span;
  readonly pieces: readonly Piece[];
};

const NO_HITS: readonly JudgedHit[] = Object.freeze([]);
const NOTHING: readonly Hit[] = Object.freeze([]);

/**
 * What hits each text alone, and what hits more than one of them when they are glued with nothing in between. A word at
 * the end of a text is found though the next one goes on with a letter; a word that is split over two is found as well.
 * What lies in one text is judged by that text alone: its neighbours, masked or not, have no say in it.
 */
export function judgeRun(ruleSet: RuleSet, texts: readonly string[]): readonly JudgedHit[] {
  const [only] = texts;
  const offsets = texts.length === 1 ? SINGLE : offsetsOf(texts);
  const alone =
    texts.length === 1 && only !== undefined
      ? hitsOf(ruleSet, only)
      : texts.flatMap((text, index) => hitsOf(ruleSet, text).map((hit) => moved(hit, offsets[index] ?? 0)));
  const split = texts.length === 1 ? NOTHING : splitHits(ruleSet, texts, offsets, "");
  if (alone.length === 0 && split.length === 0) return NO_HITS;
  return placed(texts, offsets, spoken(ruleSet, [...alone, ...split], texts));
}
const SINGLE: readonly number[] = [0];

/**
 * People who split a word over messages send a few characters at a time: half of the longest words that are worth hiding.
 * Sentences are longer, and glued sentences make words by chance.
 */
export const SHORT_MESSAGE_UNITS = 12;

/** Who sends more pieces than this makes a word that nobody reads as one any more. */
export const SPLIT_MESSAGES_MAX = 5;

/** What takes several messages of one sender, each of them whole, one after the other. */
export function judgeMessages(ruleSet: RuleSet, texts: readonly string[]): readonly JudgedHit[] {
  const trimmed = texts.map((text) => text.trim());
  const starts = offsetsOf(trimmed);
  const found: Hit[] = [];
  for (let from = 0; from < trimmed.length; from += 1) {
    for (let to = from + 2; to <= Math.min(trimmed.length, from + SPLIT_MESSAGES_MAX); to += 1) {
      const run = trimmed.slice(from, to);
      const offsets = starts.slice(from, to);
      const start = offsets[0] ?? 0;
      const end = start + run.join("").length;
      // Letters that follow each other read as written together, pieces of some length as one line after the other.
      for (const glue of ["", "\n"]) {
        found.push(...splitHits(ruleSet, run, offsets, glue).filter((hit) => hit.start === start && hit.end === end));
      }
    }
  }
  return placed(trimmed, starts, spoken(ruleSet, found, trimmed));
}

export function offsetsOf(texts: readonly string[]): readonly number[] {
  let offset = 0;
  return texts.map((text) => (offset += text.length) - text.length);
}

function hitsOf({ matcher }: RuleSet, text: string): readonly Hit[] {
  return text === "" ? NOTHING : matcher.hits(fold(text));
}

function moved(hit: Hit, by: number): Hit {
  const move = ({ start, end }: Span): Span => ({ start: start + by, end: end + by });
  return by === 0 ? hit : { ...hit, ...move(hit), parts: hit.parts.map(move) };
}

/** Hits in the texts glued together that take more than one of them, placed as if there were no glue. */
function splitHits(ruleSet: RuleSet, texts: readonly string[], offsets: readonly number[], glue: string): Hit[] {
  const glued = offsetsOf(texts.map((text) => text + glue));
  const isWord = (at: Span, text: number): boolean => {
    const inside = (texts[text] ?? "").slice(at.start, at.end);
    return !NO_WORD.test(inside);
  };
  return hitsOf(ruleSet, texts.join(glue)).flatMap((hit) => {
    const parts: Span[] = [];
    const touched = new Set<number>();
    texts.forEach((text, index) => {
      const from = glued[index] ?? 0;
      for (const part of hit.parts) {
        const inside = { start: Math.max(part.start - from, 0), end: Math.min(part.end - from, text.length) };
        if (inside.start >= inside.end) continue;
        if (isWord(inside, index)) touched.add(index);
        const offset = offsets[index] ?? 0;
        parts.push({ start: offset + inside.start, end: offset + inside.end });
      }
    });
    const [first, last] = [parts[0], parts.at(-1)];
    return touched.size > 1 && first && last ? [{ ...hit, start: first.start, end: last.end, parts }] : [];
  });
}

/** Marks and what shows nothing: at the start of a text they cling to the last letter of the one before. */
const NO_WORD = /^[\p{M}\p{Default_Ignorable_Code_Point}\p{Cf}]*$/u;

/** The hits of rules whose condition holds and whose limits are met. */
function spoken({ rules }: RuleSet, hits: readonly Hit[], texts: readonly string[]): readonly Hit[] {
  const byRule = new Map<number, Hit[]>();
  for (const hit of hits) {
    const ofRule = byRule.get(hit.rule);
    if (ofRule) ofRule.push(hit);
    else byRule.set(hit.rule, [hit]);
  }
  const units = texts.reduce((sum, text) => sum + text.length, 0);
  const speaking = new Map<number, ReadonlySet<number>>();
  for (const [rule, ofRule] of byRule) {
    const of = rules[rule];
    const clauses = new Set(ofRule.map(({ clause }) => clause));
    if (!of || units < of.limits.textMin || units > of.limits.textMax) continue;
    if (!holds(of.condition, clauses)) continue;
    const named = clausesNamedBy(of.condition);
    const counted = ofRule.filter(({ clause }) => named.has(clause));
    if (counted.length >= of.limits.hitsMin && placesOf(counted) >= of.limits.hitsMin) speaking.set(rule, named);
  }
  return hits.filter(({ rule, clause }) => speaking.get(rule)?.has(clause) === true);
}

/** How many places there are: hits that overlap are one. */
function placesOf(hits: readonly Hit[]): number {
  let [count, end] = [0, -1];
  for (const hit of [...hits].sort((a, b) => a.start - b.start)) {
    if (hit.start >= end) count += 1;
    end = Math.max(end, hit.end);
  }
  return count;
}

function holds(condition: Condition, hit: ReadonlySet<number>): boolean {
  switch (condition.kind) {
    case "clause":
      return hit.has(condition.clause);
    case "all":
      return condition.of.every((each) => holds(each, hit));
    case "any":
      return condition.of.some((each) => holds(each, hit));
    case "not":
      return !holds(condition.of, hit);
    default:
      return condition satisfies never;
  }
}

/** The clauses whose hits are findings: all but those under a `not`. */
function clausesNamedBy(condition: Condition): ReadonlySet<number> {
  if (condition.kind === "clause") return new Set([condition.clause]);
  if (condition.kind === "not") return new Set();
  return new Set(condition.of.flatMap((each) => [...clausesNamedBy(each)]));
}

function placed(texts: readonly string[], offsets: readonly number[], found: readonly Hit[]): readonly JudgedHit[] {
  if (found.length === 0) return NO_HITS;
  const graphemes = new Map<number, Graphemes>();
  const snap = (text: number, at: Span): Span => {
    const known = graphemes.get(text) ?? graphemesOf(texts[text] ?? "");
    graphemes.set(text, known);
    return known.snap(at);
  };
  const once = new Map<string, JudgedHit>();
  for (const hit of found) {
    const pieces = piecesOf(texts, offsets, hit.parts, snap);
    const [first, last] = [pieces[0], pieces.at(-1)];
    if (!first || !last) continue;
    const whole = span((offsets[first.text] ?? 0) + first.span.start, (offsets[last.text] ?? 0) + last.span.end);
    const name = `${hit.rule} ${whole.start} ${whole.end}`;
    if (once.has(name)) continue;
    once.set(name, { rule: hit.rule, category: hit.category, by: hit.by, span: whole, pieces });
  }
  return [...once.values()].sort(byPlace);
}

const byPlace = (a: JudgedHit, b: JudgedHit): number =>
  a.span.start - b.span.start || a.span.end - b.span.end || a.rule - b.rule;

function piecesOf(
  texts: readonly string[],
  offsets: readonly number[],
  parts: readonly Span[],
  snap: (text: number, at: Span) => Span,
): readonly Piece[] {
  const pieces: Piece[] = [];
  texts.forEach((text, index) => {
    const offset = offsets[index] ?? 0;
    const inside = parts.flatMap(({ start, end }) => {
      const from = Math.max(start, offset) - offset;
      const to = Math.min(end, offset + text.length) - offset;
      return from < to ? [snap(index, span(from, to))] : [];
    });
    const [first, last] = [inside[0], inside.at(-1)];
    if (!first || !last) return;
    pieces.push({ text: index, span: span(first.start, last.end), parts: inside, continued: pieces.length > 0 });
  });
  return pieces;
}
