/**
 * `cn-mobile`: a mobile number of mainland China, eleven digits that begin with 13 to 19. Eleven digits are also found in
 * amounts, dates, addresses of machines and price lists, so how they are grouped decides whether they are one number.
 */
import type { Folded } from "../fold.ts";
import {
  digitsOf,
  gapBefore,
  gluesToDigits,
  groupingOf,
  isThousands,
  isUniform,
  SEPARATORS_MAX,
  separatorBefore,
  type Digits,
  type Grouping,
} from "./digits.ts";
import type { UnitRange } from "./named-matcher.ts";

const LENGTH = 11;
const NONE: readonly UnitRange[] = Object.freeze([]);

/** Eleven digits of the row that could be a number; `isPlain` when no Chinese numeral is among them. */
type Candidate = {
  readonly first: number;
  readonly last: number;
  readonly grouping: Grouping;
  readonly isPlain: boolean;
};

// One of these between two numbers makes them one longer number, or an amount, a ratio, a sum.
const JOINERS = new Set([...".,-/:_'’+*=~–—#"]);
// What makes two numbers of 158/00001234.
const NOT_OF_TWO = /[.:=<>%+*/~]/;
const AMOUNT_BEFORE = /[$¥€£₩₽] ?$/u;
const AMOUNT_AFTER = /^ ?(?:元|块钱|圆|円|美元|美金|欧元|日元|万|亿|rmb|cny|usd|%)/u;
// SN-138… is an identifier; these words before a hyphen announce a telephone.
const ID_BEFORE = /(?:^|[^a-z])([a-z]{1,12})[-_]$/;
const ANNOUNCING = new Set("tel phone mobile mob cell call sms text wx vx v w wechat weixin qq cn whatsapp".split(" "));
// Words that begin with the numeral one and may follow a number at once.
const WORDS_OF_ONE = new Set([..."下起直个样定会次切点些般共旦边同"].map((each) => each.codePointAt(0)));

export function cnMobile(folded: Folded): readonly UnitRange[] {
  const digits = digitsOf(folded);
  if (digits.length < LENGTH) return NONE;
  const found: UnitRange[] = [];
  let accepted = -1; // The last digit of the number found before.
  for (let first = 0; first + LENGTH <= digits.length; first += 1) {
    const candidate = candidateAt(folded, digits, first);
    if (!candidate) continue;
    if (!isFreeBefore(folded, digits, candidate, accepted) || !isFreeAfter(folded, digits, candidate)) continue;
    accepted = candidate.last;
    found.push(rangeOfDigits(digits, first, accepted + 1));
    first = accepted;
  }
  return found;
}

function candidateAt(folded: Folded, digits: Digits, first: number): Candidate | undefined {
  const last = first + LENGTH - 1;
  if (digits.values[first] !== 1 || (digits.values[first + 1] ?? 0) < 3 || last >= digits.length) return undefined;
  for (let at = first + 1; at <= last; at += 1) {
    if (gapBefore(folded, digits, at) > SEPARATORS_MAX) return undefined;
  }
  const grouping = groupingOf(folded, digits, first, last + 1);
  const isPlain = !digits.isHan.slice(first, last + 1).some(Boolean);
  return isOneNumber(grouping) ? { first, last, grouping, isPlain } : undefined;
}

function isOneNumber(grouping: Grouping): boolean {
  const { groups, separators } = grouping;
  const sizes = groups.map((group) => group.length).join("-");
  if (sizes === "11" || sizes === "3-4-4") return true;
  if (isThousands(grouping)) return false;
  if (sizes === "1-3-3-4" && isAmerican(groups.join(""))) return false;
  // Digit by digit, in whatever way; but 1.5 8.0 0.0 is a row of marks.
  if (groups.length === LENGTH) return isUniform(grouping) || !separators.some((each) => /[.:,/]/.test(each));
  if (!isUniform(grouping)) return false;
  const [separator = ""] = separators;
  // No count, price or coordinate begins with a zero.
  const hasLeadingZero = groups.slice(1).some((group) => group.length > 1 && group.startsWith("0"));
  if (groups.length === 2) {
    return !NOT_OF_TWO.test(separator) && (sizes === "3-8" || sizes === "7-4" || hasLeadingZero);
  }
  const isAddress = groups.length === 4 && separator === "." && groups.every((group) => group.length <= 3);
  return hasLeadingZero && !isAddress;
}

