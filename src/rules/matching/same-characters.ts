/** For rules that want letters as they are written: looks at a sighting again with less folding. */
import { foldedString, isInvisible } from "../fold.ts";
import { Kind } from "./kinds.ts";
import type { Sighting } from "./sighting.ts";

/** @param off what the rule does not look through, in bits of {@link Kind} */
export function sameCharacters({ entry, folded, steps, gaps }: Sighting, off: number): boolean {
  const written = steps.map(({ from, to }) => folded.text.slice(folded.starts[from], folded.ends[to - 1])).join("");
  const all = folded.text.slice(folded.starts[steps[0]?.from ?? 0], folded.ends[(steps.at(-1)?.to ?? 1) - 1]);
  if ((off & Kind.invisible) !== 0 && gaps.length === 0 && [...all].some(isInvisible)) return false;
  const term = entry.text.replace(/\p{White_Space}/gu, "");
  return changedBy(written, off) === changedBy(term, off) || foldedString(folded) === entry.text;
}

/** What is left of the differences that the rule minds. */
function changedBy(text: string, off: number): string {
  const seen = [...text].filter((character) => !isInvisible(character)).join("");
  const width = (off & Kind.width) !== 0 ? seen : seen.normalize("NFKC");
  const marks = (off & Kind.marks) !== 0 ? width.normalize("NFC") : width.normalize("NFD").replace(/\p{M}+/gu, "");
  return (off & Kind.case) !== 0 ? marks : marks.toLowerCase();
}
