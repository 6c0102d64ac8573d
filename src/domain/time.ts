/**
 * Time is an input. Two clocks, because they answer different questions: the wall clock says what to write down and
 * what Tencent's stamps mean; the monotonic clock says how long something took and never jumps.
 */
export type EpochMs = number & { readonly unit: "epoch ms" };
/** Milliseconds since the machine started. Comparable between processes of one boot, never between boots. */
export type MonotonicMs = number & { readonly unit: "monotonic ms" };

export interface Clock {
  now(): EpochMs;
  monotonic(): MonotonicMs;
  /** Resolves after `ms`; at once when `signal` is aborted, before or meanwhile. Never rejects. */
  wait(ms: number, signal?: AbortSignal): Promise<void>;
}

export const epochMs = (ms: number): EpochMs => ms as EpochMs;
export const monotonicMs = (ms: number): MonotonicMs => ms as MonotonicMs;
