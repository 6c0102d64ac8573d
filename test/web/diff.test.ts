import assert from "node:assert/strict";
import fc from "fast-check";
import { diff } from "../../src/web/text/diff.ts";
import { graphemesOf } from "../../src/web/text/graphemes.ts";

const told = (before: string, after: string): string =>
  diff(before, after)
    .map(({ kind, text }) => (kind === "same" ? text : kind === "gone" ? `[-${text}]` : `[+${text}]`))
    .join("");

describe("what became of a text", () => {
  for (const [sentence, before, after, expected] of [
    ["is nothing where nothing changed", "fine", "fine", "fine"],
    ["says what went before what came", "damn it", "**** it", "[-damn][+****] it"],
    ["keeps an emoji of many code points whole", "👩‍👩‍👧 damn", "👩‍👩‍👧 ****", "👩‍👩‍👧 [-damn][+****]"],
    ["never takes a skin tone from its hand", "👍🏽", "👍", "[-👍🏽][+👍]"],
    ["never takes an accent from its letter", "cafe\u0301", "cafe", "caf[-e\u0301][+e]"],
    ["shows a word put in the middle", "加微信吧", "加***吧", "加[-微信][+***]吧"],
    ["shows a text that was emptied", "a", "", "[-a]"],
    ["finds several changes in one line", "damn and damn", "**** and ****", "[-damn][+****] and [-damn][+****]"],
  ] as const) {
    it(sentence, () => assert.equal(told(before, after), expected));
  }

  const text = fc.string({ unit: fc.constantFrom("a", "b", "*", "加", "👩‍👩‍👧", "e\u0301", " "), maxLength: 40 });

  it("says both texts, to the grapheme", () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        const changes = diff(before, after);
        const without = (left: string) =>
          changes.flatMap(({ kind, text: said }) => (kind === left ? [] : [said])).join("");
        assert.equal(without("new"), before);
        assert.equal(without("gone"), after);
        const whole = new Set([...graphemesOf(before), ...graphemesOf(after)].map((each) => each.text));
        for (const { text: said } of changes) {
          for (const each of graphemesOf(said)) assert.ok(whole.has(each.text), `${each.text} is half of something`);
        }
      }),
    );
  });

  it("is told in fewer words than the texts have, however long they are", () => {
    const [before, after] = ["ab".repeat(5_000), "cd".repeat(5_000)];
    assert.equal(diff(before, after).length, 2);
    assert.equal(told(`${before}x`, `${after}x`).endsWith("]x"), true);
  });
});
