import assert from "node:assert/strict";
import fc from "fast-check";
import { fold, foldedString } from "../../src/rules/fold.ts";
import { keyOf } from "../../src/rules/matching/key.ts";
import { WHITE_SPACE } from "../../src/rules/matching/white-space.ts";

describe("folding", () => {
  for (const [sentence, text, folded, spans] of [
    ["lowers plain letters", "DaMn", "damn", "0-1 1-2 2-3 3-4"],
    ["takes full width for what it is", "ｄＡ", "da", "0-1 1-2"],
    ["keeps one unit for İ, so that nothing after it moves", "İx", "ix", "0-1 1-2"],
    ["leaves ß alone", "aẞß", "aßß", "0-1 1-2 2-3"],
    ["gives each letter of a ligature the whole ligature", "ﬁx", "fix", "0-1 0-1 1-2"],
    ["takes mathematical letters of two units", "𝐝a", "da", "0-2 2-3"],
    ["drops invisible characters and remembers where letters stood", "d\u200Ba\u00ADm", "dam", "0-1 2-3 4-5"],
    ["joins marks to a Latin letter", "da\u0336\u0308m", "dam", "0-1 1-4 4-5"],
    ["joins marks to Cyrillic, Greek and Han", "д\u0308α\u0301白\u0336", "дα白", "0-2 2-4 4-6"],
    ["takes marks off precomposed letters", "ïÉǚ", "ieu", "0-1 1-2 2-3"],
    ["leaves Cyrillic й as it is", "й", "й", "0-1"],
    ["knows letters with strokes, small capitals and framed ones", "đᴅ🅳", "ddd", "0-1 1-2 2-4"],
    ["takes keycaps and circles for digits", "1\uFE0F\u20E3①❶", "111", "0-3 3-4 4-5"],
    ["takes traditional characters for simplified ones", "癡話駅", "痴话驿", "0-1 1-2 2-3"],
    ["leaves flags as they are", "🇩🇪", "🇩🇪", "0-2 2-4"],
    ["keeps the marks of Devanagari", "कि", "कि", "0-1 1-2"],
    ["keeps a mark that stands first", "\u0301a", "\u0301a", "0-1 1-2"],
    ["takes Kangxi radicals for the characters they look like", "⽩", "白", "0-1"],
    ["lets lone surrogates be", "\ud800a\udc00", "\ud800a\udc00", "0-1 1-2 2-3"],
    ["folds nothing to nothing", "", "", ""],
  ] as const) {
    it(sentence, () => {
      const found = fold(text);
      assert.equal(foldedString(found), folded);
      assert.equal(found.codes.map((_, unit) => `${found.starts[unit]}-${found.ends[unit]}`).join(" "), spans);
    });
  }

  it("gives units in order, inside the text, never empty", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 40 }), (text) => {
        const { starts, ends, length } = fold(text);
        for (let unit = 0; unit < length; unit += 1) {
          const [start = -1, end = -1] = [starts[unit], ends[unit]];
          assert.ok(start < end && end <= text.length && start >= (starts[unit - 1] ?? 0));
        }
      }),
      { numRuns: 500 },
    );
  });

  it("is done once: folding a folded text changes nothing", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 20 }), (text) => {
        const once = foldedString(fold(text));
        fc.pre(once === once.normalize("NFC"));
        assert.equal(foldedString(fold(once)), once);
      }),
      { numRuns: 500 },
    );
  });

  it("knows all white space of the language", () => {
    const all = Array.from({ length: 0x10000 }, (_, code) => code).filter((code) =>
      /\p{White_Space}/u.test(String.fromCharCode(code)),
    );
    assert.deepEqual(
      [...WHITE_SPACE].sort((a, b) => a - b),
      all,
    );
  });

  it("looks for a term by what it folds to, its white space runs as one", () => {
    assert.deepEqual(keyOf(" Piss \t　ＯＦＦ "), keyOf("piss off"));
    assert.deepEqual(keyOf("\u200B"), []);
  });
});
