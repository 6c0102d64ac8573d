/**
 * What the rules engine is measured on: word lists and chat-like messages, Chinese, English and both, made from our own
 * tables and a seed, so that every run and every engine sees the same. A shorter list is the beginning of a longer one,
 * and the words that are planted are of the shortest, so one set of messages serves all lengths.
 *
 * A message counts as clean when no word of the list is said in it: the list may still stand across two of its words
 * (消毒|品类) or inside of one, as it does in life.
 */
import { COMMON_ENGLISH } from "../src/rules/tables/english.ts";
import { WORDS } from "../src/rules/tables/words.ts";
import { disguised } from "./disguise.ts";
import { createRandom, type Random } from "./random.ts";

export type Planted = { readonly text: string; readonly term: string; readonly isDisguised: boolean };
export type Corpus = {
  readonly terms: readonly string[];
  readonly clean: readonly string[];
  readonly planted: readonly Planted[];
};
export type CorpusOptions = {
  readonly seed: number;
  readonly terms: number;
  /** Planted words are among the first so many. */
  readonly plantedOf: number;
  readonly messages: number;
  /** One message in so many has a word planted in it, every second of those a disguised one. */
  readonly plantedEvery: number;
};

// In characters, as chat has them: most are short.
const LENGTH_MIN = 5;
const LENGTH_MAX = 200;
// Ordinary words and characters, by the logarithm of how often they were counted; rarer ones are in no list.
const ORDINARY_WEIGHT = 4.5;

const ONSETS = (
  "b c d f g h j k l m n p r s t v w z b c d f g h k l m n p r s t " +
  "bl br ch cl cr dr fl gr pl pr sh sk sl sn sp st th tr"
).split(" ");
const VOWELS = "a e i o u a e i o u ai ea ee oo ou".split(" ");
const CODAS = ",,,,,,b,ck,d,g,l,m,n,ng,p,r,rt,s,ss,st,t,x".split(",");
const LONG_ENGLISH = (
  "together tomorrow something birthday restaurant yesterday beautiful different wonderful delivery weekend question " +
  "important umbrella meeting download computer message picture afternoon favourite breakfast customer remember"
).split(" ");
const EMOJI = ["😂", "👍", "🙏", "❤️", "😭", "🎉", "👨‍👩‍👧", "🔥", "👌🏽", "🇨🇳"];

export function createCorpus({ seed, terms: count, plantedOf, messages, plantedEvery }: CorpusOptions): Corpus {
  const random = createRandom(seed);
  const english = [...COMMON_ENGLISH, ...LONG_ENGLISH];
  const terms = termsOf(count, new Set(english), random);
  const isTerm = new Set(terms);
  const chinese = createChineseWords(random);
  const clean: string[] = [];
  const planted: Planted[] = [];
  for (let number = 0; number < messages; number += 1) {
    const pieces = piecesOf({ random, english, chinese, isTerm });
    if (number % plantedEvery !== 0) clean.push(textOf(pieces));
    else {
      const term = random.of(terms.slice(0, plantedOf));
      const isDisguised = planted.length % 2 === 1;
      const written = isDisguised ? disguised(term, random) : term;
      const place = random.below(pieces.length + 1);
      // No blank is needed between scripts, but there is one where the word before has one after it.
      pieces.splice(place, 0, isLatin(term) ? `${written} ` : written);
      planted.push({ text: textOf(pieces), term, isDisguised });
    }
  }
  return { terms, clean, planted };
}

