/**
 * Before a person changes a message: are its words kept, can it be changed at all, and what stands at Tencent now? Where
 * somebody wrote something else meanwhile nothing is overwritten, and whoever asked is shown all three.
 */
import type { Edit } from "../domain/edit.ts";
import type { Fingerprint } from "../domain/fingerprint.ts";
import { fingerprint } from "../domain/fingerprint.ts";
import type { Element, Message, MessageRef } from "../domain/message.ts";
import { withoutNotes } from "../domain/note.ts";
import type { PlanSettings } from "../domain/plan.ts";
import type { Stands } from "../domain/restore.ts";
import { isLikelyGone, whatStands } from "../domain/restore.ts";
import type { Clock, EpochMs } from "../domain/time.ts";
import type { ElementView } from "../ports/console-views.ts";
import type { DeskStore, Subject } from "../ports/desk.ts";
import type { ReadBack } from "../ports/im-client.ts";
import type { MessageId, OrderStore } from "../ports/store.ts";
import { plainElements } from "./masked-text.ts";

/** A text with its custom data, as somebody wrote it or as it stands. */
export type Version = { readonly elements: readonly ElementView[]; readonly customData: string | null };

/** What people wrote, what we made of it, and what stands there now. Null: nothing, or nobody knows. */
export type ThreeWay = {
  readonly original: Version;
  readonly ours: Version | null;
  readonly theirs: Version | null;
};

export type Refused =
  | {
      readonly why:
        | "unknown"
        | "unmodifiable"
        | "being_judged"
        | "shadow_mode"
        | "original_not_kept"
        /** The mask covers words of which no callback has told. */
        | "words_untold"
        | "nothing_to_restore"
        | "already_ordered"
        /** The record changed while Tencent was asked. */
        | "meanwhile";
    }
  | { readonly why: "recalled" | "changed"; readonly view: ThreeWay }
  /** Tencent could not be asked. */
  | { readonly why: "unread"; readonly code: string }
  /** `expected`: it is older than what Tencent usually keeps. */
  | { readonly why: "no_longer_stored"; readonly expected: boolean };

/** The newest words of a person in a message. */
export type Words = {
  readonly by: { readonly kind: "sender" } | { readonly kind: "edit"; readonly edit: number };
  readonly body: string;
  /** Not told: nobody knows what they were before we wrote some, or we have written none. */
  readonly customData: Edit["customData"];
  /** Whoever wrote them has told their custom data; otherwise what is here is worked out. */
  readonly isDataTold: boolean;
  readonly elements: readonly Element[];
  readonly print: Fingerprint;
};

/** A message whose words are kept, and that Tencent could change. */
export type Told = {
  readonly subject: Subject;
  readonly message: Message;
  readonly ref: MessageRef;
  readonly words: Words;
};
export type Looked = Told & {
  /** With what stands at Tencent. */
  readonly current: Message;
  readonly stands: Exclude<Stands, "changed">;
};

export type ByHandParts = {
  readonly store: DeskStore & Pick<OrderStore, "auditOnly">;
  /** Read recorded callbacks again; undefined when one no longer decodes. */
  readonly decode: (
    recorded: Pick<Subject, "sdkAppId" | "command"> & { readonly callback: Buffer },
  ) => Message | undefined;
  readonly decodeEdit: (command: string, callback: Buffer) => Edit | undefined;
  /** What a payload of ours writes; undefined where it writes no body. */
  readonly decodePayload: (payload: string) => readonly Element[] | undefined;
  /** The custom data that it writes. */
  readonly payloadData: (payload: string) => string | undefined;
  readonly noteKey: string;
  /** The same message with what Tencent stores for it now. */
  readonly withContent: (message: Message, body: string, customData: string | undefined) => Message;
  /** What Tencent stores for a message now. Undefined where nothing may be sent, not even a question. */
  readonly read: ((ref: MessageRef) => Promise<ReadBack>) | undefined;
  readonly spellPayload: PlanSettings["spellPayload"];
  readonly newId: (at: EpochMs) => string;
  readonly clock: Pick<Clock, "now">;
  readonly wakeDispatcher: () => void;
};

export type TellParts = Pick<ByHandParts, "decode" | "decodeEdit" | "decodePayload" | "payloadData" | "noteKey">;

