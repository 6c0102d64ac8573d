/** Texts in what a reader takes for one character: an emoji of seven code points is one of them. */
export type Grapheme = { readonly text: string; readonly start: number; readonly end: number };

// One for the whole page: making it costs more than using it. Where characters end does not depend on the language.
const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });

export const graphemesOf = (text: string): readonly Grapheme[] =>
  Array.from(segmenter.segment(text), ({ segment, index }) => ({
    text: segment,
    start: index,
    end: index + segment.length,
  }));

export type Span = { readonly start: number; readonly end: number };

/** The spans that chosen graphemes make together, neighbours as one. */
export function spansOf(graphemes: readonly Grapheme[], chosen: ReadonlySet<number>): readonly Span[] {
  const spans: { start: number; end: number }[] = [];
  graphemes.forEach(({ start, end }, index) => {
    if (!chosen.has(index)) return;
    const last = spans.at(-1);
    if (last?.end === start) last.end = end;
    else spans.push({ start, end });
  });
  return spans;
}

export type Stretch = { readonly text: string; readonly marked: boolean };

/** A text cut at the ends of spans, each stretch inside or outside; ends inside a grapheme move outwards. */
export function stretchesOf(text: string, spans: readonly Span[]): readonly Stretch[] {
  const stretches: { text: string; marked: boolean }[] = [];
  for (const { text: piece, start, end } of graphemesOf(text)) {
    const marked = spans.some((span) => span.start < end && start < span.end);
    const last = stretches.at(-1);
    if (last?.marked === marked) last.text += piece;
    else stretches.push({ text: piece, marked });
  }
  return stretches;
}
