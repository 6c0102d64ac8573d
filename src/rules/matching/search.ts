/**
 * Walks the graph of words over a folded text. From each place where a word may begin it follows what the text can be
 * read as: letters and what stands for them, repeats of the letter before, and gaps. It reports every way that ends in a
 * word; whether that is a hit, the guards decide.
 */
import { classOf, isSameRun } from "../code-class.ts";
import type { Folded } from "../fold.ts";
import { createAlternatives, createUnitClasses } from "./alternatives.ts";
import type { WordData } from "./build.ts";
import { Field, nextSlot, slotOf } from "./edges.ts";
import { createFilter } from "./filter.ts";
import { Gap, gapOf } from "./gap.ts";
import { Onward, Root } from "./graph.ts";
import { Kind } from "./kinds.ts";
import { Special } from "./symbols.ts";

/** One letter of the word as it was met: units `[from, to)`, more than one when it was repeated or written with several. */
export type Step = {
  readonly from: number;
  readonly to: number;
  readonly symbol: number;
  readonly kind: number;
};

/** A way through the text that spells an entry. */
export type Way = { readonly keyword: number; readonly kinds: number; readonly steps: readonly Step[] };

export interface Search {
  /**
   * @param skips units that are markup, by their first: where the text goes on after them
   * @returns every way, the plainest first among those that begin at one place
   */
  ways(folded: Folded, skips: ReadonlyMap<number, number> | undefined): readonly Way[];
}

// A run of white space counts as one character of a gap; longer ones are a layout.
const SPACES_MAX = 40;
// As many steps as a word of some thirty letters takes in a text of nothing but signs that may be letters or gaps. Longer
// ones are looked for up to here: one place of a hostile text must not cost more.
const STEPS_MAX = 1_000;
// All places of a text together, before each gets the least: enough for every word of up to a dozen letters.
const TEXT_STEPS_MAX = 20_000;
const STEPS_LEAST = 64;
// So many ways from one place tell all that can be masked there.
const WAYS_MAX = 200;
// Past this many steps from one place, a state is not entered twice at the same unit.
const STEPS_BEFORE_MEMO = 64;
// Words of 200 characters at most, and each letter is one level of the walk.
const DEPTH_MAX = 256;

const NO_WAYS: readonly Way[] = Object.freeze([]);

