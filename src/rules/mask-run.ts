/**
 * Judges texts and puts masks in, again and again until nothing is left to mask: a mask can bring together what a word
 * stood between (`f白痴k` becomes `f**k`), and what we send must be clean.
 */
import { applyEdits, span, type Span, type TextEdit } from "../domain/span.ts";
import { judgeRun, offsetsOf, type JudgedHit } from "./judge.ts";
import { editsOf, type MaskedSpan } from "./mask.ts";
import type { Mask } from "./rule.ts";
import type { RuleSet } from "./rule-set.ts";

export type MaskedRun = {
  /** In the texts as they were given. */
  readonly hits: readonly JudgedHit[];
  /** By text: sorted, apart, never without effect. */
  readonly edits: readonly (readonly TextEdit[])[];
};

/** What a hit is covered with; undefined for one that is not masked. */
export type MaskFor = (hit: JudgedHit) => Mask | undefined;

// Each round covers what the one before brought together; seldom more than two have anything to do.
const ROUNDS_MAX = 16;

export function maskRun(ruleSet: RuleSet, texts: readonly string[], maskFor: MaskFor): MaskedRun {
  const first = judgeRun(ruleSet, texts);
  const hits = [...first];
  if (first.length === 0) return { hits, edits: texts.map(() => []) };
  const spans = texts.map((): MaskedSpan[] => []);
  const offsets = offsetsOf(texts);
  let fresh: readonly JudgedHit[] = first;
  let edits = texts.map((): readonly TextEdit[] => []);
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    let hasNew = false;
    for (const hit of fresh) {
      const mask = maskFor(hit);
      if (!mask) continue;
      for (const { text, span: at, parts, continued } of hit.pieces) {
        spans[text]?.push({ span: at, parts, mask, rank: hit.rule, continued });
        hasNew = true;
      }
    }
    if (!hasNew) break;
    const before = edits;
    edits = texts.map((text, index) => editsOf(text, spans[index] ?? []));
    if (round > 0 && isSame(texts, before, edits)) break;
    const masked = texts.map((text, index) => applyEdits(text, edits[index] ?? []));
    const through = edits;
    fresh = judgeRun(ruleSet, masked)
      .filter((hit) => maskFor(hit) !== undefined)
      .map((hit) => backThrough(hit, through, offsets));
    hits.push(...fresh);
  }
  return { hits, edits };
}

function isSame(
  texts: readonly string[],
  before: readonly (readonly TextEdit[])[],
  after: readonly (readonly TextEdit[])[],
): boolean {
  return texts.every((text, index) => applyEdits(text, before[index] ?? []) === applyEdits(text, after[index] ?? []));
}

/** A hit in masked texts, in the places of the texts as they were before. */
function backThrough(hit: JudgedHit, edits: readonly (readonly TextEdit[])[], offsets: readonly number[]): JudgedHit {
  const pieces = hit.pieces.map((piece) => {
    const ofText = edits[piece.text] ?? [];
    const back = (at: Span): Span => spanBefore(at, ofText);
    return { ...piece, span: back(piece.span), parts: piece.parts.map(back) };
  });
  const [first, last] = [pieces[0], pieces.at(-1)];
  if (!first || !last) return hit;
  const start = (offsets[first.text] ?? 0) + first.span.start;
  return { ...hit, pieces, span: span(start, (offsets[last.text] ?? 0) + last.span.end) };
}

function spanBefore(at: Span, edits: readonly TextEdit[]): Span {
  return span(placeBefore(at.start, edits, "start"), placeBefore(at.end, edits, "end"));
}

/** What lies inside a replacement belongs to all of what was replaced. */
function placeBefore(place: number, edits: readonly TextEdit[], side: "start" | "end"): number {
  let shift = 0;
  for (const { span: old, text } of edits) {
    const start = old.start + shift;
    const end = start + text.length;
    if (place < start || (place === start && side === "end")) break;
    if (side === "start" ? place < end : place <= end) return side === "start" ? old.start : old.end;
    shift += text.length - (old.end - old.start);
  }
  return place - shift;
}
