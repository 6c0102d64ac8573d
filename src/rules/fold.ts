/**
 * Changes a text for matching (width, case, invisible characters, decorating marks, traditional characters) and keeps the
 * way back: a folded text is a row of units, each a code point with the `[start, end)` of the original that it came from.
 * There is no cleaned string with offsets of its own; that is how masks go wrong by one after the first `İ`.
 *
 * Terms and allow phrases go through this very code when they are loaded, so list and text cannot disagree. What is a
 * matter of opinion (leet, look-alikes, gaps …) is not done here: see `matching/`.
 */
import { classOf, CodeClass, takesMarks } from "./code-class.ts";
import { createCodeTable } from "./code-table.ts";
import { DIGITS, LETTERS, RADICALS } from "./tables/letters.ts";
import { pairsOf } from "./tables/pairs.ts";
import { SIMPLIFIED } from "./tables/simplified.ts";

/**
 * Units as three rows of equal length: one object for each unit would cost more than the matching. Plain arrays, because
 * typed ones of this size take longer to make than to fill.
 */
export type Folded = {
  readonly text: string;
  readonly length: number;
  readonly codes: readonly number[];
  readonly starts: readonly number[];
  readonly ends: readonly number[];
};

/**
 * Characters that show nothing: zero-width ones, joiners, soft hyphens, bidi controls, tags, and the controls of old
 * terminals but for the white space among them.
 */
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\p{Cf}]|[^\P{Cc}\s\u0085]/u;

export function isInvisible(character: string): boolean {
  return INVISIBLE.test(character);
}

/** Frames round a character (keycaps, circles): decoration on whatever they stand on. */
const FRAME = /\p{Me}/u;
const MARKS = /\p{M}+/gu;

// What a code point folds to, worked out once: 0 not asked yet, -1 nothing, -2 several (see `expansions`), else code + 1.
const NOTHING = -1;
const SEVERAL = -2;
const folds = createCodeTable();
// Holds only what NFKC makes longer: some three thousand code points in all of Unicode.
const expansions = new Map<number, readonly number[]>();
const frames = createCodeTable();

// Two regional indicators are a flag, so they stay what they are; `matching/` reads them as letters where that spells a word.
const letters = new Map<string, string>([
  ...pairsOf(LETTERS).filter(([letter]) => !/\p{Regional_Indicator}/u.test(letter)),
  ...DIGITS,
]);
const characters = new Map<string, string>([...pairsOf(RADICALS), ...pairsOf(SIMPLIFIED)]);

export function fold(text: string): Folded {
  const codes: number[] = [];
  const starts: number[] = [];
  const ends: number[] = [];
  for (let at = 0; at < text.length;) {
    const unit = text.charCodeAt(at);
    if (unit < 0x80) {
      const code = unit >= 0x41 && unit <= 0x5a ? unit + 0x20 : unit;
      if (unit >= 0x20 || (unit >= 0x09 && unit <= 0x0d)) {
        codes.push(code);
        starts.push(at);
        ends.push(at + 1);
      }
      at += 1;
      continue;
    }
    const code = text.codePointAt(at) ?? unit;
    const end = at + (code > 0xffff ? 2 : 1);
    const folded = folds.get(code) || learn(code);
    if (folded > 0) add(folded - 1, at, end);
    else if (folded === SEVERAL) for (const each of expansions.get(code) ?? []) add(each, at, end);
    at = end;
  }
  return { text, length: codes.length, codes, starts, ends };

  function add(code: number, start: number, end: number): void {
    const before = codes.at(-1);
    if (before !== undefined && classOf(code) === CodeClass.mark && (takesMarks(classOf(before)) || isFrame(code))) {
      ends[ends.length - 1] = end;
      return;
    }
    codes.push(code);
    starts.push(start);
    ends.push(end);
  }
}

/** The folded text as a string, for patterns and for people to read. */
export function foldedString(folded: Folded, from = 0, to = folded.length): string {
  let result = "";
  for (let unit = from; unit < to; unit += 1) result += String.fromCodePoint(folded.codes[unit] ?? 0);
  return result;
}

function learn(code: number): number {
  const found = foldCharacter(String.fromCodePoint(code));
  const [only] = found;
  const value = only === undefined ? NOTHING : found.length === 1 ? only + 1 : SEVERAL;
  if (value === SEVERAL) expansions.set(code, found);
  folds.set(code, value);
  return value;
}

function foldCharacter(character: string): readonly number[] {
  if (isInvisible(character)) return [];
  const letter = letters.get(character) ?? character;
  return [...letter.normalize("NFKC")]
    .filter((each) => !isInvisible(each))
    .map((each) => {
      const lower = String.fromCodePoint(simpleLowerCase(each));
      const bare = withoutMarks(letters.get(lower) ?? lower);
      const plain = letters.get(bare) ?? bare; // Ǿ is an ø with a mark.
      return (characters.get(plain) ?? plain).codePointAt(0) ?? 0;
    });
}

/** One to one: `İ` alone has a lower case of two code points, and the second is a mark. ß stays ß. */
function simpleLowerCase(character: string): number {
  return character.toLowerCase().codePointAt(0) ?? 0;
}

/** `ï` is an `i` with decoration. Cyrillic is left alone: `й` is no `и`. */
function withoutMarks(character: string): string {
  const bare = character.normalize("NFD").replace(MARKS, "");
  if ([...bare].length !== 1) return character;
  const base = classOf(bare.codePointAt(0) ?? 0);
  return base === CodeClass.latin || base === CodeClass.greek ? bare : character;
}

function isFrame(code: number): boolean {
  const known = frames.get(code);
  if (known !== 0) return known === 1;
  const is = FRAME.test(String.fromCodePoint(code));
  frames.set(code, is ? 1 : 2);
  return is;
}
