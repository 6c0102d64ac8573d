/** When letters that stand apart are one word: `d a m n` is, `my pen is` is not. */
import { classOf, CodeClass } from "../code-class.ts";
import { COMMON_ENGLISH } from "../tables/english.ts";
import { Gap, gapOf } from "./gap.ts";
import { Kind } from "./kinds.ts";
import type { GapBetween, Sighting } from "./sighting.ts";

// Clients show what stands between these as one word. A single `_` or `*` holds words of code together.
const MARKDOWN = /^(?:\*{2,3}|__|~~|`|\\)$/;
// In three letters there is too little left to tell a word in pieces from the words that the pieces are.
const PIECES_LETTERS_MIN = 4;

export function latinGapGuard(sighting: Sighting): string | undefined {
  const latin = sighting.gaps.filter(({ isHan }) => !isHan);
  if (latin.some(({ hasClause }) => hasClause)) return "a clause ends in between";
  const gaps = latin.filter(({ isBlank }) => !isBlank);
  if (gaps.length === 0) return undefined;
  if (gaps.some(({ hasCross }) => hasCross)) return "a letter stands in between";
  if (gaps.some(({ hasBracket, isMarkup }) => hasBracket && !isMarkup)) return "a bracket stands in between";
  if ((sighting.used & Kind.pinyin) !== 0) return undefined; // Syllables are words: `han-guards.ts`.
  const pieces = piecesOf(sighting);
  const spaced = gaps.filter(({ isMarkup, look }) => !isMarkup && !MARKDOWN.test(look));
  if (spaced.length === 0) return undefined; // Tags and stars of Markdown: readers see no gap.
  if (pieces.every(({ letters }) => letters === 1)) return spelledOutGuard(sighting, spaced);
  return piecesGuard(sighting, pieces, spaced);
}

type Piece = {
  /** As it is read, repeats included: `feel` is no `fel`. */
  readonly text: string;
  readonly letters: number;
  readonly startsWithSign: boolean;
  readonly endsWithSign: boolean;
};

/** What stands together. Blanks of the entry part words, not letters. */
function piecesOf({ steps, gaps, readAs, folded }: Sighting): readonly Piece[] {
  const cuts = new Set(gaps.filter(({ isMarkup }) => !isMarkup).map(({ before }) => before));
  const pieces: Piece[] = [];
  steps.forEach((step, at) => {
    const { from, to, kind } = step;
    const isOwn = (kind & Kind.leet) === 0;
    const letter = String.fromCodePoint(isOwn ? readAs(step) : (folded.codes[from] ?? 0)).repeat(to - from);
    const isSign = !isOwn && classOf(folded.codes[from] ?? 0) !== CodeClass.digit;
    const last = pieces.at(-1);
    if (!last || cuts.has(at)) {
      pieces.push({ text: letter, letters: 1, startsWithSign: isSign, endsWithSign: isSign });
    } else {
      const joined = { ...last, text: last.text + letter, letters: last.letters + 1, endsWithSign: isSign };
      pieces[pieces.length - 1] = joined;
    }
  });
  return pieces;
}

/** One letter at a time: the same thing between all of them, and no letters of the same kind before or after. */
function spelledOutGuard({ folded, start, end, steps }: Sighting, gaps: readonly GapBetween[]): string | undefined {
  const [first] = gaps;
  if (!first) return undefined;
  if (gaps.some(({ look }) => look !== first.look)) return "different things stand between the letters";
  if (gaps.length < steps.length - 1 && first.look !== " ") return undefined;
  const goesOn = (from: number, direction: 1 | -1): number => lettersAlong(folded.codes, from, direction, first);
  const [before, after] = [goesOn(start - 1, -1), goesOn(end, 1)];
  const isSpace = first.look === " ";
  if (!isSpace && !first.hasLine && (before > 0 || after > 0)) return "it is part of a longer row of letters";
  if (isSpace && (before > 1 || after > 1)) return "it is part of a longer row of letters";
  if (isSpace && steps.length < PIECES_LETTERS_MIN && (before > 0 || after > 0 || followsNumber(folded.codes, start))) {
    return "three letters in a row are too few to tell";
  }
  return undefined;
}

/** How many single letters stand in a row from `from` on, each after the same gap. */
function lettersAlong(codes: readonly number[], from: number, direction: 1 | -1, gap: GapBetween): number {
  const width = gap.to - gap.from;
  let count = 0;
  let at = from;
  for (;;) {
    for (let each = 0; each < width; each += 1, at += direction) {
      const code = codes[at];
      const expected = direction === 1 ? codes[gap.from + each] : codes[gap.to - 1 - each];
      if (code === undefined || gapOf(code) === Gap.none || code !== expected) return count;
    }
    if (!isLetter(codes[at]) || isLetter(codes[at + direction])) return count;
    count += 1;
    if (count > ROW_MAX) return count;
    at += direction;
  }
}
// More than one is a row; how long it is does not matter.
const ROW_MAX = 1;

function isLetter(code: number | undefined): boolean {
  return code !== undefined && (classOf(code) === CodeClass.latin || classOf(code) === CodeClass.digit);
}

function followsNumber(codes: readonly number[], start: number): boolean {
  let at = start - 1;
  while (at >= 0 && gapOf(codes[at] ?? 0) === Gap.space) at -= 1;
  return at >= 0 && classOf(codes[at] ?? 0) === CodeClass.digit;
}

// `bulls` is more than one bull; `ass` is not more than one `as`.
const PLURAL_LETTERS_MIN = 3;

function isOrdinary(word: string): boolean {
  const isPlural = word.length > PLURAL_LETTERS_MIN && word.endsWith("s") && COMMON_ENGLISH.has(word.slice(0, -1));
  return isPlural || COMMON_ENGLISH.has(word);
}

function piecesGuard(sighting: Sighting, pieces: readonly Piece[], gaps: readonly GapBetween[]): string | undefined {
  const hasSpace = gaps.some(({ look }) => /\s/.test(look));
  // `ted! it` has an exclamation mark.
  if (pieces.some(({ startsWithSign, endsWithSign }) => startsWithSign || endsWithSign)) {
    return "punctuation at the edge of a word is punctuation";
  }
  if (hasSpace && sighting.steps.length < PIECES_LETTERS_MIN) return "three letters in pieces are too few to tell";
  if (pieces.every(({ text, letters }) => letters === 1 || isOrdinary(text))) {
    return "the pieces are ordinary words";
  }
  return undefined;
}
