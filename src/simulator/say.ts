/** What a user says, as it comes from a control route or from a program, and the checks that it passes. */
import { MESSAGE_BYTES_MAX, refuseBody, textBody } from "./body-format.ts";
import { badInput } from "./errors.ts";

export const GROUP_TYPES = [
  "Private",
  "Public",
  "ChatRoom",
  "AVChatRoom",
  "Community",
  "Work",
  "Meeting",
  "BChatRoom",
  "Live",
] as const;
export type GroupType = (typeof GROUP_TYPES)[number];

/** Broadcast to whoever is there: nothing is stored, so nothing can be looked up or modified. */
export const isLive = (type: GroupType): boolean => type === "AVChatRoom" || type === "BChatRoom" || type === "Live";

/** Either `to` or `group`; one of `text`, `body` and `rawBody`. */
export type Say = {
  readonly from: string;
  readonly to?: string | undefined;
  readonly group?: string | undefined;
  readonly topic?: string | undefined;
  /** Needed for the first message of a group only; `Community` where there is a topic, else `Public`. */
  readonly groupType?: GroupType | undefined;
  readonly text?: string | undefined;
  readonly body?: readonly unknown[] | undefined;
  /** The text of a JSON array, kept to the byte. */
  readonly rawBody?: string | undefined;
  readonly customData?: string | undefined;
  readonly onlineOnly?: boolean | undefined;
};

export type Content = { readonly rawBody: string | undefined; readonly customData: string | undefined };

export type Where =
  | { readonly kind: "c2c"; readonly to: string }
  | {
      readonly kind: "group";
      readonly groupId: string;
      readonly topicId: string | undefined;
      readonly groupType: GroupType | undefined;
    };

export type SayOrder = {
  readonly from: string;
  readonly where: Where;
  readonly rawBody: string;
  readonly customData: string | undefined;
  readonly onlineOnly: boolean;
};

export type Fields = Readonly<Record<string, unknown>>;

export function checkSay(fields: Fields): SayOrder {
  refuseUnknown(fields, SAY_FIELDS);
  const content = checkContent(fields);
  if (content.rawBody === undefined) throw badInput('Give the message as "text" or as "body" (a MsgBody array).');
  const onlineOnly = fields["onlineOnly"] ?? false;
  if (typeof onlineOnly !== "boolean") throw badInput('"onlineOnly" must be true or false.');
  return {
    from: userId(fields, "from"),
    where: checkWhere(fields),
    rawBody: content.rawBody,
    customData: content.customData,
    onlineOnly,
  };
}

/** A system message of a group, such as "anna joined": it takes a number, and nobody is told by a callback. */
export type Tip = Pick<Say, "group" | "topic" | "groupType">;

export function checkTip(fields: Fields): Where & { readonly kind: "group" } {
  refuseUnknown(fields, ["group", "topic", "groupType"]);
  const where = checkWhere(fields);
  if (where.kind !== "group") throw badInput('Say where: "group".');
  return where;
}

const CONTENT_FIELDS = ["text", "body", "rawBody", "customData"];
const SAY_FIELDS = ["from", "to", "group", "topic", "groupType", "onlineOnly", ...CONTENT_FIELDS];
export const EDIT_FIELDS = ["by", "id", ...CONTENT_FIELDS];
export const RECALL_FIELDS = ["by", "id"];

export function refuseUnknown(fields: Fields, known: readonly string[]): void {
  const unknown = Object.keys(fields).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw badInput(`There is no field ${JSON.stringify(unknown)} here; known are ${known.join(", ")}.`);
}

export function checkContent(fields: Fields): Content {
  const customData = optionalText(fields, "customData");
  const given = ["text", "body", "rawBody"].filter((name) => fields[name] !== undefined);
  if (given.length > 1) throw badInput(`Give one of ${given.map((name) => `"${name}"`).join(" and ")}, not both.`);
  const rawBody = rawBodyOf(fields);
  if (rawBody !== undefined && Buffer.byteLength(rawBody) > MESSAGE_BYTES_MAX) {
    throw badInput(`The message is over ${MESSAGE_BYTES_MAX} bytes, which Tencent does not carry.`);
  }
  return { rawBody, customData };
}

function rawBodyOf(fields: Fields): string | undefined {
  const text = optionalText(fields, "text");
  if (text !== undefined) return textBody(text);
  const raw =
    optionalText(fields, "rawBody") ?? (fields["body"] === undefined ? undefined : JSON.stringify(fields["body"]));
  if (raw === undefined) return undefined;
  const refusal = refuseBody(parseBody(raw));
  if (refusal) throw badInput(`${refusal.info} (Tencent would answer ${refusal.code}).`);
  return raw;
}

function parseBody(raw: string): unknown {
  try {
    return JSON.parse(raw);
  } catch {
    throw badInput('"rawBody" is not JSON.');
  }
}

function checkWhere(fields: Fields): Where {
  const { to, group } = fields;
  if ((to === undefined) === (group === undefined)) throw badInput('Say where: either "to" (a user) or "group".');
  if (to !== undefined) {
    if (fields["topic"] !== undefined || fields["groupType"] !== undefined) {
      throw badInput('"topic" and "groupType" belong to a "group", not to a "to".');
    }
    return { kind: "c2c", to: userId(fields, "to") };
  }
  const groupType = GROUP_TYPES.find((type) => type === fields["groupType"]);
  if (fields["groupType"] !== undefined && groupType === undefined) {
    throw badInput(`"groupType" must be one of ${GROUP_TYPES.join(", ")}.`);
  }
  const topicId = fields["topic"] === undefined ? undefined : identifier(fields, "topic", TOPIC_ID_BYTES_MAX);
  return { kind: "group", groupId: identifier(fields, "group", GROUP_ID_BYTES_MAX), topicId, groupType };
}

/** As in the use limits; a group id that Tencent made (`@TGS#_@TGS#…`) stays below it too. */
const USER_ID_BYTES_MAX = 32;
const GROUP_ID_BYTES_MAX = 48;
/** A topic id begins with its community's id. Tencent gives no length; twice a group's leaves room. */
const TOPIC_ID_BYTES_MAX = 96;

/** The `|` is ours: it stands between the names in a conversation's id. */
const IDENTIFIER = /^[\x21-\x7b\x7d\x7e]+$/;

export const userId = (fields: Fields, name: string): string => identifier(fields, name, USER_ID_BYTES_MAX);

function identifier(fields: Fields, name: string, bytesMax: number): string {
  const value = fields[name];
  if (typeof value !== "string" || !IDENTIFIER.test(value) || value.length > bytesMax) {
    throw badInput(`"${name}" must be 1 to ${bytesMax} printable ASCII characters, without spaces and "|".`);
  }
  return value;
}

function optionalText(fields: Fields, name: string): string | undefined {
  const value = fields[name];
  if (value !== undefined && typeof value !== "string") throw badInput(`"${name}" must be a string.`);
  return value;
}
