/**
 * Rules out most places of a text by a look or two at a bitmap: whether the letters here may begin a word at all. Works on
 * classes of symbols (all that one character may be read as is one class), so that a disguise passes like the letter it
 * stands for. Whatever is not plainly one letter after another is let through to the walk.
 */
import type { UnitClasses } from "./alternatives.ts";

/** The first symbols of one spelling, filled up with 0, which stands for "anything or nothing". */
export const PREFIX = 4;

export type FilterData = {
  /** By class: a word of this one letter, or anything may follow it. */
  readonly alone: Uint8Array;
  /** Beginnings of two, three and four letters, hashed into one bitmap. */
  readonly begin: Uint32Array;
  /** Those of them after which anything may follow. */
  readonly done: Uint32Array;
};

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
  const alone = new Uint8Array(classes.length);
  // Three beginnings a word and thirty-two bits for each: one place in thirty lets a beginning through that is none.
  const bitCount = Math.max(1 << 12, 2 ** Math.ceil(Math.log2(prefixes.length * 24 + 1)));
  const begin = new Uint32Array(bitCount >> 5);
  const done = new Uint32Array(bitCount >> 5);
  for (let row = 0; row < prefixes.length; row += PREFIX) {
    let hash = 0;
    for (let at = 0; at < PREFIX; at += 1) {
      const symbol = prefixes[row + at] ?? 0;
      if (symbol === 0) {
        if (at === 1) alone[classes[prefixes[row] ?? 0] ?? 0] = 1;
        else set(done, hash);
        break;
      }
      hash = hashOf(hash, classes[symbol] ?? 0);
      if (at > 0) set(begin, hash);
    }
  }
  return { alone, begin, done };
}

export function createFilter({ alone, begin, done }: FilterData, { lists }: UnitClasses): Filter {
  const isOne = (at: number): boolean => alone[at] === 1;

  /** Every pair that the letter here can make with one of the next, across what may be skipped. */
  const mayPair = ({ classes, codes, length, skips }: ClassedText, at: number): boolean => {
    const own = classes[at] ?? 0;
    const firsts = own > 0 ? [own] : (lists[-own] ?? []);
    if (firsts.some(isOne)) return true;
    // Further than this the walk does not skip either; repeats of the letter are free.
    for (let next = at + 1, cost = 0; next < length && cost <= SKIPPED_MAX; next += 1) {
      const of = classes[next] ?? 0;
      const isRepeat = codes[next] === codes[at];
      if (of !== 0) {
        const seconds = of > 0 ? [of] : (lists[-of] ?? []);
        for (const first of firsts) {
          for (const second of seconds) if (has(begin, hashOf(hashOf(0, first), second))) return true;
        }
      }
      const skip = skips?.get(next);
      if (skip !== undefined) next = skip - 1;
      else if (of >= 0 && !isRepeat) return false;
      if (!isRepeat) cost += 1;
    }
    return false;
  };

  return {
    mayBegin(text, at) {
      const { classes, codes, length } = text;
      const first = classes[at] ?? 0;
      const second = classes[at + 1] ?? 0;
      if (first < 0 || (at + 1 < length && second < 0) || codes[at + 1] === codes[at]) {
        return mayPair(text, at);
      }
      if (alone[first] === 1) return true;
      if (second === 0 || at + 1 >= length) return false;
      let hash = hashOf(hashOf(0, first), second);
      if (!has(begin, hash)) return false;
      for (let next = at + 2; next < at + PREFIX; next += 1) {
        if (has(done, hash)) return true;
        if (next >= length) return false;
        const of = classes[next] ?? 0;
        if (of < 0 || codes[next] === codes[next - 1]) return true; // Not plain any more.
        hash = hashOf(hash, of);
        if (of === 0 || !has(begin, hash)) return false;
      }
      return true;
    },
  };
}

// A run of white space counts as one gap in the walk and is looked through here unit by unit.
const SKIPPED_MAX = 48;

function hashOf(hash: number, of: number): number {
  return Math.imul(Math.imul(hash, 0x85ebca6b) ^ (of + 1), 0x9e3779b1);
}

function set(bits: Uint32Array, hash: number): void {
  const bit = (hash >>> 7) & (bits.length * 32 - 1);
  bits[bit >> 5] = (bits[bit >> 5] ?? 0) | (1 << (bit & 31));
}

function has(bits: Uint32Array, hash: number): boolean {
  const bit = (hash >>> 7) & (bits.length * 32 - 1);
  return ((bits[bit >> 5] ?? 0) & (1 << (bit & 31))) !== 0;
}
