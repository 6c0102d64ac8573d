/** Names with dots between them, read from a text: what may be a host, a sentence, a file or a piece of code. */
import { DOT, kindOfDot, type DotKind } from "./dots.ts";
import { execAt } from "./view.ts";

/** A name between dots; places are in the text that was searched. */
export type Label = { readonly text: string; readonly start: number; readonly end: number };

/** `labels[n]` and `labels[n + 1]` have `dots[n]` between them. */
export type Chain = { readonly labels: readonly Label[]; readonly dots: readonly DotKind[] };

export const LABEL_LETTER = "[\\p{Script=Latin}\\p{Script=Greek}\\p{Script=Cyrillic}0-9_-]";
// As long as DNS allows. A longer run is no name, and reading it whole from each of its places would take long.
export const LABEL = `${LABEL_LETTER}{1,63}(?!${LABEL_LETTER})`;
const NEXT_LABEL = new RegExp(LABEL, "uy");
// Behind a scheme all is host, so a name may be of Chinese characters or mix them with others.
const NEXT_LABEL_OF_LINK = new RegExp(
  `(?:\\p{Script=Han}|${LABEL_LETTER}){1,63}(?=[.。])|${LABEL}|\\p{Script=Han}{1,8}`,
  "uy",
);
const NEXT_DOT = new RegExp(DOT, "uy");

// A name has at most so many parts in DNS; a text of nothing but dots has thousands.
const LABELS_MAX = 127;

export function readChain(text: string, start: number, isLink: boolean): Chain {
  const labels: Label[] = [];
  const dots: DotKind[] = [];
  const nextLabel = isLink ? NEXT_LABEL_OF_LINK : NEXT_LABEL;
  for (let at = start, dot: string | undefined; labels.length < LABELS_MAX;) {
    const label = execAt(nextLabel, text, at)?.[0];
    if (label === undefined) break;
    if (dot !== undefined) dots.push(kindOfDot(dot));
    labels.push({ text: label, start: at, end: (at += label.length) });
    dot = execAt(NEXT_DOT, text, at)?.[0];
    if (dot === undefined) break;
    at += dot.length;
  }
  return { labels, dots };
}

/** Cuts a chain where a sentence may end. */
export function sentencesOf({ labels, dots }: Chain): readonly Chain[] {
  const parts: Chain[] = [];
  let from = 0;
  dots.forEach((dot, at) => {
    if (!isSentenceEnd(dot)) return;
    parts.push({ labels: labels.slice(from, at + 1), dots: dots.slice(from, at) });
    from = at + 1;
  });
  return [...parts, { labels: labels.slice(from), dots: dots.slice(from) }];
}

export function isSentenceEnd(dot: DotKind): boolean {
  return dot === "spaced" || dot === "ideographic";
}

export function joinChains(one: Chain, dot: DotKind, other: Chain): Chain {
  return { labels: [...one.labels, ...other.labels], dots: [...one.dots, dot, ...other.dots] };
}
