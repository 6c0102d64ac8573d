/** When Han characters that spell an entry, or sound or look like it, are that entry and nothing else. */
import { classOf, CodeClass } from "../code-class.ts";
import { COMMON_ENGLISH } from "../tables/english.ts";
import { icuEnds, straddleOf, weightOf, wordsCostOf } from "./chinese-words.ts";
import { Kind } from "./kinds.ts";
import { isParticle } from "./particles.ts";
import type { Step } from "./search.ts";
import type { GapBetween, Sighting } from "./sighting.ts";

// Words of so many characters at most; what stands farther off has no say.
const CONTEXT_UNITS = 6;

type Run = readonly string[];

function runBefore({ codes }: Sighting["folded"], at: number): Run {
  const run: string[] = [];
  for (let unit = at - 1; unit >= 0 && run.length < CONTEXT_UNITS && isHan(codes[unit]); unit -= 1) {
    run.unshift(String.fromCodePoint(codes[unit] ?? 0));
  }
  return run;
}

function runAfter({ codes }: Sighting["folded"], at: number): Run {
  const run: string[] = [];
  for (let unit = at; run.length < CONTEXT_UNITS && isHan(codes[unit]); unit += 1) {
    run.push(String.fromCodePoint(codes[unit] ?? 0));
  }
  return run;
}

function isHan(code: number | undefined): boolean {
  return code !== undefined && classOf(code) === CodeClass.han;
}

/** The likeliest reading of the sentence has a word that only begins or ends inside of the hit. */
export function straddleGuard(sighting: Sighting): string | undefined {
  const { entry, fold, folded, start, end, used } = sighting;
  if (!fold.straddle || entry.script === "other") return undefined;
  const [before, after] = [runBefore(folded, start), runAfter(folded, end)];
  // First as the entry has it, then as it is written.
  const key = entry.key.map((code) => String.fromCodePoint(code));
  const lead = key.slice(0, lengthOfHan(key));
  const tail = key.slice(key.length - lengthOfHan([...key].reverse()));
  if ((used & Kind.reversed) === 0) {
    const objects =
      entry.script === "han"
        ? crosses(sighting, before, key, after)
        : crosses(sighting, before, lead, []) || crosses(sighting, [], tail, after);
    if (objects) return STRADDLES;
  }
  const written = writtenPieces(sighting);
  const [only] = written;
  if (written.length === 1 && only !== undefined && only.length === sighting.steps.length) {
    const isSame = only.join("") === key.join("");
    return !isSame && crosses(sighting, before, only, after) ? STRADDLES : undefined;
  }
  if ((used & Kind.censored) !== 0) return undefined;
  const [first, last] = [written[0] ?? [], written.at(-1) ?? []];
  if (isHan(folded.codes[start]) && splits(before, first, [])) return STRADDLES;
  if (isHan(folded.codes[end - 1]) && splits([], last, after)) return STRADDLES;
  return undefined;
}

const STRADDLES = "it is the end of one word and the start of another";
// The logarithm of how much likelier the other reading may be: what is as likely as the other is no objection.
const MARGIN = 0.3;

function crosses({ facts }: Sighting, before: Run, word: Run, after: Run): boolean {
  if (word.length === 0 || before.length + after.length === 0) return false;
  const run = [...before, ...word, ...after];
  const [start, end] = [before.length, before.length + word.length];
  const name = `${start} ${end} ${run.join("")}`;
  const known = facts.crossings.get(name) ?? (straddleOf(run, start, end) > MARGIN || icuCrosses(run, start, end));
  facts.crossings.set(name, known);
  return known;
}

/** ICU knows words that nobody writes; one that the dictionary knows, or has a word of in that place, is an objection. */
function icuCrosses(run: Run, start: number, end: number): boolean {
  let from = 0;
  for (const to of icuEnds(run)) {
    for (const cut of [start, end]) {
      const isCut = from < cut && cut < to;
      if (isCut && hasWordAcross(run, from, cut, to) && !isParticle(run.slice(end, to).join(""))) return true;
    }
    from = to;
  }
  return false;
}

function hasWordAcross(run: Run, from: number, cut: number, to: number): boolean {
  for (let start = from; start < cut; start += 1) {
    for (let end = cut + 1; end <= to; end += 1) if (weightOf(run.slice(start, end).join("")) > 0) return true;
  }
  return false;
}

