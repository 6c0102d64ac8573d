/** When digits and symbols stand for letters: `d4mn` does, `455s` and `(rap` do not. */
import { classOf, CodeClass } from "../code-class.ts";
import { CENSORED_HAN_MIN, CENSORED_LATIN_MIN } from "./build.ts";
import { Gap, gapOf } from "./gap.ts";
import { isParticle } from "./particles.ts";
import { Kind } from "./kinds.ts";
import type { Sighting } from "./sighting.ts";

// At the edge of a word these are letters to whoever reads it; other punctuation is punctuation there.
const EDGE_SYMBOLS = "$€£¥¢©®@§";
// Shorter ones are more likely somebody's name.
const MENTION_LETTERS_MIN = 5;

export function leetGuard(sighting: Sighting): string | undefined {
  const { used, steps, folded, entry, start, end } = sighting;
  if ((used & Kind.leet) === 0) return undefined;
  const { codes } = folded;
  let [letters, digits, symbols] = [0, 0, 0];
  for (const { kind, from } of steps) {
    if ((kind & Kind.leet) === 0) letters += 1;
    else if (classOf(codes[from] ?? 0) === CodeClass.digit) digits += 1;
    else symbols += 1;
  }
  if (letters === 0) return "it has no letter of its own";
  if (digits + symbols / 2 > letters) return "it has more digits and symbols than letters";
  for (const at of [0, steps.length - 1]) {
    const step = steps[at];
    if (!step || (step.kind & Kind.leet) === 0 || step.to - step.from > 1) continue;
    const code = codes[step.from] ?? 0;
    if (classOf(code) === CodeClass.digit) continue;
    if (!EDGE_SYMBOLS.includes(String.fromCodePoint(code))) return "punctuation at the edge of a word is punctuation";
  }
  if (entry.script === "other" && codes[steps[0]?.from ?? 0] === 0x40 && steps.length < MENTION_LETTERS_MIN)
    return "it looks like a mention";
  if (entry.script === "mixed" || entry.script === "han") {
    if (isDigit(codes[start]) && isDigit(codes[start - 1])) return "the digits are part of a number";
    // 牛8 is one thing, 牛8头 another.
    const [last, next] = [steps.at(-1), codes[end]];
    const endsInDigit = last !== undefined && isDigit(codes[last.to - 1]);
    if (endsInDigit && next !== undefined && isCounted(next)) return "the digits count something";
  }
  return undefined;
}

function isDigit(code: number | undefined): boolean {
  return code !== undefined && classOf(code) === CodeClass.digit;
}

function isCounted(next: number): boolean {
  const found = classOf(next);
  if (found === CodeClass.han) return !isParticle(String.fromCodePoint(next));
  return found === CodeClass.digit || next === 0x25 || next === 0x2e;
}

// A word that more than two stars stand in can be many words.
const STARS_MAX = 2;
const TRUE_LETTERS_MIN = 2;
// These are put for letters only; other signs hold words together too, so one of them is enough.
const PLAIN_STARS = "*#●○■□★☆◯⬤×%x";

/** Stars that the writer put in the place of letters: `d*mn`, 王*蛋. */
export function starGuard({ used, steps, folded, start, end, gaps, entry }: Sighting): string | undefined {
  if ((used & Kind.censored) === 0) return undefined;
  const { codes } = folded;
  const stars = steps.filter(({ kind }) => (kind & Kind.censored) !== 0);
  if (stars.length > 0 && steps.length < (entry.script === "other" ? CENSORED_LATIN_MIN : CENSORED_HAN_MIN)) {
    return "too few letters are left to tell";
  }
  if (stars.length > 0 && (used & Kind.repeats) !== 0) return "stars and repeats together tell nothing";
  if (stars.length > STARS_MAX) return "it has more stars than can be guessed";
  if (steps.length - stars.length < TRUE_LETTERS_MIN) return "too few letters are left to tell";
  if (stars.length > 1 && stars.some(({ from }) => !PLAIN_STARS.includes(String.fromCodePoint(codes[from] ?? 0)))) {
    return "the signs may be punctuation";
  }
  if (gaps.some(({ hasCross, isHan }) => hasCross && !isHan)) return "a letter stands in between";
  if (stars.length === 0) return undefined;
  if (gaps.some(({ isBlank }) => !isBlank)) return "stars and gaps together tell nothing";
  const isAtGap = gaps.some(({ before }) => stars.some((star) => star === steps[before] || star === steps[before - 1]));
  if (isAtGap) return "the sign ends a word";
  // A star beside a star is a row of stars, or text that was masked before.
  if ([codes[start - 1], codes[end]].some((code) => code !== undefined && isRowOfStars(code))) {
    return "it stands in a row of stars";
  }
  if (entry.script === "other")
    return stars.some(({ from }) => codes[from] === CROSS) ? "it is another letter" : undefined;
  const isPause = stars.some(({ from }) => gapOf(codes[from] ?? 0) === Gap.clause);
  return isPause ? "a clause ends in between" : undefined;
}
const CROSS = 0x78;

function isRowOfStars(code: number): boolean {
  return code !== CROSS && PLAIN_STARS.includes(String.fromCodePoint(code));
}
