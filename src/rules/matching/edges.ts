/**
 * The edges of a graph of states as an open hash table in one flat row: (state, symbol) leads to no, one or several
 * states. One row of plain numbers, so that a graph built on one thread can be used on another, and that looking at an
 * edge touches one place of memory: with a hundred thousand words, that is what looking costs.
 */
export type EdgeData = {
  /** Four numbers for each slot: state, symbol, target (0: the slot is free), kinds. */
  readonly slots: Int32Array;
};

/** Where the numbers of a slot stand. */
export const Field = { state: 0, symbol: 1, target: 2, kinds: 3, count: 4 } as const;

export interface EdgeBuilder {
  /** Where the edge with no bits of kinds leads, or 0. */
  plain(state: number, symbol: number): number;
  /** @param kinds what taking the edge means, in bits of {@link Kind} */
  add(state: number, symbol: number, target: number, kinds: number): void;
  data(): EdgeData;
}

const SLOTS_MIN = 1024;

/** The place of the first slot to look at; the next ones follow, until a free one. */
export function slotOf(state: number, symbol: number, slots: Int32Array): number {
  const hash = (Math.imul(state, 0x9e3779b1) ^ Math.imul(symbol, 0x85ebca6b)) >>> 7;
  return (hash * Field.count) & (slots.length - 1);
}

export function nextSlot(slot: number, slots: Int32Array): number {
  return (slot + Field.count) & (slots.length - 1);
}

export function createEdgeBuilder(): EdgeBuilder {
  let slots = new Int32Array(SLOTS_MIN * Field.count);
  let edgeCount = 0;

  const insert = (state: number, symbol: number, target: number, kinds: number): void => {
    let slot = slotOf(state, symbol, slots);
    while (slots[slot + Field.target] !== 0) slot = nextSlot(slot, slots);
    slots[slot + Field.state] = state;
    slots[slot + Field.symbol] = symbol;
    slots[slot + Field.target] = target;
    slots[slot + Field.kinds] = kinds;
  };
  const grow = (): void => {
    const old = slots;
    slots = new Int32Array(old.length * 2);
    for (let slot = 0; slot < old.length; slot += Field.count) {
      const target = old[slot + Field.target] ?? 0;
      if (target === 0) continue;
      insert(old[slot + Field.state] ?? 0, old[slot + Field.symbol] ?? 0, target, old[slot + Field.kinds] ?? 0);
    }
  };

  return {
    plain(state, symbol) {
      let slot = slotOf(state, symbol, slots);
      for (; slots[slot + Field.target] !== 0; slot = nextSlot(slot, slots)) {
        const isIt = slots[slot + Field.state] === state && slots[slot + Field.symbol] === symbol;
        if (isIt && slots[slot + Field.kinds] === 0) return slots[slot + Field.target] ?? 0;
      }
      return 0;
    },
    add(state, symbol, target, kinds) {
      insert(state, symbol, target, kinds);
      edgeCount += 1;
      if (edgeCount * 2 * Field.count > slots.length) grow();
    },
    data: () => ({ slots }),
  };
}