/** Half Chinese of two to four characters, half English of four to twelve letters; none is an ordinary word. */
function termsOf(count: number, english: ReadonlySet<string>, random: Random): readonly string[] {
  const [characters, words] = [ordinaryWords(1), ordinaryWords(2)];
  // A term that is an ordinary word but for a doubled letter (gime, gimme) would rightly be found in it.
  const ordinary = new Set(Array.from(english, undoubled));
  const known = new Set(WORDS.flatMap(({ length, words }) => (length < 2 ? [] : inPieces(words, length))));
  const terms = new Set<string>();
  while (terms.size < count) {
    if (terms.size % 2 === 0) {
      // Lists have few words of two characters and many phrases: everything short is a word of the language already.
      const kind = random.below(10);
      const [first, second] = kind < 2 ? [characters, characters] : kind < 5 ? [words, characters] : [words, words];
      const term = random.of(first) + random.of(second);
      if (!known.has(term)) terms.add(term);
    } else {
      let term = "";
      for (let syllables = random.of([2, 2, 3]); syllables > 0; syllables -= 1) {
        term += random.of(ONSETS) + random.of(VOWELS) + random.of(CODAS);
      }
      if (term.length >= 4 && term.length <= 12 && !ordinary.has(undoubled(term))) terms.add(term);
    }
  }
  return [...terms];
}

type Makings = {
  readonly random: Random;
  readonly english: readonly string[];
  readonly chinese: () => string;
  readonly isTerm: ReadonlySet<string>;
};

/** The words of a message, each with the blank or the mark after it. */
function piecesOf({ random, english, chinese, isTerm }: Makings): string[] {
  const length = LENGTH_MIN + Math.floor((LENGTH_MAX - LENGTH_MIN - 20) * random.next() ** 3);
  const englishShare = random.of([0, 0, 0, 0, 0.3, 1, 1, 1]);
  const pieces: string[] = [];
  let written = -1; // The blank after the last word goes.
  while (written < length) {
    const piece = nextPiece();
    pieces.push(piece);
    // Ordinary words side by side may be what some list calls a word.
    if (isTerm.has(lettersOf(pieces.slice(-2))) || isTerm.has(lettersOf(pieces.slice(-3)))) pieces.pop();
    else written += piece.length;
  }
  return pieces;

  function nextPiece(): string {
    const mark = random.below(8) === 0;
    const aside = random.below(40);
    if (aside === 0) return random.of(EMOJI);
    if (aside === 1) return `${random.below(10_000)} `;
    if (random.next() >= englishShare) return chinese() + (mark ? random.of(["，", "。", "！", "？"]) : "");
    // The list begins with the small words that every sentence is made of.
    const word = english[Math.floor(english.length * random.next() ** 2)] ?? "";
    const cased = pieces.length === 0 || random.below(12) === 0 ? word[0]?.toUpperCase() + word.slice(1) : word;
    return cased + (mark ? random.of([", ", ". ", "! ", "? "]) : " ");
  }
}

function lettersOf(pieces: readonly string[]): string {
  return pieces.join("").replace(/[\s，。！？]/g, "");
}

function textOf(pieces: readonly string[]): string {
  return pieces.join("").trim();
}

/** Chinese words, each as often as it is counted in the language. */
function createChineseWords(random: Random): () => string {
  const groups = WORDS.map(({ length, weight, words }) => {
    const all = inPieces(words, length);
    return { all, mass: all.length * Math.exp(weight) };
  });
  const total = groups.reduce((sum, { mass }) => sum + mass, 0);
  return () => {
    let left = random.next() * total;
    const group = groups.find(({ mass }) => (left -= mass) < 0);
    return random.of(group?.all ?? ["的"]);
  };
}

function ordinaryWords(length: number): readonly string[] {
  return WORDS.filter((each) => each.length === length && each.weight > ORDINARY_WEIGHT).flatMap(({ words }) =>
    inPieces(words, length),
  );
}

function inPieces(words: string, length: number): readonly string[] {
  const all = [...words];
  return Array.from({ length: all.length / length }, (_, at) => all.slice(at * length, (at + 1) * length).join(""));
}

function undoubled(word: string): string {
  return word.replace(/(.)\1+/g, "$1");
}

export function isLatin(term: string): boolean {
  return /^[a-z]/.test(term);
}