/** Whether a boundary between `piece` and its surroundings cuts a word. */
function splits(before: Run, piece: Run, after: Run): boolean {
  if (piece.length === 0 || before.length + after.length === 0) return false;
  const apart = wordsCostOf(before) + wordsCostOf(piece) + wordsCostOf(after);
  return apart - wordsCostOf([...before, ...piece, ...after]) > MARGIN_PIECE;
}
const MARGIN_PIECE = 1;

function lengthOfHan(key: Run): number {
  const found = key.findIndex((character) => !isHan(character.codePointAt(0)));
  return found === -1 ? key.length : found;
}

/** The runs of Han that a hit is written with. */
function writtenPieces({ steps, folded: { codes } }: Sighting): readonly Run[] {
  const pieces: string[][] = [];
  let lastUnit = -2;
  for (const { from, to } of steps) {
    for (let unit = from; unit < to; unit += 1) {
      if (!isHan(codes[unit])) continue;
      if (unit !== lastUnit + 1) pieces.push([]);
      pieces.at(-1)?.push(String.fromCodePoint(codes[unit] ?? 0));
      lastUnit = unit;
    }
  }
  return pieces;
}

export function hanGuard(sighting: Sighting): string | undefined {
  return hanGapGuard(sighting) ?? soundGuard(sighting) ?? pinyinGuard(sighting) ?? reversedGuard(sighting);
}

// Two characters on both sides of a full stop are most likely two sentences.
const CLAUSE_LETTERS_MIN = 3;

function hanGapGuard(sighting: Sighting): string | undefined {
  const { gaps, steps, used } = sighting;
  const between = gaps.filter(({ isHan: ofHan, isBlank }) => ofHan && !isBlank);
  if (between.length === 0) return undefined;
  if (between.some(({ hasClause }) => hasClause)) {
    const isEvery = gaps.length === steps.length - 1 && gaps.every(({ hasClause }) => hasClause);
    if (!isEvery || steps.length < CLAUSE_LETTERS_MIN) return "a clause ends in between";
  }
  if (between.some((gap) => gap.hasLine && !isFreeLine(sighting, gap))) return "the line ends in between";
  const isUnsure = (used & (Kind.homophones | Kind.reversed)) !== 0;
  const isEverywhere = gaps.length === steps.length - 1;
  const isGap = between.some(({ isMarkup }) => !isMarkup);
  return isUnsure && isGap && !isEverywhere ? "a gap and another spelling together tell nothing" : undefined;
}

/** One character a line is a column; otherwise no word may end or begin where the lines do. */
function isFreeLine({ folded }: Sighting, gap: GapBetween): boolean {
  const [before, after] = [runBefore(folded, gap.from), runAfter(folded, gap.to)];
  const [last, first] = [before.at(-1), after[0]];
  if (last === undefined || first === undefined) return true;
  if (before.length === 1 && after.length === 1) return true;
  return !splits(before.slice(0, -1), [last], []) && !splits([], [first], after.slice(1));
}

// What is counted more often than this is a word that people use.
const WORD_WEIGHT_MIN = 2.5;

