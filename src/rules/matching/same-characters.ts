/** For rules that want letters as they are written: looks at a sighting again with less folding. */
import { classOf, CodeClass } from "../code-class.ts";
import { fold, foldedString, isInvisible } from "../fold.ts";
import { SPACE } from "./key.ts";
import { Kind } from "./kinds.ts";
import type { Sighting } from "./sighting.ts";

/**
 * Whether each letter that stands for itself is written as the entry has it. Letters in disguise (leet, look-alikes, …) are
 * not asked: their switches are their own.
 *
 * @param off what the rule does not look through, in bits of {@link Kind}
 */
export function sameCharacters({ entry, folded, steps, gaps }: Sighting, off: number): boolean {
  const { text, starts, ends } = folded;
  const [first, last] = [steps[0], steps.at(-1)];
  if ((off & Kind.invisible) !== 0 && gaps.length === 0 && first && last) {
    const whole = text.slice(starts[first.from], ends[last.to - 1]);
    if ([...whole].some(isInvisible)) return false;
  }
  const term = fold(entry.text);
  const letters = term.codes.flatMap((code, unit) =>
    code === SPACE || classOf(code) === CodeClass.space ? [] : [entry.text.slice(term.starts[unit], term.ends[unit])],
  );
  // Readings and parts have another number of letters: nothing of theirs is as it was written anyway.
  if (letters.length !== steps.length) return true;
  return steps.every(({ from, kind }, at) => {
    if ((kind & ~Kind.repeats) !== 0) return true;
    const written = text.slice(starts[from], ends[from]);
    return withLess(written, off) === withLess(letters[at] ?? "", off);
  });
}

/** The character with all the folding that the rule does look through. */
function withLess(character: string, off: number): string {
  const seen = [...character].filter((each) => !isInvisible(each)).join("");
  const wide = (off & Kind.width) !== 0 ? seen : plainWidth(seen);
  const bare = (off & Kind.marks) !== 0 ? wide.normalize("NFC") : wide.normalize("NFD").replace(/\p{M}+/gu, "");
  const isHan = /^\p{Script=Han}$/u.test(bare);
  if (isHan) return (off & Kind.traditional) !== 0 ? bare : foldedString(fold(bare));
  return (off & Kind.case) !== 0 ? bare : bare.toLowerCase();
}

/** NFKC, and what it leaves of framed letters and small capitals. */
function plainWidth(character: string): string {
  const plain = character.normalize("NFKC");
  return /^[\p{ASCII}\p{M}\p{Script=Han}]+$/u.test(plain) || plain !== character ? plain : foldedFrame(plain);
}

function foldedFrame(character: string): string {
  const folded = foldedString(fold(character));
  return /^[a-z0-9]$/.test(folded) && character.normalize("NFD") === character ? folded : character;
}
