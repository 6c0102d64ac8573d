/**
 * The nearest of some words, if one is near enough to be what was meant.
 *
 * @param slipsMax letters that may be wrong; a third of them unless given
 */
export function nearestOf(word: string, known: readonly string[], slipsMax?: number): string | undefined {
  const near = known
    .map((candidate) => ({ candidate, distance: distanceOf(word.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ candidate, distance }) => distance <= (slipsMax ?? Math.ceil(candidate.length / 3)))
    .sort((a, b) => a.distance - b.distance);
  return near[0]?.candidate;
}

/** ` Did you mean "mode"?` or nothing. */
export function didYouMean(word: string, known: readonly string[]): string {
  const nearest = nearestOf(word, known);
  return nearest === undefined ? "" : ` Did you mean "${nearest}"?`;
}

/** Levenshtein. Long words are no slips of the finger, and comparing them would cost. */
function distanceOf(a: string, b: string): number {
  if (a.length > 40) return Number.POSITIVE_INFINITY;
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
