/** The replacement put in: one star for each offending character that a reader sees, and the other ways a rule may ask for. */
import { applyEdits, span, union, type Span, type TextEdit } from "../domain/span.ts";
import { graphemesOf, splitIntoGraphemes } from "./graphemes.ts";
import type { Mask } from "./rule.ts";

/** A span that `mask` is to cover. `rank` is the place of its rule in the files. */
export type MaskedSpan = {
  readonly span: Span;
  /** What of the span is offending; all of it where nothing is said. Stars leave the rest as it is. */
  readonly parts?: readonly Span[];
  readonly mask: Mask;
  readonly rank: number;
  /** The hit began in the text before: `keep-first` has kept its character there. */
  readonly continued?: boolean;
};

export const FIXED_MASK = "***";
const STAR = "*";

const INVISIBLE = /^[\p{Default_Ignorable_Code_Point}\p{Cf}]+$/u;

/**
 * The edits that cover the spans: sorted, apart, and none that would change nothing. Spans that overlap are covered
 * once, all of the joined ground in the way of the rule that stands first in the files.
 */
export function editsOf(text: string, masked: readonly MaskedSpan[]): readonly TextEdit[] {
  return joined(text, masked).flatMap((ground) =>
    replacementsOf(text, ground).filter(({ span: at, text: becomes }) => becomes !== text.slice(at.start, at.end)),
  );
}

export function masked(text: string, spans: readonly MaskedSpan[]): string {
  return applyEdits(text, editsOf(text, spans));
}

type Ground = Required<MaskedSpan>;
type GrowingGround = Omit<Ground, "parts"> & { readonly parts: Span[] };

function joined(text: string, masked: readonly MaskedSpan[]): readonly Ground[] {
  if (masked.length === 0) return [];
  const graphemes = graphemesOf(text);
  const sorted = masked
    .filter(({ mask }) => mask.kind !== "none")
    .map((each): GrowingGround => ({
      ...each,
      span: graphemes.snap(each.span),
      parts: (each.parts ?? [each.span]).map((part) => graphemes.snap(part)),
      continued: each.continued === true,
    }))
    .sort((a, b) => a.span.start - b.span.start || a.rank - b.rank || b.span.end - a.span.end);
  const groups: GrowingGround[] = [];
  for (const next of sorted) {
    const last = groups.at(-1);
    if (!last || next.span.start >= last.span.end) {
      groups.push(next);
      continue;
    }
    const winner = next.rank < last.rank ? next : last;
    const end = Math.max(last.span.end, next.span.end);
    // Ground that began in the text before stays so, whichever rule wins.
    const continued = last.continued || (next.span.start === last.span.start && next.continued);
    // One array for the whole ground: a new one for each hit would be quadratic in a text of nothing but hits.
    for (const part of next.parts) last.parts.push(part);
    const { parts } = last;
    groups[groups.length - 1] = { ...winner, span: span(last.span.start, end), parts, continued };
  }
  return groups.map((ground) => ({ ...ground, parts: union(ground.parts) }));
}

function replacementsOf(text: string, { span: at, parts, mask, continued }: Ground): readonly TextEdit[] {
  switch (mask.kind) {
    case "text":
      return [{ span: at, text: mask.text }];
    case "fixed":
      return [{ span: at, text: FIXED_MASK }];
    case "stars":
      return starred(text, parts, false);
    case "keep-first":
      return starred(text, parts, !continued);
    case "none":
      return [];
    default:
      return mask satisfies never;
  }
}

function starred(text: string, parts: readonly Span[], keepsFirst: boolean): readonly TextEdit[] {
  const characters = parts.map((part) => splitIntoGraphemes(text.slice(part.start, part.end)));
  // `㎝` is the whole word in one character: nothing of it can be kept.
  const isOne = characters.flat().filter((grapheme) => !INVISIBLE.test(grapheme)).length === 1;
  let hasFirst = !keepsFirst || isOne;
  return parts.map((part, at) => {
    const stars = (characters[at] ?? []).map((grapheme) => {
      if (INVISIBLE.test(grapheme)) return grapheme;
      if (hasFirst) return STAR;
      hasFirst = true;
      return grapheme;
    });
    return { span: part, text: stars.join("") };
  });
}
