/** Markdown and HTML that may stand between two letters of a word: tags, entities, the target of a link. */
import type { Folded } from "../fold.ts";
import { foldedString } from "../fold.ts";

// Longer tags hold code or data, not a disguise.
const MARKUP =
  /<\/?[a-z][^<>\n]{0,200}>|\]\([^()\s]{0,200}\)|&(?:[a-z]{2,8}|#\d{1,6}|#x[0-9a-f]{1,6});|<!--[^\n]{0,60}?-->/gu;

/** @returns for each unit that begins markup, the unit after it; undefined where there is none */
export function markupIn(folded: Folded): ReadonlyMap<number, number> | undefined {
  if (!/[<&]|\]\(/.test(folded.text) && !/[＜＆］]/.test(folded.text)) return undefined;
  const text = foldedString(folded);
  const units = unitsByOffset(folded);
  const found = new Map<number, number>();
  for (const match of text.matchAll(MARKUP)) {
    const start = units[match.index];
    const end = units[match.index + match[0].length] ?? folded.length;
    if (start !== undefined) found.set(start, end);
  }
  return found.size > 0 ? found : undefined;
}

/** From places in the folded string to units. */
export function unitsByOffset(folded: Folded): readonly number[] {
  const units: number[] = [];
  folded.codes.forEach((code, unit) => {
    units.push(unit);
    if (code > 0xffff) units.push(unit);
  });
  return units;
}
