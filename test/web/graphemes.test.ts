import assert from "node:assert/strict";
import { graphemesOf, spansOf, stretchesOf } from "../../src/web/text/graphemes.ts";

describe("characters as readers count them", () => {
  it("are whole emoji, with their place in the text", () => {
    assert.deepEqual(graphemesOf("a👩‍👩‍👧b"), [
      { text: "a", start: 0, end: 1 },
      { text: "👩‍👩‍👧", start: 1, end: 9 },
      { text: "b", start: 9, end: 10 },
    ]);
  });

  it("make one span where they are neighbours, and several where they are not", () => {
    const graphemes = graphemesOf("ab👍🏽c");
    assert.deepEqual(spansOf(graphemes, new Set([1, 2])), [{ start: 1, end: 6 }]);
    assert.deepEqual(spansOf(graphemes, new Set([3, 0])), [
      { start: 0, end: 1 },
      { start: 6, end: 7 },
    ]);
    assert.deepEqual(spansOf(graphemes, new Set()), []);
  });

  it("are marked whole where a span ends inside of one", () => {
    assert.deepEqual(stretchesOf("x👍🏽y", [{ start: 1, end: 3 }]), [
      { text: "x", marked: false },
      { text: "👍🏽", marked: true },
      { text: "y", marked: false },
    ]);
  });
});
