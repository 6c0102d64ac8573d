/** Chance with a seed: the same seed gives the same numbers, on every machine. */
import { createHash } from "node:crypto";

/** Numbers in `[0, 1)`, by mulberry32: 32 bits of state are plenty for mishaps and made-up ids. */
export type Random = () => number;

export const SEED_MAX = 0xffff_ffff;

export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

/** A seed of its own for each purpose, so that drawing more often for one does not shift the others. */
export function seedFor(seed: number, purpose: string): number {
  return createHash("sha256").update(`${seed} ${purpose}`).digest().readUInt32BE(0);
}

/** Tencent's `MsgRandom`, `MsgSeq` of one-to-one chats: unsigned 32-bit numbers. */
export const unsigned32 = (random: Random): number => Math.floor(random() * 0x1_0000_0000);

export function pick<T>(random: Random, choices: readonly T[]): T {
  if (choices.length === 0) throw new RangeError("There is nothing to pick from.");
  return choices[Math.floor(random() * choices.length)] as T;
}
