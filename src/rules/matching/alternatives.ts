/**
 * What a folded code point of a text may stand for, as symbols of one graph: itself, and what it looks or sounds like.
 * Worked out once for each rule set, and only for what its words can use.
 */
import { createCodeTable } from "../code-table.ts";
import { fold } from "../fold.ts";
import { EMOJI } from "../tables/emoji.ts";
import { HAN_LOOKALIKES } from "../tables/han-lookalikes.ts";
import { LEET, LEET_SEQUENCES } from "../tables/leet.ts";
import { LETTERS } from "../tables/letters.ts";
import { LOOKALIKE_CAPITALS, LOOKALIKES } from "../tables/lookalikes.ts";
import { pairsOf } from "../tables/pairs.ts";
import { PARTS } from "../tables/parts.ts";
import { Gap, gapOf, isRegional } from "./gap.ts";
import { SPACE } from "./key.ts";
import { Kind } from "./kinds.ts";
import type { WordData } from "./build.ts";
import { charactersRead } from "./readings.ts";
import { Special, symbolOfCode, symbolOfReading } from "./symbols.ts";
import { WHITE_SPACE } from "./white-space.ts";

export type Sequence = { readonly codes: readonly number[]; readonly symbol: number };

export type Alternatives = {
  /** 0 for nothing, a symbol, or (below 0) a place in `lists`. */
  of(code: number): number;
  /** Symbol, kind, symbol, kind … the plain one first. */
  readonly lists: readonly Int32Array[];
  /** Letters written with several characters (`|\|`), by the first of them. */
  readonly sequences: ReadonlyMap<number, readonly Sequence[]>;
};

/** 王8蛋, 6合彩. */
const NUMERALS = "1一2二3三4四5五6六7七8八9九";

/** What stands for a letter that the writer does not want to spell. Dots and dashes do too, but file names have them. */
const STARS = "*#%&?@$!●○■□•※★☆◯⬤×x";

export function createAlternatives({ alphabet, hasStars }: Pick<WordData, "alphabet" | "hasStars">): Alternatives {
  const { codes, readings } = alphabet;
  const symbols = createCodeTable();
  codes.forEach((code, at) => symbols.set(code, symbolOfCode(at)));
  const found = new Map<number, number[]>();
  const add = (code: number, symbol: number, kind: number): void => {
    const own = symbols.get(code);
    const row = found.get(code) ?? (own === 0 ? [] : [own, Kind.none]);
    found.set(code, row);
    if (!row.some((each, at) => at % 2 === 0 && each === symbol)) row.push(symbol, kind);
  };
  const addPair = (from: number, to: number, kind: number): void => {
    const symbol = symbols.get(to);
    if (symbol !== 0 && from !== to) add(from, symbol, kind);
  };

  for (const [from, to, kind] of standardPairs()) addPair(from, to, kind);
  for (const group of hanGroups()) {
    // Most groups have nothing to do with the words of a rule set.
    const wanted = group.filter((code) => symbols.get(code) !== 0);
    for (const to of wanted) for (const from of group) addPair(from, to, Kind.lookalikes);
  }
  readings.forEach((reading, at) => {
    const symbol = symbolOfReading(at);
    for (const character of charactersRead(reading)) add(codeOf(character), symbol, Kind.none);
  });
  if (hasStars) for (const star of STARS) add(codeOf(star), Special.star, Kind.none);

  const table = createCodeTable();
  const lists: Int32Array[] = [Int32Array.of()];
  codes.forEach((code, at) => table.set(code, symbolOfCode(at)));
  for (const space of [...WHITE_SPACE, SPACE]) table.set(space, Special.space);
  for (const [code, row] of found) table.set(code, -(lists.push(Int32Array.from(row)) - 1));

  const sequences = new Map<number, Sequence[]>();
  for (const [written, letter] of LEET_SEQUENCES) {
    const symbol = symbols.get(codeOf(letter));
    const sequence = fold(written).codes;
    const [first] = sequence;
    if (symbol !== 0 && first !== undefined)
      sequences.set(first, [...(sequences.get(first) ?? []), { codes: sequence, symbol }]);
  }
  return { of: (code) => table.get(code), lists, sequences };
}

/**
 * By code point, what the filter wants to know: a class above 0 where it is plainly one letter, 0 where it is nothing that
 * any word has, and below 0 (a place in `lists`) where it may be several things, or may be skipped.
 */
