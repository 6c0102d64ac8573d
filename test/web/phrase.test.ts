import assert from "node:assert/strict";
import fc from "fast-check";
import { phraseAround } from "../../src/web/text/phrase.ts";

const spanOf = (text: string, words: string) => {
  const start = text.indexOf(words);
  return { start, end: start + words.length };
};

describe("the phrase that is suggested to be allowed", () => {
  for (const [sentence, text, hits, expected] of [
    ["has the word after the hit", "that damn fine pie", ["damn"], "damn fine"],
    ["has the word before it where none follows", "a whale named Dick", ["Dick"], "named Dick"],
    ["does not reach over a full stop", "He met Dick. Then he left", ["Dick"], "met Dick"],
    ["is the hit where it stands alone", "damn!", ["damn"], "damn"],
    ["reaches from the first hit to the last", "damn this crap idea", ["damn", "crap"], "damn this crap idea"],
    ["knows words where no spaces are", "喝混蛋白质饮料", ["混蛋"], "混蛋白"],
    ["is empty where nothing was hit", "fine", [], ""],
  ] as const) {
    it(`${sentence}: ${expected}`, () => {
      const spans = hits.map((words) => spanOf(text, words));
      assert.equal(phraseAround(text, spans), expected);
    });
  }

  it("always stands in the text and holds what was hit, or is empty", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 80, unit: "grapheme" }), fc.nat(), fc.nat(), (text, a, b) => {
        const [start, end] = [a % text.length, (a % text.length) + 1 + (b % (text.length - (a % text.length)))];
        const phrase = phraseAround(text, [{ start, end }]);
        assert.ok(phrase === "" || (text.includes(phrase) && phrase.includes(text.slice(start, end))));
      }),
    );
  });
});
