import assert from "node:assert/strict";
import fc from "fast-check";
import { gramsOf, matchFor } from "../../../src/store/console/grams.ts";

const strange = fc.string({
  unit: fc.constantFrom("a", "b", "o", "m", "0", "坏", "话", " ", '"', "*", "🙂"),
  minLength: 2,
  maxLength: 8,
});
const wordsOf = (match: string): readonly string[] => [...match.matchAll(/"([^"]*)"/g)].map(([, word]) => word ?? "");

describe("the words that a text is cut into", () => {
  it("of a question about masked texts are none of an original's, whatever somebody writes", () => {
    fc.assert(
      fc.property(strange, strange, (question, text) => {
        const original = new Set(gramsOf(text, "original").split(" "));
        for (const word of wordsOf(matchFor(question, ["masked"]))) assert.equal(original.has(word), false, question);
      }),
    );
  });

  it("of any piece of a text are among those of the text", () => {
    fc.assert(
      fc.property(strange, fc.nat(), fc.nat(), fc.constantFrom("masked", "original"), (text, from, length, sight) => {
        const characters = [...text];
        const begin = from % (characters.length - 1);
        const piece = characters.slice(begin, begin + 2 + (length % characters.length)).join("");
        const all = new Set(gramsOf(text, sight).split(" "));
        for (const word of wordsOf(matchFor(piece, [sight]))) assert.ok(all.has(word), piece);
      }),
    );
  });

  it("are letters and digits, and no character of the text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", minLength: 2 }), (text) => {
        for (const word of gramsOf(text, "masked").split(" ")) assert.match(word, /^m[0-9a-z]{5}$/);
      }),
    );
  });

  it("differ for nearly all pairs: what shares one is a few among thousands", () => {
    const words = new Set<string>();
    for (let one = 0; one < 200; one++) {
      for (let other = 0; other < 200; other++) {
        words.add(gramsOf(String.fromCodePoint(0x4e00 + one, 0x4e00 + other), "masked"));
      }
    }
    assert.ok(words.size > 39_900, String(words.size));
  });
});
