/** Reading a message back: https://cloud.tencent.com/document/product/269/42794 (one-to-one) and …/269/2738 (group). */
import { isArray, isObject, isString, items, memberOf, readString, rootValue } from "../domain/json-text.ts";
import type { MessageRef } from "../domain/message.ts";
import type { ReadBack } from "../ports/im-client.ts";

export const C2C_HISTORY = "/v4/openim/admin_getroammsg";
export const GROUP_HISTORY = "/v4/group_open_http_svc/group_msg_get_simple";

/** A page of one-to-one history holds what two people said in one second; more than this in a second is no chat. */
const SAME_SECOND_MAX = 100;

/**
 * There is no call for one message. @returns path and body of the page that holds it
 *
 * @param after the key that the page before ended with, from `nextPageIn`
 */
export function historyRequest(
  ref: MessageRef,
  after: string | undefined,
): readonly [string, Readonly<Record<string, unknown>>] {
  if (ref.kind === "group") {
    const topic = ref.topicId === undefined ? {} : { TopicId: ref.topicId };
    return [GROUP_HISTORY, { GroupId: ref.groupId, ReqMsgSeq: ref.msgSeq, ReqMsgNumber: 1, ...topic }];
  }
  // There is no call to read one message by its key; its last part is the second in which it was sent.
  const second = Number(ref.msgKey.split("_").at(-1));
  return [
    C2C_HISTORY,
    {
      // The receiver's view: the sender may have deleted their own copy.
      Operator_Account: ref.to,
      Peer_Account: ref.from,
      MaxCnt: SAME_SECOND_MAX,
      MinTime: second,
      MaxTime: second,
      ...(after === undefined ? {} : { LastMsgKey: after }),
    },
  ];
}

/** `MsgFlagBits` of a recalled message: https://cloud.tencent.com/document/product/269/42794. */
export const RECALLED_FLAG = 8;

/** Where the next page of one-to-one history begins; undefined behind the last one. Pages end at 13 KB. */
export function nextPageIn(json: string): string | undefined {
  const page = JSON.parse(json) as { readonly Complete?: unknown; readonly LastMsgKey?: unknown };
  return page.Complete === 0 && typeof page.LastMsgKey === "string" && page.LastMsgKey !== ""
    ? page.LastMsgKey
    : undefined;
}

/** @returns the message in a page of history, or that it is not there to be modified */
export function findIn(json: string, ref: MessageRef): ReadBack {
  const list = memberOf(json, rootValue(json), ref.kind === "c2c" ? "MsgList" : "RspMsgList");
  if (list === undefined || !isArray(json, list)) return { kind: "gone" };
  for (const item of items(json, list)) {
    if (!isObject(json, item)) continue;
    const field = (name: string): unknown => {
      const range = memberOf(json, item, name);
      return range === undefined ? undefined : (JSON.parse(json.slice(range.start, range.end)) as unknown);
    };
    // Each side of a chat makes its own keys, and one may copy the other's.
    const same =
      ref.kind === "c2c"
        ? field("MsgKey") === ref.msgKey && (field("From_Account") ?? ref.from) === ref.from
        : field("MsgSeq") === ref.msgSeq;
    if (!same) continue;
    const body = memberOf(json, item, "MsgBody");
    const placeholder = Number(field("IsPlaceMsg") ?? 0) !== 0;
    const recalled = (Number(field("MsgFlagBits") ?? 0) & RECALLED_FLAG) !== 0;
    // The body of a system message, which nobody sent, is no array.
    if (body === undefined || !isArray(json, body) || placeholder || recalled) return { kind: "gone" };
    const customData = memberOf(json, item, "CloudCustomData");
    return {
      kind: "found",
      body: json.slice(body.start, body.end),
      customData: customData && isString(json, customData) ? readString(json, customData).value : undefined,
    };
  }
  return { kind: "gone" };
}
