/** `qq-number`: five to eleven digits after something that says QQ. */
import type { Folded } from "../fold.ts";
import { connectors, eachCue, HIDING, isNear, NO_WORD_BEFORE } from "./cues.ts";
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
import { rangeOfDigits } from "./mobile.ts";
import type { UnitRange } from "./named-matcher.ts";
import { execAt, viewOf, type View } from "./view.ts";

const DIGITS_MIN = 5;
const DIGITS_MAX = 11;
const NONE: readonly UnitRange[] = Object.freeze([]);

// 口口 and q: are also other things, so they need a word or a longer number with them.
const CUE = new RegExp(
  [
    `(?<plus>[加+➕]) ?(?:我|个|下)? ?(?:${NO_WORD_BEFORE}q${HIDING}q|q|扣|企鹅|🐧)(?![a-z])`,
    `${NO_WORD_BEFORE}q${HIDING}q(?![a-z])`,
    `${NO_WORD_BEFORE}q ?(?=[群裙羣号扣])`,
    `(?<letter>${NO_WORD_BEFORE}q ?(?=[:=]))`,
    `扣${HIDING}扣|抠${HIDING}抠|叩${HIDING}叩|蔻${HIDING}蔻|企${HIDING}鹅|球${HIDING}球|秋${HIDING}秋|🐧`,
    `[扣抠鹅](?=[群裙号:])`,
    `(?<weak>口${HIDING}口)`,
  ].join("|"),
  "gu",
);
const GAP = new RegExp(
  connectors("号码群裙羣是为我的加搜找联系咨询客服私聊交流讨论账帐户在这里进入请有来扣企鹅", [
    "id",
    "is",
    "no",
    "num",
    "number",
    "group",
    "me",
    "my",
    "add",
  ]),
  "uy",
);
// 12345元, 12345人: how many, not who. 点我, 月入, 人工 … go on with the advertisement.
const MEASURE = new RegExp(
  "^ ?(?:元|块钱?|圆|币|年(?![入薪轻])|月(?![入赚薪])|人(?![工气美])|个(?![人性])|名(?![字叫称])|位|级|分(?![享析])|次|" +
    "条(?!件)|只(?![要需有为])|天(?!天)|岁|万|亿|折|版(?!主)|秒|小时|积分|经验|粉丝|钻|票|股|%|(?:kb|mb|gb|px|ms|rmb|usd)(?![a-z]))",
  "u",
);

export function qqNumber(folded: Folded): readonly UnitRange[] {
  const view = viewOf(folded);
  let digits: Digits | undefined;
  let found: UnitRange[] | undefined;
  eachCue(CUE, view.text, (cue) => {
    const end = cue.index + cue[0].length;
    const gap = execAt(GAP, view.text, end)?.[0] ?? "";
    if (!isNear(gap) || /[$¥€£]/u.test(gap)) return undefined;
    if (cue.groups?.["weak"] !== undefined && !/[号群裙加:]/u.test(gap)) return undefined;
    digits ??= digitsOf(folded);
    const first = placeOf(digits, view.unitAt(end + gap.length));
    if (first === undefined) return undefined;
    const after = endOfNumber(folded, digits, first);
    if (after === undefined || (cue.groups?.["letter"] !== undefined && after - first <= DIGITS_MIN)) return undefined;
    const number = rangeOfDigits(digits, first, after);
    const start = view.unitAt(cue.index);
    (found ??= []).push({ start, end: number.end, units: digits.units.slice(first, after) });
    return offsetOf(view, number.end, end);
  });
  return found ?? NONE;
}

/** The place in the row of the digit at a unit. */
function placeOf({ units }: Digits, unit: number): number | undefined {
  let [low, high] = [0, units.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((units[middle] ?? 0) < unit) low = middle + 1;
    else high = middle;
  }
  return units[low] === unit ? low : undefined;
}

/** Where the number that begins at `first` ends in the row of digits. */
function endOfNumber(folded: Folded, digits: Digits, first: number): number | undefined {
  if (digits.values[first] === 0) return undefined;
  let after = endOfGroup(folded, digits, first);
  if (after - first < DIGITS_MIN) {
    // `1 2 3 4 5 6`, `1234-5678`: as long as the separator stays the same.
    const separator = after < digits.length ? separatorBefore(folded, digits, after) : "";
    while (after - first <= DIGITS_MAX && isBound(folded, digits, after)) {
      if (separatorBefore(folded, digits, after) !== separator) break;
      after = endOfGroup(folded, digits, after);
    }
    if (!isOneNumber(groupingOf(folded, digits, first, after))) return undefined;
  }
  const count = after - first;
  if (count < DIGITS_MIN || count > DIGITS_MAX || !isFreeAfter(folded, digits, after)) return undefined;
  return after;
}

function endOfGroup(folded: Folded, digits: Digits, from: number): number {
  let after = from + 1;
  while (after - from <= DIGITS_MAX && gapBefore(folded, digits, after) === 0) after += 1;
  return after;
}

function isBound(folded: Folded, digits: Digits, at: number): boolean {
  const gap = gapBefore(folded, digits, at);
  return gap > 0 && gap <= SEPARATORS_MAX;
}

function isOneNumber(grouping: Grouping): boolean {
  const { groups, separators } = grouping;
  const [separator = ""] = separators;
  if (!isUniform(grouping) || separator.includes(":") || isThousands(grouping)) return false;
  // 9.7.25.29419 is a version; nobody's version has six parts.
  if (groups.every((group) => group.length === 1)) return separator !== "." || groups.length > DIGITS_MIN;
  if (separator === "." || groups.slice(0, -1).some((group) => group.length < 3)) return false;
  const isDate = /^(?:19|20)\d\d$/.test(groups[0] ?? "");
  return !isDate;
}

function isFreeAfter(folded: Folded, digits: Digits, after: number): boolean {
  const unit = (digits.units[after - 1] ?? 0) + 1;
  if (gluesToDigits(folded.codes[unit])) return false;
  const rest = String.fromCodePoint(...folded.codes.slice(unit, unit + 8));
  // A mail address, an amount, the rest of a longer number.
  return !/^(?: ?@|[.,_/-][\p{Nd}a-z])/u.test(rest) && !MEASURE.test(rest);
}

function offsetOf(view: View, unit: number, from: number): number {
  let at = from;
  while (at < view.text.length && view.unitAt(at) < unit) at += 1;
  return at;
}
