import assert from "node:assert/strict";
import fc from "fast-check";
import type { PlaceEdits } from "../../src/domain/decision.ts";
import type { Element, JsonPath, Message, Place } from "../../src/domain/message.ts";
import { span } from "../../src/domain/span.ts";
import { elementsOf, rewriteBody, withContent } from "../../src/tencent/body.ts";
import { messageOf } from "../rules/support.ts";
import { anyJson, meaningOf, spelledText } from "../support/json-documents.ts";

const nasty = fc.string({
  unit: fc.constantFrom("*", '"', "\\", "\n", "\u0000", "\u2028", "坏", "😀", "\ud83d", "</script>", "/"),
  maxLength: 4,
});
const spellAll = (text: string): string =>
  Array.from({ length: text.length }, (_, i) => `\\u${text.charCodeAt(i).toString(16).padStart(4, "0")}`).join("");
const edit = (place: Place, start: number, end: number, text: string): readonly PlaceEdits[] => [
  { place, edits: [{ span: span(start, end), text }] },
];
/** A text in three stretches, of which the middle one is to go. */
const stretches = fc
  .tuple(spelledText(), spelledText(), spelledText())
  .filter(([, hit]) => hit !== "")
  .map(([before, hit, after]) => {
    const start = meaningOf(before).length;
    return { before, hit, after, start, end: start + meaningOf(hit).length };
  });

describe("a rewritten body", () => {
  for (const [part, type, member] of [
    ["text", "TIMTextElem", "Text"],
    ["description", "TIMLocationElem", "Desc"],
    ["label", "TIMFaceElem", "Data"],
    ["description", "TIMCustomElem", "Desc"],
  ] as const) {
    it(`differs from the one that came in the spelling of the edited stretch alone (${type})`, () => {
      fc.assert(
        fc.property(stretches, anyJson, anyJson, nasty, ({ before, hit, after, start, end }, one, two, mask) => {
          // A member of the same name stands in front: the last one counts.
          const lead = `[ ${one.text} ,{"x":${two.text},"MsgType":"${type}", "MsgContent" : {"${member}":"no","y":${one.text},"${member}" :"${before}`;
          const trail = `${after}" ,"z":${two.text} }} ,${two.text}]`;
          const result = rewriteBody(lead + hit + trail, edit({ element: 1, part }, start, end, mask));
          assert.equal(result, lead + JSON.stringify(mask).slice(1, -1) + trail);
          const parsed = JSON.parse(result) as { MsgContent: Record<string, string> }[];
          assert.equal(parsed[1]?.MsgContent[member], meaningOf(before) + mask + meaningOf(after));
        }),
        { numRuns: 300 },
      );
    });
  }

  for (const [name, part, member] of [
    ["data", "data", "Data"],
    ["extension", "extension", "Ext"],
  ] as const) {
    it(`keeps the JSON in a custom element's ${name} JSON, whatever the mask and however it is spelled`, () => {
      fc.assert(
        fc.property(stretches, anyJson, nasty, fc.boolean(), ({ before, hit, after, start, end }, other, mask, odd) => {
          const lead = `{"n":9007199254740993,"o":${other.text},"t":["no",{"u":"${before}`;
          const trail = `${after}"}]}`;
          const inner = lead + hit + trail;
          const spelled = odd ? spellAll(inner) : JSON.stringify(inner).slice(1, -1);
          const body = `[{"MsgType":"TIMCustomElem","MsgContent":{"${member}":"${spelled}","Sound":"s"}}]`;
          const path: JsonPath = ["t", 1, "u"];
          const result = rewriteBody(body, edit({ element: 0, part, path }, start, end, mask));
          const parsed = JSON.parse(result) as { MsgContent: Record<string, string> }[];
          const rewritten = parsed[0]?.MsgContent[member] ?? "";
          assert.equal(rewritten, lead + JSON.stringify(mask).slice(1, -1) + trail);
          const { t } = JSON.parse(rewritten) as { t: [string, { u: string }] };
          assert.equal(t[1].u, meaningOf(before) + mask + meaningOf(after));
        }),
        { numRuns: 300 },
      );
    });
  }

  it("carries several edits, in whatever order the places come", () => {
    const body = `[{"MsgType":"TIMTextElem","MsgContent":{"Text":"bad \\u0062ad"}},{"MsgType":"TIMTextElem","MsgContent":{"Text":"bad"}}]`;
    const edits: readonly PlaceEdits[] = [
      { place: { element: 1, part: "text" }, edits: [{ span: span(0, 3), text: "***" }] },
      {
        place: { element: 0, part: "text" },
        edits: [
          { span: span(0, 3), text: "###" },
          { span: span(4, 7), text: "" },
        ],
      },
    ];
    assert.equal(
      rewriteBody(body, edits),
      `[{"MsgType":"TIMTextElem","MsgContent":{"Text":"### "}},{"MsgType":"TIMTextElem","MsgContent":{"Text":"***"}}]`,
    );
  });

  const body = `[{"MsgType":"TIMTextElem","MsgContent":{"Text":"bad","Desc":5}},{"MsgType":"TIMFileElem","MsgContent":null}]`;
  for (const [sentence, place] of [
    ["an element that is not there", { element: 2, part: "text" }],
    ["an element without content", { element: 1, part: "text" }],
    ["a field that is no string", { element: 0, part: "description" }],
    ["a file's name", { element: 1, part: "name" }],
    ["merged messages", { element: 1, part: "merged", index: 0 }],
  ] as const) {
    it(`is refused loudly for ${sentence}`, () => {
      assert.throws(() => rewriteBody(body, edit(place, 0, 1, "*")), RangeError);
    });
  }
});

