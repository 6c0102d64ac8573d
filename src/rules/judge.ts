/** Judges texts that readers see as one: the text elements of a message that stand side by side. */
import { span, type Span } from "../domain/span.ts";
import { fold } from "./fold.ts";
import { graphemesOf, type Graphemes } from "./graphemes.ts";
import type { Hit, HitBy, Matcher } from "./matcher.ts";

/** The part of a hit that lies in one of the texts, in whole graphemes of it. */
export type Piece = { readonly text: number; readonly span: Span; readonly continued: boolean };

export type JudgedHit = {
  readonly rule: number;
  readonly category: string;
  readonly by: HitBy;
  /** In the texts glued together. */
  readonly span: Span;
  readonly pieces: readonly Piece[];
};

const NO_HITS: readonly JudgedHit[] = Object.freeze([]);

/**
 * What hits each text alone, and what hits more than one of them when they are glued with nothing in between. A word at
 * the end of a text is found though the next one goes on with a letter; a word that is split over two is found as well.
 * What lies in one text is judged by that text alone: its neighbours, masked or not, have no say in it.
 */
export function judgeRun(matcher: Matcher, texts: readonly string[]): readonly JudgedHit[] {
  const [only] = texts;
  if (texts.length === 1 && only !== undefined) return placed(texts, [0], spansOf(matcher, only, 0));
  const offsets = offsetsOf(texts);
  const alone = texts.flatMap((text, index) => spansOf(matcher, text, offsets[index] ?? 0));
  return [...placed(texts, offsets, alone), ...judgeSplit(matcher, texts)].sort(byPlace);
}

/** As above, but only what takes more than one of the texts. */
export function judgeSplit(matcher: Matcher, texts: readonly string[]): readonly JudgedHit[] {
  const glued = placed(texts, offsetsOf(texts), spansOf(matcher, texts.join(""), 0));
  const isWord = ({ text, span: { start, end } }: Piece): boolean =>
    !NO_WORD.test((texts[text] ?? "").slice(start, end));
  return glued.filter((hit) => hit.pieces.filter(isWord).length > 1);
}

/** Marks and what shows nothing: at the start of a text they cling to the last letter of the one before. */
const NO_WORD = /^[\p{M}\p{Default_Ignorable_Code_Point}\p{Cf}]*$/u;

export function offsetsOf(texts: readonly string[]): readonly number[] {
  let offset = 0;
  return texts.map((text) => (offset += text.length) - text.length);
}

type PlacedHit = { readonly hit: Hit; readonly start: number; readonly end: number };
const NOTHING: readonly PlacedHit[] = Object.freeze([]);

function spansOf(matcher: Matcher, text: string, offset: number): readonly PlacedHit[] {
  const folded = fold(text);
  const hits = matcher.hits(folded);
  if (hits.length === 0) return NOTHING;
  return hits.map((hit) => ({
    hit,
    start: offset + (folded.starts[hit.start] ?? 0),
    end: offset + (folded.ends[hit.end - 1] ?? 0),
  }));
}

function placed(
  texts: readonly string[],
  offsets: readonly number[],
  found: readonly PlacedHit[],
): readonly JudgedHit[] {
  if (found.length === 0) return NO_HITS;
  const graphemes = new Map<number, Graphemes>();
  const snap = (text: number, at: Span): Span => {
    const known = graphemes.get(text) ?? graphemesOf(texts[text] ?? "");
    graphemes.set(text, known);
    return known.snap(at);
  };
  const once = new Map<string, JudgedHit>();
  for (const { hit, start, end } of found) {
    const pieces = piecesOf(texts, offsets, span(start, end), snap);
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
  { start, end }: Span,
  snap: (text: number, at: Span) => Span,
): readonly Piece[] {
  const pieces: Piece[] = [];
  texts.forEach((text, index) => {
    const offset = offsets[index] ?? 0;
    const from = Math.max(start, offset) - offset;
    const to = Math.min(end, offset + text.length) - offset;
    if (from >= to) return;
    pieces.push({ text: index, span: snap(index, span(from, to)), continued: pieces.length > 0 });
  });
  return pieces;
}
