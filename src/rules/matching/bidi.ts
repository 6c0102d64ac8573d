/** Between a right-to-left override and its end, clients show characters in the other order: `nmad` reads `damn`. */
import type { Folded } from "../fold.ts";

const OVERRIDE = "\u202e";
const ENDS = /[\u202c\n\r\u2029]/gu;

/** The text as it is seen; undefined where nothing is overridden. */
export function reversedView(folded: Folded): Folded | undefined {
  const { text, length } = folded;
  if (!text.includes(OVERRIDE)) return undefined;
  const order = Array.from({ length }, (_, each) => each);
  let unit = 0;
  for (let at = text.indexOf(OVERRIDE); at !== -1;) {
    ENDS.lastIndex = at;
    const end = ENDS.exec(text)?.index ?? text.length;
    while (unit < length && (folded.starts[unit] ?? 0) < at) unit += 1;
    const from = unit;
    while (unit < length && (folded.starts[unit] ?? 0) < end) unit += 1;
    for (let left = from, right = unit - 1; left < right; left += 1, right -= 1) {
      [order[left], order[right]] = [order[right] ?? 0, order[left] ?? 0];
    }
    at = text.indexOf(OVERRIDE, end);
  }
  return {
    text,
    length,
    codes: order.map((each) => folded.codes[each] ?? 0),
    starts: order.map((each) => folded.starts[each] ?? 0),
    ends: order.map((each) => folded.ends[each] ?? 0),
  };
}