export type UnitClasses = {
  of(code: number): number;
  readonly lists: readonly (readonly number[])[];
  /** Whether a letter that is written with several characters begins here; only where the class is below 0. */
  startsSequence(codes: readonly number[], at: number): boolean;
};

export function createUnitClasses(alternatives: Alternatives, classes: Int32Array): UnitClasses {
  const bmp = new Int32Array(0x10000).fill(UNKNOWN);
  const beyond = new Map<number, number>();
  const lists: number[][] = [[]];
  const places = new Map<string, number>();
  const learn = (code: number): number => {
    const entry = alternatives.of(code);
    const found = new Set<number>();
    if (entry > 0) found.add(classes[entry] ?? 0);
    const list = entry < 0 ? alternatives.lists[-entry] : undefined;
    list?.forEach((symbol, at) => at % 2 === 0 && found.add(classes[symbol] ?? 0));
    for (const { symbol } of alternatives.sequences.get(code) ?? []) found.add(classes[symbol] ?? 0);
    const [only] = found;
    const isSeveral = gapOf(code) !== Gap.none || code === CROSS || alternatives.sequences.has(code);
    if (!isSeveral && found.size <= 1) return only ?? 0;
    const name = [...found].join();
    const place = places.get(name) ?? lists.push([...found]) - 1;
    places.set(name, place);
    return -place;
  };
  return {
    lists,
    startsSequence: (codes, at) =>
      alternatives.sequences
        .get(codes[at] ?? 0)
        ?.some((sequence) => sequence.codes.every((code, offset) => codes[at + offset] === code)) === true,
    of(code) {
      const known = code < 0x10000 ? (bmp[code] ?? UNKNOWN) : (beyond.get(code) ?? UNKNOWN);
      if (known !== UNKNOWN) return known;
      const learnt = learn(code);
      if (code < 0x10000) bmp[code] = learnt;
      else beyond.set(code, learnt);
      return learnt;
    },
  };
}
const UNKNOWN = 0x7fffffff;
const CROSS = 0x78;

/** Tables are keyed by what a text is folded to. */
function codeOf(character: string): number {
  const { codes, length } = fold(character);
  const [code] = codes;
  return length === 1 && code !== undefined ? code : 0;
}

type Pair = readonly [from: number, to: number, kind: number];
let pairs: readonly Pair[] | undefined;

function standardPairs(): readonly Pair[] {
  const coded = (table: readonly (readonly [string, string])[], kind: number): Pair[] =>
    table.map(([from, to]) => [codeOf(from), codeOf(to), kind] as const);
  pairs ??= [
    ...coded(pairsOf(LOOKALIKES), Kind.lookalikes),
    ...coded(pairsOf(LOOKALIKE_CAPITALS), Kind.lookalikes),
    ...coded(
      pairsOf(LETTERS).filter(([letter]) => isRegional(letter.codePointAt(0) ?? 0)),
      Kind.emoji,
    ),
    ...coded(pairsOf(LEET), Kind.leet),
    ...coded(pairsOf(NUMERALS), Kind.leet),
    ...EMOJI.flatMap(([emoji, letters]) =>
      coded(
        Array.from(letters, (letter) => [emoji, letter] as const),
        Kind.emoji,
      ),
    ),
  ];
  return pairs;
}

let groups: readonly (readonly number[])[] | undefined;

function hanGroups(): readonly (readonly number[])[] {
  groups ??= [...HAN_LOOKALIKES, ...sameSide()].map((group) => Array.from(group, codeOf));
  return groups;
}

/** Characters that differ in their radical alone (练 and 炼, 障 and 瘴) look alike at a glance, and mostly sound alike. */
function sameSide(): readonly string[] {
  const bySide = new Map<string, string>();
  for (const [character, ...ways] of PARTS) {
    for (const way of ways) {
      const [radical = "", side = "", ...more] = way;
      if (more.length > 0 || !RADICALS_LEFT.includes(radical)) continue;
      const group = bySide.get(side) ?? "";
      if (!group.includes(character)) bySide.set(side, group + character);
    }
  }
  return [...bySide.values()].filter((group) => [...group].length > 1);
}
const RADICALS_LEFT = "疒阝彳氵亻讠钅扌忄犭纟饣衤礻女口木火土王石目日月足禾米虫马车贝田山巾弓耳舟酉立白片言金手心水";
