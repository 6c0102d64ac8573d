/**
 * The digits of a folded text, whatever their style, and how they stand to one another. Full-width, circled and keycap
 * digits are ASCII after folding; Chinese numerals are read here, because in running text they are words.
 */
import { classOf, CodeClass } from "../code-class.ts";
import type { Folded } from "../fold.ts";

/** Three rows of equal length, one place for each digit of the text. */
export type Digits = {
  readonly length: number;
  readonly units: readonly number[];
  readonly values: readonly number[];
  readonly isHan: readonly boolean[];
};

// As they stand after folding: 參, 貳 and 陸 are 参, 贰 and 陆 by then.
const NUMERALS = ["〇零", "一壹幺弌", "二贰弍", "三叁参弎", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖"];
const VALUES: ReadonlyMap<number, number> = new Map(
  NUMERALS.flatMap((row, value) => [...row].map((each): [number, number] => [each.codePointAt(0) ?? 0, value])),
);
const ZERO = 0x30;
const NINE = 0x39;
const FIRST_HAN = 0x3007;

/** `158 - 0000` is still one number for a reader, `158 and 0000` is not. */
export const SEPARATORS_MAX = 2;

export function digitsOf({ codes, length }: Folded): Digits {
  const units: number[] = [];
  const values: number[] = [];
  const isHan: boolean[] = [];
  for (let unit = 0; unit < length; unit += 1) {
    const code = codes[unit] ?? 0;
    const ascii = code >= ZERO && code <= NINE;
    const value = ascii ? code - ZERO : code >= FIRST_HAN ? VALUES.get(code) : undefined;
    if (value === undefined) continue;
    units.push(unit);
    values.push(value);
    isHan.push(!ascii);
  }
  return { length: units.length, units, values, isHan };
}

/** How many units stand between a digit and the one before it, or Infinity when they are not of one number. */
export function gapBefore(folded: Folded, digits: Digits, at: number): number {
  const [before, here] = [digits.units[at - 1], digits.units[at]];
  if (before === undefined || here === undefined || here - before > SEPARATORS_MAX + 1) return Infinity;
  for (let unit = before + 1; unit < here; unit += 1) if (!isBetweenDigits(folded.codes[unit] ?? 0)) return Infinity;
  return here - before - 1;
}

/** What stands between a digit and the one before it. */
export function separatorBefore({ codes }: Folded, digits: Digits, at: number): string {
  return String.fromCodePoint(...codes.slice((digits.units[at - 1] ?? -1) + 1, digits.units[at]));
}

/** A row of digits in the groups that their separators make. */
export type Grouping = { readonly groups: readonly string[]; readonly separators: readonly string[] };

export function groupingOf(folded: Folded, digits: Digits, from: number, to: number): Grouping {
  const groups = [String(digits.values[from])];
  const separators: string[] = [];
  for (let at = from + 1; at < to; at += 1) {
    const value = String(digits.values[at]);
    const separator = separatorBefore(folded, digits, at);
    if (separator === "") groups[groups.length - 1] += value;
    else {
      separators.push(separator);
      groups.push(value);
    }
  }
  return { groups, separators };
}

export function isUniform({ separators }: Grouping): boolean {
  return separators.every((each) => each === separators[0]);
}

/** `13,800,138,000` and `13 800 138 000` are amounts. */
export function isThousands({ groups, separators }: Grouping): boolean {
  return separators.length > 0 && groups.every((group, at) => (at === 0 ? group.length <= 3 : group.length === 3));
}

const LETTER_OR_NUMBER = /[\p{L}\p{N}]/u;

export function isBetweenDigits(code: number): boolean {
  switch (classOf(code)) {
    case CodeClass.space:
    case CodeClass.mark:
      return true;
    case CodeClass.other:
      return !LETTER_OR_NUMBER.test(String.fromCodePoint(code));
    default:
      return false;
  }
}

/** Whether a number written beside this character goes on in it. Han does not count: 找我158… is a number after words. */
export function gluesToDigits(code: number | undefined): boolean {
  if (code === undefined) return false;
  const kind = classOf(code);
  return (
    kind === CodeClass.latin || kind === CodeClass.greek || kind === CodeClass.cyrillic || kind === CodeClass.digit
  );
}
