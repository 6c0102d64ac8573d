/** How bad a world is: drawn from its seed, so that some worlds are calm and others are all trouble. */
import type { Random } from "../../src/simulator/random.ts";
import { pick } from "../../src/simulator/random.ts";

export type Troubles = {
  readonly instances: 1 | 2;
  readonly messages: number;
  readonly callsPerSecond: number;
  /** Probabilities of one callback, one call, one step of the store. */
  readonly callbackLost: number;
  readonly callbackDoubled: number;
  readonly callbackLate: number;
  readonly requestLost: number;
  readonly answerLost: number;
  readonly callFails: number;
  readonly callSlow: number;
  readonly storeFails: number;
  /** Of a message: that somebody edits it, takes it back. */
  readonly edited: number;
  readonly recalled: number;
  readonly crashes: number;
  /** How far off the wall clock is set, and never more than twice. */
  readonly clockJumps: readonly number[];
  /** Clicks of reviewers, on one message and on many. */
  readonly reviews: number;
  readonly bulkRestores: number;
};

/** How long people talk and things go wrong. Afterwards all is calm, and has to come to rest. */
export const STORM_MS = 40_000;

export function drawTroubles(random: Random): Troubles {
  const some = (often: number, most: number): number => (random() < often ? random() * most : 0);
  const jumps = [1_000, -1_000, 90_000, -90_000, 3 * 3_600_000, -3 * 3_600_000, 400 * 24 * 3_600_000];
  return {
    instances: random() < 0.25 ? 2 : 1,
    messages: 8 + Math.floor(random() * 32),
    callsPerSecond: pick(random, [4, 20, 200]),
    callbackLost: some(0.4, 0.3),
    callbackDoubled: some(0.5, 0.5),
    callbackLate: some(0.6, 0.6),
    requestLost: some(0.4, 0.3),
    answerLost: some(0.4, 0.3),
    callFails: some(0.5, 0.5),
    storeFails: some(0.3, 0.1),
    edited: some(0.7, 0.7),
    recalled: some(0.4, 0.3),
    crashes: random() < 0.6 ? 1 + Math.floor(random() * 4) : 0,
    clockJumps: random() < 0.2 ? [pick(random, jumps), ...(random() < 0.5 ? [pick(random, jumps)] : [])] : [],
    callSlow: some(0.3, 0.3),
    reviews: Math.floor(some(0.7, 30)),
    bulkRestores: Math.floor(some(0.4, 3)),
  };
}

/** What Tencent answers when a call fails; those that say "never" would be right to end an order, and are left out. */
export const FAILING_CODES = [60007, 60008, 20004, 70001, 90009, 20027] as const;
