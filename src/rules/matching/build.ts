/**
 * From the words of all rules to one graph in which they are found: a trie over folded symbols, with side ways for what
 * rules ask for (readings, parts of characters, stars). The result is plain rows, so that it can be built on one thread
 * and used on another; `search.ts` walks it.
 */
import { classOf, CodeClass, hasBoundary } from "../code-class.ts";
import { createCodeTable } from "../code-table.ts";
import type { Rule, Term } from "../rule.ts";
import { PARTS } from "../tables/parts.ts";
import { createAlternatives, FIRST_SYMBOL, Special } from "./alternatives.ts";
import { createEdgeBuilder, type EdgeData } from "./edges.ts";
import { buildFilter, classesOf, PREFIX, type FilterData } from "./filter.ts";
import { keyOf, SPACE } from "./key.ts";
import { bitsOf, Kind } from "./kinds.ts";
import { readingsOf } from "./readings.ts";

/** States that a walk begins in: 0 is none. From `word`, only where a word of the text begins. */
export const Root = { anywhere: 1, word: 2 } as const;

export type WordData = {
  /** One entry for each term and allow phrase of each rule. */
  readonly texts: readonly string[];
  readonly rules: Int32Array;
  readonly clauses: Int32Array;
  readonly isAllow: Uint8Array;
  /** The term is written with marks (`señor`): without any in the text it is another word. */
  readonly hasMarks: Uint8Array;
  /** Where it differs from the rule's. */
  readonly categories: ReadonlyMap<number, string>;
  /** The ways of writing an entry: which one, reversed or not, and the next that ends in the same state. */
  readonly spelled: Int32Array;
  readonly spelledKinds: Int32Array;
  readonly spelledNext: Int32Array;
  /** By state: the first spelling that ends there plus 1, or 0. */
  readonly endings: Int32Array;
  /** By state: what leads on from it, in bits of {@link Onward}. */
  readonly onward: Uint8Array;
  readonly edges: EdgeData;
  /** The code points that have symbols, in their order. */
  readonly alphabet: Int32Array;
  /** Readings that have symbols of their own, after those of the alphabet. */
  readonly readings: readonly string[];
  readonly hasStars: boolean;
  /** The longest gap that any rule looks through. */
  readonly gapMax: number;
  /** By symbol: what the filter takes for one letter. */
  readonly classes: Int32Array;
  readonly anywhere: FilterData;
  readonly word: FilterData;
};

export const Onward = { any: 1, space: 2 } as const;

// Reversed words of three letters are ordinary words too often (`sex`, `axes`).
const REVERSED_LATIN_MIN = 4;
const REVERSED_HAN_MIN = 2;
// A star stands for an inner letter of a word that the others still tell.
const CENSORED_LATIN_MIN = 4;
const CENSORED_HAN_MIN = 3;

