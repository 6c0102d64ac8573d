import assert from "node:assert/strict";
import fc from "fast-check";
import { memberTexts, rawJson, writeObject } from "../../src/simulator/raw-json.ts";

describe("finding the text of a member", () => {
  for (const [sentence, json, expected] of [
    ["keeps odd spacing", '{ "MsgBody" :\t[ 1 ,\n 2 ]  ,"b":1}', "[ 1 ,\n 2 ]"],
    [
      "keeps numbers that JavaScript cannot hold",
      '{"MsgBody":12345678901234567890.10e-2}',
      "12345678901234567890.10e-2",
    ],
    ["keeps duplicate keys inside", '{"MsgBody":[{"a":1,"a":2}]}', '[{"a":1,"a":2}]'],
    ["is not fooled by brackets in strings", '{"a":"}]\\"{","MsgBody":["]}\\\\"]}', '["]}\\\\"]'],
    ["does not take a deeper member for it", '{"a":{"MsgBody":[1]},"MsgBody":[2]}', "[2]"],
    ["takes the last of two, as parsers do", '{"MsgBody":[1],"MsgBody":[2]}', "[2]"],
    ["knows a name that is written with escapes", '{"Msg\\u0042ody":[3]}', "[3]"],
    ["finds a word of JSON", '{"MsgBody":null\n}', "null"],
    ["finds nothing where there is nothing", '{"a":[1]}', undefined],
    ["finds nothing in an empty object", " { } ", undefined],
  ] as const) {
    it(sentence, () => assert.equal(memberTexts(json).get("MsgBody"), expected));
  }

  it("finds for every member what a parser reads there", () => {
    const spacing = fc.constantFrom(undefined, 1, 4, "\t", "\n \r");
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), spacing, (object, space) => {
        const json = JSON.stringify(object, null, space);
        const found = memberTexts(json);
        const names = Object.keys(JSON.parse(json) as object);
        assert.deepEqual([...found.keys()].sort(), names.sort());
        for (const name of names) {
          const text = found.get(name) ?? "";
          assert.ok(json.includes(text));
          assert.equal(text, text.trim());
          assert.deepEqual(JSON.parse(text), (JSON.parse(json) as Record<string, unknown>)[name]);
        }
      }),
    );
  });

  it("gives back what was written raw", () => {
    const json = writeObject({ a: 1, gone: undefined, MsgBody: rawJson('[ {"n":9007199254740993} ]') });
    assert.equal(json, '{"a":1,"MsgBody":[ {"n":9007199254740993} ]}');
  });
});
