/** Between a right-to-left override and its end, clients show characters in the other order: `nmad` reads `damn`. */
import type { Folded } from "../fold.ts";

const OVERRIDE = "\u202e";
const ENDS = /[\u202c\n\r\u2029]/u;

/** The text as it is seen; undefined where nothing is overridden. */
export function reversedView(folded: Folded): Folded | undefined {
  const { text, length } = folded;
  if (!text.includes(OVERRIDE)) return undefined;
  const order = Array.from({ length }, (_, unit) => unit);
  for (let at = text.indexOf(OVERRIDE); at !== -1;) {
    const found = text.slice(at).search(ENDS);
    const end = found === -1 ? text.length : at + found;
    const inside = order.filter((unit) => (folded.starts[unit] ?? 0) > at && (folded.starts[unit] ?? 0) < end);
    const [first] = inside;
    if (first !== undefined) order.splice(first, inside.length, ...inside.reverse());
    at = text.indexOf(OVERRIDE, end);
  }
  return {
    text,
    length,
    codes: order.map((unit) => folded.codes[unit] ?? 0),
    starts: order.map((unit) => folded.starts[unit] ?? 0),
    ends: order.map((unit) => folded.ends[unit] ?? 0),
  };
}
