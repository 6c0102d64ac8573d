/** What kind of character a folded code point is, as far as word boundaries and marks care. */
import { createCodeTable } from "./code-table.ts";

export const CodeClass = {
  other: 1,
  latin: 2,
  greek: 3,
  cyrillic: 4,
  digit: 5,
  mark: 6,
  han: 7,
  space: 8,
  /** A letter of no script in particular (modifier letters): it belongs to whatever run it stands in. */
  commonLetter: 9,
} as const;
export type CodeClass = (typeof CodeClass)[keyof typeof CodeClass];

// In this order: a mark of a script is a mark first.
const TESTS: readonly (readonly [RegExp, CodeClass])[] = [
  [/\p{M}/u, CodeClass.mark],
  [/\p{Nd}/u, CodeClass.digit],
  [/\p{White_Space}/u, CodeClass.space],
  [/\p{Script=Han}/u, CodeClass.han],
  [/\p{Script=Latin}/u, CodeClass.latin],
  [/\p{Script=Greek}/u, CodeClass.greek],
  [/\p{Script=Cyrillic}/u, CodeClass.cyrillic],
  // The kana length mark is of script Common too, but its script extensions say whose it is.
  [/(?=\p{L})\p{Script_Extensions=Common}/u, CodeClass.commonLetter],
];

const classes = createCodeTable();

export function classOf(code: number): CodeClass {
  const known = classes.get(code);
  if (known !== 0) return known as CodeClass;
  const character = String.fromCodePoint(code);
  const found = TESTS.find(([test]) => test.test(character))?.[1] ?? CodeClass.other;
  classes.set(code, found);
  return found;
}

/** Whether a mark after a character of this class is decoration. In other scripts (Thai, Devanagari) it is spelling. */
export function takesMarks(base: CodeClass): boolean {
  return base === CodeClass.latin || base === CodeClass.greek || base === CodeClass.cyrillic || base === CodeClass.han;
}

/** Whether a word that ends in `edge` goes on in `neighbour`. Han beside Latin does not, nor does `_` or `-`. */
export function isSameRun(edge: CodeClass, neighbour: CodeClass): boolean {
  if (!hasBoundary(edge)) return false;
  if (edge === neighbour) return true;
  // Digits, marks and letters of no script stand in a run of any script; Latin beside Cyrillic is a change of run.
  if (edge === CodeClass.digit) return hasBoundary(neighbour) || isOfNoScript(neighbour);
  // A mark that has not joined a letter stands on something else, or on nothing: it is decoration, not a letter before.
  return neighbour === CodeClass.digit || neighbour === CodeClass.commonLetter;
}

export function hasBoundary(edge: CodeClass): boolean {
  return (
    edge === CodeClass.latin || edge === CodeClass.greek || edge === CodeClass.cyrillic || edge === CodeClass.digit
  );
}

function isOfNoScript(code: CodeClass): boolean {
  return code === CodeClass.mark || code === CodeClass.commonLetter;
}
