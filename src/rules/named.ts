/** Matchers that are easier to say in code than as a pattern. A rule asks for one by name. */
import { classOf, CodeClass } from "./code-class.ts";
import type { Folded } from "./fold.ts";

/** Units `[start, end)` of a folded text. */
export type UnitRange = { readonly start: number; readonly end: number };

export const NAMED_MATCHERS: Readonly<Record<string, (folded: Folded) => readonly UnitRange[]>> = {
  "cn-mobile": cnMobile,
};

const DIGITS = 11;
const ONE = 0x31;
const THREE = 0x33;
const NINE = 0x39;
const HYPHENS = new Set([0x2d, 0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2212]);

/** Eleven digits, 13 to 19 in front, not inside a longer run of digits; written in one or as 3-4-4. */
function cnMobile(folded: Folded): readonly UnitRange[] {
  const { codes, length } = folded;
  const found: UnitRange[] = [];
  for (let start = 0; start + DIGITS <= length; start += 1) {
    if (codes[start] !== ONE || isDigit(codes[start - 1])) continue;
    const end = endOfMobile(folded, start);
    if (end === undefined) continue;
    found.push({ start, end });
    start = end - 1;
  }
  return found;
}

function endOfMobile({ codes, length }: Folded, start: number): number | undefined {
  let at = start;
  for (let digit = 0; digit < DIGITS; digit += 1) {
    if ((digit === 3 || digit === 7) && at < length && isGap(codes[at])) at += 1;
    const code = at < length ? codes[at] : undefined;
    if (!isAsciiDigit(code)) return undefined;
    if (digit === 1 && ((code ?? 0) < THREE || (code ?? 0) > NINE)) return undefined;
    at += 1;
  }
  return at < length && isDigit(codes[at]) ? undefined : at;
}

function isAsciiDigit(code: number | undefined): boolean {
  return code !== undefined && code >= 0x30 && code <= NINE;
}

function isDigit(code: number | undefined): boolean {
  return code !== undefined && classOf(code) === CodeClass.digit;
}

function isGap(code: number | undefined): boolean {
  return code !== undefined && (HYPHENS.has(code) || classOf(code) === CodeClass.space);
}
