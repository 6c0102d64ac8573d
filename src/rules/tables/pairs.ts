/** Tables are written as runs of two characters each: the one that is seen, and what it stands for. */
export function pairsOf(table: string): readonly (readonly [string, string])[] {
  const all = [...table];
  return Array.from({ length: all.length / 2 }, (_, at) => [all[2 * at] ?? "", all[2 * at + 1] ?? ""] as const);
}
