/**
 * Tencent's callbacks: is it Tencent's, is it for us, what does it say?
 * Transport and signature: https://cloud.tencent.com/document/product/269/1522 and …/269/32431; after-send bodies:
 * …/269/2716 (one-to-one) and …/269/2661 (group).
 */
import { isUtf8 } from "node:buffer";
import { createHash, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import { memberOf, rootValue } from "../domain/json-text.ts";
import type { GroupId, Message, MessageRef, SdkAppId, UnnumberedRef, Unmodifiable, UserId } from "../domain/message.ts";
import type { Secret } from "../domain/secret.ts";
import type { EpochMs } from "../domain/time.ts";
import { epochMs } from "../domain/time.ts";
import { elementsOf } from "./body.ts";

export type CallbackSettings = { readonly sdkAppId: SdkAppId; readonly token: Secret | undefined };

/** What the URL says; enough to know whether the body is worth reading. */
export type CallbackQuery =
  /** No command: the console's check button, or nothing we know. */
  | { readonly kind: "check" }
  | { readonly kind: "forbidden"; readonly why: Distrust }
  | { readonly kind: "unused"; readonly command: string }
  | { readonly kind: "message"; readonly command: MessageCommand }
  | { readonly kind: "edit"; readonly command: EditCommand }
  | { readonly kind: "recall"; readonly command: RecallCommand }
  | { readonly kind: "alert"; readonly command: AlertCommand };

export type Distrust = "sdk_app_id" | "signature" | "request_time";

/** For the person who reads the console's error detail. */
export const distrustInWords: Readonly<Record<Distrust, string>> = {
  sdk_app_id: "SdkAppid is not the one this service serves.",
  signature: "Sign is missing or wrong.",
  request_time: "RequestTime is more than a minute from this machine's clock.",
};

export type MessageCommand = "C2C.CallbackAfterSendMsg" | "Group.CallbackAfterSendMsg";
export type EditCommand = "C2C.CallbackAfterModifyMsg" | "Group.CallbackAfterModifyMsg";
export type TellingCommand = MessageCommand | "C2C.CallbackAfterModifyMsg";
export type RecallCommand = "C2C.CallbackAfterMsgWithDraw" | "Group.CallbackAfterRecallMsg";
export type AlertCommand = "Alert.RequestOverLimit";

/** Tencent's page: a request whose time is more than a minute from ours is not to be believed. */
const REQUEST_TIME_WINDOW_MS = 60_000;

/** @param query the part of the URL behind `?` */
export function readQuery(query: string, settings: CallbackSettings, now: EpochMs): CallbackQuery {
  const parameters = new URLSearchParams(query);
  const command = parameters.get("CallbackCommand") ?? "";
  if (command === "") return { kind: "check" };
  if (only(parameters, "SdkAppid") !== String(settings.sdkAppId)) return { kind: "forbidden", why: "sdk_app_id" };
  if (settings.token !== undefined) {
    const why = distrust(parameters, settings.token, now);
    if (why !== undefined) return { kind: "forbidden", why };
  }
  switch (command) {
    case "C2C.CallbackAfterSendMsg":
    case "Group.CallbackAfterSendMsg":
      return { kind: "message", command };
    case "C2C.CallbackAfterModifyMsg":
    case "Group.CallbackAfterModifyMsg":
      return { kind: "edit", command };
    case "C2C.CallbackAfterMsgWithDraw":
    case "Group.CallbackAfterRecallMsg":
      return { kind: "recall", command };
    case "Alert.RequestOverLimit":
      return { kind: "alert", command };
    default:
      return { kind: "unused", command };
  }
}

/** A query as Tencent would write it, signed where there is a token: for whoever wants to be taken for Tencent. */
export function writeQuery(command: string, settings: CallbackSettings, now: EpochMs): string {
  const time = String(Math.floor(now / 1000));
  return new URLSearchParams({
    SdkAppid: String(settings.sdkAppId),
    CallbackCommand: command,
    contenttype: "json",
    ...(settings.token === undefined ? {} : { RequestTime: time, Sign: signOf(settings.token, time) }),
  }).toString();
}

/** SHA-256 of token and time, in lower-case hex. It covers neither the body nor the command. */
const signOf = (token: Secret, time: string): string =>
  createHash("sha256")
    .update(token.reveal() + time)
    .digest("hex");

/** A parameter that stands there exactly once. */
function only(parameters: URLSearchParams, name: string): string | undefined {
  const all = parameters.getAll(name);
  return all.length === 1 ? all[0] : undefined;
}

function distrust(parameters: URLSearchParams, token: Secret, now: EpochMs): Distrust | undefined {
  const sign = only(parameters, "Sign") ?? "";
  const time = only(parameters, "RequestTime") ?? "";
  const expected = Buffer.from(signOf(token, time));
  const given = Buffer.from(sign);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return "signature";
  if (!/^\d{1,12}$/.test(time)) return "request_time";
  return Math.abs(now - Number(time) * 1000) > REQUEST_TIME_WINDOW_MS ? "request_time" : undefined;
}

export const isMessageCommand = (command: string): command is MessageCommand =>
  command === "C2C.CallbackAfterSendMsg" || command === "Group.CallbackAfterSendMsg";

export const isEditCommand = (command: string): command is EditCommand =>
  command === "C2C.CallbackAfterModifyMsg" || command === "Group.CallbackAfterModifyMsg";

/** Whether a recorded callback tells a whole message; see `decodeMessage`. */
export const tellsMessage = (command: string): command is TellingCommand =>
  isMessageCommand(command) || command === "C2C.CallbackAfterModifyMsg";

/** Whole and not negative; some pages print numbers in quotes. */
export const whole = z.union([
  z.number().int().nonnegative(),
  z
    .string()
    .regex(/^\d{1,15}$/)
    .transform(Number),
]);
/** No UserID or GroupID comes near this; the bound keeps nonsense out of the index. */
const ID_UNITS_MAX = 256;
export const name = z
  .string()
  .max(ID_UNITS_MAX)
  .refine((value) => value.isWellFormed() && !value.includes("\0"), "has a lone surrogate or a NUL in it");
export const id = name.min(1);
export const messageBody = z.array(z.looseObject({ MsgType: z.string().min(1) }));

const common = {
  CallbackCommand: z.string().optional(),
  From_Account: id,
  OnlineOnlyFlag: whole.optional(),
  MsgTime: whole.optional(),
  EventTime: whole.optional(),
  MsgBody: messageBody,
  CloudCustomData: z.string().optional(),
};
const c2cShape = z.object({
  ...common,
  To_Account: id,
  MsgKey: id.optional(),
  MsgSeq: whole.optional(),
  MsgRandom: whole.optional(),
  SendMsgResult: z.union([z.number().int(), whole]).optional(),
});
const groupShape = z.object({
  ...common,
  GroupId: id,
  Type: z.string().optional(),
  TopicId: name.optional(),
  MsgSeq: whole.optional(),
  Operator_Account: z.string().optional(),
});

/** Groups that keep no history; Tencent refuses to modify their messages. */
const liveGroupTypes = new Set(["AVChatRoom", "BChatRoom", "Live"]);

/** The smallest element takes some thirty bytes and Tencent takes 12 K: no message has more than a few hundred. */
const ELEMENTS_MAX = 1_000;

const elementsIn = (parsed: unknown): number =>
  typeof parsed === "object" && parsed !== null && "MsgBody" in parsed && Array.isArray(parsed.MsgBody)
    ? parsed.MsgBody.length
    : 0;

type Decoded = { readonly ok: true; readonly message: Message } | { readonly ok: false; readonly reason: string };

type ReadJson =
  | { readonly ok: true; readonly json: string; readonly parsed: unknown }
  | { readonly ok: false; readonly reason: string };

/** What every body has to be before its shape is looked at. */
export function readJson(raw: Buffer): ReadJson {
  if (!isUtf8(raw)) return { ok: false, reason: "the body is not UTF-8" };
  const json = raw.toString("utf8");
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch {
    return { ok: false, reason: "the body is not JSON" };
  }
  if (elementsIn(parsed) > ELEMENTS_MAX) return { ok: false, reason: `MsgBody: more than ${ELEMENTS_MAX} elements` };
  return { ok: true, json, parsed };
}

/** `MsgBody` exactly as it came. */
export function rawBodyIn(json: string): string {
  const range = memberOf(json, rootValue(json), "MsgBody");
  return range === undefined ? "[]" : json.slice(range.start, range.end);
}

/**
 * Reads the body of an after-send callback, fresh or from the record. Never throws. The one of a one-to-one edit tells all
 * that a message has: where the message itself never came, the edit stands for it.
 */
export function decodeMessage(command: TellingCommand, raw: Buffer, sdkAppId: SdkAppId): Decoded {
  const read = readJson(raw);
  if (!read.ok) return read;
  const { json, parsed } = read;
  const group = command === "Group.CallbackAfterSendMsg";
  const shaped = group ? decodeGroup(parsed, raw) : decodeC2c(parsed);
  if (!shaped.ok) return shaped;
  const { fields, ...parts } = shaped;
  if (fields.CallbackCommand !== undefined && fields.CallbackCommand !== command) {
    return { ok: false, reason: "the body names another command than the query" };
  }
  return {
    ok: true,
    message: {
      sdkAppId,
      ref: parts.ref,
      sender: fields.From_Account as UserId,
      operator: parts.operator,
      groupType: parts.groupType,
      sentAt: fields.MsgTime === undefined ? undefined : epochMs(fields.MsgTime * 1000),
      eventAt: fields.EventTime === undefined ? undefined : epochMs(fields.EventTime),
      unmodifiable: parts.unmodifiable,
      elements: elementsOf(fields.MsgBody),
      customData: fields.CloudCustomData,
      // Only messages that a rule objects to are rewritten: most bodies are never looked up.
      get body() {
        return rawBodyIn(json);
      },
    },
  };
}

type Shaped<Fields> =
  | { readonly ok: false; readonly reason: string }
  | {
      readonly ok: true;
      readonly fields: Fields;
      readonly ref: MessageRef | UnnumberedRef;
      readonly operator: string | undefined;
      readonly groupType: string | undefined;
      readonly unmodifiable: Unmodifiable | undefined;
    };

function decodeC2c(parsed: unknown): Shaped<z.infer<typeof c2cShape>> {
  const shape = c2cShape.safeParse(parsed);
  if (!shape.success) return { ok: false, reason: reasonOf(shape.error) };
  const fields = shape.data;
  // Callbacks from before 2020 lack the key; every documented one is made of these three.
  const parts = [fields.MsgSeq, fields.MsgRandom, fields.MsgTime];
  const msgKey = fields.MsgKey ?? (parts.includes(undefined) ? undefined : parts.join("_"));
  if (msgKey === undefined) return { ok: false, reason: "MsgKey is missing and cannot be rebuilt" };
  return {
    ok: true,
    fields,
    ref: { kind: "c2c", from: fields.From_Account as UserId, to: fields.To_Account as UserId, msgKey },
    operator: undefined,
    groupType: undefined,
    unmodifiable:
      (fields.SendMsgResult ?? 0) !== 0 ? "send_failed" : fields.OnlineOnlyFlag === 1 ? "online_only" : undefined,
  };
}

function decodeGroup(parsed: unknown, raw: Buffer): Shaped<z.infer<typeof groupShape>> {
  const shape = groupShape.safeParse(parsed);
  if (!shape.success) return { ok: false, reason: reasonOf(shape.error) };
  const fields = shape.data;
  const live = fields.Type !== undefined && liveGroupTypes.has(fields.Type);
  const groupId = fields.GroupId as GroupId;
  if (fields.MsgSeq === undefined && !live) return { ok: false, reason: "MsgSeq is missing" };
  return {
    ok: true,
    fields,
    ref:
      fields.MsgSeq === undefined
        ? { kind: "unnumbered", groupId, digest: createHash("sha256").update(raw).digest("hex") }
        : // Outside topics Tencent sends an empty TopicId, or none; it must not go back.
          { kind: "group", groupId, topicId: fields.TopicId || undefined, msgSeq: fields.MsgSeq },
    operator: operatorOf(fields),
    groupType: fields.Type,
    unmodifiable: live ? "live_group" : fields.OnlineOnlyFlag === 1 ? "online_only" : undefined,
  };
}

/** Tencent repeats the sender here, or leaves it empty, where nobody sent on another's behalf. */
function operatorOf(fields: z.infer<typeof groupShape>): string | undefined {
  const operator = fields.Operator_Account;
  return operator === "" || operator === fields.From_Account ? undefined : operator;
}

/** The first fault, by name of the field. The values stay out of it: they are people's. */
export function reasonOf(error: z.ZodError): string {
  const issue = error.issues[0];
  return issue === undefined ? "unknown shape" : `${issue.path.join(".") || "body"}: ${issue.message}`;
}
