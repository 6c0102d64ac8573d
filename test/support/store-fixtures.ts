/** Messages as they arrive and judgements as they are written down, for tests of the record and of the flows. */
import type { RuleId } from "../../src/domain/decision.ts";
import type { SdkAppId } from "../../src/domain/message.ts";
import type { OrderDraft } from "../../src/domain/plan.ts";
import { span } from "../../src/domain/span.ts";
import { epochMs } from "../../src/domain/time.ts";
import type { Arrival } from "../../src/flows/intake.ts";
import type { IntakeEntry, Judgement } from "../../src/ports/store.ts";
import type { MessageCommand } from "../../src/tencent/callback.ts";
import { decodeMessage } from "../../src/tencent/callback.ts";
import { START_MS } from "./fake-clock.ts";

export const APP = 1_400_000_000 as SdkAppId;
export const NOW = epochMs(START_MS);

type Words = {
  readonly from?: string;
  readonly text?: string;
  readonly customData?: string;
  /** In seconds, as Tencent stamps it. */
  readonly time?: number;
};

export function said(msgKey: string, words: Words & { readonly to?: string } = {}): Arrival {
  const { to = "ben", ...rest } = words;
  return arrival("C2C.CallbackAfterSendMsg", { To_Account: to, MsgKey: msgKey, SendMsgResult: 0 }, rest);
}

export function saidInGroup(
  msgSeq: number | undefined,
  words: Words & { readonly group?: string; readonly type?: string; readonly topic?: string } = {},
): Arrival {
  const { group = "hike", type = "Public", topic, ...rest } = words;
  const where = { GroupId: group, Type: type, MsgSeq: msgSeq, TopicId: topic };
  return arrival("Group.CallbackAfterSendMsg", where, rest);
}

function arrival(command: MessageCommand, where: Readonly<Record<string, unknown>>, words: Words): Arrival {
  const { from = "anna", text = "hello", customData, time = START_MS / 1000 } = words;
  const callback = Buffer.from(
    JSON.stringify({
      CallbackCommand: command,
      From_Account: from,
      ...where,
      MsgTime: time,
      MsgBody: [{ MsgType: "TIMTextElem", MsgContent: { Text: text } }],
      CloudCustomData: customData,
    }),
  );
  const decoded = decodeMessage(command, callback, APP);
  if (!decoded.ok) throw new Error(decoded.reason);
  return { message: decoded.message, command, callback, origin: "after_send" };
}

export const entryOf = (arrival: Arrival, judgement: Judgement | undefined, receivedAt: number = NOW): IntakeEntry => ({
  ...arrival,
  judgement,
  receivedAt: epochMs(receivedAt),
});

/** No rule objected. */
export const passed: Judgement = {
  decision: { kind: "pass", revision: "r1", findings: [], edits: [] },
  order: undefined,
  audit: [],
};

/** A rule objected, and `orderId` is to change the message. */
export function objected(orderId: string, more: Partial<OrderDraft> = {}): Judgement {
  const place = { element: 0, part: "text" } as const;
  const rule = "mild" as RuleId;
  const where = span(0, 4);
  return {
    decision: {
      kind: "rewrite",
      revision: "r1",
      findings: [{ rule, category: "profanity", severity: "low", effect: "mask", place, span: where }],
      edits: [{ place, edits: [{ span: where, text: "****" }] }],
    },
    order: {
      id: orderId,
      purpose: "rewrite",
      lane: "live",
      api: "c2c",
      action: "mask",
      state: "pending",
      reason: "",
      payload: `{"payload of":"${orderId}"}`,
      noteSkipped: undefined,
      ...more,
    },
    audit: [{ at: NOW, actor: "emend", act: "decision", modificationId: orderId, detail: { rules: [rule] } }],
  };
}
