/**
 * What speaks against a sighting, asked in this order. A guard answers with its reason, in words that an author of rules
 * understands, or not at all.
 */
import { classOf, CodeClass, hasBoundary, isSameRun } from "../code-class.ts";
import { isInvisible } from "../fold.ts";
import { bitsOf, CHARACTER_KINDS, Kind, kindsOf } from "./kinds.ts";
import { isRegional } from "./gap.ts";
import { hanGuard, straddleGuard } from "./han-guards.ts";
import { latinGapGuard } from "./latin-guards.ts";
import { leetGuard, starGuard } from "./leet-guards.ts";
import { sameCharacters } from "./same-characters.ts";
import type { Sighting } from "./sighting.ts";

export type Objection = { readonly guard: GuardName; readonly reason: string };
export type GuardName = (typeof GUARDS)[number][0];

const GUARDS = [
  ["switch", switchGuard],
  ["language", languageGuard],
  ["boundary", boundaryGuard],
  ["leet", leetGuard],
  ["look-alike", lookalikeGuard],
  ["star", starGuard],
  ["gap", latinGapGuard],
  ["sound", hanGuard],
  ["straddle", straddleGuard],
  ["link", linkGuard],
] as const satisfies readonly (readonly [string, (sighting: Sighting) => string | undefined])[];

export const guardNames: readonly string[] = GUARDS.map(([name]) => name);

/** Of an allow phrase only its own boundaries are asked: to excuse is the safer mistake. */
const ALLOW_GUARDS: readonly string[] = ["switch", "boundary"];

export function objectionTo(sighting: Sighting): Objection | undefined {
  for (const [guard, objects] of GUARDS) {
    if (sighting.isAllow && !ALLOW_GUARDS.includes(guard)) continue;
    const reason = objects(sighting);
    if (reason !== undefined) return { guard, reason };
  }
  return undefined;
}

function switchGuard(sighting: Sighting): string | undefined {
  const { fold, used, gaps, steps } = sighting;
  const accepts = bitsOf(fold.kinds);
  const missing = used & ~accepts;
  if (missing !== 0) return `the rule does not look through ${kindsOf(missing).join(", ")}`;
  const off = CHARACTER_KINDS & ~accepts;
  if (off !== 0 && !sameCharacters(sighting, off)) return `the rule does not look through ${kindsOf(off).join(", ")}`;
  for (const { isBlank, isMarkup, hasCross, look } of gaps) {
    if (isMarkup || hasCross) continue;
    // White space is what a blank is; on both sides of it there may be a gap like any other.
    const fits = isBlank ? fitsGap(look.replace(/\s/g, ""), { ...fold, gapMax: fold.gapMax * 2 }) : fitsGap(look, fold);
    if (!fits) return "the gap is longer than the rule allows, or of another kind";
  }
  return steps.length === 0 ? "nothing was found" : undefined;
}

const GAP_TESTS = [
  ["space", /\p{White_Space}+/gu],
  ["emoji", /\p{Extended_Pictographic}|\p{Emoji_Modifier}/gu],
  ["symbol", /[\p{P}\p{S}]/gu],
] as const;

function fitsGap(between: string, { gapMax, gapClasses }: Sighting["fold"]): boolean {
  let rest = between;
  let count = 0;
  for (const [name, test] of GAP_TESTS) {
    const found = rest.match(test)?.length ?? 0;
    if (found > 0 && !gapClasses.has(name)) return false;
    count += found;
    rest = rest.replace(test, "");
  }
  // Private use, marks on nothing: whatever is left and can be seen is a sign.
  const others = [...rest].filter((character) => !isInvisible(character)).length;
  return count + others <= gapMax && (others === 0 || gapClasses.has("symbol"));
}

/** In Vietnamese, marks are spelling; and what a rule writes with marks is another word without them. */
function languageGuard({ entry, facts, folded, start, end }: Sighting): string | undefined {
  const written = folded.text
    .slice(folded.starts[start], folded.ends[end - 1])
    .normalize("NFC")
    .toLowerCase();
  const hasMarks = LATIN_MARKS.test(written.normalize("NFD"));
  if (entry.hasMarks && !hasMarks) return "the entry is written with marks, the text without";
  if (!hasMarks || !facts.isVietnamese()) return undefined;
  const same = entry.text.normalize("NFC").toLowerCase() === written;
  return same ? undefined : "the text is Vietnamese, where marks tell words apart";
}
const LATIN_MARKS = /\p{Script=Latin}\p{M}|đ/u;

