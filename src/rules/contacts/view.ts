/**
 * A folded text as a string, with the way back to its units. The matchers beside this file read it with regular
 * expressions that are bounded or never go back, so their time grows with the text and no faster.
 */
import { classOf, CodeClass } from "../code-class.ts";
import { foldedString, type Folded } from "../fold.ts";
import type { UnitRange } from "./named-matcher.ts";

export type View = {
  readonly text: string;
  /** The unit that a place in `text` belongs to; past the end, the number of units. */
  unitAt(offset: number): number;
};

// All matchers of a message look at one folded text, so it is written out once.
const views = new WeakMap<Folded, View>();

export function viewOf(folded: Folded): View {
  const known = views.get(folded);
  if (known) return known;
  const text = foldedString(folded);
  let units: readonly number[] | undefined;
  const view: View = {
    text,
    unitAt(offset) {
      // Without characters of two UTF-16 units the places are the units.
      if (text.length === folded.length) return offset;
      units ??= unitsOf(folded);
      return units[offset] ?? folded.length;
    },
  };
  views.set(folded, view);
  return view;
}

function unitsOf(folded: Folded): readonly number[] {
  const units: number[] = [];
  for (let unit = 0; unit < folded.length; unit += 1) {
    units.push(unit);
    if ((folded.codes[unit] ?? 0) > 0xffff) units.push(unit);
  }
  return units;
}

/** The range of a view's `[start, end)` of which only `[from, to)` offends. */
export function rangeOf(view: View, start: number, end: number, from: number, to: number): UnitRange {
  const range = { start: view.unitAt(start), end: view.unitAt(end) };
  return from === start && to === end ? range : { ...range, units: steps(view.unitAt(from), view.unitAt(to)) };
}

function steps(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from }, (_, step) => from + step);
}

/** How a sticky or global expression matches at or from `at`. */
export function execAt(expression: RegExp, text: string, at: number): RegExpExecArray | null {
  expression.lastIndex = at;
  return expression.exec(text);
}

export function countOfCharacters(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

/** Of a link that is spaced out, the characters offend and the spaces stay. */
export function withoutWhiteSpace(range: UnitRange, { codes }: Folded): UnitRange {
  const all = steps(range.start, range.end);
  const units = all.filter((unit) => classOf(codes[unit] ?? 0) !== CodeClass.space);
  return units.length === all.length ? range : { ...range, units };
}
