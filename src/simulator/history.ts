/** The two history APIs: one-to-one by time, groups by number; both from the newest message backwards. */
import { succeeded } from "./answer.ts";
import type { Answer } from "./answer.ts";
import { groupPlace } from "./modify.ts";
import { rawJson, writeArray, writeObject } from "./raw-json.ts";
import type { Fields } from "./say.ts";
import { isStored } from "./world.ts";
import type { Conversation, StoredMessage, SystemTip, World } from "./world.ts";

/** A page of one-to-one history stays below this; the group page speaks only of "too long", so it shares it. */
const PAGE_BYTES_MAX = 13 * 1024;
/** A group page never holds more, whatever `ReqMsgNumber` asks for. */
const GROUP_PAGE_MESSAGES_MAX = 20;
const RECALLED_FLAG = 8;
const RECALLED_PLACE = 2;

const secondsOf = (message: StoredMessage): number => Math.floor(message.sentAt / 1000);
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const storedIn = (conversation: Conversation | undefined): readonly StoredMessage[] =>
  (conversation?.messages ?? []).filter(isStored);

export function c2cHistory(world: World, fields: Fields): Answer {
  const { Operator_Account: operator, Peer_Account: peer, MaxCnt: count, MinTime: from, MaxTime: until } = fields;
  const { LastMsgKey: lastKey } = fields;
  if (typeof operator !== "string" || typeof peer !== "string" || operator === "" || peer === "") {
    return { code: 20001, info: "Operator_Account or Peer_Account is missing or not a string" };
  }
  if (!isCount(count) || count === 0) return { code: 20001, info: "MaxCnt is missing or not a positive integer" };
  if (!isCount(from) || !isCount(until)) return { code: 20001, info: "MinTime or MaxTime is missing or no integer" };
  if (lastKey !== undefined && typeof lastKey !== "string") return { code: 20001, info: "LastMsgKey is not a string" };

  const newestFirst = storedIn(world.c2cConversation(operator, peer))
    .filter((message) => secondsOf(message) >= from && secondsOf(message) <= until)
    .reverse()
    .sort((a, b) => secondsOf(b) - secondsOf(a));
  const seen = newestFirst.findIndex(({ identity }) => identity.kind === "c2c" && identity.msgKey === lastKey);
  const wanted = newestFirst.slice(seen + 1);
  const page = fillPage(wanted, count, writeC2c);
  const last = wanted[page.length - 1];
  return succeeded({
    Complete: page.length === wanted.length ? 1 : 0,
    MsgCnt: page.length,
    LastMsgTime: last ? secondsOf(last) : 0,
    LastMsgKey: last?.identity.kind === "c2c" ? last.identity.msgKey : "",
    MsgList: writeArray(page),
  });
}

function writeC2c(message: StoredMessage): string {
  const { identity, from, msgRandom, current, recalledBy, msgId } = message;
  if (identity.kind !== "c2c") throw new Error(`${message.id} is in a one-to-one chat but not of one`);
  return writeObject({
    From_Account: from,
    To_Account: identity.to,
    MsgSeq: identity.msgSeq,
    MsgRandom: msgRandom,
    MsgTimeStamp: secondsOf(message),
    MsgFlagBits: recalledBy === undefined ? 0 : RECALLED_FLAG,
    IsPeerRead: 0,
    MsgKey: identity.msgKey,
    MsgId: msgId,
    MsgBody: rawJson(current.rawBody),
    CloudCustomData: current.customData,
  });
}

export function groupHistory(world: World, fields: Fields): Answer {
  const { ReqMsgNumber: number, ReqMsgSeq: seq } = fields;
  const place = groupPlace(world, fields);
  if ("code" in place) return place;
  if (!isCount(number) || number === 0) {
    return { code: 10004, info: "ReqMsgNumber is missing or not a positive integer" };
  }
  if (seq !== undefined && !isCount(seq)) return { code: 10004, info: "ReqMsgSeq is not an integer" };

  const conversation = world.groupConversation(place.groupId, place.topicId);
  const stored = [
    ...storedIn(conversation).map((message) => ({ seq: message.identity.msgSeq, write: () => writeGroup(message) })),
    ...(conversation?.tips ?? []).map((tip) => ({ seq: tip.msgSeq, write: () => writeTip(tip) })),
  ].sort((a, b) => a.seq - b.seq);
  const last = stored.at(-1)?.seq ?? 0;
  // `ReqMsgSeq` is an upper bound: whoever names a later one wants the newest.
  const newest = Math.min(seq ?? last, last);
  const wanted = stored.filter((line) => line.seq <= newest && line.seq > newest - number).reverse();
  const page = fillPage(wanted, GROUP_PAGE_MESSAGES_MAX, (line) => line.write());
  return succeeded({
    GroupId: place.groupId,
    // Speaks of the numbers that were asked for, not of the whole history.
    IsFinished: page.length === wanted.length ? 1 : 0,
    RspMsgList: writeArray(page),
  });
}

function writeGroup(message: StoredMessage): string {
  const { identity, from, msgRandom, current, recalledBy } = message;
  const recalled = recalledBy !== undefined;
  return writeObject({
    From_Account: from,
    IsPlaceMsg: recalled ? RECALLED_PLACE : 0,
    IsSystemMsg: 0,
    MsgBody: rawJson(recalled ? "[]" : current.rawBody),
    CloudCustomData: recalled ? undefined : current.customData,
    MsgPriority: 2,
    MsgRandom: msgRandom,
    MsgSeq: identity.msgSeq,
    MsgTimeStamp: secondsOf(message),
  });
}

/** Nobody sent it, and its body is no list. */
const writeTip = ({ msgSeq, at }: SystemTip): string =>
  writeObject({
    From_Account: "@TIM#SYSTEM",
    IsPlaceMsg: 0,
    IsSystemMsg: 1,
    MsgBody: { Data: "a system message", OpType: 8 },
    MsgPriority: 2,
    MsgRandom: msgSeq,
    MsgSeq: msgSeq,
    MsgTimeStamp: Math.floor(at / 1000),
  });

/** At least one message, however long it is: an empty page would never get anyone further. */
function fillPage<Line>(
  messages: readonly Line[],
  countMax: number,
  write: (message: Line) => string,
): readonly string[] {
  const page: string[] = [];
  let bytes = 0;
  for (const message of messages) {
    if (page.length === countMax) break;
    const written = write(message);
    bytes += Buffer.byteLength(written);
    if (page.length > 0 && bytes > PAGE_BYTES_MAX) break;
    page.push(written);
  }
  return page;
}
