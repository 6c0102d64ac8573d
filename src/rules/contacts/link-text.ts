/** The view in which links are looked for: as {@link View}, but letters that stand one by one are moved together. */
import type { Folded } from "../fold.ts";
import { viewOf, type View } from "./view.ts";

export type LinkText = View & {
  /** Whether spaces were taken out between two places: `e x a m p l e`. */
  isSpelledOut(from: number, to: number): boolean;
};

const SPACE_BETWEEN_SINGLES = /(?<=(?<![a-z0-9])[a-z0-9])[^\S\n\r]{1,2}(?=[a-z0-9](?![a-z0-9]))/g;

export function linkTextOf(folded: Folded): LinkText {
  const view = viewOf(folded);
  const dropped = [...view.text.matchAll(SPACE_BETWEEN_SINGLES)];
  if (dropped.length === 0) return { ...view, isSpelledOut: () => false };
  const offsets: number[] = [];
  let text = "";
  let done = 0;
  const keep = (end: number): void => {
    text += view.text.slice(done, end);
    for (let at = done; at < end; at += 1) offsets.push(at);
  };
  for (const { index, 0: spaces } of dropped) {
    keep(index);
    done = index + spaces.length;
  }
  keep(view.text.length);
  const offsetAt = (at: number): number => offsets[at] ?? view.text.length;
  return {
    text,
    // The end of a range is where its last character ends, not where the next one that was kept begins.
    unitAt: (at) => view.unitAt(offsetAt(at)),
    isSpelledOut: (from, to) => offsetAt(to - 1) - offsetAt(from) > to - 1 - from,
  };
}