export function createSearch(data: WordData): Search {
  const { edges, endings, onward } = data;
  const { slots } = edges;
  if (data.texts.length === 0) return { ways: () => NO_WAYS };
  const alternatives = createAlternatives(data);
  const unitClasses = createUnitClasses(alternatives, data.classes);
  const anywhere = createFilter(data.anywhere, unitClasses);
  const word = createFilter(data.word, unitClasses);

  // One text at a time, and all of it at once: what a walk needs is kept here and not made anew for each.
  let codes: readonly number[] = [];
  let length = 0;
  let skips: ReadonlyMap<number, number> | undefined;
  let found: Way[] | undefined;
  let classes = new Int32Array(CLASSES_MIN);
  const froms: number[] = [];
  const tos: number[] = [];
  const taken: number[] = [];
  const takenKinds: number[] = [];
  let steps = 0;
  let reported = 0;
  let stepsMax = STEPS_MAX;
  let textSteps = 0;
  let seen: Set<number> | undefined;

  const report = (state: number, depth: number): void => {
    if (reported >= WAYS_MAX) return;
    for (let spelling = endings[state] ?? 0; spelling !== 0; spelling = data.spelledNext[spelling - 1] ?? 0) {
      const way = Array.from({ length: depth }, (_, at) => ({
        from: froms[at] ?? 0,
        to: tos[at] ?? 0,
        symbol: taken[at] ?? 0,
        kind: takenKinds[at] ?? 0,
      }));
      const keyword = data.spelled[spelling - 1] ?? 0;
      reported += 1;
      (found ??= []).push({ keyword, kinds: data.spelledKinds[spelling - 1] ?? 0, steps: way });
    }
  };

  /** Takes every edge from `state` with `symbol`, which the units `[from, to)` were read as. */
  const take = (state: number, symbol: number, kind: number, from: number, to: number, depth: number): void => {
    let slot = slotOf(state, symbol, slots);
    for (; slots[slot + Field.target] !== 0; slot = nextSlot(slot, slots)) {
      if (slots[slot + Field.state] !== state || slots[slot + Field.symbol] !== symbol) continue;
      froms[depth] = from;
      tos[depth] = to;
      taken[depth] = symbol;
      takenKinds[depth] = kind | (slots[slot + Field.kinds] ?? 0);
      walk(slots[slot + Field.target] ?? 0, to, depth + 1);
    }
  };

  /** Reads the unit at `at` as a letter, in every way it can be one. */
  const advance = (state: number, at: number, depth: number): void => {
    const code = codes[at] ?? 0;
    const entry = alternatives.of(code);
    if (entry > 0) {
      if (entry !== Special.space) take(state, entry, Kind.none, at, at + 1, depth);
    } else if (entry < 0) {
      const list = alternatives.lists[-entry] ?? NO_LIST;
      for (let each = 0; each < list.length; each += 2) {
        take(state, list[each] ?? 0, list[each + 1] ?? 0, at, at + 1, depth);
      }
    }
    const sequences = alternatives.sequences.get(code);
    if (sequences) {
      for (const sequence of sequences) {
        if (!follows(codes, at, sequence.codes)) continue;
        take(state, sequence.symbol, Kind.leet, at, at + sequence.codes.length, depth);
      }
    }
  };

  /** Tries the letter after each gap that begins at `at`; `space` tells whether the term has a blank here. */
  const afterGap = (state: number, at: number, depth: number, space: boolean): void => {
    let next = at;
    for (let cost = 0; cost < data.gapMax && next < length;) {
      const skip = skips?.get(next);
      if (skip !== undefined) next = skip;
      else {
        const gap = gapOf(codes[next] ?? 0);
        if (gap === Gap.none) {
          // A cross between two Han characters is a favourite: 套X现.
          if (codes[next] !== CROSS || depth === 0) return;
          next += 1;
        } else if (gap === Gap.space || gap === Gap.line) {
          const end = Math.min(length, next + SPACES_MAX);
          while (next < end && isWhite(codes[next] ?? 0)) next += 1;
        } else next += 1;
      }
      cost += 1;
      if (space) walk(state, next, depth);
      else if (next < length) advance(state, next, depth);
    }
  };

  const walk = (state: number, at: number, depth: number): void => {
    steps += 1;
    if (depth > DEPTH_MAX || steps > stepsMax) return;
    if (steps > STEPS_BEFORE_MEMO) {
      const name = state * (length + 1) + at;
      seen ??= new Set();
      if (seen.has(name)) return;
      seen.add(name);
    }
    const last = depth - 1;
    const from = froms[last] ?? 0;
    const to = tos[last] ?? 0;
    const kind = takenKinds[last] ?? 0;
    const symbol = taken[last] ?? 0;
    // Deeper levels write over this one.
    const stretch = (end: number): void => {
      froms[last] = from;
      tos[last] = end;
      taken[last] = symbol;
      takenKinds[last] = end === to ? kind : kind | Kind.repeats;
    };
    const repeatEnd = to === at ? endOfRepeats(codes, at, length) : at;
    if ((endings[state] ?? 0) !== 0) {
      report(state, depth);
      if (repeatEnd > at) {
        stretch(repeatEnd);
        report(state, depth);
      }
    }
    const leads = onward[state] ?? 0;
    if (leads === 0) return;
    for (const end of repeatEnd > at ? [at, repeatEnd] : [at]) {
      stretch(end === at ? to : end);
      if (end < length) {
        advance(state, end, depth);
        afterGap(state, end, depth, false);
      }
      if ((leads & Onward.space) === 0) continue;
      let slot = slotOf(state, Special.space, slots);
      for (; slots[slot + Field.target] !== 0; slot = nextSlot(slot, slots)) {
        if (slots[slot + Field.state] !== state || slots[slot + Field.symbol] !== Special.space) continue;
        const target = slots[slot + Field.target] ?? 0;
        // Written together, or with any gap in between.
        stretch(end === at ? to : end);
        walk(target, end, depth);
        afterGap(target, end, depth, true);
      }
    }
  };

  const startAt = (at: number, isAnywhere: boolean, isWord: boolean): void => {
    textSteps += steps;
    stepsMax = textSteps < TEXT_STEPS_MAX ? STEPS_MAX : STEPS_LEAST;
    steps = 0;
    reported = 0;
    seen = undefined;
    if (isAnywhere) advance(Root.anywhere, at, 0);
    if (isWord) advance(Root.word, at, 0);
  };

  return {
    ways(folded, skipped) {
      ({ codes, length } = folded);
      skips = skipped;
      found = undefined;
      steps = 0;
      textSteps = 0;
      if (classes.length < length) classes = new Int32Array(length * 2);
      for (let at = 0; at < length; at += 1) classes[at] = unitClasses.of(codes[at] ?? 0);
      const text = { codes, length, classes, skips };
      for (let at = 0; at < length; at += 1) {
        if (classes[at] === 0) continue;
        const code = codes[at] ?? 0;
        // The middle of a long run begins nothing that its start does not.
        if (data.hasRepeats && codes[at - 1] === code && codes[at - 2] === code && codes[at + 1] === code) continue;
        const isAnywhere = anywhere.mayBegin(text, at);
        const begins = at === 0 || !isSameRun(classOf(code), classOf(codes[at - 1] ?? 0));
        const isWord = begins && word.mayBegin(text, at);
        if (isAnywhere || isWord) startAt(at, isAnywhere, isWord);
      }
      return found ?? NO_WAYS;
    },
  };
}

// Longer than most messages.
const CLASSES_MIN = 1_024;
const NO_LIST = Int32Array.of();
const CROSS = 0x78;

function follows(codes: readonly number[], at: number, sequence: readonly number[]): boolean {
  return sequence.every((code, offset) => codes[at + offset] === code);
}

function isWhite(code: number): boolean {
  const gap = gapOf(code);
  return gap === Gap.space || gap === Gap.line;
}

function endOfRepeats(codes: readonly number[], at: number, length: number): number {
  const code = codes[at - 1] ?? 0;
  let end = at;
  while (end < length && codes[end] === code) end += 1;
  return end;
}
