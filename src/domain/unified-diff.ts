/** What changes between two versions of a small file, as `diff -u` says it. */

/** Lines around a change. */
const CONTEXT = 3;
/** Past so many lines on each side of one change nobody compares line by line: it is told as a whole. */
const COMPARED_LINES_MAX = 1_000;

type Line = { readonly mark: " " | "-" | "+"; readonly text: string };

/** @returns empty where nothing changes */
export function unifiedDiff(name: string, before: string, after: string): string {
  if (before === after) return "";
  const lines = compare(linesOf(before), linesOf(after));
  const hunks = hunksOf(lines).map((hunk) => spell(hunk, lines));
  return `--- a/${name}\n+++ b/${name}\n${hunks.join("")}`;
}

/** Each with its line break; the last one may have none. */
const linesOf = (text: string): readonly string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];

function compare(before: readonly string[], after: readonly string[]): readonly Line[] {
  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) head++;
  let tail = 0;
  const most = Math.min(before.length, after.length) - head;
  while (tail < most && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++;
  const same = (lines: readonly string[]): readonly Line[] => lines.map((text) => ({ mark: " ", text }));
  return [
    ...same(before.slice(0, head)),
    ...middle(before.slice(head, before.length - tail), after.slice(head, after.length - tail)),
    ...same(before.slice(before.length - tail)),
  ];
}

/** By the longest common subsequence. */
function middle(before: readonly string[], after: readonly string[]): readonly Line[] {
  const whole = (): readonly Line[] => [
    ...before.map((text): Line => ({ mark: "-", text })),
    ...after.map((text): Line => ({ mark: "+", text })),
  ];
  if (before.length > COMPARED_LINES_MAX || after.length > COMPARED_LINES_MAX) return whole();
  const width = after.length + 1;
  const common = new Uint32Array((before.length + 1) * width);
  const at = (b: number, a: number): number => common[b * width + a] ?? 0;
  for (let b = before.length - 1; b >= 0; b--) {
    for (let a = after.length - 1; a >= 0; a--) {
      common[b * width + a] = before[b] === after[a] ? at(b + 1, a + 1) + 1 : Math.max(at(b + 1, a), at(b, a + 1));
    }
  }
  const lines: Line[] = [];
  let [b, a] = [0, 0];
  while (b < before.length || a < after.length) {
    const [old, fresh] = [before[b], after[a]];
    if (old !== undefined && old === fresh) {
      lines.push({ mark: " ", text: old });
      [b, a] = [b + 1, a + 1];
    } else if (old !== undefined && (fresh === undefined || at(b + 1, a) >= at(b, a + 1))) {
      lines.push({ mark: "-", text: old });
      b++;
    } else {
      lines.push({ mark: "+", text: fresh ?? "" });
      a++;
    }
  }
  return lines;
}

type Hunk = { readonly from: number; readonly to: number };

/** Changes with what stands around them, joined where that touches. */
function hunksOf(lines: readonly Line[]): readonly Hunk[] {
  const hunks: Hunk[] = [];
  lines.forEach(({ mark }, index) => {
    if (mark === " ") return;
    const next = { from: Math.max(0, index - CONTEXT), to: Math.min(lines.length, index + CONTEXT + 1) };
    const last = hunks.at(-1);
    if (last !== undefined && next.from <= last.to) hunks[hunks.length - 1] = { from: last.from, to: next.to };
    else hunks.push(next);
  });
  return hunks;
}

function spell({ from, to }: Hunk, lines: readonly Line[]): string {
  const count = (some: readonly Line[], without: "-" | "+"): number =>
    some.filter(({ mark }) => mark !== without).length;
  const [ahead, here] = [lines.slice(0, from), lines.slice(from, to)];
  const side = (without: "-" | "+"): string => {
    const length = count(here, without);
    // A side without lines is named by the line before it.
    return `${count(ahead, without) + (length === 0 ? 0 : 1)},${length}`;
  };
  const body = here.map(({ mark, text }) =>
    text.endsWith("\n") ? mark + text : `${mark}${text}\n\\ No newline at end of file\n`,
  );
  return `@@ -${side("+")} +${side("-")} @@\n${body.join("")}`;
}
