/**
 * Rules out most places of a text by a look or two at a bitmap: whether the letters here may begin a word at all. Works on
 * classes of symbols (all that one character may be read as is one class), so that a disguise passes like the letter it
 * stands for. Whatever is not plainly one letter after another is let through to the walk.
 */
import type { UnitClasses } from "./alternatives.ts";

/** The first symbols of one spelling, filled up with 0, which stands for "anything or nothing". */
export const PREFIX = 6;

export type FilterData = {
  /** By class, in bits of {@link First}. */
  readonly first: Uint8Array;
  /**
   * By class, 64 bits of what may follow as the second letter. Small enough to stay near the processor, it answers most
   * questions; the great bitmap is far away and answers the rest.
   */
  readonly seconds: Uint32Array;
  /** Beginnings of two to six letters, hashed: two bits for each, of {@link Known}. */
  readonly begin: Uint32Array;
};

/** Some word begins like this; and after that, anything may follow. */
const Known = { begins: 1, done: 2 } as const;
const BITS = 2;
const PLACES_IN_WORD = 32 / BITS;

/** A word begins with it; with it alone, and anything may follow. */
const First = { begins: 1, alone: 2 } as const;

export type ClassedText = {
  readonly codes: readonly number[];
  readonly length: number;
  /** Of the units, as {@link UnitClasses} tells them; may be longer than the text. */
  readonly classes: Int32Array;
  /** Units that are markup, by their first: where the text goes on after them. */
  readonly skips: ReadonlyMap<number, number> | undefined;
};

export interface Filter {
  mayBegin(text: ClassedText, at: number): boolean;
}

/** By symbol: its class. Symbols that one character may stand for share one. */
export function classesOf(
  lists: readonly Int32Array[],
  symbolCount: number,
  apart: (symbol: number) => boolean,
): Int32Array {
  const parents = Int32Array.from({ length: symbolCount }, (_, symbol) => symbol);
  const rootOf = (symbol: number): number => {
    let root = symbol;
    while ((parents[root] ?? root) !== root) root = parents[root] ?? root;
    parents[symbol] = root;
    return root;
  };
  for (const list of lists) {
    let first: number | undefined;
    for (let at = 0; at < list.length; at += 2) {
      const symbol = list[at] ?? 0;
      if (apart(symbol)) continue;
      if (first === undefined) first = rootOf(symbol);
      else parents[rootOf(symbol)] = first;
    }
  }
  return Int32Array.from({ length: symbolCount }, (_, symbol) => rootOf(symbol));
}

export function buildFilter(prefixes: readonly number[], classes: Int32Array): FilterData {
  const first = new Uint8Array(classes.length);
  const seconds = new Uint32Array(classes.length * 2);
  // At most five beginnings a word, and some thirty places for each: one in thirty that is none passes as one.
  const placeCount = Math.max(1 << 12, 2 ** Math.ceil(Math.log2(prefixes.length * 24 + 1)));
  const begin = new Uint32Array(placeCount / PLACES_IN_WORD);
  for (let row = 0; row < prefixes.length; row += PREFIX) {
    let hash = 0;
    const beginning = classes[prefixes[row] ?? 0] ?? 0;
    first[beginning] = (first[beginning] ?? 0) | First.begins;
    for (let at = 0; at < PREFIX; at += 1) {
      const symbol = prefixes[row + at] ?? 0;
      if (symbol === 0) {
        if (at === 1) first[beginning] = (first[beginning] ?? 0) | First.alone;
        else set(begin, hash, Known.done);
        break;
      }
      const of = classes[symbol] ?? 0;
      hash = hashOf(hash, of);
      if (at === 1) {
        const place = secondOf(beginning, of);
        seconds[place] = (seconds[place] ?? 0) | bitOf(of);
      }
      if (at > 0) set(begin, hash, Known.begins);
    }
  }
  return { first, seconds, begin };
}

export function createFilter({ first, seconds, begin }: FilterData, { lists, startsSequence }: UnitClasses): Filter {
  let looks = 0;

  /** Whether a beginning (of the class `from`) that ends at the unit `at` goes on, across whatever the walk may skip. */
  const goesOn = (text: ClassedText, from: number, hash: number, at: number, letters: number): boolean => {
    if (letters === PREFIX || (letters > 1 && (knownOf(begin, hash) & Known.done) !== 0)) return true;
    const { classes, codes, length, skips } = text;
    for (let next = at + 1; next < length; next += 1) {
      looks += 1;
      if (looks > LOOKS_MAX) return true; // The walk remembers where it was; this look does not.
      const own = classes[next] ?? 0;
      if (own < 0 && startsSequence(codes, next)) return true;
      const others = own < 0 ? (lists[-own] ?? NONE) : NONE;
      // One class above 0, none at 0, several below.
      for (let each = own > 0 ? -1 : 0; each < others.length; each += 1) {
        const of = each < 0 ? own : (others[each] ?? 0);
        if (letters === 1 && ((seconds[secondOf(from, of)] ?? 0) & bitOf(of)) === 0) continue;
        const longer = hashOf(hash, of);
        if ((knownOf(begin, longer) & Known.begins) !== 0 && goesOn(text, from, longer, next, letters + 1)) return true;
      }
      const skip = skips?.get(next);
      if (skip !== undefined) next = skip - 1;
      else if (own >= 0 && codes[next] !== codes[at]) return false;
    }
    return false;
  };

  return {
    mayBegin(text, at) {
      const own = text.classes[at] ?? 0;
      if (own < 0 && startsSequence(text.codes, at)) return true;
      const others = own < 0 ? (lists[-own] ?? NONE) : NONE;
      for (let each = own > 0 ? -1 : 0; each < others.length; each += 1) {
        const of = each < 0 ? own : (others[each] ?? 0);
        const is = first[of] ?? 0;
        if (is === 0) continue;
        if ((is & First.alone) !== 0) return true;
        looks = 0;
        if (goesOn(text, of, hashOf(0, of), at, 1)) return true;
      }
      return false;
    },
  };
}

const NONE: readonly number[] = [];
// Ordinary texts take three or four.
const LOOKS_MAX = 128;
function hashOf(hash: number, of: number): number {
  return Math.imul(Math.imul(hash, 0x85ebca6b) ^ (of + 1), 0x9e3779b1);
}

function secondOf(first: number, second: number): number {
  return first * 2 + ((Math.imul(second, 0x9e3779b1) >>> 31) & 1);
}

function bitOf(second: number): number {
  return 1 << (Math.imul(second, 0x9e3779b1) >>> 26);
}

function set(places: Uint32Array, hash: number, known: number): void {
  const place = placeOf(places, hash);
  const word = place >> 4;
  places[word] = (places[word] ?? 0) | (known << ((place & 15) * BITS));
}

function knownOf(places: Uint32Array, hash: number): number {
  const place = placeOf(places, hash);
  return (places[place >> 4] ?? 0) >>> ((place & 15) * BITS);
}

function placeOf(places: Uint32Array, hash: number): number {
  return (hash >>> 5) & (places.length * PLACES_IN_WORD - 1);
}
