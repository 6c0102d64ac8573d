/** The replacement put in: one star for each offending character that a reader sees, and the other ways a rule may ask for. */
import { applyEdits, span, type Span, type TextEdit } from "../domain/span.ts";
import { graphemesOf, splitIntoGraphemes } from "./graphemes.ts";
import type { Mask } from "./rule.ts";

/** A span that `mask` is to cover. `rank` is the place of its rule in the files. */
export type MaskedSpan = {
  readonly span: Span;
  readonly mask: Mask;
  readonly rank: number;
  /** The hit began in the text before: `keep-first` has kept its character there. */
  readonly continued?: boolean;
};

export const FIXED_MASK = "***";
const STAR = "*";

const INVISIBLE = /^[\p{Default_Ignorable_Code_Point}\p{Cf}]+$/u;
// What holds letters apart without being one: white space, dashes, `_`, and the punctuation put between letters.
const SEPARATOR = /^[\p{White_Space}\p{Pd}\p{Pc}.,:;/\\|·・、，。]+$/u;

/**
 * The edits that cover the spans: sorted, apart, and none that would change nothing. Spans that overlap are covered
 * once, all of the joined ground in the way of the rule that stands first in the files.
 */
export function editsOf(text: string, masked: readonly MaskedSpan[]): readonly TextEdit[] {
  return joined(text, masked).flatMap(({ span: at, mask, continued }) => {
    const replacement = replacementOf(text, at, mask, continued === true);
    return replacement === text.slice(at.start, at.end) ? [] : [{ span: at, text: replacement }];
  });
}

export function masked(text: string, spans: readonly MaskedSpan[]): string {
  return applyEdits(text, editsOf(text, spans));
}

function joined(text: string, masked: readonly MaskedSpan[]): readonly MaskedSpan[] {
  if (masked.length === 0) return [];
  const graphemes = graphemesOf(text);
  const sorted = masked
    .filter(({ mask }) => mask.kind !== "none")
    .map((each) => ({ ...each, span: graphemes.snap(each.span) }))
    .sort((a, b) => a.span.start - b.span.start || a.rank - b.rank || b.span.end - a.span.end);
  const groups: MaskedSpan[] = [];
  for (const next of sorted) {
    const last = groups.at(-1);
    if (!last || next.span.start >= last.span.end) {
      groups.push(next);
      continue;
    }
    const winner = next.rank < last.rank ? next : last;
    const end = Math.max(last.span.end, next.span.end);
    // Ground that began in the text before stays so, whichever rule wins.
    const continued = last.continued === true || (next.span.start === last.span.start && next.continued === true);
    groups[groups.length - 1] = { ...winner, span: span(last.span.start, end), continued };
  }
  return groups;
}

function replacementOf(text: string, at: Span, mask: Mask, continued: boolean): string {
  switch (mask.kind) {
    case "text":
      return mask.text;
    case "fixed":
      return FIXED_MASK;
    case "stars":
      return stars(splitIntoGraphemes(text.slice(at.start, at.end)), false);
    case "keep-first":
      return stars(splitIntoGraphemes(text.slice(at.start, at.end)), !continued);
    case "none":
      return text.slice(at.start, at.end);
    default:
      return mask satisfies never;
  }
}

function stars(graphemes: readonly string[], keepsFirst: boolean): string {
  const isKept = graphemes.map((each) => INVISIBLE.test(each) || SEPARATOR.test(each));
  // A term may be nothing but dots: then they are what is to be covered.
  const isAllKept = !isKept.includes(false);
  let hasFirst = !keepsFirst;
  return graphemes
    .map((grapheme, index) => {
      if (isAllKept ? INVISIBLE.test(grapheme) : isKept[index]) return grapheme;
      if (hasFirst) return STAR;
      hasFirst = true;
      return grapheme;
    })
    .join("");
}
