/**
 * All terms and allow phrases of all rules in one automaton over folded units: one pass over the text, however many
 * words there are. A run of white space in a term stands for any run of white space in the text.
 */
import { createAutomaton } from "./automaton.ts";
import { classOf, CodeClass, isSameRun } from "./code-class.ts";
import { createCodeTable } from "./code-table.ts";
import { fold, type Folded } from "./fold.ts";

/** A term found at units `[start, end)`; `keyword` is its place in the list that was given. */
export type KeywordHit = {
  readonly keyword: number;
  readonly start: number;
  readonly end: number;
  /** The word goes on at one of its sides (`class` for `ass`): reported only to those who ask for candidates. */
  readonly touching: boolean;
};

export interface Keywords {
  hits(folded: Folded): readonly KeywordHit[];
  /** Hits, and what would be one but for a word boundary. */
  candidates(folded: Folded): readonly KeywordHit[];
}

const NO_HITS: readonly KeywordHit[] = Object.freeze([]);

/** What a term is found by: its folded units, white space runs as one space. Empty when nothing of it can be seen. */
export function keyOf(term: string): readonly number[] {
  const { codes, length } = fold(term.trim());
  const key: number[] = [];
  for (let unit = 0; unit < length; unit += 1) {
    const code = codes[unit] ?? 0;
    const isSpace = classOf(code) === CodeClass.space;
    if (!isSpace) key.push(code);
    else if (key.length > 0 && key.at(-1) !== SPACE) key.push(SPACE);
  }
  if (key.at(-1) === SPACE) key.pop();
  return key;
}
const SPACE = 0x20;

/** One way of writing a keyword. */
type Spelling = { readonly keyword: number; readonly needsMark: boolean };

export function createKeywords(terms: readonly string[]): Keywords {
  const spellings = new Map<string, { readonly key: readonly number[]; readonly of: Spelling[] }>();
  const add = (key: readonly number[], spelling: Spelling): void => {
    const name = key.join();
    const known = spellings.get(name);
    if (known) known.of.push(spelling);
    else if (key.length > 0) spellings.set(name, { key, of: [spelling] });
  };
  terms.forEach((term, keyword) => {
    const key = keyOf(term);
    add(key, { keyword, needsMark: false });
    // `é` may arrive as `e` and a mark, which folds to `e`: the same word, as long as a mark is really there.
    const bare = keyOf(term.normalize("NFD"));
    if (bare.join() !== key.join()) add(bare, { keyword, needsMark: true });
  });
  const rows = [...spellings.values()];

  const symbols = createCodeTable();
  let symbolMax = 0;
  const symbolOf = (code: number): number => {
    const known = symbols.get(code);
    if (known !== 0) return known;
    symbolMax += 1;
    symbols.set(code, symbolMax);
    return symbolMax;
  };
  const sequences = rows.map((row) => row.key.map(symbolOf));
  const spaceSymbol = symbols.get(SPACE);
  for (const space of WHITE_SPACE) symbols.set(space, spaceSymbol);
  const automaton = createAutomaton(sequences, symbolMax);

  const find = (folded: Folded, withTouching: boolean): readonly KeywordHit[] => {
    let found: KeywordHit[] | undefined;
    let state = 0;
    let before = 0;
    for (let unit = 0; unit < folded.length; unit += 1) {
      const symbol = symbols.get(folded.codes[unit] ?? 0);
      if (symbol === spaceSymbol && before === spaceSymbol) continue; // The run has been taken as one space.
      before = symbol;
      state = symbol === 0 ? 0 : automaton.step(state, symbol);
      if (state === 0) continue;
      for (let ending = automaton.firstEnding(state); ending !== -1; ending = automaton.nextEnding(ending)) {
        const row = rows[automaton.sequenceOf(ending)];
        if (!row) continue;
        const end = unit + 1;
        const start = startOf(folded, end, row.key.length);
        const touching = isTouching(folded, start, end);
        if (touching && !withTouching) continue;
        for (const spelling of row.of) {
          if (spelling.needsMark && !hasMark(folded, start, end)) continue;
          (found ??= []).push({ keyword: spelling.keyword, start, end, touching });
        }
      }
    }
    return found ?? NO_HITS;
  };
  if (rows.length === 0) return { hits: () => NO_HITS, candidates: () => NO_HITS };
  return { hits: (folded) => find(folded, false), candidates: (folded) => find(folded, true) };
}

// Written out because a table needs the code points; the test compares it with what the language calls white space.
export const WHITE_SPACE: readonly number[] = [
  ...[0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x20, 0x85, 0xa0, 0x1680, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000],
  ...Array.from({ length: 11 }, (_, at) => 0x2000 + at),
];

/** Walks back over as many symbols as the term has, a run of white space being one. */
function startOf({ codes }: Folded, end: number, symbolCount: number): number {
  let unit = end;
  for (let left = symbolCount; left > 0; left -= 1) {
    unit -= 1;
    if (classOf(codes[unit] ?? 0) !== CodeClass.space) continue;
    while (unit > 0 && classOf(codes[unit - 1] ?? 0) === CodeClass.space) unit -= 1;
  }
  return unit;
}

function isTouching({ codes, length }: Folded, start: number, end: number): boolean {
  const first = classOf(codes[start] ?? 0);
  const last = classOf(codes[end - 1] ?? 0);
  return (
    (start > 0 && isSameRun(first, classOf(codes[start - 1] ?? 0))) ||
    (end < length && isSameRun(last, classOf(codes[end] ?? 0)))
  );
}

function hasMark({ text, starts, ends }: Folded, start: number, end: number): boolean {
  return /\p{M}/u.test(text.slice(starts[start], ends[end - 1]));
}
