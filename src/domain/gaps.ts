/**
 * What never came. Tencent numbers the messages of a group from 1 upwards, so a callback whose number is not the next one
 * shows a hole before it. A hole is a hint: reordered callbacks, system tips and online-only messages leave holes too. It is
 * given time to settle, then read, and closes when every number in it is accounted for. One-to-one chats have no such
 * numbers; there a window of time is read instead.
 */
import { afterOutcome, backoff } from "./modification.ts";
import type { Attempted, Outcome } from "./modification.ts";
import type { EpochMs } from "./time.ts";
import { epochMs } from "./time.ts";

/** Numbers of one group or topic, both ends included, as Tencent counts. Never empty. */
export type SeqRange = { readonly first: number; readonly last: number };

/** Callbacks overtake each other by seconds; a hole that is read sooner was often none. */
export const SETTLE_MS = 10_000;
/** A group that was silent this long is looked at once: nothing comes after its last message to show that it is missing. */
export const QUIET_MS = 20_000;
/** A group is looked at again while it has been silent for less than this: what was said into the silence may be lost too. */
const LOOKED_AT_FOR_MS = 3_600_000;
/** Looks come ever more seldom, and no further apart than this. */
const LOOKS_APART_MAX_MS = 600_000;
/** The most that Tencent gives of a group's history at a time. */
export const PAGE_SEQS_MAX = 20;
/**
 * Five hundred pages: what a lively group says while the service is down for a night. Of a wider hole the newest part is
 * read; the number that came may also have been nonsense.
 */
export const GAP_SEQS_MAX = 10_000;
/** Tencent's machines do not agree on the second; a group is not dissolved, made anew and talked in within a minute. */
const NEW_LIFE_MS = 60_000;
/** A one-to-one chat that speaks for the first time is read this far back: its first messages may be what is missing. */
const FIRST_SWEEP_BACK_MS = 600_000;
/** Tencent's own default for how long it keeps history. */
const HISTORY_KEPT_MS = 7 * 24 * 3_600_000;

/** The highest number that has come so far. */
export type Highest = { readonly seq: number; readonly sentAt: EpochMs };

export type Sighting =
  | { readonly kind: "first" }
  | { readonly kind: "next" }
  | { readonly kind: "hole"; readonly range: SeqRange }
  /** Below the highest: overtaken on the way, or found by reading. */
  | { readonly kind: "late" }
  /** A lower number, sent later: the group was dissolved and made anew, and counts from 1 again. */
  | { readonly kind: "new_life" };

/** @param highest undefined: nothing has come from there before */
export function sightingOf(highest: Highest | undefined, seq: number, sentAt: EpochMs): Sighting {
  if (highest === undefined) return { kind: "first" };
  if (seq > highest.seq + 1) return { kind: "hole", range: { first: highest.seq + 1, last: seq - 1 } };
  if (seq === highest.seq + 1) return { kind: "next" };
  return { kind: sentAt > highest.sentAt + NEW_LIFE_MS ? "new_life" : "late" };
}

/** The part of a hole that is worth reading, and what has to be left. */
export function readablePart({ first, last }: SeqRange): { readonly range: SeqRange; readonly left?: SeqRange } {
  const from = last - GAP_SEQS_MAX + 1;
  return from <= first ? { range: { first, last } } : { range: { first: from, last }, left: { first, last: from - 1 } };
}

/** @returns the smallest range with every number of `range` that is not known; undefined when all are */
export function missingIn(range: SeqRange, known: Iterable<number>): SeqRange | undefined {
  const have = new Set(known);
  let { first, last } = range;
  while (first <= last && have.has(first)) first++;
  while (last >= first && have.has(last)) last--;
  return first > last ? undefined : { first, last };
}

/** How many numbers one call is to ask for, from the end of the range backwards. */
export const pageOf = ({ first, last }: SeqRange): number => Math.min(PAGE_SEQS_MAX, last - first + 1);

/**
 * What is left of a range after a page was read from its end backwards.
 *
 * @param seqs every number in the page, those of system messages and empty places too
 */
export function restAfter(range: SeqRange, seqs: readonly number[]): SeqRange | undefined {
  const within = seqs.filter((seq) => seq <= range.last);
  // An empty page says that none of the numbers asked for is stored; below them there may be others.
  const last = (within.length > 0 ? Math.min(...within) : range.last - pageOf(range) + 1) - 1;
  return last < range.first ? undefined : { first: range.first, last };
}

