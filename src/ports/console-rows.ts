/** Rows of the record as the console's views are made of them. Texts are still in the callbacks. */
import type { RecordedEdit } from "./console-index.ts";
import type { ConversationName, FindingView, ModificationItem, VerdictView } from "./console-views.ts";

export type MessageRow = {
  readonly id: number;
  readonly sdkAppId: number;
  readonly conversation: ConversationName;
  readonly msgKey: string | null;
  readonly msgSeq: number | null;
  readonly sender: string;
  readonly operator: string | null;
  readonly groupType: string | null;
  readonly origin: string;
  readonly sentAt: number | null;
  readonly receivedAt: number;
  readonly unmodifiable: string | null;
  readonly command: string;
  readonly callback: Buffer | null;
  readonly decision: string;
  readonly revision: string | null;
  readonly decidedAt: number | null;
  readonly findings: readonly FindingView[];
  /** Those by people, oldest first: what is covered in one of them is covered in the message as well. */
  readonly edits: readonly EditRow[];
  readonly modification: { readonly state: string; readonly reason: string; readonly purpose: string } | null;
  readonly verdict: string | null;
  readonly editCount: number;
  readonly recalled: boolean;
};

export type EditRow = RecordedEdit & {
  readonly operator: string;
  readonly eventAt: number;
  readonly receivedAt: number;
  readonly revision: string | null;
  readonly modificationId: string | null;
  /** It wrote something, and newer than the message is. False: it sends what we have put in once more. */
  readonly isTheirWord: boolean;
};
export type PayloadRow = {
  readonly modificationId: string;
  readonly revision: number;
  readonly reason: string;
  readonly createdAt: number;
  /** Empty once it is past keeping. */
  readonly body: Buffer;
};
export type RecallRow = { readonly operator: string | null; readonly eventAt: number; readonly receivedAt: number };
export type AuditRow = {
  readonly id: number;
  readonly at: number;
  readonly actor: string;
  readonly act: string;
  readonly messageId: number | null;
  readonly modificationId: string | null;
  readonly detail: string;
  readonly seal: Buffer;
};

/** Everything about one message, each list oldest first. */
export type MessageRecord = {
  readonly row: MessageRow;
  readonly recalls: readonly RecallRow[];
  readonly modifications: readonly ModificationItem[];
  readonly payloads: readonly PayloadRow[];
  readonly verdicts: readonly VerdictView[];
  readonly audit: readonly AuditRow[];
};
