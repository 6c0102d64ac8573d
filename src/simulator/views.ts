/** What the control routes show of the world. The page, the tests and `curl` read these. */
import { textOf } from "./body-format.ts";
import type { GroupType } from "./say.ts";
import { isStored } from "./world.ts";
import type { Conversation, StoredMessage, Version } from "./world.ts";

export type VersionView = {
  /** The text of the MsgBody array, byte for byte as it came. */
  readonly rawBody: string;
  readonly text: string;
  readonly customData: string | undefined;
  readonly at: number;
  readonly by: string;
  readonly how: Version["how"];
};

/** How Tencent addresses the message. */
export type RefView =
  | { readonly kind: "c2c"; readonly from: string; readonly to: string; readonly msgKey: string }
  | {
      readonly kind: "group";
      readonly groupId: string;
      readonly topicId: string | undefined;
      readonly msgSeq: number;
    };

export type MessageView = {
  readonly id: string;
  readonly conversation: string;
  readonly ref: RefView;
  readonly groupType: GroupType | undefined;
  readonly sender: string;
  readonly sentAt: number;
  readonly msgSeq: number;
  readonly msgRandom: number;
  readonly msgId: string;
  readonly onlineOnly: boolean;
  /** False for what history never holds: online-only messages, live groups. */
  readonly modifiable: boolean;
  readonly original: VersionView;
  readonly current: VersionView;
  readonly versions: number;
  readonly recalled: boolean;
  readonly recalledBy: string | undefined;
};

export type ConversationView = {
  readonly id: string;
  readonly kind: "c2c" | "group";
  readonly members: readonly string[] | undefined;
  readonly groupId: string | undefined;
  readonly topicId: string | undefined;
  readonly groupType: GroupType | undefined;
  readonly count: number;
  readonly lastText: string;
  readonly lastSender: string | undefined;
  readonly lastAt: number | undefined;
};

const viewVersion = ({ rawBody, customData, at, by, how }: Version): VersionView => ({
  rawBody,
  text: textOf(rawBody),
  customData,
  at,
  by,
  how,
});

export function refOf({ identity, from }: StoredMessage): RefView {
  if (identity.kind === "c2c") return { kind: "c2c", from, to: identity.to, msgKey: identity.msgKey };
  const { groupId, topicId, msgSeq } = identity;
  return { kind: "group", groupId, topicId, msgSeq };
}

export function viewMessage(message: StoredMessage): MessageView {
  const { id, conversation, identity, sentAt, msgRandom, msgId, onlineOnly, recalledBy } = message;
  return {
    id,
    conversation,
    ref: refOf(message),
    groupType: identity.kind === "group" ? identity.groupType : undefined,
    sender: message.from,
    sentAt,
    msgSeq: identity.msgSeq,
    msgRandom,
    msgId,
    onlineOnly,
    modifiable: isStored(message),
    original: viewVersion(message.original),
    current: viewVersion(message.current),
    versions: message.versionCount,
    recalled: recalledBy !== undefined,
    recalledBy,
  };
}

export function viewConversation({ id, where, messages }: Conversation): ConversationView {
  const last = messages.at(-1);
  const group = where.kind === "group" ? where : undefined;
  return {
    id,
    kind: where.kind,
    members: where.kind === "c2c" ? where.members : undefined,
    groupId: group?.groupId,
    topicId: group?.topicId,
    groupType: group?.groupType,
    count: messages.length,
    lastText: last && last.recalledBy === undefined ? textOf(last.current.rawBody) : "",
    lastSender: last?.from,
    lastAt: last?.sentAt,
  };
}
