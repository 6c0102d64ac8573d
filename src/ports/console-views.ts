/** A message, its story and what was ordered for it, as the console shows them. */
import type { ElementKind, Place } from "../domain/message.ts";
import type { Sight } from "../domain/sight.ts";

export type ConversationName = {
  readonly id: number;
  readonly kind: "c2c" | "group";
  /** The two people of a chat; a group and, in communities, its topic. */
  readonly first: string;
  readonly second: string;
};

export type MessageItem = {
  readonly id: number;
  readonly conversation: ConversationName;
  readonly sender: string;
  readonly sentAt: number | null;
  readonly receivedAt: number;
  readonly origin: string;
  readonly decision: string;
  readonly rules: readonly string[];
  /** Of the newest modification. */
  readonly state: string | null;
  readonly reason: string | null;
  readonly purpose: string | null;
  readonly verdict: string | null;
  readonly editCount: number;
  readonly recalled: boolean;
  /**
   * The newest words of a person's that everybody may see: those of an edit, where there was one. What is hidden is three
   * stars, whatever its length. Null: past keeping, or not judged yet and not to be seen.
   */
  readonly text: string | null;
};

/** A part of a message; what is not text is named by Tencent's type alone. */
export type ElementView = {
  readonly kind: ElementKind;
  readonly texts: readonly { readonly part: string; readonly text: string }[];
  readonly type: string | null;
};

export type FindingView = {
  readonly rule: string;
  readonly category: string;
  readonly severity: string;
  readonly effect: string;
  readonly place: Place;
  readonly start: number;
  readonly end: number;
  readonly edit: number | null;
};

export type PayloadView = {
  readonly revision: number;
  readonly reason: string;
  readonly createdAt: number;
  /** Null: past keeping, or hidden. */
  readonly body: string | null;
  /** What it writes into the custom data, where the note is. Null: nothing; or there is no body here. */
  readonly customData: string | null;
};

export type ModificationItem = {
  readonly id: string;
  readonly messageId: number;
  readonly ordinal: number;
  readonly api: string;
  readonly purpose: string;
  readonly lane: string;
  readonly action: string;
  readonly state: string;
  readonly reason: string;
  readonly lastCode: string | null;
  readonly attempts: number;
  readonly createdAt: number;
  readonly dueAt: number;
  readonly endedAt: number | null;
};

export type EditView = {
  readonly id: number;
  readonly operator: string;
  readonly at: number;
  readonly outcome: string;
  readonly revision: string | null;
  readonly modificationId: string | null;
  readonly elements: readonly ElementView[] | null;
  /** As it came. Null: past keeping, or hidden. */
  readonly callback: string | null;
};

export type VerdictView = {
  readonly account: string;
  readonly verdict: string;
  /** It may quote what was said: empty for whom originals are hidden from. */
  readonly note: string;
  readonly at: number;
};

/** One line of a message's story, oldest first. Ids, codes and names; texts stand elsewhere. */
export type HistoryLine = {
  readonly at: number;
  readonly what:
    | "sent"
    | "received"
    | "judged"
    | "ordered"
    | "read_back"
    | "answered"
    | "ended"
    | "edited"
    | "guarded"
    | "restored"
    | "recalled"
    | "reviewed"
    | "looked"
    | "noted";
  readonly who: string;
  readonly modificationId: string | null;
  readonly detail: Readonly<Record<string, unknown>>;
};

export type MessageDetail = MessageItem & {
  readonly sight: Sight;
  readonly sdkAppId: number;
  readonly address: { readonly msgKey: string | null; readonly msgSeq: number | null };
  readonly groupType: string | null;
  readonly operator: string | null;
  readonly unmodifiable: string | null;
  readonly revision: string | null;
  readonly decidedAt: number | null;
  /** As it was written; texts masked for whom originals are hidden from. Null: past keeping, or not to be seen yet. */
  readonly elements: readonly ElementView[] | null;
  /** As clients see it now, as far as the record knows. */
  readonly current: readonly ElementView[] | null;
  /** Who wrote the current one: the sender, an edit, or a modification. */
  readonly currentBy: string;
  /** Whose words are the newest: the sender's, or an edit's. Not what was put in for them. */
  readonly writtenBy: string;
  /**
   * Where a hidden word stands would tell how long it is, and so would the place of anything behind it: null for whom
   * something of this text is hidden from.
   */
  readonly findings: readonly (Omit<FindingView, "start" | "end"> & {
    readonly start: number | null;
    readonly end: number | null;
  })[];
  readonly modifications: readonly (ModificationItem & { readonly payloads: readonly PayloadView[] })[];
  readonly edits: readonly EditView[];
  readonly verdicts: readonly VerdictView[];
  readonly history: readonly HistoryLine[];
  /** The callback as it came. Null: past keeping, or hidden. */
  readonly callback: string | null;
};
