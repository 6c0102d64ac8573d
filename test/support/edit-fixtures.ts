/** Edits and recalls as they arrive. */
import { fingerprint, textFingerprint } from "../../src/domain/fingerprint.ts";
import type { EpochMs } from "../../src/domain/time.ts";
import { epochMs } from "../../src/domain/time.ts";
import type { EditArrival } from "../../src/flows/edits.ts";
import type { EditEntry } from "../../src/ports/edits.ts";
import type { Judgement } from "../../src/ports/store.ts";
import type { EditCommand, RecallCommand } from "../../src/tencent/callback.ts";
import { decodeEdit, decodeRecall } from "../../src/tencent/edit-callback.ts";
import { NOW, objected } from "./store-fixtures.ts";

type Words = {
  readonly text?: string;
  readonly by?: string;
  readonly from?: string;
  readonly to?: string;
  readonly customData?: string;
  /** Milliseconds after the start of the story; undefined where Tencent does not say. */
  readonly at?: number | undefined;
};

export const textBody = (text: string): string =>
  JSON.stringify([{ MsgType: "TIMTextElem", MsgContent: { Text: text } }]);

export function editOf(address: string | number, words: Words = {}): EditArrival {
  const { text = "hello", by = "ben", from = "anna", to = "ben", customData } = words;
  const at = "at" in words ? words.at : 1_000;
  const command: EditCommand =
    typeof address === "string" ? "C2C.CallbackAfterModifyMsg" : "Group.CallbackAfterModifyMsg";
  const where =
    typeof address === "string"
      ? { From_Account: from, To_Account: to, MsgKey: address, CloudCustomData: customData, MsgTime: NOW / 1000 }
      : { GroupId: "hike", TopicId: "", MsgSeq: address };
  const EventTime = at === undefined ? undefined : NOW + at;
  const fields = { ...where, Operator_Account: by, MsgBody: JSON.parse(textBody(text)) as unknown, EventTime };
  const callback = Buffer.from(JSON.stringify(fields));
  const decoded = decodeEdit(command, callback);
  if (!decoded.ok) throw new Error(decoded.reason);
  return { edit: decoded.value, command, callback };
}

export const editEntry = (arrival: EditArrival, receivedAt: EpochMs = epochMs(NOW + 1_000)): EditEntry => ({
  ...arrival,
  receivedAt,
  byAdmin: arrival.edit.operator === "administrator",
});

export function recallOf(address: string | readonly number[], at = 2_000) {
  const command: RecallCommand =
    typeof address === "string" ? "C2C.CallbackAfterMsgWithDraw" : "Group.CallbackAfterRecallMsg";
  const where =
    typeof address === "string"
      ? { From_Account: "anna", To_Account: "ben", MsgKey: address }
      : { GroupId: "hike", Operator_Account: "anna", MsgSeqList: address.map((MsgSeq) => ({ MsgSeq })) };
  const decoded = decodeRecall(command, Buffer.from(JSON.stringify({ ...where, EventTime: NOW + at })));
  if (!decoded.ok) throw new Error(decoded.reason);
  return decoded.value;
}

/** A judgement whose order turns `judged` into `sent`. */
export const changing = (orderId: string, judged: string, sent: string, more = {}): Judgement => ({
  ...objected(orderId, more),
  prints: {
    judgedBody: fingerprint(textBody(judged)),
    judgedData: textFingerprint(undefined),
    sentBody: fingerprint(textBody(sent)),
  },
});
