/**
 * Pacing and stopping, as arithmetic.
 *
 * Pace: calls go out on a grid of slots, a little under the budget. A machine that is held up uses its slots late, as long
 * as a window somewhat longer than a second holds fewer calls than the budget; what is later still is lost. The rest of
 * the second and of the budget absorbs what happens between our socket and Tencent's counter.
 *
 * Breaker: `closed` sends at the full pace; `slow` after Tencent said "too often"; `open` while Tencent is unreachable or
 * refuses us altogether, with a single probe now and then.
 */
import type { Outcome } from "./modification.ts";
import type { MonotonicMs } from "./time.ts";
import { monotonicMs } from "./time.ts";

/** The part of the budget that the grid is made for. */
const PLANNED_SHARE = 0.955;
/** Never more than this part of it within a window. */
const WINDOW_SHARE = 0.98;
/** A second, and by how much two calls may come closer together on their way. */
export const WINDOW_MS = 1_025;
/**
 * How late a slot may be used. A process that starts knows nothing of the window of the one before it, so the grid must
 * be enough by itself: in any second there are at most `rate × (1 + lateness) + 1` calls, which is under every budget.
 */
export const SLOT_LATENESS_MS = 30;

/** Time between two slots for a budget of calls in a second. */
export const slotGapMs = (callsPerSecond: number): number => 1000 / (callsPerSecond * PLANNED_SHARE);

/** The most calls within {@link WINDOW_MS}; never more than the budget of a second. */
export const windowCallsMax = (callsPerSecond: number): number => Math.ceil(callsPerSecond * WINDOW_SHARE);

/**
 * After a pause or an outage connections are to be made, and in a process that has just begun code to be compiled: the first calls arrive
 * a tenth of a second later than they left, or two, and what follows catches up with them. So the pace begins below the full one.
 */
export const WARM_UP = { share: 0.8, forMs: 1_250, afterPauseMs: 10_000 } as const;

export type Breaker =
  | { readonly kind: "closed"; readonly failures: number }
  | { readonly kind: "slow"; readonly share: number; readonly until: MonotonicMs }
  | {
      readonly kind: "open";
      readonly why: "unreachable" | "misconfigured";
      readonly code: string;
      readonly failures: number;
      readonly probeAt: MonotonicMs;
    };

export const closedBreaker: Breaker = { kind: "closed", failures: 0 };

/** Failures in a row that make an outage. Fewer would trip on noise; more would burn tries of innocent orders. */
const OUTAGE_FAILURES = 5;
const PROBE_FIRST_MS = 500;
/** Somebody waits for the service to come back: look at least this often. */
const PROBE_MAX_MS = 5_000;
/** Full pace again this long after the last "too often". */
const SLOW_FOR_MS = 5_000;
/** Even when told "too often" again and again, some calls go out: they are how we notice that it is over. */
const SLOW_SHARE_MIN = 1 / 64;

export function afterCall(breaker: Breaker, outcome: Outcome, now: MonotonicMs): Breaker {
  switch (outcome.kind) {
    case "throttled": {
      const share = breaker.kind === "slow" && breaker.until > now ? breaker.share / 2 : 0.5;
      return { kind: "slow", share: Math.max(SLOW_SHARE_MIN, share), until: monotonicMs(now + SLOW_FOR_MS) };
    }
    case "misconfigured":
      // Calls that were on their way neither put the next probe off nor bring it forward.
      if (isStopped(breaker) && breaker.probeAt > now && outcome.probeAfterMs === undefined) return breaker;
      return {
        kind: "open",
        why: "misconfigured",
        code: outcome.code,
        failures: 1,
        probeAt: monotonicMs(now + (outcome.probeAfterMs ?? PROBE_MAX_MS)),
      };
    case "unauthorised":
      // Calls under way with a signature that just ran out say nothing about Tencent's health.
      return breaker;
    case "retryable": {
      const failures = 1 + (breaker.kind === "slow" ? 0 : breaker.failures);
      if (breaker.kind === "open") {
        // Answers of calls that were on their way when it opened must not put the next probe off for ever.
        if (breaker.probeAt > now) return breaker;
      } else if (failures < OUTAGE_FAILURES) {
        // Slow for a while only: if it stayed so, failures would never add up to an outage.
        return breaker.kind === "slow" && breaker.until > now ? breaker : { kind: "closed", failures };
      }
      const wait = Math.min(PROBE_MAX_MS, PROBE_FIRST_MS * 2 ** Math.max(0, Math.min(10, failures - OUTAGE_FAILURES)));
      return { kind: "open", why: "unreachable", code: outcome.code, failures, probeAt: monotonicMs(now + wait) };
    }
    default:
      // Any other answer, a refusal too, shows that Tencent is there and knows us.
      return breaker.kind === "slow" && breaker.until > now ? breaker : closedBreaker;
  }
}

/** Tencent warns at this part of the limit. Brought back to it, we are warned no more and leave room for other programs. */
const WARNED_SHARE = 0.8;

/** Tencent counted so many calls of an API in a second, ours and everybody else's, and says that it is too many. */
export function afterOverLimit(
  breaker: Breaker,
  { calls, callsMax }: { readonly calls: number; readonly callsMax: number },
  now: MonotonicMs,
): Breaker {
  if (breaker.kind === "open" || calls <= 0) return breaker;
  const before = breaker.kind === "slow" && breaker.until > now ? breaker.share : 1;
  const fitting = Math.min(WARNED_SHARE, (WARNED_SHARE * callsMax) / calls);
  return {
    kind: "slow",
    share: Math.max(SLOW_SHARE_MIN, Math.min(before, fitting)),
    until: monotonicMs(now + SLOW_FOR_MS),
  };
}

const isStopped = (breaker: Breaker): breaker is Extract<Breaker, { kind: "open" }> =>
  breaker.kind === "open" && breaker.why === "misconfigured";

/** The share of the pace that may be used now; 0 while the breaker is open. */
export function paceShare(breaker: Breaker, now: MonotonicMs): number {
  if (breaker.kind === "open") return 0;
  return breaker.kind === "slow" && breaker.until > now ? breaker.share : 1;
}
