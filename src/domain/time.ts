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

const DURATION = /^(\d{1,6})([smhd])$/;
const unitMs = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** `90s`, `36h`, `7d` in milliseconds; undefined for anything else. */
export function durationMs(text: string): number | undefined {
  const [, count, unit] = DURATION.exec(text) ?? [];
  return count === undefined || unit === undefined ? undefined : Number(count) * unitMs[unit as keyof typeof unitMs];
}
