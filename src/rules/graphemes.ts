/** What a reader takes for one character. Masks never cut one. */
import { span, type Span } from "../domain/span.ts";

export interface Graphemes {
  /** Widens a span to whole graphemes. */
  snap(span: Span): Span;
}

const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** Made once for a text with hits, because each making copies the text. */
export function graphemesOf(text: string): Graphemes {
  let segments: Intl.Segments | undefined;
  return {
    snap({ start, end }) {
      if (isPlainBoundary(text, start) && isPlainBoundary(text, end)) return span(start, end);
      segments ??= segmenter.segment(text);
      const first = segments.containing(start);
      const last = segments.containing(end - 1);
      if (!first || !last) throw new RangeError(`[${start}, ${end}) is not inside a text of ${text.length} units`);
      return span(first.index, last.index + last.segment.length);
    },
  };
}

/** The graphemes of a text, or of a piece that starts and ends between two of them. */
export function splitIntoGraphemes(piece: string): readonly string[] {
  if (PLAIN_ONLY.test(piece)) return piece.split("");
  return Array.from(segmenter.segment(piece), ({ segment }) => segment);
}

// Asking the segmenter takes microseconds. Between two characters of these kinds there is always a boundary: they
// neither carry marks to the left nor reach for what comes next.
const PLAIN_ONLY = /^[\x20-\x7e\u4e00-\u9fff]*$/;

function isPlainBoundary(text: string, at: number): boolean {
  return (at === 0 || isPlain(text.charCodeAt(at - 1))) && (at === text.length || isPlain(text.charCodeAt(at)));
}

function isPlain(unit: number): boolean {
  return (unit >= 0x20 && unit <= 0x7e) || (unit >= 0x4e00 && unit <= 0x9fff);
}
