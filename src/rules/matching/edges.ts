/**
 * The edges of a graph of states as an open hash table in flat rows: (state, symbol) leads to no, one or several states.
 * Plain rows of numbers, so that a graph built on one thread can be used on another.
 */
export type EdgeData = {
  readonly states: Int32Array;
  readonly symbols: Int32Array;
  readonly targets: Int32Array;
  /** What taking the edge means, in bits of {@link Kind}. */
  readonly kinds: Int32Array;
};

export interface EdgeBuilder {
  /** Where the edge with no bits leads, or 0. */
  plain(state: number, symbol: number): number;
  add(state: number, symbol: number, target: number, kinds: number): void;
  data(): EdgeData;
}

const SIZE_MIN = 1024;

export function slotOf(state: number, symbol: number, mask: number): number {
  return ((Math.imul(state, 0x9e3779b1) ^ Math.imul(symbol, 0x85ebca6b)) >>> 7) & mask;
}

export function createEdgeBuilder(): EdgeBuilder {
  let size = SIZE_MIN;
  let count = 0;
  let table = emptyTable(size);

  const insert = (state: number, symbol: number, target: number, kinds: number): void => {
    let slot = slotOf(state, symbol, size - 1);
    while (table.targets[slot] !== 0) slot = (slot + 1) & (size - 1);
    table.states[slot] = state;
    table.symbols[slot] = symbol;
    table.targets[slot] = target;
    table.kinds[slot] = kinds;
  };
  const grow = (): void => {
    const old = table;
    size *= 2;
    table = emptyTable(size);
    for (let slot = 0; slot < old.targets.length; slot += 1) {
      const target = old.targets[slot] ?? 0;
      if (target !== 0) insert(old.states[slot] ?? 0, old.symbols[slot] ?? 0, target, old.kinds[slot] ?? 0);
    }
  };

  return {
    plain(state, symbol) {
      let slot = slotOf(state, symbol, size - 1);
      for (; table.targets[slot] !== 0; slot = (slot + 1) & (size - 1)) {
        if (table.states[slot] === state && table.symbols[slot] === symbol && table.kinds[slot] === 0) {
          return table.targets[slot] ?? 0;
        }
      }
      return 0;
    },
    add(state, symbol, target, kinds) {
      insert(state, symbol, target, kinds);
      count += 1;
      if (count * 2 > size) grow();
    },
    data: () => table,
  };
}

function emptyTable(size: number): EdgeData {
  return {
    states: new Int32Array(size),
    symbols: new Int32Array(size),
    targets: new Int32Array(size),
    kinds: new Int32Array(size),
  };
}