function boundaryGuard(sighting: Sighting): string | undefined {
  const { fold, entry, steps, used, gaps, readAs } = sighting;
  const [first, last] = [steps[0], steps.at(-1)];
  if (!first || !last) return undefined;
  const isHidden =
    (used & (Kind.pinyin | Kind.reversed)) !== 0 || gaps.some(({ isHan, isBlank }) => !isHan && !isBlank);
  const always = isHidden || entry.script === "mixed";
  const atStart = always || fold.boundary === "word" || fold.boundary === "start";
  const atEnd = always || fold.boundary === "word" || fold.boundary === "end";
  const lettersOnly = entry.script === "mixed";
  // 加QQQ is another word than 加QQ.
  if (lettersOnly && last.to - last.from > 1 && entry.key.at(-1) === entry.key.at(-2))
    return "the word goes on after it";
  if (atStart && touches(sighting, readAs(first), first.from, -1, lettersOnly)) return "the word goes on before it";
  if (atEnd && touches(sighting, readAs(last), last.to - 1, 1, lettersOnly)) return "the word goes on after it";
  return undefined;
}

/** Whether the run of letters goes on beyond `edge`, for what the unit is or for what it was read as. */
function touches(
  { folded: { codes, length } }: Sighting,
  readAs: number,
  edge: number,
  direction: 1 | -1,
  lettersOnly: boolean,
): boolean {
  const beyond = edge + direction;
  if (beyond < 0 || beyond >= length) return false;
  // Flags stand beside words, and a row of letters in frames is one word.
  if (isRegional(codes[edge] ?? 0) || isRegional(codes[beyond] ?? 0)) {
    return isRegional(codes[edge] ?? 0) && isRegional(codes[beyond] ?? 0);
  }
  const neighbour = classOf(codes[beyond] ?? 0);
  if (lettersOnly && neighbour === CodeClass.digit) return false; // 加QQ12345
  const actual = classOf(codes[edge] ?? 0);
  return isSameRun(classOf(readAs), neighbour) || (actual !== CodeClass.digit && isSameRun(actual, neighbour));
}

/** Letters of other alphabets count only inside a word that is Latin otherwise, or that is made of them alone. */
function lookalikeGuard({ used, steps, folded, facts, start, end }: Sighting): string | undefined {
  if ((used & Kind.lookalikes) === 0) return undefined;
  const { codes, length } = folded;
  const foreign = new Set<CodeClass>();
  for (const step of steps) {
    const found = classOf(codes[step.from] ?? 0);
    if ((step.kind & Kind.lookalikes) !== 0 && found !== CodeClass.han) foreign.add(found);
  }
  if (foreign.size === 0) return undefined;
  const isLetter = (unit: number): boolean =>
    unit >= 0 && unit < length && hasLetters(classOf(codes[unit] ?? 0), codes[unit] ?? 0);
  let [from, to] = [start, end];
  // A word of more letters than this is none; walking all of it for each sighting would be quadratic.
  while (isLetter(from - 1) && start - from < WORD_LETTERS_MAX) from -= 1;
  while (isLetter(to) && to - end < WORD_LETTERS_MAX) to += 1;
  const hasLatin = codes.slice(from, to).some((code) => classOf(code) === CodeClass.latin);
  if (hasLatin) return undefined;
  if (from !== start || to !== end) return "it is part of a word in another alphabet";
  const inside = codes.slice(start, end);
  for (const of of foreign) {
    const own = inside.filter((code) => classOf(code) === of).length;
    if (of !== CodeClass.other && facts.letterCount(of) - own >= FOREIGN_TEXT_MIN) {
      return "the text is in another alphabet";
    }
  }
  return undefined;
}
const WORD_LETTERS_MAX = 64;
// So many letters of an alphabet outside of the word are a text written in it.
const FOREIGN_TEXT_MIN = 4;

function hasLetters(found: CodeClass, code: number): boolean {
  return found === CodeClass.latin || (hasBoundary(found) && found !== CodeClass.digit) || isOtherLetter(found, code);
}

function isOtherLetter(found: CodeClass, code: number): boolean {
  return found === CodeClass.other && /\p{L}/u.test(String.fromCodePoint(code));
}

function linkGuard({ fold, facts, start, end }: Sighting): string | undefined {
  if (fold.links) return undefined;
  const link = facts.links().find((each) => each.start <= start && end <= each.end);
  if (!link) return undefined;
  // The name of a machine is chosen by whoever owns it, and says what it is.
  if (fold.boundary === "none" && link.hostStart <= start && end <= link.hostEnd) return undefined;
  return "it is part of a link or an address";
}
