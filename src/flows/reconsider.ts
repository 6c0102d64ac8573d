/** Somebody changed a message between its callback and our call: read it, judge what is there now, write a new payload. */
import { fingerprint, textFingerprint } from "../domain/fingerprint.ts";
import type { Fingerprint } from "../domain/fingerprint.ts";
import type { Message } from "../domain/message.ts";
import type { Outcome } from "../domain/modification.ts";
import type { Origin } from "../domain/plan.ts";
import type { EpochMs } from "../domain/time.ts";
import type { ImClient } from "../ports/im-client.ts";
import type { Bodies, ClaimedOrder, Judgement, OrderStore, Settlement, Undecided } from "../ports/store.ts";

export type Reconsidered =
  | Settlement["result"]
  /** Tencent could not be asked, or would not say: nothing may be sent yet. */
  | { readonly kind: "unread"; readonly outcome: Outcome }
  /** What stands there could not be judged just now. */
  | { readonly kind: "unjudged" };

/** @returns how the order goes on */
export type Reconsider = (order: ClaimedOrder, at: EpochMs) => Promise<Reconsidered>;

export function createReconsider(parts: {
  readonly store: Pick<OrderStore, "recorded" | "bodiesFor">;
  readonly client: Pick<ImClient, "read">;
  /** Long texts are judged on a thread of their own, which may be out of reach for a moment. */
  readonly judge: (message: Message, origin: Origin, orderId: string) => Promise<Judgement>;
  readonly decode: (recorded: Undecided) => Message | undefined;
  /** The same message with what Tencent stores for it now. */
  readonly withContent: (message: Message, body: string, customData: string | undefined) => Message;
}): Reconsider {
  return async (order, at) => {
    const recorded = await parts.store.recorded(order.messageId);
    const message = recorded === undefined ? undefined : parts.decode(recorded);
    if (recorded === undefined || message === undefined || message.ref.kind === "unnumbered") {
      return { kind: "end", state: "given_up", reason: "original_not_kept" };
    }
    const now = await parts.client.read(message.ref);
    if (now.kind === "failed") return { kind: "unread", outcome: now.outcome };
    if (now.kind === "gone") return { kind: "end", state: "refused", reason: "no_longer_stored" };
    // Our own call may have been the one that came first: then its note is there already.
    if (now.customData?.includes(`"id":"${order.id}"`)) return { kind: "end", state: "applied", reason: "" };
    const bodies = await parts.store.bodiesFor(order.id);
    const print = fingerprint(now.body);
    if (bodies?.decidedFor !== undefined) {
      const { body, data } = bodies.decidedFor;
      // Custom data that take no note do not say that our own call came first.
      if (print === bodies.own) return { kind: "end", state: "applied", reason: "" };
      const isStill = print === body && textFingerprint(now.customData) === data;
      // What somebody has looked at is what is changed; no rule stands behind it that could judge anything else.
      return isStill
        ? { kind: "retry", dueAt: at, readFirst: false }
        : { kind: "end", state: "cancelled", reason: "message_had_changed" };
    }
    const known = bodies && overOurs({ print, customData: now.customData }, bodies, at);
    if (known !== undefined) return known;
    const current = parts.withContent(message, now.body, now.customData);
    const judgement = await parts.judge(current, recorded.origin, order.id).catch(() => undefined);
    if (judgement === undefined) return { kind: "unjudged" };
    const { order: draft, prints } = judgement;
    if (draft === undefined || draft.payload === "") {
      return { kind: "end", state: "cancelled", reason: "nothing_left_to_change" };
    }
    return { kind: "revise", payload: draft.payload, reason: "message_had_changed", dueAt: at, prints };
  };
}

/**
 * An order takes the place of what another order of ours has written: then it is as good as it was.
 *
 * @returns undefined when somebody else's words stand there, which are to be judged
 */
function overOurs(
  { print, customData }: { readonly print: Fingerprint; readonly customData: string | undefined },
  { own, others, putsBack, noted }: Bodies,
  at: EpochMs,
): Reconsidered | undefined {
  if (putsBack && print === own) {
    // Whoever edits a masked message leaves our note where it is: it goes, now that nothing is masked.
    const isNoted = noted.some((id) => customData?.includes(`"id":"${id}"`));
    return isNoted ? { kind: "retry", dueAt: at, readFirst: false } : { kind: "end", state: "applied", reason: "" };
  }
  if (print !== own && others.includes(print)) return { kind: "retry", dueAt: at, readFirst: false };
  // Nobody's words are taken back for words that they have replaced.
  return putsBack ? { kind: "end", state: "cancelled", reason: "message_had_changed" } : undefined;
}