/** Asks the record alone. */
export function tell(parts: TellParts, subject: Subject): Told | Refused {
  const { callback, edit, passedOver } = subject;
  if (passedOver === "unmodifiable" || passedOver === "being_judged") return { why: passedOver };
  const message = callback && parts.decode({ ...subject, callback });
  if (message === undefined) return { why: "original_not_kept" };
  const { ref } = message;
  if (ref.kind === "unnumbered") return { why: "unmodifiable" };
  const words = edit === undefined ? wordsOf(message) : wordsOfEdit(parts, edit, subject);
  if (words === undefined) return { why: "original_not_kept" };
  const told: Told = { subject, message, ref, words };
  return passedOver === "recalled" ? { why: "recalled", view: threeWay(parts, told, undefined) } : told;
}

function wordsOf({ body, customData, elements }: Message): Words {
  const told = { told: true, text: customData } as const;
  return { by: { kind: "sender" }, body, customData: told, isDataTold: true, elements, print: fingerprint(body) };
}

function wordsOfEdit(parts: TellParts, edit: NonNullable<Subject["edit"]>, subject: Subject): Words | undefined {
  const said = edit.callback && parts.decodeEdit(edit.command, edit.callback);
  if (said === undefined) return undefined;
  const { body, elements } = said;
  // Of a group's edit Tencent does not tell the custom data: what we have put our note into is what there was.
  const text = said.customData.told ? said.customData.text : subject.noted && parts.payloadData(subject.noted);
  const own = text === undefined ? undefined : withoutNotes(text, subject.orders, parts.noteKey);
  const customData: Words["customData"] =
    said.customData.told || own !== undefined ? { told: true, text: own } : { told: false };
  const isDataTold = said.customData.told;
  return { by: { kind: "edit", edit: edit.id }, body, customData, isDataTold, elements, print: edit.print };
}

/** Asks Tencent. */
export async function look(parts: ByHandParts, actor: string, told: Told): Promise<Looked | Refused> {
  const { subject, message, ref, words } = told;
  if (parts.read === undefined) return { why: "shadow_mode" };
  const now = await parts.read(ref);
  switch (now.kind) {
    case "failed":
      return { why: "unread", code: now.outcome.code };
    case "gone":
      return { why: "no_longer_stored", expected: isLikelyGone(subject.sentAt, parts.clock.now()) };
    case "found": {
      const current = parts.withContent(message, now.body, now.customData);
      const stands = whatStands(fingerprint(now.body), words.print, subject.masks);
      if (stands !== "changed") return { ...told, words: withData(parts, told, current), current, stands };
      await lookedAt(parts, actor, subject.id);
      return { why: "changed", view: threeWay(parts, told, current) };
    }
    default:
      return now satisfies never;
  }
}

/** What an edit did not tell of its custom data stands there, beside our notes. */
function withData({ noteKey }: Pick<TellParts, "noteKey">, { subject, words }: Told, { customData }: Message): Words {
  if (words.isDataTold) return words;
  const text = customData === undefined ? undefined : withoutNotes(customData, subject.orders, noteKey);
  return { ...words, customData: { told: true, text } };
}

/** Whoever is shown the three versions has seen the original. */
export async function lookedAt({ store, clock }: ByHandParts, actor: string, messageId: MessageId): Promise<void> {
  await store.auditOnly([{ at: clock.now(), actor, act: "look", messageId, detail: { how: "conflict" } }]);
}

function threeWay(
  { decodePayload, payloadData }: Pick<TellParts, "decodePayload" | "payloadData">,
  { subject, words }: Told,
  theirs: Pick<Message, "elements" | "customData"> | undefined,
): ThreeWay {
  const ours = subject.ours === undefined ? undefined : decodePayload(subject.ours);
  const written = subject.ours === undefined ? undefined : payloadData(subject.ours);
  const { elements, customData } = words;
  return {
    original: versionOf({ elements, customData: customData.told ? customData.text : undefined }),
    ours: ours === undefined ? null : versionOf({ elements: ours, customData: written }),
    theirs: theirs === undefined ? null : versionOf(theirs),
  };
}

const versionOf = ({ elements, customData }: Pick<Message, "elements" | "customData">): Version => ({
  elements: plainElements(elements),
  customData: customData ?? null,
});
