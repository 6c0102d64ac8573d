/**
 * Pages of history as callbacks: https://cloud.tencent.com/document/product/269/2738 (group) and …/269/42794 (one-to-one).
 * A message that was missed is spelt as the callback that should have come, its body and custom data byte for byte, and
 * decoded like one; from then on nobody has to know where it came from.
 */
import type { Range } from "../domain/json-text.ts";
import { isArray, isObject, isString, items, memberOf, rootValue } from "../domain/json-text.ts";
import type { SdkAppId } from "../domain/message.ts";
import { epochMs } from "../domain/time.ts";
import type { GroupPlace, HistoryLine, HistoryPage, Pair } from "../ports/history.ts";
import type { MessageCommand } from "./callback.ts";
import { decodeMessage } from "./callback.ts";
import { RECALLED_FLAG } from "./history.ts";

/** `IsFinished` when the rest is past keeping. */
const EXPIRED = 2;

/** @returns undefined for an answer that is no page */
export function readGroupPage(json: string, place: GroupPlace, sdkAppId: SdkAppId): HistoryPage | undefined {
  const list = memberOf(json, rootValue(json), "RspMsgList");
  const finished = fieldOf(json, rootValue(json), "IsFinished");
  if (list === undefined || !isArray(json, list)) return undefined;
  const lines = [...items(json, list)].map((item) => groupLine(json, item, place, sdkAppId));
  lines.sort((a, b) => (a.seq ?? 0) - (b.seq ?? 0));
  return { lines, after: undefined, expired: Number(finished) === EXPIRED };
}

function groupLine(json: string, item: Range, place: GroupPlace, sdkAppId: SdkAppId): HistoryLine {
  const field = (name: string): unknown => fieldOf(json, item, name);
  const given = field("MsgSeq");
  const seq = Number.isSafeInteger(given) ? (given as number) : undefined;
  const empty = Number(field("IsPlaceMsg") ?? 0) !== 0 || Number(field("IsSystemMsg") ?? 0) !== 0;
  const body = rawOf(json, item, "MsgBody");
  // The body of a system message, which nobody sent, may be an object, and old answers do not mark it.
  if (seq === undefined || empty || body?.startsWith("[") !== true || body === "[]") return { seq, kind: "nothing" };
  const callback = spell("Group.CallbackAfterSendMsg", [
    ["GroupId", JSON.stringify(place.groupId)],
    ["Type", place.groupType === undefined ? undefined : JSON.stringify(place.groupType)],
    ["TopicId", place.topicId === undefined ? undefined : JSON.stringify(place.topicId)],
    ["From_Account", rawOf(json, item, "From_Account")],
    ["Random", rawOf(json, item, "MsgRandom")],
    ["MsgSeq", String(seq)],
    ["MsgTime", rawOf(json, item, "MsgTimeStamp")],
    ["MsgBody", body],
    ["CloudCustomData", textOf(json, item, "CloudCustomData")],
  ]);
  return { seq, ...decoded("Group.CallbackAfterSendMsg", callback, sdkAppId) };
}

/** @returns undefined for an answer that is no page */
export function readC2cPage(json: string, [one, other]: Pair, sdkAppId: SdkAppId): HistoryPage | undefined {
  const root = rootValue(json);
  const list = memberOf(json, root, "MsgList");
  if (list === undefined || !isArray(json, list)) return undefined;
  const lines = [...items(json, list)].map((item) => c2cLine(json, item, [one, other], sdkAppId)).reverse();
  const msgKey = fieldOf(json, root, "LastMsgKey");
  const lastTime = fieldOf(json, root, "LastMsgTime");
  const more = fieldOf(json, root, "Complete") === 0 && typeof msgKey === "string" && msgKey !== "";
  const after =
    more && typeof lastTime === "number" ? { msgKey: String(msgKey), until: epochMs(lastTime * 1000) } : undefined;
  return { lines, after, expired: false };
}

function c2cLine(json: string, item: Range, [one, other]: Pair, sdkAppId: SdkAppId): HistoryLine {
  const recalled = (Number(fieldOf(json, item, "MsgFlagBits") ?? 0) & RECALLED_FLAG) !== 0;
  const body = rawOf(json, item, "MsgBody");
  if (recalled || body?.startsWith("[") !== true || body === "[]") return { seq: undefined, kind: "nothing" };
  const from = fieldOf(json, item, "From_Account");
  const callback = spell("C2C.CallbackAfterSendMsg", [
    ["From_Account", rawOf(json, item, "From_Account")],
    // Some answers name the sender alone.
    ["To_Account", rawOf(json, item, "To_Account") ?? JSON.stringify(from === one ? other : one)],
    ["MsgSeq", rawOf(json, item, "MsgSeq")],
    ["MsgRandom", rawOf(json, item, "MsgRandom")],
    ["MsgTime", rawOf(json, item, "MsgTimeStamp")],
    ["MsgKey", rawOf(json, item, "MsgKey")],
    ["SendMsgResult", "0"],
    ["MsgBody", body],
    ["CloudCustomData", textOf(json, item, "CloudCustomData")],
  ]);
  return { seq: undefined, ...decoded("C2C.CallbackAfterSendMsg", callback, sdkAppId) };
}

type Decoded =
  Exclude<HistoryLine, { readonly kind: "nothing" }> extends infer Line
    ? Line extends unknown
      ? Omit<Line, "seq">
      : never
    : never;

function decoded(command: MessageCommand, callback: Buffer, sdkAppId: SdkAppId): Decoded {
  const read = decodeMessage(command, callback, sdkAppId);
  return read.ok
    ? { kind: "message", message: read.message, command, callback }
    : { kind: "unreadable", reason: read.reason, command, callback };
}

/** @param members names with JSON texts; one without a text is left out, as Tencent does */
function spell(command: string, members: readonly (readonly [string, string | undefined])[]): Buffer {
  const all = [["CallbackCommand", JSON.stringify(command)] as const, ...members];
  const spelled = all.flatMap(([name, text]) => (text === undefined ? [] : [`${JSON.stringify(name)}:${text}`]));
  return Buffer.from(`{${spelled.join(",")}}`);
}

const rawOf = (json: string, item: Range, name: string): string | undefined => {
  const range = isObject(json, item) ? memberOf(json, item, name) : undefined;
  return range === undefined ? undefined : json.slice(range.start, range.end);
};

/** Null, where Tencent writes it, means that there is none. */
const textOf = (json: string, item: Range, name: string): string | undefined => {
  const range = isObject(json, item) ? memberOf(json, item, name) : undefined;
  return range !== undefined && isString(json, range) ? json.slice(range.start, range.end) : undefined;
};

function fieldOf(json: string, item: Range, name: string): unknown {
  const raw = rawOf(json, item, name);
  return raw === undefined ? undefined : (JSON.parse(raw) as unknown);
}
