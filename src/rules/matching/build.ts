/**
 * From the words of all rules to one graph in which they are found: a trie over folded symbols, with side ways for what
 * rules ask for (readings, parts of characters, stars). The result is plain rows, so that it can be built on one thread
 * and used on another; `search.ts` walks it.
 */
import { classOf, CodeClass, hasBoundary } from "../code-class.ts";
import type { Rule, Term } from "../rule.ts";
import { createAlternatives } from "./alternatives.ts";
import { disguisesOf, DISGUISES, type Disguise } from "./disguises.ts";
import { buildFilter, classesOf, PREFIX, type FilterData } from "./filter.ts";
import { createGraphBuilder, Root, type GraphData } from "./graph.ts";
import { keyOf, SPACE } from "./key.ts";
import { bitsOf, Kind } from "./kinds.ts";
import { createSymbols, isCharacter, symbolCount, type Alphabet } from "./symbols.ts";

export type WordData = GraphData & {
  /** One entry for each term and allow phrase of each rule. */
  readonly texts: readonly string[];
  readonly rules: Int32Array;
  readonly clauses: Int32Array;
  readonly isAllow: Uint8Array;
  /** The term is written with marks (`señor`): without any in the text it is another word. */
  readonly hasMarks: Uint8Array;
  /** Where it differs from the rule's. */
  readonly categories: ReadonlyMap<number, string>;
  readonly alphabet: Alphabet;
  /** Some word may be written with a star in it. */
  readonly hasStars: boolean;
  /** Every rule looks through repeats. */
  readonly hasRepeats: boolean;
  /** The longest gap that any rule looks through. */
  readonly gapMax: number;
  /** By symbol: what the filter takes for one letter. */
  readonly classes: Int32Array;
  readonly anywhere: FilterData;
  readonly word: FilterData;
};

// Reversed words of three letters are ordinary words too often (`sex`, `axes`).
const REVERSED_LATIN_MIN = 4;
const REVERSED_HAN_MIN = 2;
// A star stands for an inner letter of a word that the others still tell.
export const CENSORED_LATIN_MIN = 4;
export const CENSORED_HAN_MIN = 3;

export function buildWords(rules: readonly Rule[]): WordData {
  const texts: string[] = [];
  const owners: number[] = [];
  const clauses: number[] = [];
  const allows: number[] = [];
  const marked: number[] = [];
  const categories = new Map<number, string>();
  const spell = createSpeller();

  const add = (term: Term, index: number, clause: number, { boundary }: Rule["fold"], accepts: number): number => {
    const keyword = texts.push(term.text) - 1;
    owners.push(index);
    clauses.push(clause);
    marked.push(isMarked(term.text) ? 1 : 0);
    if (term.category !== undefined) categories.set(keyword, term.category);
    const key = keyOf(term.text);
    const isBound = boundary === "word" || boundary === "start";
    spell.add(keyword, key, { isBound, accepts, kinds: Kind.none });
    if ((accepts & Kind.reversed) !== 0 && mayReverse(key)) {
      spell.add(keyword, [...key].reverse(), { isBound: true, accepts: Kind.none, kinds: Kind.reversed });
    }
    return keyword;
  };

  rules.forEach(({ fold, clauses: ofRule, allow }, index) => {
    const accepts = bitsOf(fold.kinds);
    ofRule.forEach(({ terms }, clause) => {
      for (const term of terms) allows[add(term, index, clause, fold, accepts)] = 0;
    });
    // What an allow phrase may be disguised as excuses nothing.
    for (const phrase of allow) allows[add(phrase, index, 0, fold, Kind.none)] = 1;
  });

  const { alphabet, graph, prefixes } = spell.done();
  const hasStars = rules.some(({ fold }) => fold.kinds.has("censored"));
  const { lists } = createAlternatives({ alphabet, hasStars });
  const classes = classesOf(lists, symbolCount(alphabet), (symbol) => !isCharacter(symbol));
  return {
    ...graph,
    texts,
    rules: Int32Array.from(owners),
    clauses: Int32Array.from(clauses),
    isAllow: Uint8Array.from(allows),
    hasMarks: Uint8Array.from(marked),
    categories,
    alphabet,
    hasStars,
    hasRepeats: rules.every(({ fold }) => fold.kinds.has("repeats")),
    gapMax: rules.reduce((most, { fold }) => Math.max(most, fold.gapMax), 0),
    classes,
    anywhere: buildFilter(prefixes[Root.anywhere], classes),
    word: buildFilter(prefixes[Root.word], classes),
  };
}

