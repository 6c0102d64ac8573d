/**
 * Aho-Corasick over numbered symbols: finds every sequence of a set in one pass, whatever their number. Knows nothing
 * of text; `keywords.ts` gives symbols their meaning.
 */
export interface Automaton {
  /** The state after `symbol` in `state`; 0 is the start. */
  step(state: number, symbol: number): number;
  /** The sequences that end in `state`: first one, then the next; -1 when there is no more. */
  firstEnding(state: number): number;
  nextEnding(ending: number): number;
  /** Which sequence an ending stands for: its place in the list given at the start. */
  sequenceOf(ending: number): number;
}

/** Sequences must be non-empty and different; symbols are 1, 2, 3 … `symbolMax`. */
export function createAutomaton(sequences: readonly (readonly number[])[], symbolMax: number): Automaton {
  const edges = createEdges();
  const fromStart = new Int32Array(symbolMax + 1);
  const parents = [0];
  const symbols = [0];
  const depths = [0];
  const sequenceAt = [-1];

  const child = (state: number, symbol: number): number =>
    state === 0 ? (fromStart[symbol] ?? 0) : edges.get(state, symbol);

  sequences.forEach((sequence, index) => {
    let state = 0;
    sequence.forEach((symbol, depth) => {
      let next = child(state, symbol);
      if (next === 0) {
        next = parents.push(state) - 1;
        symbols.push(symbol);
        depths.push(depth + 1);
        sequenceAt.push(-1);
        if (state === 0) fromStart[symbol] = next;
        else edges.set(state, symbol, next);
      }
      state = next;
    });
    sequenceAt[state] = index;
  });

  // fails: the longest other state that this one ends with. endings: the nearest on that way that is a sequence.
  const fails = new Int32Array(parents.length);
  const endings = new Int32Array(parents.length);
  const nearest = (state: number): number => ((sequenceAt[state] ?? -1) >= 0 ? state : (endings[state] ?? 0));
  const step = (state: number, symbol: number): number => {
    for (let from = state; from !== 0; from = fails[from] ?? 0) {
      const next = edges.get(from, symbol);
      if (next !== 0) return next;
    }
    return fromStart[symbol] ?? 0;
  };
  const byDepth = Uint32Array.from(parents.keys()).sort((a, b) => (depths[a] ?? 0) - (depths[b] ?? 0));
  for (const state of byDepth) {
    const parent = parents[state] ?? 0;
    if (parent === 0) continue;
    const fail = step(fails[parent] ?? 0, symbols[state] ?? 0);
    fails[state] = fail;
    endings[state] = nearest(fail);
  }

  const endOrNone = (state: number): number => (state === 0 ? -1 : state);
  return {
    step,
    firstEnding: (state) => endOrNone(nearest(state)),
    nextEnding: (ending) => endOrNone(endings[ending] ?? 0),
    sequenceOf: (ending) => sequenceAt[ending] ?? -1,
  };
}

/** (state, symbol) → state, as an open hash table in flat rows: a Map for each state is ten times the memory. */
function createEdges(): {
  get(state: number, symbol: number): number;
  set(state: number, symbol: number, to: number): void;
} {
  let size = 1024;
  let count = 0;
  let states = new Int32Array(size);
  let symbols = new Int32Array(size);
  let targets = new Int32Array(size);

  const slotOf = (state: number, symbol: number): number => {
    let slot = (Math.imul(state, 0x9e3779b1) ^ Math.imul(symbol, 0x85ebca6b)) & (size - 1);
    while (targets[slot] !== 0 && (states[slot] !== state || symbols[slot] !== symbol)) slot = (slot + 1) & (size - 1);
    return slot;
  };
  const set = (state: number, symbol: number, to: number): void => {
    const slot = slotOf(state, symbol);
    states[slot] = state;
    symbols[slot] = symbol;
    targets[slot] = to;
    count += 1;
    if (count * 2 > size) grow();
  };
  const grow = (): void => {
    const old = { states, symbols, targets };
    size *= 2;
    count = 0;
    states = new Int32Array(size);
    symbols = new Int32Array(size);
    targets = new Int32Array(size);
    old.targets.forEach((to, slot) => {
      if (to !== 0) set(old.states[slot] ?? 0, old.symbols[slot] ?? 0, to);
    });
  };
  return { get: (state, symbol) => targets[slotOf(state, symbol)] ?? 0, set };
}
