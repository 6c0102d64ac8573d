/** What Tencent demands of a `MsgBody`, with the code of each complaint. */
import type { Refusal } from "./answer.ts";

/** One message: 12 K in the use limits and in the text of code 80002. */
export const MESSAGE_BYTES_MAX = 12 * 1024;

type Fields = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The text fields that make no sense as anything else. Unknown element types pass: apps of the future send them. */
const TEXT_FIELDS: Readonly<Record<string, readonly string[]>> = {
  TIMTextElem: ["Text"],
  TIMLocationElem: ["Desc"],
  TIMFaceElem: ["Data"],
  TIMCustomElem: ["Data", "Desc", "Ext", "Sound"],
};

/** Undefined when the body is well formed. */
export function refuseBody(body: unknown): Refusal | undefined {
  if (!Array.isArray(body)) return { code: 90007, info: "MsgBody is not an array" };
  if (body.length === 0) return { code: 90002, info: "MsgBody is empty; it needs at least one element" };
  const elements: readonly unknown[] = body;
  for (const [index, element] of elements.entries()) {
    const refusal = refuseElement(element, index);
    if (refusal) return refusal;
  }
  if (elements.filter((element) => isObject(element) && element["MsgType"] === "TIMCustomElem").length > 1) {
    return { code: 90010, info: "MsgBody holds more than one TIMCustomElem" };
  }
  return undefined;
}

function refuseElement(element: unknown, index: number): Refusal | undefined {
  if (!isObject(element) || typeof element["MsgType"] !== "string" || !isObject(element["MsgContent"])) {
    return { code: 90010, info: `MsgBody[${index}] is not a message element with MsgType and MsgContent` };
  }
  const type = element["MsgType"];
  const content = element["MsgContent"];
  if (type === "TIMTextElem" && content["Text"] === undefined) {
    return { code: 90002, info: `MsgBody[${index}] is a TIMTextElem without Text` };
  }
  const texts = Object.hasOwn(TEXT_FIELDS, type) ? (TEXT_FIELDS[type] ?? []) : [];
  const wrong = texts.find((field) => content[field] !== undefined && typeof content[field] !== "string");
  if (wrong === undefined) return undefined;
  return { code: 90002, info: `MsgBody[${index}].MsgContent.${wrong} is not a string` };
}

/** The text elements of a stored body, joined as push notifications join them: with nothing in between. */
export function textOf(rawBody: string): string {
  const body = JSON.parse(rawBody) as unknown;
  if (!Array.isArray(body)) return "";
  let text = "";
  for (const element of body as readonly unknown[]) {
    if (!isObject(element) || element["MsgType"] !== "TIMTextElem" || !isObject(element["MsgContent"])) continue;
    const part = element["MsgContent"]["Text"];
    if (typeof part === "string") text += part;
  }
  return text;
}

export const textBody = (text: string): string =>
  JSON.stringify([{ MsgType: "TIMTextElem", MsgContent: { Text: text } }]);