describe("the elements of a body", () => {
  const relay = (content: object): object => ({ MsgType: "TIMRelayElem", MsgContent: content });
  for (const [sentence, element, expected] of [
    ["a text", { MsgType: "TIMTextElem", MsgContent: { Text: "hi" } }, { kind: "text", text: "hi" }],
    ["a text that is no string", { MsgType: "TIMTextElem", MsgContent: { Text: 5 } }, "TIMTextElem"],
    ["a text without content", { MsgType: "TIMTextElem" }, "TIMTextElem"],
    ["content that is a list", { MsgType: "TIMTextElem", MsgContent: ["Text"] }, "TIMTextElem"],
    [
      "a place",
      { MsgType: "TIMLocationElem", MsgContent: { Desc: "cafe" } },
      { kind: "location", description: "cafe" },
    ],
    ["a face's label", { MsgType: "TIMFaceElem", MsgContent: { Data: "smile" } }, { kind: "face", label: "smile" }],
    ["a face's bytes", { MsgType: "TIMFaceElem", MsgContent: { Data: "a\u0000" } }, "TIMFaceElem"],
    ["a face without data", { MsgType: "TIMFaceElem", MsgContent: { Index: 1, Data: "" } }, "TIMFaceElem"],
    [
      "a custom element with a part missing",
      { MsgType: "TIMCustomElem", MsgContent: { Desc: "d", Ext: 5 } },
      { kind: "custom", description: "d", data: "", extension: "" },
    ],
    ["a file", { MsgType: "TIMFileElem", MsgContent: { FileName: "a.pdf" } }, { kind: "file", name: "a.pdf" }],
    [
      "a file, spelled otherwise",
      { MsgType: "TIMFileElem", MsgContent: { fileName: "a" } },
      { kind: "file", name: "a" },
    ],
    ["a picture", { MsgType: "TIMImageElem", MsgContent: { UUID: "u" } }, "TIMImageElem"],
    ["something new", { MsgType: "TIMFutureElem", MsgContent: { Text: "hi" } }, "TIMFutureElem"],
    ["a name that objects have by birth", { MsgType: "constructor" }, "constructor"],
    [
      "merged messages, those inside merged ones as well",
      relay({
        Title: "t",
        AbstractList: ["a", 5],
        MsgList: [
          null,
          {
            MsgBody: [null, { MsgType: "TIMTextElem", MsgContent: { Text: "in" } }, relay({ CompatibleText: "deep" })],
          },
        ],
      }),
      { kind: "merged", texts: ["t", "a", "in", "deep"] },
    ],
  ] as const satisfies readonly (readonly [string, object, Element | string])[]) {
    it(`are read: ${sentence}`, () => {
      const wanted = typeof expected === "string" ? { kind: "opaque", type: expected } : expected;
      assert.deepEqual(elementsOf([element as { MsgType: string }]), [wanted]);
    });
  }

  it("are read a hundred merges deep and no deeper, without a stack to match", () => {
    let element = relay({ Title: "10000" });
    for (let depth = 9_999; depth > 0; depth--)
      element = relay({ Title: `${depth}`, MsgList: [{ MsgBody: [element] }] });
    const [merged] = elementsOf([element as { MsgType: string }]);
    assert.ok(merged?.kind === "merged");
    assert.deepEqual([merged.texts.length, merged.texts.at(-1)], [100, "100"]);
  });
});

describe("a message with what Tencent stores now", () => {
  it("has the elements of the new body, each in its place, and everything else as it was", () => {
    const message: Message = messageOf([{ kind: "text", text: "old" }], { customData: "{}" });
    const body = `[{"no":"type"},null,{"MsgType":"TIMTextElem","MsgContent":{"Text":"new"}}]`;
    const nothing = { kind: "opaque", type: "" } as const;
    const elements: readonly Element[] = [nothing, nothing, { kind: "text", text: "new" }];
    assert.deepEqual(withContent(message, body, undefined), { ...message, body, customData: undefined, elements });
  });

  it("has no elements where the stored body is no list", () => {
    assert.deepEqual(withContent(messageOf([]), `{"MsgType":"TIMTextElem"}`, "x").elements, []);
  });
});