type Spelling = {
  /** It may begin only where a word of the text does. */
  readonly isBound: boolean;
  readonly accepts: number;
  /** What the spelling itself has gone through. */
  readonly kinds: number;
};

type Speller = {
  add(keyword: number, key: readonly number[], spelling: Spelling): void;
  done(): {
    readonly alphabet: Alphabet;
    readonly graph: GraphData;
    readonly prefixes: Record<Root, readonly number[]>;
  };
};

/** Writes words into a graph, and the beginnings of them into the rows that the filter is made from. */
function createSpeller(): Speller {
  const symbols = createSymbols();
  const graph = createGraphBuilder();
  const prefixes: Record<Root, number[]> = { [Root.anywhere]: [], [Root.word]: [] };
  const addPrefix = (root: Root, beginning: readonly number[]): void => {
    for (let at = 0; at < PREFIX; at += 1) prefixes[root].push(beginning[at] ?? 0);
  };
  const plain = (code: number): Disguise => ({ symbols: [symbols.ofCode(code)], kind: Kind.none });
  // Readings are Latin words of their own, whatever script the term is in.
  const rootOf = (root: Root, { kind }: Disguise): Root => (kind === Kind.pinyin ? Root.word : root);

  /** Of a word in disguise the first letters only: what may follow them is too much to list. */
  const addDisguisedPrefixes = (root: Root, [first = 0, second]: readonly number[], accepts: number): void => {
    const seconds =
      second === undefined || second === SPACE ? [] : [plain(second), ...disguisesOf(second, accepts, symbols)];
    // No star stands for the first letter.
    for (const beginning of [plain(first), ...disguisesOf(first, accepts & ~Kind.censored, symbols)]) {
      const from = rootOf(root, beginning);
      if (beginning.symbols.length > 1 || seconds.length === 0) addPrefix(from, beginning.symbols.slice(0, 2));
      else for (const next of seconds) addPrefix(from, [...beginning.symbols, ...next.symbols.slice(0, 1)]);
    }
  };

  return {
    add(keyword, key, { isBound, accepts, kinds }) {
      const [first] = key;
      if (first === undefined) return;
      const root = isBound && hasBoundary(classOf(first)) ? Root.word : Root.anywhere;
      const isDisguised = (accepts & DISGUISES) !== 0;
      if (isDisguised) addDisguisedPrefixes(root, key, accepts);
      else {
        const blank = key.indexOf(SPACE);
        addPrefix(root, key.slice(0, blank === -1 ? PREFIX : Math.min(blank, PREFIX)).map(symbols.ofCode));
      }
      const starless = mayHaveStar(key) ? accepts : accepts & ~Kind.censored;
      let state: number = root;
      key.forEach((code, at) => {
        const child = graph.child(state, symbols.ofCode(code));
        if (isDisguised && code !== SPACE) {
          const isInner = at > 0 && at < key.length - 1;
          for (const way of disguisesOf(code, isInner ? starless : starless & ~Kind.censored, symbols)) {
            graph.sideWay(at === 0 ? rootOf(root, way) : state, child, way.symbols, way.kind);
          }
        }
        state = child;
      });
      graph.end(state, keyword, kinds);
    },
    done: () => ({ alphabet: symbols.alphabet(), graph: graph.data(), prefixes }),
  };
}

function isMarked(text: string): boolean {
  // Nearly no entry has anything but ASCII and common Han.
  return /[^\x00-\x7f\u4e00-\u9fff]/.test(text) && /\p{Script=Latin}\p{M}/u.test(text.normalize("NFD"));
}

function mayHaveStar(key: readonly number[]): boolean {
  const hasHan = key.some((code) => classOf(code) === CodeClass.han);
  return key.length >= (hasHan ? CENSORED_HAN_MIN : CENSORED_LATIN_MIN);
}

function mayReverse(key: readonly number[]): boolean {
  if (key.includes(SPACE)) return false;
  const isHan = key.every((code) => classOf(code) === CodeClass.han);
  const isLatin = key.every((code) => classOf(code) === CodeClass.latin);
  if (!(isHan && key.length >= REVERSED_HAN_MIN) && !(isLatin && key.length >= REVERSED_LATIN_MIN)) return false;
  return [...key].reverse().join() !== key.join();
}
