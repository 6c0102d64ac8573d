import assert from "node:assert/strict";
import fc from "fast-check";
import type { RuleId } from "../../src/domain/decision.ts";
import type { Note } from "../../src/domain/note.ts";
import { appendNote, withoutNotes } from "../../src/domain/note.ts";
import { epochMs } from "../../src/domain/time.ts";
import { anyJson, anyObject, padded } from "../support/json-documents.ts";

const note: Note = {
  id: "01JNOTE00000000000000000AB",
  action: "mask",
  rules: ["profanity.en.mild" as RuleId],
  at: epochMs(1_789_000_000_000),
};
const ENTRY = `{"v":1,"id":"01JNOTE00000000000000000AB","action":"mask","rules":["profanity.en.mild"],"at":1789000000000}`;
const leave = { key: "moderation", nonJson: "leave" } as const;
const wrap = { key: "moderation", nonJson: "wrap" } as const;
const earlier = `{"v":1,"id":"01JEARLIER","action":"flag","rules":[],"at":5}`;
/** As many as the promise "every other byte stays" is worth. */
const CASES = 10_000;

function noted(customData: string | undefined): string {
  const result = appendNote(customData, note, leave);
  assert.ok(result.kind === "noted", customData);
  return result.customData;
}

/** Takes one stretch out of a text, which has to hold it exactly once. */
function without(text: string, stretch: string): string {
  const parts = text.split(stretch);
  assert.equal(parts.length, 2, text);
  return parts.join("");
}

