import assert from "node:assert/strict";
import type { Elements } from "../../src/web/api/shapes.ts";
import { explainable } from "../../src/web/text/explainable.ts";

const text = (said: string): Elements[number] => ({ kind: "text", texts: [{ part: "text", text: said }], type: null });
const picture: Elements[number] = { kind: "opaque", texts: [], type: "TIMImageElem" };
const place: Elements[number] = { kind: "location", texts: [{ part: "description", text: "here" }], type: null };

describe("what of a message can be explained", () => {
  for (const [sentence, elements, runs] of [
    [
      "texts side by side are read as one",
      [text("da"), text("mn")],
      [
        [
          [0, "da"],
          [1, "mn"],
        ],
      ],
    ],
    ["a picture stands between two of them", [text("da"), picture, text("mn")], [[[0, "da"]], [[2, "mn"]]]],
    ["so does a place", [text("da"), place, text("mn")], [[[0, "da"]], [[2, "mn"]]]],
    [
      "an empty one does not",
      [text("da"), text(""), text("mn")],
      [
        [
          [0, "da"],
          [2, "mn"],
        ],
      ],
    ],
    ["nothing is asked about where there is no text", [picture, text("")], []],
  ] as const) {
    it(sentence, () => {
      const found = explainable([...elements]).runs.map((run) => run.elements.map((at, i) => [at, run.texts[i]]));
      assert.deepEqual(found, runs);
    });
  }

  it("is 2,000 characters in all, and none of them in halves", () => {
    const { runs, units, ofUnits } = explainable([
      text("a".repeat(1_500)),
      picture,
      text("b".repeat(499) + "🙂🙂"),
      text("c"),
    ]);
    assert.deepEqual([units, ofUnits], [1_999, 2_004]);
    assert.deepEqual(
      runs.map(({ texts }) => texts.join("").length),
      [1_500, 499],
    );
  });

  it("is 20 texts in all", () => {
    const { runs, units, ofUnits } = explainable(Array.from({ length: 25 }, () => text("ab")));
    assert.deepEqual([runs.length, runs[0]?.texts.length, units, ofUnits], [1, 20, 40, 50]);
  });
});
