import assert from "node:assert/strict";
import fc from "fast-check";
import type { Range } from "../../src/domain/json-text.ts";
import {
  isArray,
  isObject,
  isString,
  itemOf,
  items,
  memberOf,
  members,
  readString,
  rootValue,
  spell,
  valueAt,
} from "../../src/domain/json-text.ts";
import { anyJson, meaningOf, padded, spelledText } from "../support/json-documents.ts";

const cut = (json: string, range: Range): string => json.slice(range.start, range.end);
const document = anyJson.chain((spelled) => padded(spelled.text).map((json) => ({ ...spelled, json })));

describe("JSON text", () => {
  it("gives the members and items of any document exactly as they are spelled", () => {
    fc.assert(
      fc.property(document, ({ json, text, members: named, items: listed }) => {
        const root = rootValue(json);
        assert.equal(cut(json, root), text);
        assert.deepEqual(
          [isObject(json, root), isArray(json, root), isString(json, root)],
          [named !== undefined, listed !== undefined, text.startsWith('"')],
        );
        if (named) {
          const read = [...members(json, root)].map(({ key, value }) => ({ key, text: cut(json, value) }));
          assert.deepEqual(read, named);
        }
        if (listed)
          assert.deepEqual(
            [...items(json, root)].map((range) => cut(json, range)),
            listed,
          );
      }),
      { numRuns: 2_000 },
    );
  });

  it("is never read otherwise than JSON.parse reads it, down every path", () => {
    fc.assert(
      fc.property(document, ({ json }) => {
        for (const [path, value] of pathsOf(JSON.parse(json))) {
          const range = valueAt(json, rootValue(json), path);
          assert.ok(range, JSON.stringify(path));
          assert.deepEqual(JSON.parse(cut(json, range)), value);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it("keeps the last of the members of one name, as JSON.parse does", () => {
    const json = `{"a":1, "b":2, "\\u0061" : [3]}`;
    const range = memberOf(json, rootValue(json), "a");
    assert.equal(range && cut(json, range), "[3]");
  });

  it("has nothing where a path leads nowhere", () => {
    const json = `{"a":[1,{"b":"c"}]}`;
    for (const path of [["x"], ["a", 2], ["a", "0"], [0], ["a", 1, "b", 0], ["a", 1, "b", "length"]]) {
      assert.equal(valueAt(json, rootValue(json), path), undefined, JSON.stringify(path));
    }
    assert.equal(itemOf("[]", rootValue("[]"), 0), undefined);
  });

  it("is read at a depth of ten thousand without a stack to match", () => {
    const arrays = `${"[1,".repeat(10_000)}"deep"${"]".repeat(10_000)}`;
    const objects = `${'{"k":'.repeat(10_000)}"deep"${"}".repeat(10_000)}`;
    assert.equal([...items(arrays, rootValue(arrays))].length, 2);
    assert.equal([...members(objects, rootValue(objects))].length, 1);
    const path = Array<number>(500).fill(1);
    const range = valueAt(arrays, rootValue(arrays), path);
    assert.deepEqual(range, { start: 1_500, end: arrays.length - 500 });
  });
});

describe("a string of JSON", () => {
  it("knows where each unit of what it says is spelled", () => {
    fc.assert(
      fc.property(spelledText(), spelledText(), (before, after) => {
        const json = `["${before}${after}"]`;
        const range = itemOf(json, rootValue(json), 0);
        assert.ok(range);
        const literal = readString(json, range);
        assert.equal(literal.value, meaningOf(before + after));
        // The pieces are whole escapes, so the border between the two stands at a unit of the meaning.
        assert.equal(literal.spelledAt(meaningOf(before).length), 2 + before.length);
        assert.equal(literal.spelledAt(literal.value.length), json.length - 2);
      }),
      { numRuns: 2_000 },
    );
  });

  it("says what was spelled, with lone surrogates as escapes", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((u) => String.fromCharCode(u)) }),
        (text) => {
          assert.equal(meaningOf(spell(text)), text);
          assert.ok(spell(text).isWellFormed());
        },
      ),
    );
  });
});

type Path = readonly (string | number)[];

function* pathsOf(value: unknown, path: Path = []): Generator<readonly [Path, unknown]> {
  yield [path, value];
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) yield* pathsOf(item, [...path, index]);
  } else if (typeof value === "object" && value !== null) {
    for (const [name, inner] of Object.entries(value)) yield* pathsOf(inner, [...path, name]);
  }
}