/** 1-800-356-9377: neither area nor exchange of a North American number begins with 0 or 1. */
function isAmerican(number: string): boolean {
  return /^1[2-9]\d\d[2-9]/.test(number);
}

function isFreeBefore(folded: Folded, digits: Digits, candidate: Candidate, accepted: number): boolean {
  const { first, grouping, isPlain } = candidate;
  const start = digits.units[first] ?? 0;
  // Beside plain digits a Chinese numeral is a word: 方案一 138….
  const gap = isPlain && digits.isHan[first - 1] === true ? Infinity : gapBefore(folded, digits, first);
  if (gap <= SEPARATORS_MAX) {
    if (isCountryCode(folded, digits, first) || (gap > 0 && first - 1 === accepted)) return true;
    const isShort = gapBefore(folded, digits, first - 1) > 0 || gapBefore(folded, digits, first - 2) > 0;
    if (gap === 0 || joins(separatorBefore(folded, digits, first), grouping, isShort)) return false;
  } else if (gluesToDigits(folded.codes[start - 1])) {
    return false;
  }
  const before = String.fromCodePoint(...folded.codes.slice(Math.max(0, start - 16), start));
  if (AMOUNT_BEFORE.test(before)) return false;
  const id = ID_BEFORE.exec(before)?.[1];
  if (id !== undefined && !ANNOUNCING.has(id)) return false;
  // +1 415 555 2671 is at home elsewhere; 加+158… is not.
  return !(/(?:^|[^\p{L}\p{N}])\+ ?$/u.test(before) && isAmerican(grouping.groups.join("")));
}

function isFreeAfter(folded: Folded, digits: Digits, { last, grouping, isPlain }: Candidate): boolean {
  const end = (digits.units[last] ?? 0) + 1;
  const next = last + 1;
  const gap = isPlain && digits.isHan[next] === true ? Infinity : gapBefore(folded, digits, next);
  if (gap === 0) {
    const beginsWord = digits.values[next] === 1 && WORDS_OF_ONE.has(folded.codes[end + 1] ?? 0);
    if (!digits.isHan[next] || !beginsWord) return false;
  } else if (gap <= SEPARATORS_MAX) {
    const isShort = gapBefore(folded, digits, next + 1) > 0 || gapBefore(folded, digits, next + 2) > 0;
    const goesOn = joins(separatorBefore(folded, digits, next), grouping, isShort);
    if (goesOn && !candidateAt(folded, digits, next)) return false;
  } else if (gluesToDigits(folded.codes[end])) {
    return false;
  }
  return !AMOUNT_AFTER.test(String.fromCodePoint(...folded.codes.slice(end, end + 6)));
}

/** Whether a separator makes one number of ours and the one beside it, which `isShort` when it has one or two digits. */
function joins(separator: string, { groups, separators }: Grouping, isShort: boolean): boolean {
  if (JOINERS.has(separator)) return true;
  // 158 0000 1234 24小时: a number of three groups is complete, and a count follows.
  const isComplete = groups.length === 3 && separators.every((each) => each === " ");
  return separators.includes(separator) && !(isComplete && isShort);
}

/** 86 or 0086 in front, glued or set off, with nothing glued to it. */
function isCountryCode(folded: Folded, digits: Digits, first: number): boolean {
  const { values, units } = digits;
  if (values[first - 1] !== 6 || values[first - 2] !== 8 || gapBefore(folded, digits, first - 1) !== 0) return false;
  let start = first - 2;
  if (values[start - 1] === 0 && values[start - 2] === 0 && gapBefore(folded, digits, start) === 0) start -= 2;
  return !gluesToDigits(folded.codes[(units[start] ?? 0) - 1]);
}

/** The range over digits `[from, to)` of the row, less what separates them. */
export function rangeOfDigits({ units }: Digits, from: number, to: number): UnitRange {
  const [start, end] = [units[from] ?? 0, (units[to - 1] ?? 0) + 1];
  return end - start === to - from ? { start, end } : { start, end, units: units.slice(from, to) };
}
