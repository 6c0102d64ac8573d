/**
 * Message bodies in Tencent's spelling (https://cloud.tencent.com/document/product/269/2720): which parts carry text, and
 * how a text is replaced without touching another byte.
 */
import type { PlaceEdits } from "../domain/decision.ts";
import type { Range, StringLiteral } from "../domain/json-text.ts";
import { isObject, isString, items, memberOf, readString, rootValue, spell, valueAt } from "../domain/json-text.ts";
import type { Element, Message, Place } from "../domain/message.ts";
import type { TextEdit } from "../domain/span.ts";
import { applyEdits, span } from "../domain/span.ts";

export type WireElement = { readonly MsgType: string; readonly MsgContent?: unknown };

/** Tencent's SDK allows a hundred layers of merged messages; what lies deeper than this is not looked at. */
const MERGED_DEPTH_MAX = 100;
/** A face's data is usually a token; with a control character in it, it is binary and nobody reads it. */
const UNREADABLE = /[\u0000-\u001f\u007f-\u009f\ufffd]/;

export const elementsOf = (body: readonly WireElement[]): readonly Element[] => body.map(elementOf);

function elementOf(element: WireElement): Element {
  const content = isRecord(element.MsgContent) ? element.MsgContent : {};
  const opaque: Element = { kind: "opaque", type: element.MsgType };
  switch (element.MsgType) {
    case "TIMTextElem":
      return typeof content["Text"] === "string" ? { kind: "text", text: content["Text"] } : opaque;
    case "TIMLocationElem":
      return typeof content["Desc"] === "string" ? { kind: "location", description: content["Desc"] } : opaque;
    case "TIMFaceElem":
      return typeof content["Data"] === "string" && content["Data"] !== "" && !UNREADABLE.test(content["Data"])
        ? { kind: "face", label: content["Data"] }
        : opaque;
    case "TIMCustomElem":
      return {
        kind: "custom",
        description: text(content["Desc"]),
        data: text(content["Data"]),
        extension: text(content["Ext"]),
      };
    case "TIMFileElem":
      // The page's table spells it both ways.
      return { kind: "file", name: text(content["FileName"] ?? content["fileName"]) };
    case "TIMRelayElem":
      return { kind: "merged", texts: mergedTexts(content) };
    default:
      return opaque;
  }
}

const text = (value: unknown): string => (typeof value === "string" ? value : "");
const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Everything a reader can see in a merged message: titles, abstracts, and the messages inside, however deep. */
function mergedTexts(root: Readonly<Record<string, unknown>>): readonly string[] {
  const found: string[] = [];
  const open = [{ content: root, depth: 1 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { content, depth } = next;
    found.push(text(content["Title"]), text(content["CompatibleText"]));
    found.push(...list(content["AbstractList"]).map(text));
    for (const message of list(content["MsgList"])) {
      for (const element of isRecord(message) ? list(message["MsgBody"]) : []) {
        if (!isRecord(element) || !isRecord(element["MsgContent"])) continue;
        const inner = element["MsgContent"];
        if (element["MsgType"] !== "TIMRelayElem")
          found.push(text(inner["Text"]), text(inner["Desc"]), text(inner["FileName"]));
        else if (depth < MERGED_DEPTH_MAX) open.push({ content: inner, depth: depth + 1 });
      }
    }
  }
  return found.filter((each) => each !== "");
}

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

type Rewritable = Exclude<Place, { readonly part: "name" | "merged" }>;
const memberFor: Record<Rewritable["part"], string> = {
  text: "Text",
  description: "Desc",
  label: "Data",
  data: "Data",
  extension: "Ext",
};

/**
 * Puts edits into a raw body. Only the spelling of the edited stretches changes; numbers, escapes, spacing, unknown
 * elements and fields stay byte for byte.
 *
 * @param body the text of `MsgBody`, an array
 * @throws RangeError for an edit whose place is not in the body: then body and elements were not of one message
 */
export function rewriteBody(body: string, placeEdits: readonly PlaceEdits[]): string {
  const elements = [...items(body, rootValue(body))];
  const edits = placeEdits.flatMap(({ place, edits }) => {
    if (place.part === "name" || place.part === "merged") throw new RangeError(`A ${place.part} cannot be rewritten`);
    return spelledIn(body, elements[place.element], place, edits);
  });
  return applyEdits(
    body,
    edits.sort((a, b) => a.span.start - b.span.start),
  );
}

function spelledIn(
  body: string,
  element: Range | undefined,
  place: Rewritable,
  edits: readonly TextEdit[],
): readonly TextEdit[] {
  const content = element && isObject(body, element) ? memberOf(body, element, "MsgContent") : undefined;
  const literal = content && isObject(body, content) ? memberOf(body, content, memberFor[place.part]) : undefined;
  const outer = stringAt(body, literal, place);
  if (place.part !== "data" && place.part !== "extension") return respell(edits, outer);
  const json = outer.value;
  const inner = stringAt(json, valueAt(json, rootValue(json), place.path), place);
  return respell(respell(edits, inner), outer);
}

function stringAt(json: string, literal: Range | undefined, place: Place): StringLiteral {
  if (literal === undefined || !isString(json, literal)) {
    throw new RangeError(`Element ${place.element} has no ${place.part} to rewrite`);
  }
  return readString(json, literal);
}

/** The same edits, in terms of the JSON text that spells the string. */
const respell = (edits: readonly TextEdit[], literal: StringLiteral): readonly TextEdit[] =>
  edits.map((edit) => ({
    span: span(literal.spelledAt(edit.span.start), literal.spelledAt(edit.span.end)),
    text: spell(edit.text),
  }));

/** The same message with what Tencent stores for it now. */
export function withContent(message: Message, body: string, customData: string | undefined): Message {
  // What is no element keeps its place: edits find theirs by counting.
  const elements = list(JSON.parse(body)).map((element): WireElement =>
    isRecord(element) && typeof element["MsgType"] === "string" ? (element as WireElement) : { MsgType: "" },
  );
  return { ...message, body, customData, elements: elementsOf(elements) };
}