/**
 * What a look at the newest page of a group shows to be missing.
 *
 * @param highest the highest number that has come; undefined when that is not known
 * @param messages numbers of the messages in the page
 * @param known which of them are recorded
 */
export function missedIn(
  highest: number | undefined,
  messages: readonly number[],
  known: ReadonlySet<number>,
): SeqRange | undefined {
  const missed = messages.filter((seq) => !known.has(seq));
  if (missed.length === 0) return undefined;
  const last = Math.max(...missed);
  // What lies between the last known number and the page is missing as well.
  const first = Math.min(...missed, highest === undefined ? Infinity : highest + 1);
  return { first, last };
}

/**
 * What the first look at a group asks for, when its whole page is of our time: of a group that speaks for the first time no
 * number tells how much was said, and missed, before. Reading ends where our time begins.
 *
 * @param missed what the page shows to be missing
 * @param messages numbers of the messages in the page
 */
export function withAllBelow(missed: SeqRange | undefined, messages: readonly number[]): SeqRange | undefined {
  const lowest = Math.min(...messages);
  if (messages.length === 0 || lowest === 1) return missed;
  const last = missed?.last ?? lowest - 1;
  return readablePart({ first: 1, last }).range;
}

/**
 * When a silent group is to be looked at once more: each time that its silence has doubled.
 *
 * @returns undefined when it has been silent for long enough
 */
export function nextLookAt(spokeAt: EpochMs, now: EpochMs): EpochMs | undefined {
  const silence = now - spokeAt;
  if (silence > LOOKED_AT_FOR_MS) return undefined;
  return epochMs(now + Math.min(LOOKS_APART_MAX_MS, Math.max(QUIET_MS, silence)));
}

/** The time that is to be read of a one-to-one chat; undefined when there is none yet. Both ends are whole seconds. */
export type SweepWindow = { readonly from: EpochMs; readonly until: EpochMs };

export function sweepWindow(
  chat: { readonly stirredAt: EpochMs; readonly lookedUntil: EpochMs | undefined },
  watchingSince: EpochMs,
  now: EpochMs,
): SweepWindow | undefined {
  const until = wholeSecond(now - SETTLE_MS);
  const from = wholeSecond(
    Math.max(chat.lookedUntil ?? chat.stirredAt - FIRST_SWEEP_BACK_MS, watchingSince, now - HISTORY_KEPT_MS),
  );
  return from > until ? undefined : { from, until };
}

/** Less would read again and again what is too fresh to be missing. */
export const SWEEP_EVERY_MIN_MS = 2 * SETTLE_MS;

/**
 * Who spoke up to here has been silent for a whole interval when the window was read, and is left in peace: what was missed
 * after somebody's last word is found too. A second is lost to whole seconds.
 */
export const settledBy = ({ until }: SweepWindow, everyMs: number): EpochMs =>
  epochMs(until - (everyMs - SETTLE_MS - 1_000));

const wholeSecond = (ms: number): EpochMs => epochMs(Math.floor(ms / 1000) * 1000);

/** What was said before this service watched is not its business: nobody expects last year's jokes to change. */
export const isBeforeOurTime = (sentAt: EpochMs | undefined, watchingSince: EpochMs): boolean =>
  sentAt !== undefined && sentAt < watchingSince - NEW_LIFE_MS;

export type AfterFailure =
  | { readonly kind: "retry"; readonly at: EpochMs; /** Whether it costs patience. */ readonly counted: boolean }
  /** Nobody will read it: why, for the audit log. */
  | { readonly kind: "given_up"; readonly reason: string };

/**
 * What follows when history could not be read: the same patience that orders have.
 *
 * @param tried how often it failed before, and since when it is wanted
 * @param counted whether this failure is its own: not while Tencent is away
 */
export function afterFailure(
  { attempts, createdAt, counted }: Attempted & { readonly counted: boolean },
  outcome: Outcome,
  now: EpochMs,
  chance: number,
): AfterFailure {
  const tried = { attempts: attempts + 1, createdAt };
  if (!counted) return { kind: "retry", at: backoff(1, now, chance), counted };
  const step = afterOutcome(tried, outcome, now, chance);
  switch (step.kind) {
    case "retry":
    case "reconsider":
      return { kind: "retry", at: step.at, counted };
    case "drop_note":
      return { kind: "given_up", reason: step.otherwise };
    case "end":
      return { kind: "given_up", reason: step.reason };
    default:
      return step satisfies never;
  }
}
