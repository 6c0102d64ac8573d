/** A first suggestion for an allow phrase: what was hit, and the word beside it, so that the word alone stays masked. */
import type { Span } from "./graphemes.ts";

const words = new Intl.Segmenter(undefined, { granularity: "word" });
/** The API takes no longer ones. */
const PHRASE_UNITS_MAX = 200;

/** @param spans of one text; the phrase reaches from the first to the end of the last, and a word further */
export function phraseAround(text: string, spans: readonly Span[]): string {
  const start = Math.min(...spans.map((span) => span.start));
  const end = Math.max(...spans.map((span) => span.end));
  if (!(start < end)) return "";
  const all = Array.from(words.segment(text), ({ segment, index, isWordLike }) => ({
    start: index,
    end: index + segment.length,
    isWord: isWordLike === true,
  }));
  const isGap = (from: number, to: number): boolean => text.slice(from, to).trim() === "";
  // A hit across two words, as happens in Chinese, is already more than itself once those are whole.
  const whole = all.filter((word) => word.isWord && word.start < end && start < word.end);
  const first = Math.min(start, ...whole.map((word) => word.start));
  const last = Math.max(end, ...whole.map((word) => word.end));
  const isMore = first < start || last > end;
  const after = all.find((word) => word.isWord && word.start >= end);
  const before = all.findLast((word) => word.isWord && word.end <= start);
  let phrase = text.slice(first, last);
  if (!isMore && after !== undefined && isGap(end, after.start)) phrase = text.slice(start, after.end);
  else if (!isMore && before !== undefined && isGap(before.end, start)) phrase = text.slice(before.start, end);
  return phrase.length > PHRASE_UNITS_MAX ? "" : phrase;
}
