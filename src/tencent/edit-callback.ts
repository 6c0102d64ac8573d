/**
 * What becomes of a message after it was sent: edited (https://cloud.tencent.com/document/product/269/128224 one-to-one,
 * …/269/129193 group), recalled (…/269/61697, …/269/73141); and Tencent's word that an API is called too often
 * (https://www.tencentcloud.com/document/product/1047/60256).
 */
import { z } from "zod";
import type { Edit, Recall } from "../domain/edit.ts";
import type { GroupId, MessageRef, UserId } from "../domain/message.ts";
import type { ModifyApi } from "../domain/modification.ts";
import type { EpochMs } from "../domain/time.ts";
import { epochMs } from "../domain/time.ts";
import { elementsOf } from "./body.ts";
import type { EditCommand, RecallCommand } from "./callback.ts";
import { id, messageBody, name, rawBodyIn, readJson, reasonOf, whole } from "./callback.ts";

type Read<Value> = { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly reason: string };

const command = { CallbackCommand: z.string().optional(), EventTime: whole.optional() };
const inGroup = { GroupId: id, TopicId: name.optional() };
/** A group that lists more in one recall is beyond what Tencent's own call takes, which is ten. */
const RECALLED_TOGETHER_MAX = 1_000;

const c2cEdit = z.object({
  ...command,
  Operator_Account: id,
  From_Account: id,
  To_Account: id,
  MsgKey: id,
  MsgBody: messageBody,
  CloudCustomData: z.string().optional(),
});
const groupEdit = z.object({
  ...command,
  ...inGroup,
  Operator_Account: id,
  MsgSeq: whole,
  MsgBody: messageBody,
  // Not documented. Where it comes all the same it is worth a call less.
  CloudCustomData: z.string().optional(),
});
const c2cRecall = z.object({ ...command, From_Account: id, To_Account: id, MsgKey: id });
const groupRecall = z.object({
  ...command,
  ...inGroup,
  Operator_Account: z.string().optional(),
  MsgSeqList: z.array(z.object({ MsgSeq: whole })).max(RECALLED_TOGETHER_MAX),
});
const overLimit = z.object({
  CallbackCommand: z.string().optional(),
  Command: z.string(),
  Request: whole,
  Limit: whole,
});

/** Never throws. */
export function decodeEdit(named: EditCommand, raw: Buffer): Read<Edit> {
  const read = readShape(named, raw, named === "C2C.CallbackAfterModifyMsg" ? c2cEdit : groupEdit);
  if (!read.ok) return read;
  const { json, fields } = read;
  const told = "From_Account" in fields || fields.CloudCustomData !== undefined;
  return {
    ok: true,
    value: {
      ref: "From_Account" in fields ? c2cRef(fields) : groupRef(fields, fields.MsgSeq),
      operator: fields.Operator_Account as UserId,
      eventAt: timeOf(fields),
      elements: elementsOf(fields.MsgBody),
      body: rawBodyIn(json),
      customData: told ? { told, text: fields.CloudCustomData } : { told },
    },
  };
}

/** Never throws. */
export function decodeRecall(named: RecallCommand, raw: Buffer): Read<Recall> {
  const read = readShape(named, raw, named === "C2C.CallbackAfterMsgWithDraw" ? c2cRecall : groupRecall);
  if (!read.ok) return read;
  const { fields } = read;
  const eventAt = timeOf(fields);
  if ("MsgKey" in fields) return { ok: true, value: { refs: [c2cRef(fields)], operator: undefined, eventAt } };
  const refs = fields.MsgSeqList.map(({ MsgSeq }) => groupRef(fields, MsgSeq));
  return { ok: true, value: { refs, operator: (fields.Operator_Account || undefined) as UserId | undefined, eventAt } };
}

/** How often an API was called in a second, by everybody, and how often it may be. */
export type OverLimit = { readonly api: ModifyApi | undefined; readonly calls: number; readonly callsMax: number };

/** Never throws. */
export function decodeOverLimit(raw: Buffer): Read<OverLimit> {
  const read = readShape("Alert.RequestOverLimit", raw, overLimit);
  if (!read.ok) return read;
  const { Command, Request, Limit } = read.fields;
  const api = Command === "modify_c2c_msg" ? "c2c" : Command === "modify_group_msg" ? "group" : undefined;
  return { ok: true, value: { api, calls: Request, callsMax: Limit } };
}

function readShape<Shape extends z.ZodType<{ readonly CallbackCommand?: string | undefined }>>(
  named: string,
  raw: Buffer,
  shape: Shape,
):
  | { readonly ok: true; readonly json: string; readonly fields: z.infer<Shape> }
  | { readonly ok: false; readonly reason: string } {
  const read = readJson(raw);
  if (!read.ok) return read;
  const shaped = shape.safeParse(read.parsed);
  if (!shaped.success) return { ok: false, reason: reasonOf(shaped.error) };
  const { CallbackCommand: said } = shaped.data;
  if (said !== undefined && said !== named) {
    return { ok: false, reason: "the body names another command than the query" };
  }
  return { ok: true, json: read.json, fields: shaped.data };
}

const timeOf = ({ EventTime }: { readonly EventTime?: number | undefined }): EpochMs | undefined =>
  EventTime === undefined ? undefined : epochMs(EventTime);

const c2cRef = (fields: {
  readonly From_Account: string;
  readonly To_Account: string;
  readonly MsgKey: string;
}): MessageRef => ({
  kind: "c2c",
  from: fields.From_Account as UserId,
  to: fields.To_Account as UserId,
  msgKey: fields.MsgKey,
});

/** Outside topics Tencent sends an empty TopicId, or none; it must not go back. */
const groupRef = (
  fields: { readonly GroupId: string; readonly TopicId?: string | undefined },
  msgSeq: number,
): MessageRef => ({ kind: "group", groupId: fields.GroupId as GroupId, topicId: fields.TopicId || undefined, msgSeq });
