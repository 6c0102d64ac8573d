/**
 * How a text was folded, told step by step for people: only what changed, and by which kind of step. Works from what the
 * fold made of each character, so it cannot say anything that the fold did not do.
 */
import { foldedString, isInvisible, type Folded } from "./fold.ts";
import type { FoldKind } from "./rule.ts";

export type FoldStep = { readonly kind: FoldKind; readonly from: string; readonly to: string };

/** A stretch of the text that is looked for as something else. */
export type FoldChange = {
  readonly start: number;
  readonly end: number;
  readonly original: string;
  /** Empty for what is dropped. */
  readonly folded: string;
  readonly steps: readonly FoldStep[];
};

export function foldChanges(folded: Folded): readonly FoldChange[] {
  const changes: FoldChange[] = [];
  let done = 0;
  const add = (start: number, end: number, becomes: string): void => {
    const original = folded.text.slice(start, end);
    if (original === becomes) return;
    changes.push({ start, end, original, folded: becomes, steps: stepsBetween(original, becomes) });
  };
  for (let unit = 0; unit < folded.length;) {
    const start = folded.starts[unit] ?? 0;
    const end = folded.ends[unit] ?? 0;
    if (start > done) add(done, start, "");
    // One character may become several units, which then share its place.
    let after = unit + 1;
    while (after < folded.length && folded.starts[after] === start) after += 1;
    add(start, end, foldedString(folded, unit, after));
    done = Math.max(done, end);
    unit = after;
  }
  if (done < folded.text.length) add(done, folded.text.length, "");
  return changes;
}

const MARKS = /\p{M}/gu;
const HAN = /\p{Script=Han}/u;
const EMOJI = /[\p{Extended_Pictographic}\p{Regional_Indicator}\u20e3]/u;

/** In the order of the fold, each tried while the goal is not reached; what no general step explains is a table's work. */
function stepsBetween(original: string, folded: string): readonly FoldStep[] {
  const steps: FoldStep[] = [];
  let now = original;
  const apply = (kind: FoldKind, to: string): void => {
    if (to === now || now === folded) return;
    steps.push({ kind, from: now, to });
    now = to;
  };
  const each = (change: (character: string) => string): string => [...now].map(change).join("");
  apply(
    "invisible",
    each((character) => (isInvisible(character) ? "" : character)),
  );
  apply(
    "width",
    each((character) => character.normalize("NFKC")),
  );
  apply(
    "case",
    each((character) => String.fromCodePoint(character.toLowerCase().codePointAt(0) ?? 0)),
  );
  const bare = now.normalize("NFD").replace(MARKS, "");
  if (bare.normalize("NFC") !== now) apply("marks", bare.normalize("NFC"));
  apply(tableOf(original, folded), folded);
  return steps;
}

function tableOf(original: string, folded: string): FoldKind {
  if (folded === "") return "invisible";
  if (EMOJI.test(original)) return "emoji";
  return HAN.test(folded) ? "traditional" : "lookalikes";
}