/** Another character in the place of one that sounds or looks like it: not when what is written is a word itself. */
function soundGuard(sighting: Sighting): string | undefined {
  const { used, steps, folded, entry } = sighting;
  const isOther = (kind: number): boolean => (kind & (Kind.homophones | Kind.lookalikes)) !== 0;
  const changed = steps.filter(
    ({ kind, from }) => isOther(kind) && isHan(folded.codes[from]) && !entry.key.includes(folded.codes[from] ?? 0),
  );
  if (changed.length === 0 || (used & (Kind.homophones | Kind.lookalikes)) === 0) return undefined;
  const lookalikes = changed.filter(({ kind }) => (kind & Kind.lookalikes) !== 0);
  if (lookalikes.length > LOOKALIKES_MAX || lookalikes.length === steps.length) return "too little of it is left";
  const written = writtenPieces(sighting).flat();
  if (written.join("") === entry.key.map((code) => String.fromCodePoint(code)).join("")) return undefined;
  if (weightOf(written.join("")) >= WORD_WEIGHT_MIN) return "what is written is a word of its own";
  for (let length = written.length; length >= 2; length -= 1) {
    for (let at = 0; at + length <= written.length; at += 1) {
      const word = written.slice(at, at + length).join("");
      const isKept = entry.text.includes(word);
      if (!isKept && length >= written.length - 1 && written.length > 2 && weightOf(word) >= COMMON_WORD_MIN) {
        return "what is written has another word in it";
      }
    }
  }
  if ((used & Kind.repeats) !== 0) return "repeats and another spelling together tell nothing";
  const kept = entry.key.length - changed.length;
  if (kept >= KEPT_SURE || !changed.every(({ from }) => weightAt(sighting, from) >= ALONE_WEIGHT_MIN)) return undefined;
  const isKeptCommon = keptRuns(sighting, changed).every((run) =>
    run.length > 1 ? weightOf(run.join("")) > 0 : weightOf(run.join("")) >= KEPT_ALONE_WEIGHT_MIN,
  );
  return isKeptCommon ? "what is written are words of their own" : undefined;
}
// One wrong stroke is overlooked; two are two other characters.
const LOOKALIKES_MAX = 1;
const COMMON_WORD_MIN = 5;
// 几, 把, 跑 and 假 are said alone, 煞, 维 and 婊 are not.
const ALONE_WEIGHT_MIN = 8.5;
const KEPT_ALONE_WEIGHT_MIN = 9;
// With so many characters as the entry has them, one that differs is a disguise.
const KEPT_SURE = 3;

function weightAt({ folded }: Sighting, unit: number): number {
  return weightOf(String.fromCodePoint(folded.codes[unit] ?? 0));
}

/** The characters that are as in the entry, those side by side together. */
function keptRuns({ steps, folded }: Sighting, changed: readonly Step[]): readonly Run[] {
  const runs: string[][] = [[]];
  for (const step of steps) {
    if (changed.includes(step)) runs.push([]);
    else runs.at(-1)?.push(String.fromCodePoint(folded.codes[step.from] ?? 0));
  }
  return runs.filter((run) => run.length > 0);
}

function pinyinGuard(sighting: Sighting): string | undefined {
  const { used, steps, folded, gaps, start, end } = sighting;
  if ((used & Kind.pinyin) === 0) return undefined;
  if (steps.some(({ kind }) => (kind & Kind.leet) !== 0)) return "digits and readings together tell nothing";
  const letters = steps.filter(({ kind }) => (kind & Kind.pinyin) !== 0);
  const isAllLatin = letters.length === steps.length;
  const cuts = new Set(gaps.map(({ before }) => before));
  const words: string[] = [];
  steps.forEach((step, at) => {
    if ((step.kind & Kind.pinyin) === 0) return;
    const letter = String.fromCodePoint(folded.codes[step.from] ?? 0);
    if (words.length === 0 || cuts.has(at)) words.push(letter);
    else words[words.length - 1] += letter;
  });
  // Nobody puts tones on English.
  const hasTones = /\p{M}/u.test(folded.text.slice(folded.starts[start], folded.ends[end - 1]).normalize("NFD"));
  return isAllLatin && !hasTones && words.every((word) => COMMON_ENGLISH.has(word))
    ? "the readings are ordinary words"
    : undefined;
}

const FUNCTION_CHARACTERS = "你我他她它您们的了是在不";

function reversedGuard({ used, steps, folded, gaps, entry, start, end }: Sighting): string | undefined {
  if ((used & Kind.reversed) === 0) return undefined;
  if (gaps.length > 0) return "reversed words with gaps tell nothing";
  if ((used & (Kind.leet | Kind.censored | Kind.emoji)) !== 0) return "reversed words in disguise tell nothing";
  const written = folded.codes.slice(start, end).map((code) => String.fromCodePoint(code));
  if (entry.script === "other") {
    return COMMON_ENGLISH.has(written.join("")) ? "what is written is a word of its own" : undefined;
  }
  // Pronouns and particles go in any order: 妈你操什么心.
  if (written.some((character) => FUNCTION_CHARACTERS.includes(character))) return "its words stand in any order";
  if (steps.length > 2) return weightOf(written.join("")) > 0 ? "what is written is a word of its own" : undefined;
  const isAlone = runBefore(folded, start).length === 0 && runAfter(folded, end).length === 0;
  return isAlone && weightOf(written.join("")) === 0 ? undefined : "two characters are too few to tell";
}
