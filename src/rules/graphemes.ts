/** What a reader takes for one character. Masks never cut one. */
import { span, type Span } from "../domain/span.ts";

const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** Widens `[start, end)` to whole graphemes of `text`. */
export function snapped(text: string, { start, end }: Span): Span {
  const segments = segmenter.segment(text);
  const first = segments.containing(start);
  const last = segments.containing(end - 1);
  if (!first || !last) throw new RangeError(`[${start}, ${end}) is not inside a text of ${text.length} units`);
  return span(first.index, last.index + last.segment.length);
}

/** The graphemes of a span that starts and ends between two of them. */
export function graphemesOf(text: string, { start, end }: Span): readonly string[] {
  return Array.from(segmenter.segment(text.slice(start, end)), ({ segment }) => segment);
}
