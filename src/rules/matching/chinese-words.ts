/**
 * Where words of a Chinese sentence begin and end. Chinese has no blanks, so two characters that spell a term are often
 * the end of one word and the start of the next (消毒|品类). Two opinions: a dictionary with frequencies, which weighs the
 * likeliest reading of the sentence against the likeliest one in which the term stands by itself; and ICU's segmenter.
 */
import { WORDS, WORDS_TOTAL } from "../tables/words.ts";

// A character that the dictionary does not have still stands for something.
const UNKNOWN_WEIGHT = 0;
const WORD_LENGTH_MAX = 4;
const TERM_WEIGHT = 3;

let weights: Map<string, number> | undefined;

function dictionary(): ReadonlyMap<string, number> {
  if (weights) return weights;
  weights = new Map();
  for (const { length, weight, words } of WORDS) {
    const all = [...words];
    for (let at = 0; at < all.length; at += length) weights.set(all.slice(at, at + length).join(""), weight);
  }
  return weights;
}

/** The natural logarithm of how often a word was counted; 0 when it is none. */
export function weightOf(word: string): number {
  return dictionary().get(word) ?? 0;
}

/**
 * What the likeliest reading of a run of Han costs: the negative logarithm of its probability.
 *
 * @returns the costs of all its beginnings, by their length: the last one is of the whole run
 */
function costsOf(run: readonly string[], from: number, to: number): Float64Array {
  const words = dictionary();
  const costs = new Float64Array(to - from + 1).fill(Infinity);
  costs[0] = 0;
  for (let start = from; start < to; start += 1) {
    const before = costs[start - from] ?? Infinity;
    let word = "";
    for (let end = start + 1; end <= Math.min(to, start + WORD_LENGTH_MAX); end += 1) {
      word += run[end - 1] ?? "";
      const weight = words.get(word) ?? (end === start + 1 ? UNKNOWN_WEIGHT : undefined);
      if (weight === undefined) continue;
      const cost = before + WORDS_TOTAL - weight;
      if (cost < (costs[end - from] ?? Infinity)) costs[end - from] = cost;
    }
  }
  return costs;
}

function costOf(run: readonly string[], from: number, to: number): number {
  return costsOf(run, from, to)[to - from] ?? Infinity;
}

/**
 * How much likelier the sentence reads without a boundary at both ends of `[start, end)` than with it, as the logarithm
 * of the ratio: 0 when the likeliest reading has them anyway, more the better the other one is. Both in characters.
 */
export function straddleOf(run: readonly string[], start: number, end: number): number {
  // Somebody thought the term worth a rule: it is a word, as rare as the dictionary has them.
  const within = Math.min(costOf(run, start, end), WORDS_TOTAL - TERM_WEIGHT);
  const costs = costsOf(run, 0, run.length);
  const apart = (costs[start] ?? 0) + within + costOf(run, end, run.length);
  return apart - (costs[run.length] ?? 0);
}

/** What the likeliest reading of a run costs by itself. */
export function wordsCostOf(run: readonly string[]): number {
  return costOf(run, 0, run.length);
}

const segmenter = new Intl.Segmenter("zh", { granularity: "word" });

/** The words of a run as ICU sees them, as the ends of each in characters. */
export function icuEnds(run: readonly string[]): readonly number[] {
  const ends: number[] = [];
  let at = 0;
  for (const { segment } of segmenter.segment(run.join(""))) {
    at += [...segment].length;
    ends.push(at);
  }
  return ends;
}
