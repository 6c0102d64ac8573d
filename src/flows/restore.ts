/**
 * Takes a mask off: puts back the newest words that a person has written, to the byte and with their custom data, as a new
 * order and never as an erasure of the old one. What stands at Tencent is read when somebody asks, and once more before
 * the call is made.
 */
import type { Fingerprint } from "../domain/fingerprint.ts";
import { fingerprint, textFingerprint } from "../domain/fingerprint.ts";
import type { OrderDraft } from "../domain/plan.ts";
import { planPutBack } from "../domain/plan.ts";
import { isLikelyGone, isMaskOf } from "../domain/restore.ts";
import type { EpochMs } from "../domain/time.ts";
import type { OrderByHand, Subject } from "../ports/desk.ts";
import type { MessageId } from "../ports/store.ts";
import type { ByHandParts, Refused, Told, Words } from "./by-hand.ts";
import { look, lookedAt, tell } from "./by-hand.ts";

export type RestoreOutcome =
  | { readonly kind: "ordered"; readonly modificationId: string; readonly restores: Words["by"] }
  | { readonly kind: "refused"; readonly refused: Refused; readonly modificationId: string | undefined };

/** What is known before Tencent is asked; `expected`: it is older than what Tencent usually keeps. */
export type Restorable =
  | { readonly kind: "may"; readonly restores: Words["by"]; readonly expected: boolean }
  | { readonly kind: "refused"; readonly refused: Refused };

export interface Restore {
  /** @param actor as the audit log calls whoever asks */
  restore(actor: string, id: MessageId): Promise<RestoreOutcome>;
  /** The same from the record alone: nothing is asked and nothing is ordered. */
  preview(id: MessageId): Promise<Restorable>;
}

export function createRestore(parts: ByHandParts): Restore {
  const { store, clock } = parts;
  const known = async (id: MessageId): Promise<Told | Refused> => {
    const subject = await store.subject(id);
    if (subject === undefined) return { why: "unknown" };
    const told = tell(parts, subject);
    if ("why" in told) return told;
    if (isOrdered(subject)) return { why: "already_ordered" };
    return subject.masks.length === 0 && !subject.maskOpen ? { why: "nothing_to_restore" } : told;
  };

  /** Says in the record that there is nothing left to restore; once. */
  const giveUp = async (actor: string, told: Told): Promise<string | undefined> => {
    const { lastOrder } = told.subject;
    if (lastOrder?.purpose === "restore" && isGone(told.subject)) return lastOrder.id;
    const at = clock.now();
    const entry = restoreOrder(parts, told, { actor, at, ended: NO_LONGER_STORED });
    return (await store.recordByHand(entry, at)) ? entry.order.id : undefined;
  };

  return {
    async preview(id) {
      const told = await known(id);
      if ("why" in told) return { kind: "refused", refused: told };
      if (parts.read === undefined) return { kind: "refused", refused: { why: "shadow_mode" } };
      const { sentAt, lastWritten } = told.subject;
      if (lastWritten?.putsBack === true && lastWritten.sent === told.words.print) {
        return { kind: "refused", refused: { why: "nothing_to_restore" } };
      }
      const expected = isLikelyGone(sentAt, clock.now());
      if (isGone(told.subject)) return { kind: "refused", refused: { why: "no_longer_stored", expected } };
      return { kind: "may", restores: told.words.by, expected };
    },
    async restore(actor, id) {
      const told = await known(id);
      const looked = "why" in told ? told : await look(parts, actor, told);
      if ("why" in looked) {
        if (looked.why === "recalled") await lookedAt(parts, actor, id);
        const ended = looked.why === "no_longer_stored" && !("why" in told);
        return { kind: "refused", refused: looked, modificationId: ended ? await giveUp(actor, told) : undefined };
      }
      if (looked.stands === "as_written" && !looked.subject.maskOpen) {
        return { kind: "refused", refused: { why: "nothing_to_restore" }, modificationId: undefined };
      }
      const at = clock.now();
      const { body, customData } = looked.current;
      const { print } = looked.words;
      if (looked.stands === "masked" && !isMaskOf(fingerprint(body), print, looked.subject.made)) {
        return { kind: "refused", refused: { why: "words_untold" }, modificationId: undefined };
      }
      const entry = restoreOrder(parts, looked, {
        ...{ actor, at },
        judged: { body: fingerprint(body), data: textFingerprint(customData) },
      });
      if (!(await store.recordByHand(entry, at))) {
        return { kind: "refused", refused: { why: "meanwhile" }, modificationId: undefined };
      }
      parts.wakeDispatcher();
      return { kind: "ordered", modificationId: entry.order.id, restores: looked.words.by };
    },
  };
}

const NO_LONGER_STORED = "no_longer_stored";

/** Tencent has said so when it was asked last. */
export const isGone = ({ lastOrder }: Subject): boolean => lastOrder?.reason === NO_LONGER_STORED;

/** Words are on their way back. */
export const isOrdered = ({ lastOrder }: Subject): boolean =>
  lastOrder?.purpose === "restore" && (lastOrder.state === "pending" || lastOrder.state === "claimed");

/**
 * The order that puts words back. It is about what stood there when it was made, so that somebody who writes the same
 * words again is judged as ever.
 */
export function restoreOrder(
  parts: Pick<ByHandParts, "spellPayload" | "newId">,
  { subject, ref, words }: Told,
  more: {
    readonly actor: string;
    readonly at: EpochMs;
    /** What stands there, or is believed to. */
    readonly judged?: { readonly body: Fingerprint; readonly data: Fingerprint };
    /** Why nothing is sent. */
    readonly ended?: string;
    readonly detail?: Readonly<Record<string, unknown>>;
  },
): OrderByHand {
  const { actor, at, judged, ended } = more;
  const { body, customData } = words;
  const put = customData.told ? { body, customData: customData.text ?? "" } : { body };
  const planned: OrderDraft = { ...planPutBack(ref, put, parts.newId(at), parts.spellPayload), lane: "restore" };
  const order: OrderDraft =
    ended === undefined ? planned : { ...planned, state: "refused", reason: ended, payload: "" };
  const { state, reason } = order;
  return {
    subject,
    order,
    prints:
      judged === undefined ? undefined : { judgedBody: judged.body, judgedData: judged.data, sentBody: words.print },
    decidedForThis: false,
    findings: [],
    audit: {
      ...{ at, actor, act: "restore", modificationId: order.id },
      detail: { restores: words.by, state, reason, ...more.detail },
    },
  };
}
