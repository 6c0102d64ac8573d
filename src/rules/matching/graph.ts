/** A graph of states under construction: a trie with side ways round its edges, and what is spelled at each state. */
import { createEdgeBuilder, Field, type EdgeData } from "./edges.ts";
import { Kind } from "./kinds.ts";
import { Special } from "./symbols.ts";

/** States that a walk begins in: 0 is none. From `word`, only where a word of the text begins. */
export const Root = { anywhere: 1, word: 2 } as const;
export type Root = (typeof Root)[keyof typeof Root];

/** What leads on from a state. */
export const Onward = { any: 1, space: 2 } as const;

export type GraphData = {
  readonly edges: EdgeData;
  /** By state: what leads on from it, in bits of {@link Onward}. */
  readonly onward: Uint8Array;
  /** By state: the first spelling that ends there plus 1, or 0. */
  readonly endings: Int32Array;
  /** By spelling: whose it is, what it had to go through, and the next that ends in the same state (as above). */
  readonly spelled: Int32Array;
  readonly spelledKinds: Int32Array;
  readonly spelledNext: Int32Array;
};

export interface GraphBuilder {
  /** Where `symbol` leads from `state`; made where it led nowhere. */
  child(state: number, symbol: number): number;
  /** A way round an edge, of one symbol or several; twice the same is one. */
  sideWay(from: number, to: number, way: readonly number[], kind: number): void;
  end(state: number, keyword: number, kinds: number): void;
  data(): GraphData;
}

export function createGraphBuilder(): GraphBuilder {
  const edges = createEdgeBuilder();
  const endings: number[] = [0, 0, 0];
  const spelled: number[] = [];
  const spelledKinds: number[] = [];
  const spelledNext: number[] = [];
  const sideWays = new Set<string>();
  const newState = (): number => endings.push(0) - 1;

  return {
    child(state, symbol) {
      const known = edges.plain(state, symbol);
      if (known !== 0) return known;
      const child = newState();
      edges.add(state, symbol, child, Kind.none);
      return child;
    },
    sideWay(from, to, way, kind) {
      const name = `${from} ${to} ${kind} ${way.join()}`;
      if (sideWays.has(name)) return;
      sideWays.add(name);
      let state = from;
      way.forEach((symbol, at) => {
        const next = at === way.length - 1 ? to : newState();
        edges.add(state, symbol, next, kind);
        state = next;
      });
    },
    end(state, keyword, kinds) {
      spelled.push(keyword);
      spelledKinds.push(kinds);
      spelledNext.push(endings[state] ?? 0);
      endings[state] = spelled.length;
    },
    data() {
      const data = edges.data();
      return {
        edges: data,
        onward: onwardFrom(data, endings.length),
        endings: Int32Array.from(endings),
        spelled: Int32Array.from(spelled),
        spelledKinds: Int32Array.from(spelledKinds),
        spelledNext: Int32Array.from(spelledNext),
      };
    },
  };
}

function onwardFrom({ slots }: EdgeData, stateCount: number): Uint8Array {
  const onward = new Uint8Array(stateCount);
  for (let slot = 0; slot < slots.length; slot += Field.count) {
    if (slots[slot + Field.target] === 0) continue;
    const state = slots[slot + Field.state] ?? 0;
    const isSpace = slots[slot + Field.symbol] === Special.space;
    onward[state] = (onward[state] ?? 0) | Onward.any | (isSpace ? Onward.space : 0);
  }
  return onward;
}
