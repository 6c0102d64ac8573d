/** What became of a text, grapheme by grapheme: the shortest list of what stayed, what went and what came (Myers 1986). */
import { graphemesOf } from "./graphemes.ts";

export type Change = { readonly kind: "same" | "gone" | "new"; readonly text: string };

/** Past this many differences nobody reads them one by one, and the search for the fewest would be felt. */
const DIFFERENCES_MAX = 600;

export function diff(before: string, after: string): readonly Change[] {
  const a = graphemesOf(before).map(({ text }) => text);
  const b = graphemesOf(after).map(({ text }) => text);
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head += 1;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a.at(-1 - tail) === b.at(-1 - tail)) tail += 1;
  const middle = [a.slice(head, a.length - tail), b.slice(head, b.length - tail)] as const;
  return joined([
    ...a.slice(0, head).map(same),
    ...(shortest(...middle) ?? [...middle[0].map(gone), ...middle[1].map(come)]),
    ...a.slice(a.length - tail).map(same),
  ]);
}

const same = (text: string): Change => ({ kind: "same", text });
const gone = (text: string): Change => ({ kind: "gone", text });
const come = (text: string): Change => ({ kind: "new", text });

/** Undefined: there are too many differences. */
function shortest(a: readonly string[], b: readonly string[]): readonly Change[] | undefined {
  const most = Math.min(a.length + b.length, DIFFERENCES_MAX);
  // How far along `a` one gets on each diagonal with so many differences.
  const reach = new Int32Array(2 * most + 3);
  const trace: Int32Array[] = [];
  const at = (of: Int32Array, diagonal: number): number => of[diagonal + most + 1] ?? 0;
  const isDown = (of: Int32Array, diagonal: number, differences: number): boolean =>
    diagonal === -differences || (diagonal !== differences && at(of, diagonal - 1) < at(of, diagonal + 1));
  for (let differences = 0; differences <= most; differences += 1) {
    trace.push(reach.slice());
    for (let diagonal = -differences; diagonal <= differences; diagonal += 2) {
      let x = isDown(reach, diagonal, differences) ? at(reach, diagonal + 1) : at(reach, diagonal - 1) + 1;
      while (x < a.length && x - diagonal < b.length && a[x] === b[x - diagonal]) x += 1;
      reach[diagonal + most + 1] = x;
      if (x >= a.length && x - diagonal >= b.length) return walkBack();
    }
  }
  return undefined;

  function walkBack(): readonly Change[] {
    const changes: Change[] = [];
    let [x, y] = [a.length, b.length];
    for (let differences = trace.length - 1; differences >= 0; differences -= 1) {
      const before = trace[differences] ?? reach;
      const diagonal = x - y;
      const from = isDown(before, diagonal, differences) ? diagonal + 1 : diagonal - 1;
      const [fromX, fromY] = differences === 0 ? [0, 0] : [at(before, from), at(before, from) - from];
      while (x > fromX && y > fromY) {
        changes.push(same(a[x - 1] ?? ""));
        [x, y] = [x - 1, y - 1];
      }
      if (differences > 0) changes.push(x === fromX ? come(b[fromY] ?? "") : gone(a[fromX] ?? ""));
      [x, y] = [fromX, fromY];
    }
    return changes.reverse();
  }
}

/** Runs of one kind as one; between two that stayed, what went stands before what came. */
function joined(changes: readonly Change[]): readonly Change[] {
  const runs: { kind: Change["kind"]; text: string }[] = [];
  for (const { kind, text } of changes) {
    const last = runs.at(-1);
    const beforeLast = runs.at(-2);
    if (last?.kind === kind) last.text += text;
    else if (kind === "gone" && last?.kind === "new") {
      if (beforeLast?.kind === "gone") beforeLast.text += text;
      else runs.splice(-1, 0, { kind, text });
    } else runs.push({ kind, text });
  }
  return runs;
}
