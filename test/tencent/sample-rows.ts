/** How a row of the table of recorded callbacks is written: in terms of what Tencent's pages say, not of our code. */
import type { GroupId, Message, UserId } from "../../src/domain/message.ts";
import type { OrderDraft } from "../../src/domain/plan.ts";
import { epochMs } from "../../src/domain/time.ts";

export const ORDER_ID = "01JSAMPLE0000000000000000A";
export const NOTED_AT = epochMs(1_789_000_000_000);

type Read = Omit<Message, "sdkAppId" | "body">;
type Written = Omit<OrderDraft, "id" | "purpose" | "lane">;
export type MessageRow = {
  readonly kind: "message";
  readonly read: Read;
  readonly decision: "pass" | "review" | "rewrite";
  readonly order: Written | undefined;
  /** The custom data in the payload with EMEND_NON_JSON=wrap, where that makes a difference. */
  readonly wrapped?: string;
};
export type SampleRow =
  | { readonly kind: "unused" | "edit" | "recall" | "alert" }
  | { readonly kind: "forbidden"; readonly why: "sdk_app_id" }
  | MessageRow;

export const noteOf = (action: "mask" | "flag"): string =>
  `"moderation":[{"v":1,"id":"01JSAMPLE0000000000000000A","action":"${action}","rules":["words"],"at":1789000000000}]`;
export const note = noteOf("mask");
const anna = "user_anna" as UserId;
const ben = "user_ben" as UserId;

type Outcome =
  | { readonly becomes: string; readonly customData?: string; readonly skipped?: Written["noteSkipped"] }
  | { readonly flagged: string }
  | { readonly refused: string }
  | "pass";

type Shown = Partial<Omit<Read, "elements">> & { readonly elements: Message["elements"]; readonly wrapped?: string };
export const text = (value: string): Message["elements"][number] => ({ kind: "text", text: value });
export const textElem = (json: string): string => `[{"MsgType":"TIMTextElem","MsgContent":{"Text":"${json}"}}]`;

function row(api: "c2c" | "group", address: string, outcome: Outcome, read: MessageRow["read"], wrapped?: string) {
  const common = { kind: "message", read, ...(wrapped === undefined ? {} : { wrapped }) } as const;
  if (outcome === "pass") return { ...common, decision: "pass", order: undefined } as const;
  const order = (more: Partial<Written>): Written => ({
    ...{ api, action: "mask", state: "pending", reason: "", payload: "", noteSkipped: undefined },
    ...more,
  });
  if ("refused" in outcome) {
    return { ...common, decision: "rewrite", order: order({ state: "refused", reason: outcome.refused }) } as const;
  }
  if ("flagged" in outcome) {
    const payload = `{${address},"CloudCustomData":${JSON.stringify(outcome.flagged)}}`;
    return { ...common, decision: "review", order: order({ action: "flag", payload }) } as const;
  }
  const { becomes, skipped } = outcome;
  const custom = skipped ? "" : `,"CloudCustomData":${JSON.stringify(outcome.customData ?? `{${note}}`)}`;
  const payload = `{${address},"MsgBody":${becomes}${custom}}`;
  return { ...common, decision: "rewrite", order: order({ payload, noteSkipped: skipped }) } as const;
}

/** From Anna to Ben. The second of the key is when it was sent; the callback came 123 ms into it. */
export function c2c(msgKey: string, outcome: Outcome, { elements, wrapped, ...more }: Shown): MessageRow {
  const sentAt = Number(msgKey.split("_")[2]) * 1000;
  const sender = more.sender ?? anna;
  const read: Read = {
    ref: { kind: "c2c", from: sender, to: ben, msgKey },
    ...{ sender, operator: undefined, groupType: undefined, unmodifiable: undefined, customData: undefined },
    ...{ sentAt: epochMs(sentAt), eventAt: epochMs(sentAt + 123), elements },
    ...more,
  };
  const address = `"From_Account":"${sender}","To_Account":"user_ben","MsgKey":"${msgKey}"`;
  return row("c2c", address, outcome, read, wrapped);
}

/** From Anna, who also operates; the callback came 321 ms into the second of sending. */
export function group(
  at: readonly [string, number, string?],
  seconds: number,
  outcome: Outcome,
  shown: Shown,
): MessageRow {
  const [groupId, msgSeq, topicId] = at;
  const read: Read = {
    ref: { kind: "group", groupId: groupId as GroupId, topicId, msgSeq },
    ...{ sender: anna, operator: undefined, groupType: "Public", unmodifiable: undefined, customData: undefined },
    ...{ sentAt: epochMs(seconds * 1000), eventAt: epochMs(seconds * 1000 + 321) },
    ...shown,
  };
  const topic = topicId === undefined ? "" : `,"TopicId":"${topicId}"`;
  return row("group", `"GroupId":"${groupId}","MsgSeq":${msgSeq}${topic}`, outcome, read);
}
