/**
 * What a person may undo. A mask is taken off by putting back the newest words that a person has written; who edits a
 * masked message writes words of their own, and nobody's words are taken back for older ones.
 */
import type { Fingerprint } from "./fingerprint.ts";
import type { EpochMs } from "./time.ts";

/**
 * `masked`: a body of ours stands there. `as_written`: the newest words that are known. `changed`: somebody wrote
 * something else meanwhile.
 */
export type Stands = "masked" | "as_written" | "changed";

/**
 * @param now what Tencent stores
 * @param words the newest that a person has written, as far as the record knows
 * @param masks every body with a mask that a call of ours has written, or may have
 */
export function whatStands(now: Fingerprint, words: Fingerprint, masks: readonly Fingerprint[]): Stands {
  if (now === words) return "as_written";
  return masks.includes(now) ? "masked" : "changed";
}

/**
 * Whether it is those words that a mask covers. Who edits a message may be told of late, or never, and a mask that was put
 * in after reading the message stands on words that the record does not have: older ones must not take their place.
 *
 * @param made what masks of ours were made of: a body, and the one that was read or told before
 */
export function isMaskOf(
  mask: Fingerprint,
  words: Fingerprint,
  made: readonly { readonly sent: Fingerprint; readonly judged: Fingerprint }[],
): boolean {
  const reached = new Set([mask]);
  // A mask may have been put in over a mask. What was reached is looked at too: a set grows while it is walked.
  for (const body of reached) {
    for (const { sent, judged } of made) if (sent === body) reached.add(judged);
  }
  return reached.has(words);
}

/** Tencent keeps messages this long, unless the app's plan says otherwise: what is older can usually not be changed. */
export const HISTORY_KEPT_MS = 7 * 24 * 3_600_000;

export const isLikelyGone = (sentAt: EpochMs | undefined, now: EpochMs): boolean =>
  sentAt !== undefined && now - sentAt > HISTORY_KEPT_MS;

/** Why an order of a restore of many was not sent: it waits for the restore to go on, or ended with it. */
export const PUT_ASIDE = "restore_paused";
export const ENDED_WITH_ITS_RESTORE = "restore_cancelled";

/** Names a decision that a person has made, where a rule would stand. */
export const BY_HAND = "by_hand";
