/**
 * A modification is the durable order to change one message at Tencent. Its life:
 *
 *     pending ──claim──▶ claimed ──answer──▶ applied | refused | given_up
 *        ▲                  │
 *        └── retry, revise ─┘        cancelled: ended without a call (shadow mode, recalled, nothing left to mask)
 *
 * One end is not for good: what a restore of many puts aside while it is paused is taken up again when it goes on.
 *
 * The payload is computed once, stored, and replayed byte for byte; repeating it is harmless because Tencent overwrites.
 * A payload that has to change becomes a new revision of the order, stored before it is sent.
 */
import type { EpochMs } from "./time.ts";
import { epochMs } from "./time.ts";

/** The two modify APIs. Each has a budget of its own. */
export type ModifyApi = "c2c" | "group";
export const modifyApis = ["c2c", "group"] as const satisfies readonly ModifyApi[];

export const modificationStates = ["pending", "claimed", "applied", "refused", "given_up", "cancelled"] as const;
export type ModificationState = (typeof modificationStates)[number];
export type Purpose = "rewrite" | "restore" | "guard";
export type Lane = "live" | "guard" | "restore" | "rescan";

/** How one call ended, in classes that ask for the same next step. `code` is Tencent's, or a word for the transport. */
export type Outcome = { readonly code: string } & (
  | { readonly kind: "applied" }
  /** Too many calls in this second; nothing happened. */
  | { readonly kind: "throttled" }
  /** Tencent or the network had a bad moment. It may or may not have been applied. */
  | { readonly kind: "retryable" }
  /** The message is not in Tencent's storage: not yet, if we were quick, or no longer. */
  | { readonly kind: "missing" }
  /** Somebody changed the message meanwhile: read it again before writing. */
  | { readonly kind: "conflict" }
  /** Tencent's own text filter objected to what we wrote. */
  | { readonly kind: "filtered" }
  | { readonly kind: "too_long" }
  /** This message cannot be modified, ever. */
  | { readonly kind: "refused" }
  /** The UserSig was not accepted. */
  | { readonly kind: "unauthorised" }
  /** Nothing we send will work until a person changes a setting. */
  | { readonly kind: "misconfigured"; readonly probeAfterMs?: number }
  | { readonly kind: "unknown" }
);

export type NextStep =
  | { readonly kind: "end"; readonly state: "applied" | "refused" | "given_up"; readonly reason: string }
  | { readonly kind: "retry"; readonly at: EpochMs }
  /** Store the payload without its note as a new revision; where there is nothing but a note, refuse. */
  | { readonly kind: "drop_note"; readonly otherwise: string }
  /** Before the next call, read the message back, judge what is there, store the new payload as a new revision. */
  | { readonly kind: "reconsider"; readonly at: EpochMs };

export type Attempted = {
  /** Calls of this order that ended this way so far, this one included. */
  readonly attempts: number;
  readonly createdAt: EpochMs;
};

/** The first wait after a failure; it doubles from there. */
const BACKOFF_FIRST_MS = 500;
/**
 * The longest wait between two tries of one order: people see the original meanwhile. Outages are the breaker's affair;
 * this paces single sick messages.
 */
const BACKOFF_MAX_MS = 60_000;
/** Tencent's bad moments last minutes or hours. An order that failed for a day will not be helped by another try. */
const GIVE_UP_AFTER_MS = 24 * 3_600_000;
/** A day may have passed before the first try (the service was off), so age alone does not end an order. */
const GIVE_UP_AFTER_ATTEMPTS = 10;
/** An after-send callback can overtake Tencent's storage; six tries cover about ten seconds. */
const MISSING_ATTEMPTS_MAX = 6;
/** A code that no page explains: three more tries, then a person looks. */
const UNKNOWN_ATTEMPTS_MAX = 4;
/** Each conflict means somebody wrote in between; past this many, somebody or something keeps writing. */
const CONFLICT_ATTEMPTS_MAX = 10;

/** @param chance from 0 to 1; spreads the retries of orders that failed together. */
export function backoff(attempts: number, now: EpochMs, chance: number): EpochMs {
  const whole = Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS * 2 ** Math.min(attempts - 1, 20));
  return epochMs(Math.round(now + whole / 2 + (whole / 2) * chance));
}

/** What follows from the answer to one call. `throttled`, `unauthorised` and `misconfigured` burn no patience. */
export function afterOutcome(order: Attempted, outcome: Outcome, now: EpochMs, chance: number): NextStep {
  const retry: NextStep = { kind: "retry", at: backoff(order.attempts, now, chance) };
  const soon: NextStep = { kind: "retry", at: now };
  switch (outcome.kind) {
    case "applied":
      return { kind: "end", state: "applied", reason: "" };
    case "refused":
      return { kind: "end", state: "refused", reason: `tencent_${outcome.code}` };
    case "throttled":
    case "unauthorised":
    case "misconfigured":
      return soon;
    case "retryable": {
      const patient = order.attempts < GIVE_UP_AFTER_ATTEMPTS || now - order.createdAt < GIVE_UP_AFTER_MS;
      return patient ? retry : { kind: "end", state: "given_up", reason: `failed_for_a_day_${outcome.code}` };
    }
    case "missing":
      return order.attempts < MISSING_ATTEMPTS_MAX
        ? retry
        : { kind: "end", state: "refused", reason: "no_longer_stored" };
    case "conflict":
      return order.attempts < CONFLICT_ATTEMPTS_MAX
        ? { kind: "reconsider", at: backoff(1, now, chance) }
        : { kind: "end", state: "given_up", reason: "keeps_changing" };
    case "filtered":
      return { kind: "drop_note", otherwise: "filtered_by_tencent" };
    case "too_long":
      return { kind: "drop_note", otherwise: "too_long" };
    case "unknown":
      return order.attempts < UNKNOWN_ATTEMPTS_MAX
        ? retry
        : { kind: "end", state: "given_up", reason: `unknown_code_${outcome.code}` };
    default:
      return outcome satisfies never;
  }
}
