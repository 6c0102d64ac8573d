/** What Tencent tells the app about a change: command, body and the query that goes with it. */
import { rawJson, writeObject } from "./raw-json.ts";
import { seedFor } from "./random.ts";
import { isLive } from "./say.ts";
import type { Change, StoredMessage } from "./world.ts";

export type Callback = {
  readonly command: string;
  readonly body: string;
  readonly clientIp: string;
  readonly platform: string;
};

/** Addresses from the ranges set aside for documentation: nobody's phone, nobody's server. */
const USER_IP = "203.0.113.10";
const SERVER_IP = "198.51.100.7";
const USER_PLATFORMS = ["iOS", "Android", "Web", "Windows", "Mac"] as const;

export type CallbackContext = { readonly admin: string; readonly now: () => number; readonly editCallbacks: boolean };

/** Undefined where Tencent stays silent. */
export function callbackFor(change: Change, { admin, now, editCallbacks }: CallbackContext): Callback | undefined {
  if (change.what === "reset") return undefined;
  const { message, by, what } = change;
  const body = (command: string, members: Readonly<Record<string, unknown>>): Callback => ({
    command,
    body: writeObject({ CallbackCommand: command, ...members, EventTime: Math.floor(now()) }),
    clientIp: by === admin ? SERVER_IP : USER_IP,
    platform: by === admin ? "RESTAPI" : (USER_PLATFORMS[seedFor(0, by) % USER_PLATFORMS.length] ?? "iOS"),
  });
  const kind = message.identity.kind === "c2c" ? "C2C" : "Group";
  switch (what) {
    case "said":
      return body(`${kind}.CallbackAfterSendMsg`, kind === "C2C" ? saidC2c(message) : saidGroup(message));
    case "edited":
    case "modified":
      if (!editCallbacks) return undefined;
      return body(`${kind}.CallbackAfterModifyMsg`, { Operator_Account: by, ...changed(message) });
    case "recalled":
      return kind === "C2C"
        ? body("C2C.CallbackAfterMsgWithDraw", recalledC2c(message))
        : body("Group.CallbackAfterRecallMsg", { Operator_Account: by, ...recalledGroup(message) });
    default:
      return what satisfies never;
  }
}

type Members = Readonly<Record<string, unknown>>;
const secondsOf = (message: StoredMessage): number => Math.floor(message.sentAt / 1000);

function saidC2c(message: StoredMessage): Members {
  return {
    ...c2cNames(message),
    MsgId: message.msgId,
    OnlineOnlyFlag: message.onlineOnly ? 1 : 0,
    SendMsgResult: 0,
    ErrorInfo: "send msg succeed",
    UnreadMsgNum: message.unread,
    MsgBody: rawJson(message.current.rawBody),
    CloudCustomData: message.current.customData,
  };
}

function c2cNames(message: StoredMessage): Members {
  const { identity } = message;
  if (identity.kind !== "c2c") return {};
  return {
    From_Account: message.from,
    To_Account: identity.to,
    MsgSeq: identity.msgSeq,
    MsgRandom: message.msgRandom,
    MsgTime: secondsOf(message),
    MsgKey: identity.msgKey,
  };
}

function saidGroup(message: StoredMessage): Members {
  const { identity } = message;
  if (identity.kind !== "group") return {};
  return {
    GroupId: identity.groupId,
    Type: identity.groupType,
    From_Account: message.from,
    Operator_Account: message.from,
    Random: message.msgRandom,
    MsgSeq: identity.msgSeq,
    MsgId: message.msgId,
    MsgTime: secondsOf(message),
    // Of live groups Tencent always says 0, although nothing there is ever stored.
    OnlineOnlyFlag: message.onlineOnly && !isLive(identity.groupType) ? 1 : 0,
    MsgPriority: "Normal",
    MsgBody: rawJson(message.current.rawBody),
    CloudCustomData: message.current.customData,
    TopicId: identity.topicId,
  };
}

/** A group's edit callback is poorer than the others: no sender, no group type, no custom data. */
function changed(message: StoredMessage): Members {
  const { identity } = message;
  const MsgBody = rawJson(message.current.rawBody);
  if (identity.kind === "c2c") return { ...c2cNames(message), MsgBody, CloudCustomData: message.current.customData };
  return { GroupId: identity.groupId, TopicId: identity.topicId ?? "", MsgSeq: identity.msgSeq, MsgBody };
}

function recalledC2c(message: StoredMessage): Members {
  const { From_Account, To_Account, MsgKey } = c2cNames(message);
  return { From_Account, To_Account, MsgKey, UnreadMsgNum: message.unread };
}

function recalledGroup({ identity, msgId }: StoredMessage): Members {
  if (identity.kind !== "group") return {};
  return {
    Type: identity.groupType,
    GroupId: identity.groupId,
    MsgSeqList: [{ MsgSeq: identity.msgSeq, MsgId: msgId }],
    TopicId: identity.topicId,
  };
}
