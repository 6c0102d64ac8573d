/** Which characters people put between the letters of a word to hide it, told apart by how much they may hide. */
import { createCodeTable } from "../code-table.ts";

export const Gap = {
  none: 1,
  space: 2,
  line: 3,
  /** Dashes, dots, stars, quotes … */
  symbol: 4,
  /** Brackets hold things together: letters on both sides of one are seldom a word. */
  bracket: 5,
  /** What ends a clause: what follows it is most likely something else. */
  clause: 6,
  emoji: 7,
} as const;
export type Gap = (typeof Gap)[keyof typeof Gap];

const TESTS: readonly (readonly [RegExp, Gap])[] = [
  [/[\n\r\v\f\u0085\u2028\u2029]/u, Gap.line],
  [/\p{White_Space}/u, Gap.space],
  [/[,;!?。，；！？]/u, Gap.clause],
  [/[\p{Ps}\p{Pe}\p{Pi}\p{Pf}<>]/u, Gap.bracket],
  [/[\p{Extended_Pictographic}\p{Emoji_Modifier}\p{Regional_Indicator}]/u, Gap.emoji],
  [/[\p{P}\p{S}\p{M}\p{Co}]/u, Gap.symbol],
];

const gaps = createCodeTable();

/** Of a folded code point. */
export function gapOf(code: number): Gap {
  const known = gaps.get(code);
  if (known !== 0) return known as Gap;
  const character = String.fromCodePoint(code);
  const found = TESTS.find(([test]) => test.test(character))?.[1] ?? Gap.none;
  gaps.set(code, found);
  return found;
}

/** Half of a flag, or a letter in a frame. */
export function isRegional(code: number): boolean {
  return code >= 0x1f1e6 && code <= 0x1f1ff;
}
