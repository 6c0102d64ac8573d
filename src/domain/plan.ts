/**
 * What follows from a decision: an order to change the message, or nothing. "Cannot be rewritten" and "would have been
 * rewritten" are orders too, already ended: the same record explains what happened and what did not.
 */
import type { Decision, PlaceEdits } from "./decision.ts";
import { rulesOf } from "./decision.ts";
import type { Message, MessageRef } from "./message.ts";
import type { Lane, ModificationState, ModifyApi, Purpose } from "./modification.ts";
import type { NonJson, NoteAction, NotedCustomData } from "./note.ts";
import { appendNote } from "./note.ts";
import type { EpochMs } from "./time.ts";

/** Where a message came to us from. What each may lead to stands in one table, below. */
export type Origin = "after_send" | "after_edit" | "backfill" | "rescan";

const laneOf: Record<Origin, Lane> = { after_send: "live", after_edit: "live", backfill: "live", rescan: "rescan" };

/** `enforce` sends; `shadow` writes down what would have been sent. */
export type ServiceMode = "enforce" | "shadow";

/** What a modification overwrites; what is left out keeps its value. */
export type Change = { readonly body?: string; readonly customData?: string };

export type OrderDraft = {
  readonly id: string;
  readonly purpose: Purpose;
  readonly lane: Lane;
  readonly api: ModifyApi;
  readonly action: NoteAction;
  readonly state: Extract<ModificationState, "pending" | "refused" | "cancelled">;
  /** Why it ended before it began; empty for a pending one. */
  readonly reason: string;
  /** The exact request body, as it will be sent each time; empty where nothing can be sent. */
  readonly payload: string;
  /** Why the note is not in the payload; undefined when it is. `not_read`: nobody could say what stands there. */
  readonly noteSkipped: "not_an_object" | "not_ours" | "switched_off" | "too_long" | "not_read" | undefined;
};

export type Plan = { readonly kind: "nothing" } | { readonly kind: "order"; readonly order: OrderDraft };

/** How the service writes; the vendor's part of it comes from `src/tencent`. */
export type PlanSettings = {
  readonly mode: ServiceMode;
  readonly noteKey: string;
  readonly nonJson: NonJson;
  /** Puts edits into a raw body and touches nothing else. */
  readonly rewriteBody: (body: string, edits: readonly PlaceEdits[]) => string;
  readonly spellPayload: (ref: MessageRef, change: Change) => string;
};

/**
 * Tencent refuses a message over 12 K and does not say what it counts. Body and custom data together stay under this, or
 * the note is left out; a mask is never left out for its size.
 */
export const PAYLOAD_BYTES_MAX = 11 * 1024;

export function planFor(
  message: Message,
  decision: Decision,
  order: { readonly id: string; readonly at: EpochMs; readonly origin: Origin },
  settings: PlanSettings,
): Plan {
  if (decision.kind === "pass") return { kind: "nothing" };
  const action: NoteAction = decision.kind === "rewrite" ? "mask" : "flag";
  const common = { id: order.id, purpose: "rewrite", lane: laneOf[order.origin], action } as const;
  const { ref } = message;
  const ended = (api: ModifyApi, reason: string, noteSkipped: OrderDraft["noteSkipped"]): Plan => ({
    kind: "order",
    order: { ...common, api, state: "refused", reason, payload: "", noteSkipped },
  });

  if (ref.kind === "unnumbered") return ended("group", message.unmodifiable ?? "live_group", undefined);
  if (message.unmodifiable !== undefined) return ended(ref.kind, message.unmodifiable, undefined);

  const content = decision.note ?? { rules: rulesOf(decision), categories: [] };
  const noted: NotedCustomData | { readonly kind: "skipped"; readonly reason: "switched_off" } =
    content.rules.length === 0
      ? { kind: "skipped", reason: "switched_off" }
      : appendNote(
          message.customData,
          { id: order.id, action, ...content, at: order.at },
          { key: settings.noteKey, nonJson: settings.nonJson },
        );
  const body = decision.kind === "rewrite" ? settings.rewriteBody(message.body, decision.edits) : undefined;
  const noteSkipped = skippedBecause(noted, body);
  const change: Change = {
    ...(body === undefined ? {} : { body }),
    ...(noted.kind === "noted" && noteSkipped === undefined ? { customData: noted.customData } : {}),
  };
  if (change.body === undefined && change.customData === undefined) {
    return ended(ref.kind, "nothing_but_a_note", noteSkipped);
  }
  const shadow = settings.mode === "shadow";
  return {
    kind: "order",
    order: {
      ...common,
      api: ref.kind,
      state: shadow ? "cancelled" : "pending",
      reason: shadow ? "shadow_mode" : "",
      payload: settings.spellPayload(ref, change),
      noteSkipped,
    },
  };
}

/**
 * Puts back what a person wrote, to the byte and without a note, where a call of ours has come behind it. No rule objects
 * to it; what stands in the message now is ours and must not.
 */
export function planPutBack(
  ref: MessageRef,
  { body, customData }: Required<Pick<Change, "body">> & Pick<Change, "customData">,
  id: string,
  spellPayload: PlanSettings["spellPayload"],
): OrderDraft {
  // Where there were none, an empty object takes the place of what our call has put there.
  const change: Change =
    customData === undefined ? { body } : { body, customData: customData === "" ? "{}" : customData };
  return {
    ...{ id, purpose: "restore", lane: "guard", action: "restore", state: "pending", reason: "" },
    api: ref.kind,
    payload: spellPayload(ref, change),
    noteSkipped: undefined,
  };
}

function skippedBecause(
  noted: NotedCustomData | { readonly kind: "skipped"; readonly reason: "switched_off" },
  body: string | undefined,
): OrderDraft["noteSkipped"] {
  if (noted.kind === "skipped") return noted.reason;
  const bytes = utf8Bytes(body ?? "") + utf8Bytes(JSON.stringify(noted.customData));
  return bytes > PAYLOAD_BYTES_MAX ? "too_long" : undefined;
}

/** Counted as Tencent would receive it. */
function utf8Bytes(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}