describe("a note", () => {
  for (const [sentence, before, after] of [
    ["becomes an object of its own where there was nothing", undefined, `{"moderation":[${ENTRY}]}`],
    ["becomes an object of its own where there was an empty text", "", `{"moderation":[${ENTRY}]}`],
    ["goes into an empty object", "{ }", `{ "moderation":[${ENTRY}]}`],
    ["goes behind what UIKits keep there", `{"quote":{"a":1}}`, `{"quote":{"a":1},"moderation":[${ENTRY}]}`],
    ["leaves big numbers as they are", `{"n":9007199254740993}`, `{"n":9007199254740993,"moderation":[${ENTRY}]}`],
    ["leaves keys that come twice", `{"a":1,"a":2}`, `{"a":1,"a":2,"moderation":[${ENTRY}]}`],
    ["leaves white space, also at the end", ` {"a" : 1\n}\t`, ` {"a" : 1\n,"moderation":[${ENTRY}]}\t`],
    ["goes behind an earlier one", `{"moderation":[${earlier}],"b":1}`, `{"moderation":[${earlier},${ENTRY}],"b":1}`],
    ["goes into an empty list of ours", `{"moderation":[ ],"b":1}`, `{"moderation":[ ${ENTRY}],"b":1}`],
    [
      "goes into the last of two lists of ours, which is the one that counts",
      `{"moderation":[],"moderation":[${earlier}]}`,
      `{"moderation":[],"moderation":[${earlier},${ENTRY}]}`,
    ],
    [
      "finds our key however it is spelled",
      `{"\\u006doderation":[${earlier}]}`,
      `{"\\u006doderation":[${earlier},${ENTRY}]}`,
    ],
    ["is not taken in by a __proto__", `{"__proto__":{"v":1}}`, `{"__proto__":{"v":1},"moderation":[${ENTRY}]}`],
  ] as const) {
    it(sentence, () => assert.equal(noted(before), after));
  }

  for (const foreign of [
    ...'null|5|true|""|{}|[1]|[null]|[[]]|[{}]'.split("|"),
    `[{"v":"1","id":"x","action":"mask"}]`,
    `[{"v":1,"id":5,"action":"mask"}]`,
    `[{"v":1,"id":"x"}]`,
    `[{"v":1,"id":"x","action":5}]`,
    `[${earlier},"x"]`,
  ]) {
    it(`leaves a value under our key that is not ours: ${foreign}`, () => {
      for (const settings of [leave, wrap]) {
        const result = appendNote(`{"a":1,"moderation":${foreign}}`, note, settings);
        assert.deepEqual(result, { kind: "skipped", reason: "not_ours" });
      }
    });
  }

  for (const other of ["[1,2,3]", "5", '"{}"', "null", "color=red", "{", '{"a":1}x', "\u0000", '\ufeff{"a":1}', " "]) {
    it(`leaves custom data that is no object, or wraps it when asked: ${JSON.stringify(other)}`, () => {
      assert.deepEqual(appendNote(other, note, leave), { kind: "skipped", reason: "not_an_object" });
      const wrapped = appendNote(other, note, wrap);
      const expected = `{"original":${JSON.stringify(other)},"moderation":[${ENTRY}]}`;
      assert.deepEqual(wrapped, { kind: "noted", customData: expected });
    });
  }

  it("can be taken out of any object again, and every byte is as the sender wrote it", () => {
    const object = anyObject(["moderation"]).chain(({ text, members }) =>
      padded(text).map((json) => ({ json, isEmpty: members?.length === 0 })),
    );
    fc.assert(
      fc.property(object, ({ json, isEmpty }) => {
        const stretch = `${isEmpty ? "" : ","}"moderation":[${ENTRY}]`;
        assert.equal(without(noted(json), stretch), json);
        const parsed = JSON.parse(noted(json)) as { moderation: unknown };
        assert.deepEqual(parsed.moderation, [JSON.parse(ENTRY)]);
      }),
      { numRuns: CASES / 2 },
    );
  });

  it("can be taken out of a list of notes again", () => {
    const object = fc
      .tuple(anyObject(["moderation"]), anyObject(["moderation"]), fc.nat({ max: 3 }), fc.constantFrom("", " ", "\n"))
      .map(([one, two, count, space]) => {
        const notes = Array<string>(count).fill(earlier).join(`${space},${space}`);
        return { json: `{"x":${one.text},"moderation":${space}[${space}${notes}${space}],"y":${two.text}}`, count };
      });
    fc.assert(
      fc.property(object, ({ json, count }) => {
        assert.equal(without(noted(json), count === 0 ? ENTRY : `,${ENTRY}`), json);
        const parsed = JSON.parse(noted(json)) as { moderation: unknown[] };
        assert.deepEqual([parsed.moderation.length, parsed.moderation.at(-1)], [count + 1, JSON.parse(ENTRY)]);
      }),
      { numRuns: CASES / 4 },
    );
  });

  it("never fails, and says nothing but the note, whatever the custom data is", () => {
    const anything = fc.oneof(
      anyJson.map(({ text }) => text),
      fc.tuple(anyJson, fc.nat()).map(([{ text }, at]) => text.slice(0, at % (text.length + 1))),
      fc.string({ unit: "binary" }),
      fc.constantFrom("[".repeat(100_000), `{"moderation":${"[".repeat(9_999)}${"]".repeat(9_999)}}`),
    );
    fc.assert(
      fc.property(anything, fc.constantFrom(leave, wrap), (customData, settings) => {
        const result = appendNote(customData, note, settings);
        if (result.kind === "noted") JSON.parse(result.customData);
      }),
      { numRuns: CASES / 4 },
    );
  });

  it("stands under the key that the operator chose, whatever is in that", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (key) => {
        const result = appendNote('{"a":1}', note, { key: `k${key}`, nonJson: "leave" });
        assert.ok(result.kind === "noted");
        assert.deepEqual((JSON.parse(result.customData) as Record<string, unknown>)[`k${key}`], [JSON.parse(ENTRY)]);
      }),
    );
  });
});

describe("taking notes out again", () => {
  const ours = new Set([note.id]);
  const rest = (customData: string): string => withoutNotes(customData, ours, "moderation");

  it("leaves what was there before the note was put in", () => {
    fc.assert(
      fc.property(anyObject(["moderation"]), ({ text }) => {
        const result = appendNote(text, note, leave);
        if (result.kind === "noted") assert.equal(rest(result.customData), text);
        else assert.equal(rest(text), text);
      }),
      { numRuns: CASES / 10 },
    );
  });

  for (const [sentence, before, after] of [
    ["keeps notes that are not ours", `{"moderation":[${earlier},${ENTRY}]}`, `{"moderation":[${earlier}]}`],
    ["keeps what was put behind it", `{ "moderation":[${ENTRY}] , "n": 1.50}`, `{ "n": 1.50}`],
    ["keeps what stands around it", `{"a":1,"moderation":[${ENTRY}],"b":2}`, `{"a":1,"b":2}`],
    ["takes no list that is somebody else's", `{"moderation":["${note.id}"]}`, `{"moderation":["${note.id}"]}`],
    ["touches no text that is no object", `[${ENTRY}]`, `[${ENTRY}]`],
  ] as const) {
    it(sentence, () => assert.equal(rest(before), after));
  }
});