export function buildWords(rules: readonly Rule[]): WordData {
  const texts: string[] = [];
  const owners: number[] = [];
  const clauses: number[] = [];
  const allows: number[] = [];
  const marked: number[] = [];
  const categories = new Map<number, string>();
  const spelled: number[] = [];
  const spelledKinds: number[] = [];
  const spelledNext: number[] = [];

  const symbols = createCodeTable();
  const alphabet: number[] = [];
  const symbolOf = (code: number): number => {
    if (code === SPACE) return Special.space;
    const known = symbols.get(code);
    if (known !== 0) return known;
    const symbol = FIRST_SYMBOL - 1 + alphabet.push(code);
    symbols.set(code, symbol);
    return symbol;
  };
  const readingSymbols = new Map<string, number>();
  // Until the alphabet is known, symbols of readings count down from -1.
  const readingSymbolOf = (reading: string): number => {
    const known = readingSymbols.get(reading) ?? -1 - readingSymbols.size;
    readingSymbols.set(reading, known);
    return known;
  };

  const edges = createEdgeBuilder();
  const endings: number[] = [0, 0, 0];
  const newState = (): number => endings.push(0) - 1;
  const sideWays = new Set<string>();
  const prefixes: Record<1 | 2, number[]> = { [Root.anywhere]: [], [Root.word]: [] };
  /** `symbols` up to where anything may follow. */
  const addPrefix = (root: 1 | 2, symbols: readonly number[]): void => {
    for (let at = 0; at < PREFIX; at += 1) prefixes[root].push(symbols[at] ?? 0);
  };

  const childOf = (state: number, code: number): number => {
    const symbol = symbolOf(code);
    const known = edges.plain(state, symbol);
    if (known !== 0) return known;
    const child = newState();
    edges.add(state, symbol, child, Kind.none);
    return child;
  };
  /** A way round one plain edge, of one symbol or several. */
  const sideWay = (from: number, to: number, way: readonly number[], kind: number): void => {
    const name = `${from} ${to} ${kind} ${way.join()}`;
    if (sideWays.has(name)) return;
    sideWays.add(name);
    let state = from;
    way.forEach((symbol, at) => {
      const next = at === way.length - 1 ? to : newState();
      edges.add(state, symbol, next, kind);
      state = next;
    });
  };

  /** Of a word that has side ways, the first letters only: what follows them is too much to list. */
  const addSpecialPrefixes = (root: 1 | 2, key: readonly number[], accepts: number): void => {
    const beginnings = waysOf(key[0] ?? 0, accepts);
    const next = key[1] === undefined || key[1] === SPACE ? [] : waysOf(key[1], accepts);
    for (const { symbols: first, isReading } of beginnings) {
      const from = isReading ? Root.word : root;
      if (first.length > 1 || next.length === 0) addPrefix(from, first.slice(0, 2));
      else for (const { symbols: second } of next) addPrefix(from, [...first, ...second.slice(0, 1)]);
    }
  };
  /** All that one letter of a word may be written as. */
  const waysOf = (code: number, accepts: number): { symbols: readonly number[]; isReading: boolean }[] => {
    const ways: { symbols: readonly number[]; isReading: boolean }[] = [
      { symbols: [symbolOf(code)], isReading: false },
    ];
    if ((accepts & Kind.censored) !== 0) ways.push({ symbols: [Special.star], isReading: false });
    if (classOf(code) !== CodeClass.han) return ways;
    const character = String.fromCodePoint(code);
    for (const reading of accepts & (Kind.pinyin | Kind.homophones) ? readingsOf(character) : []) {
      if (accepts & Kind.homophones) ways.push({ symbols: [readingSymbolOf(reading)], isReading: false });
      if (accepts & Kind.pinyin) ways.push({ symbols: lettersOf(reading), isReading: true });
    }
    for (const parts of accepts & Kind.parts ? partsOf(character) : []) {
      ways.push({ symbols: keyOf(parts).map(symbolOf), isReading: false });
    }
    return ways;
  };
  const lettersOf = (reading: string): readonly number[] =>
    Array.from(reading, (letter) => symbolOf(letter.codePointAt(0) ?? 0));

  const spell = (keyword: number, key: readonly number[], kinds: number, rule: Rule, accepts: number): void => {
    const [first] = key;
    if (first === undefined) return;
    const { boundary } = rule.fold;
    const isBound = hasBoundary(classOf(first)) && (boundary === "word" || boundary === "start" || kinds !== 0);
    const root = isBound ? Root.word : Root.anywhere;
    if (accepts === 0) {
      const blank = key.indexOf(SPACE);
      addPrefix(root, key.slice(0, blank === -1 ? PREFIX : Math.min(blank, PREFIX)).map(symbolOf));
    } else addSpecialPrefixes(root, key, accepts);
    const hasHan = key.some((code) => classOf(code) === CodeClass.han);
    const mayHide = key.length >= (hasHan ? CENSORED_HAN_MIN : CENSORED_LATIN_MIN);
    let state: number = root;
    key.forEach((code, at) => {
      const child = childOf(state, code);
      if (accepts !== 0 && classOf(code) === CodeClass.han) {
        const character = String.fromCodePoint(code);
        for (const reading of accepts & (Kind.pinyin | Kind.homophones) ? readingsOf(character) : []) {
          if (accepts & Kind.homophones) sideWay(state, child, [readingSymbolOf(reading)], Kind.homophones);
          if (accepts & Kind.pinyin) sideWay(at === 0 ? Root.word : state, child, lettersOf(reading), Kind.pinyin);
        }
        if (accepts & Kind.parts) {
          for (const parts of partsOf(character)) {
            sideWay(state, child, Array.from(keyOf(parts), symbolOf), Kind.parts);
          }
        }
      }
      const isInner = at > 0 && at < key.length - 1;
      if (accepts & Kind.censored && mayHide && isInner && code !== SPACE) {
        sideWay(state, child, [Special.star], Kind.censored);
      }
      state = child;
    });
    spelled.push(keyword);
    spelledKinds.push(kinds);
    spelledNext.push(endings[state] ?? 0);
    endings[state] = spelled.length;
  };

  const add = (term: Term, index: number, clause: number, isAllow: boolean, rule: Rule, accepts: number): void => {
    const keyword = texts.push(term.text) - 1;
    owners.push(index);
    clauses.push(clause);
    allows.push(isAllow ? 1 : 0);
    marked.push(HAS_MARKS.test(term.text) && /[\p{Script=Latin}]\p{M}/u.test(term.text.normalize("NFD")) ? 1 : 0);
    if (term.category !== undefined) categories.set(keyword, term.category);
    const key = keyOf(term.text);
    const special = isAllow ? 0 : accepts;
    spell(keyword, key, 0, rule, special & (Kind.pinyin | Kind.homophones | Kind.parts | Kind.censored));
    if ((special & Kind.reversed) !== 0 && mayReverse(key)) {
      spell(keyword, [...key].reverse(), Kind.reversed, rule, 0);
    }
  };

  rules.forEach((rule, index) => {
    const accepts = bitsOf(rule.fold.kinds);
    rule.clauses.forEach(({ terms }, clause) => {
      for (const term of terms) add(term, index, clause, false, rule, accepts);
    });
    for (const phrase of rule.allow) add(phrase, index, 0, true, rule, accepts);
  });

  const firstReading = FIRST_SYMBOL + alphabet.length;
  const data = edges.data();
  for (let slot = 0; slot < data.symbols.length; slot += 1) {
    const symbol = data.symbols[slot] ?? 0;
    if (symbol < 0) data.symbols[slot] = firstReading - 1 - symbol;
  }
  const rehashed = readingSymbols.size === 0 ? data : rehash(data);
  const onward = new Uint8Array(endings.length);
  for (let slot = 0; slot < rehashed.targets.length; slot += 1) {
    if (rehashed.targets[slot] === 0) continue;
    const state = rehashed.states[slot] ?? 0;
    onward[state] = (onward[state] ?? 0) | Onward.any | (rehashed.symbols[slot] === Special.space ? Onward.space : 0);
  }
  const symbolCount = firstReading + readingSymbols.size;
  const hasStars = rules.some(({ fold }) => fold.kinds.has("censored"));
  const named = { alphabet: Int32Array.from(alphabet), readings: [...readingSymbols.keys()], hasStars };
  const isApart = (symbol: number): boolean => symbol < FIRST_SYMBOL || symbol >= firstReading;
  const classes = classesOf(createAlternatives(named).lists, symbolCount, isApart);
  const filterOf = (root: 1 | 2): FilterData =>
    buildFilter(
      prefixes[root].map((symbol) => (symbol < 0 ? firstReading - 1 - symbol : symbol)),
      classes,
    );
  return {
    texts,
    rules: Int32Array.from(owners),
    clauses: Int32Array.from(clauses),
    isAllow: Uint8Array.from(allows),
    hasMarks: Uint8Array.from(marked),
    categories,
    spelled: Int32Array.from(spelled),
    spelledKinds: Int32Array.from(spelledKinds),
    spelledNext: Int32Array.from(spelledNext),
    endings: Int32Array.from(endings),
    onward,
    edges: rehashed,
    ...named,
    gapMax: rules.reduce((most, { fold }) => Math.max(most, fold.gapMax), 0),
    classes,
    anywhere: filterOf(Root.anywhere),
    word: filterOf(Root.word),
  };
}

const HAS_MARKS = /[^\x00-\x7f\u4e00-\u9fff]/;

function mayReverse(key: readonly number[]): boolean {
  if (key.includes(SPACE)) return false;
  const isHan = key.every((code) => classOf(code) === CodeClass.han);
  const isLatin = key.every((code) => classOf(code) === CodeClass.latin);
  if (!(isHan && key.length >= REVERSED_HAN_MIN) && !(isLatin && key.length >= REVERSED_LATIN_MIN)) return false;
  return [...key].reverse().join() !== key.join();
}

const partRows = new Map(PARTS.map(([character, ...ways]) => [character, ways]));

function partsOf(character: string): readonly string[] {
  return partRows.get(character) ?? [];
}

/** The symbols have changed, and with them the places in the table. */
function rehash({ states, symbols, targets, kinds }: EdgeData): EdgeData {
  const again = createEdgeBuilder();
  targets.forEach((target, slot) => {
    if (target !== 0) again.add(states[slot] ?? 0, symbols[slot] ?? 0, target, kinds[slot] ?? 0);
  });
  return again.data();
}
