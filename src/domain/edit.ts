/**
 * What a participant does to a message in the client, and what follows. Anybody in a chat may edit anything in it, so a
 * mask can be taken off by hand. We put it back, a few times; then a person has to look, because somebody is insisting.
 */
import type { Decision, RuleId } from "./decision.ts";
import { rulesOf } from "./decision.ts";
import type { Fingerprint } from "./fingerprint.ts";
import type { Element, Message, MessageRef, UserId } from "./message.ts";
import type { OrderDraft } from "./plan.ts";
import type { EpochMs } from "./time.ts";

/** An edit as Tencent tells it. Of a group message it says neither who sent it nor what its custom data are. */
export type Edit = {
  readonly ref: MessageRef;
  readonly operator: UserId;
  /** When Tencent says it happened; undefined where it does not. */
  readonly eventAt: EpochMs | undefined;
  readonly elements: readonly Element[];
  /** The body exactly as it came: the text of a JSON array. */
  readonly body: string;
  readonly customData: { readonly told: true; readonly text: string | undefined } | { readonly told: false };
};

/** Messages that were taken back together. Tencent names whoever did it in groups only. */
export type Recall = {
  readonly refs: readonly MessageRef[];
  readonly operator: UserId | undefined;
  readonly eventAt: EpochMs | undefined;
};

/** What the record says about a message when an edit of it is judged. */
export type Standing = {
  /** Rules whose hits in this message are masked at Tencent, or were. Empty while no mask has been put in. */
  readonly maskedFor: readonly RuleId[];
  /** Masks put back so far. */
  readonly guards: number;
  /** The message was handed to a reviewer. */
  readonly withReviewer: boolean;
  /** Orders that were not refused or cancelled, oldest first. */
  readonly orders: readonly {
    readonly state: "pending" | "claimed" | "applied" | "given_up";
    readonly action: OrderDraft["action"];
    readonly revision: string | undefined;
    readonly judgedBody: Fingerprint;
    readonly judgedData: Fingerprint;
  }[];
};

/**
 * How an edit ends that was judged. `unchanged`: what follows from this text has been ordered already. `put_back`: no rule
 * objects to it, but a call of ours that was under way when it was made has overwritten it.
 */
export type EditVerdict = "pass" | "review" | "rewrite" | "guard" | "guard_exhausted" | "put_back" | "unchanged";

/** Three times may be a mistake, or a client that saves its own copy; past that somebody wants the word to stand. */
export const GUARDS_MAX = 3;

export function verdictOn(
  decision: Decision,
  content: { readonly body: Fingerprint; readonly data: Fingerprint },
  standing: Standing,
): EditVerdict {
  if (decision.kind === "pass") return "pass";
  if (isDealtWith(decision, content, standing)) return "unchanged";
  if (decision.kind === "review") return "review";
  const masked = new Set(standing.maskedFor);
  const isOff = rulesOf(decision).some((rule) => masked.has(rule));
  if (standing.withReviewer) return "guard_exhausted";
  if (!isOff) return "rewrite";
  return standing.guards >= GUARDS_MAX ? "guard_exhausted" : "guard";
}

/** The same text, judged by the same rules: its order is waiting, or its note stands, or it failed for good. */
function isDealtWith(
  decision: Decision,
  content: { readonly body: Fingerprint; readonly data: Fingerprint },
  { orders }: Standing,
): boolean {
  const last = orders.at(-1);
  // What puts words back covers nothing.
  if (last?.action === "restore") return false;
  if (last === undefined || last.judgedBody !== content.body || last.revision !== decision.revision) return false;
  switch (last.state) {
    case "pending":
    case "claimed":
      // Other custom data must not be overwritten with what stood there before.
      return last.judgedData === content.data;
    case "applied":
      return last.action === "flag" && decision.kind === "review";
    case "given_up":
      return true;
    default:
      return last.state satisfies never;
  }
}

/** The order that puts a mask back. */
export const asGuard = (order: OrderDraft): OrderDraft => ({ ...order, purpose: "guard", lane: "guard" });

/** Says in the record that a mask was not put back any more; nothing is sent. */
export const asExhausted = (order: OrderDraft): OrderDraft => ({
  ...asGuard(order),
  state: "refused",
  reason: "guard_exhausted",
  payload: "",
});

/** The message with what the edit made of it. */
export const edited = (
  message: Omit<Message, "elements" | "body" | "customData">,
  { elements, body, customData }: Pick<Edit, "elements" | "body" | "customData">,
): Message => ({ ...message, elements, body, customData: customData.told ? customData.text : undefined });
