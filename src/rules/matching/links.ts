/** Links and mail addresses: words in them are addresses, and a mask there breaks the link. */
import type { Folded } from "../fold.ts";
import { foldedString } from "../fold.ts";
import { unitsByOffset } from "./markup.ts";

export type Link = {
  readonly start: number;
  readonly end: number;
  readonly hostStart: number;
  readonly hostEnd: number;
};

const LABEL = "[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?";
const HOST = `${LABEL}(?:\\.${LABEL}){0,8}\\.[a-z]{2,24}`;
// A host alone is a link only with a path or a scheme: `end.Start` is a slip of the keyboard.
const LINK = new RegExp(
  `(?<![a-z0-9@])(?:[a-z][a-z0-9+.-]{1,10}://(?<host>[^\\s/?#<>"']{1,255})|(?<bare>(?:www\\.)${HOST}|${HOST}(?=[/:?#]\\S)))(?<rest>[/:?#][^\\s<>"'\\u3000-\\u303f\\u4e00-\\u9fff]{0,2000})?` +
    `|[a-z0-9][a-z0-9._%+-]{0,63}@${HOST}`,
  "gu",
);

export function linksIn(folded: Folded): readonly Link[] {
  // What no link is without.
  if (!/[.:@]/.test(folded.text) && !/[．：＠]/.test(folded.text)) return [];
  const text = foldedString(folded);
  const units = unitsByOffset(folded);
  const unitAt = (offset: number): number => units[offset] ?? folded.length;
  return Array.from(text.matchAll(LINK), (match) => {
    const host = match.groups?.["host"] ?? match.groups?.["bare"] ?? "";
    const hostStart = match.index + (host === "" ? match[0].length : match[0].indexOf(host));
    return {
      start: unitAt(match.index),
      end: unitAt(match.index + match[0].length),
      hostStart: unitAt(hostStart),
      hostEnd: unitAt(hostStart + host.length),
    };
  });
}
