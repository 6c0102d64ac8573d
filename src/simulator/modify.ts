/** `modify_c2c_msg` and `modify_group_msg`: overwrite parts of a stored message; what is not named stays. */
import { succeeded } from "./answer.ts";
import type { Answer, Refusal } from "./answer.ts";
import { refuseBody } from "./body-format.ts";
import { memberTexts } from "./raw-json.ts";
import { isLive } from "./say.ts";
import type { Content, Fields } from "./say.ts";
import type { StoredMessage, World } from "./world.ts";

export type Request = {
  readonly fields: Fields;
  /** The request as it came, for the parts that are stored to the byte. */
  readonly json: string;
  readonly operator: string;
};

const isFilled = (value: unknown): value is string => typeof value === "string" && value !== "";
const MSG_KEY = /^\d{1,10}_\d{1,10}_\d{1,10}$/;

export function modifyC2c(world: World, request: Request): Answer {
  const { From_Account: from, To_Account: to, MsgKey: msgKey } = request.fields;
  if (!isFilled(from)) return { code: 90008, info: "From_Account is missing or not a string" };
  if (!isFilled(to)) return { code: 90003, info: "To_Account is missing or not a string" };
  if (!isFilled(msgKey) || !MSG_KEY.test(msgKey)) return { code: 90054, info: "MsgKey is missing or malformed" };
  const refusal = refuseContent(request.fields);
  if (refusal) return refusal;
  return overwrite(world, world.c2cMessage(from, to, msgKey), request);
}

export function modifyGroup(world: World, request: Request): Answer {
  const { MsgSeq: msgSeq } = request.fields;
  const place = groupPlace(world, request.fields);
  if ("code" in place) return place;
  if (typeof msgSeq !== "number" || !Number.isInteger(msgSeq) || msgSeq < 1 || msgSeq > 0xffff_ffff) {
    return { code: 10004, info: "MsgSeq is missing or not a positive integer" };
  }
  const refusal = refuseContent(request.fields);
  if (refusal) return refusal;
  return overwrite(world, world.groupMessage(place.groupId, place.topicId, msgSeq), request);
}

export type GroupPlace = { readonly groupId: string; readonly topicId: string | undefined };

/** The checks that all calls about a group share. */
export function groupPlace(world: World, fields: Fields): GroupPlace | Refusal {
  const { GroupId: groupId, TopicId: topicId } = fields;
  if (!isFilled(groupId)) return { code: 10004, info: "GroupId is missing or not a string" };
  if (topicId !== undefined && typeof topicId !== "string") return { code: 10004, info: "TopicId is not a string" };
  const type = world.groupType(groupId);
  if (type === undefined) return { code: 10010, info: "the group does not exist or was dissolved" };
  if (isLive(type)) return { code: 10007, info: `the operation is not supported by a group of the type ${type}` };
  if (topicId !== undefined && !world.groupConversation(groupId, topicId)) {
    return { code: 110013, info: "TopicId is invalid" };
  }
  return { groupId, topicId };
}

function refuseContent(fields: Fields): Refusal | undefined {
  const { MsgBody: body, CloudCustomData: customData } = fields;
  // Tencent does not say what it does with neither; a caller who sends that has lost something on the way.
  if (body === undefined && customData === undefined) {
    return { code: 20001, info: "the request has neither MsgBody nor CloudCustomData" };
  }
  if (customData !== undefined && typeof customData !== "string") {
    return { code: 20001, info: "CloudCustomData is not a string" };
  }
  return body === undefined ? undefined : refuseBody(body);
}

function overwrite(world: World, message: StoredMessage | undefined, { fields, json, operator }: Request): Answer {
  if (!message) return { code: 20026, info: "the message does not exist" };
  if (message.onlineOnly) return { code: 20026, info: "the message does not exist: it was sent online-only" };
  if (message.recalledBy !== undefined) return { code: 20023, info: "the message has been recalled" };
  const customData = fields["CloudCustomData"];
  const content: Content = {
    rawBody: memberTexts(json).get("MsgBody"),
    customData: typeof customData === "string" ? customData : undefined,
  };
  world.change(message, content, operator, "modified");
  return { ...succeeded(), info: "succeed" };
}
