/** A half-open range `[start, end)` in UTF-16 units of an original text. Made by {@link span} only, so it is never empty. */
export type Span = { readonly start: number; readonly end: number };

export function span(start: number, end: number): Span {
  if (!Number.isInteger(start) || !Number.isInteger(end) || start < 0 || end <= start) {
    throw new RangeError(`A span needs 0 <= start < end; got [${start}, ${end})`);
  }
  return { start, end };
}

/** The same ground, covered once: sorted, overlapping and touching spans joined. */
export function union(spans: readonly Span[]): readonly Span[] {
  const sorted = [...spans].sort((a, b) => a.start - b.start || a.end - b.end);
  const joined: Span[] = [];
  for (const next of sorted) {
    const last = joined.at(-1);
    if (last && next.start <= last.end) joined[joined.length - 1] = span(last.start, Math.max(last.end, next.end));
    else joined.push(next);
  }
  return joined;
}

/** One replacement in a text. */
export type TextEdit = { readonly span: Span; readonly text: string };

/** Carries out edits that are sorted and do not overlap. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  let result = "";
  let done = 0;
  for (const edit of edits) {
    if (edit.span.start < done || edit.span.end > text.length) {
      throw new RangeError(
        `Edits must be sorted, apart and inside the text; see [${edit.span.start}, ${edit.span.end})`,
      );
    }
    result += text.slice(done, edit.span.start) + edit.text;
    done = edit.span.end;
  }
  return result + text.slice(done);
}
