/** What of a message can be asked about: its text elements, those that stand side by side together, as rules read them. */
import type { Elements } from "../api/shapes.ts";

/** As much as the API takes at once; longer texts are judged on a thread of their own. */
export const UNITS_MAX = 2_000;
const TEXTS_MAX = 20;

/** @property first the number of the element that it begins with; the others follow it */
export type Run = { readonly elements: readonly number[]; readonly texts: readonly string[] };
export type Explainable = {
  readonly runs: readonly Run[];
  /** How many characters (UTF-16 units) that is, and of how many. */
  readonly units: number;
  readonly ofUnits: number;
};

export function explainable(elements: Elements): Explainable {
  const runs: { elements: number[]; texts: string[] }[] = [];
  let [units, ofUnits, count] = [0, 0, 0];
  let isOpen = false;
  elements.forEach(({ kind, texts }, index) => {
    const text = kind === "text" ? texts.map((each) => each.text).join("") : "";
    if (kind !== "text") isOpen = false;
    if (text === "") return;
    ofUnits += text.length;
    // Nothing behind a gap is read as it was.
    const isWhole = units + text.length === ofUnits;
    const taken = isWhole && count < TEXTS_MAX ? cut(text, UNITS_MAX - units) : "";
    if (taken === "") return;
    units += taken.length;
    count += 1;
    if (!isOpen) runs.push({ elements: [], texts: [] });
    isOpen = true;
    runs.at(-1)?.elements.push(index);
    runs.at(-1)?.texts.push(taken);
  });
  return { runs, units, ofUnits };
}

/** No character is cut in two. */
function cut(text: string, units: number): string {
  if (text.length <= units) return text;
  const isPair = /[\uD800-\uDBFF]/.test(text.charAt(units - 1));
  return text.slice(0, isPair ? units - 1 : units);
}
