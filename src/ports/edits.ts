/** The part of the record that keeps what became of messages after they were sent: edits and recalls. */
import type { AuditEntry } from "../domain/audit.ts";
import type { Edit, EditVerdict, Recall, Standing } from "../domain/edit.ts";
import type { Fingerprint } from "../domain/fingerprint.ts";
import type { Message, SdkAppId } from "../domain/message.ts";
import type { EpochMs } from "../domain/time.ts";
import type { Judgement, MessageId } from "./store.ts";

export type EditId = number & { readonly brand: "edit id" };

export type EditEntry = {
  readonly edit: Edit;
  readonly command: string;
  /** The callback's body, byte for byte. */
  readonly callback: Buffer;
  readonly receivedAt: EpochMs;
  /** The operator is the administrator whose name our own calls carry. */
  readonly byAdmin: boolean;
};

/** `echo`: our own modification, come back. `known`: this edit was recorded before. */
export type EditReceipt = "new" | "echo" | "known";

/** An edit that waits for its judgement. */
export type OpenEdit = {
  readonly id: EditId;
  readonly sdkAppId: SdkAppId;
  readonly command: string;
  readonly callback: Buffer;
  readonly eventAt: EpochMs;
  readonly receivedAt: EpochMs;
  readonly tries: number;
  /** Undefined while the message itself has not been told. */
  readonly message: Omit<Message, "elements" | "body" | "customData"> | undefined;
  readonly messageId: MessageId | undefined;
  readonly standing: Standing;
  /** The message was taken back, or a newer edit of it has been dealt with. */
  readonly passedBy: "recalled" | "overtaken" | undefined;
  /**
   * Whether we have called for this message. `under_way`: an order of it is claimed now. `made`: a call may have overwritten
   * the edit; `sentBodies` says what with.
   */
  readonly ourCall:
    { readonly kind: "none" | "under_way" } | { readonly kind: "made"; readonly sentBodies: readonly Fingerprint[] };
};

export type EditEnding = {
  readonly id: EditId;
  readonly at: EpochMs;
  readonly audit: readonly AuditEntry[];
} & (
  | { readonly kind: "judged"; readonly verdict: EditVerdict; readonly judgement: Judgement }
  | {
      readonly kind: "closed";
      readonly outcome: "overtaken" | "recalled" | "gone" | "adopted" | "unknown_message" | "failed";
    }
  /** Not now: look again at `dueAt`. `inVain`: Tencent was asked and could not say. */
  | { readonly kind: "later"; readonly dueAt: EpochMs; readonly inVain: boolean }
);

export interface EditStore {
  /**
   * Records edits in one commit. One that is known already changes nothing. Our own echo, told by the administrator's name
   * and by a body that we sent or are sending, is written down without its body and needs no judgement.
   *
   * @throws when it cannot be written; then none of them is
   */
  recordEdits(entries: readonly EditEntry[]): Promise<readonly EditReceipt[]>;

  /**
   * Records recalls and, in the same commit, cancels what is ordered for those messages, under way or not: an answer that
   * comes later changes nothing. A message that is told only after its recall gets no order.
   *
   * @returns how many orders were cancelled
   */
  recordRecall(recall: Recall, receivedAt: EpochMs): Promise<number>;

  /**
   * Edits without a judgement that are due, in the order of their event times; never one whose message is undecided itself,
   * and never two of one message. Our own echo overtakes nobody: what it overwrote is looked at all the more.
   */
  openEdits(limit: number, now: EpochMs): Promise<readonly OpenEdit[]>;

  /**
   * Writes down how an edit ended, unless that was done meanwhile. A judgement replaces the one before it: an order of the
   * message that waits is cancelled as superseded, one under way is not tried again, and the new order comes after both.
   *
   * @returns false: it had ended already, or a newer edit was dealt with meanwhile, and nothing followed
   */
  settleEdit(ending: EditEnding): Promise<boolean>;
}
