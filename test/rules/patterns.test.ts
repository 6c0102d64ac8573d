import assert from "node:assert/strict";
import { fold } from "../../src/rules/fold.ts";
import { createPatterns, faultOfPattern } from "../../src/rules/patterns.ts";

describe("patterns", () => {
  const hits = (pattern: string, text: string): string[] => {
    const folded = fold(text);
    return createPatterns(["zzz", pattern])
      .hits(folded)
      .map(({ start, end }) => text.slice(folded.starts[start], folded.ends[end - 1]));
  };
  it("see the folded text and point into the original", () => {
    assert.deepEqual(hits("v\\d+", "🙂Ｖ\u200B１２ v3"), ["Ｖ\u200B１２", "v3"]);
  });
  it("may be written in capitals", () => assert.deepEqual(hits("QQ[A-Z]", "qqx"), ["qqx"]));
  it("count characters beyond the first plane as one", () => assert.deepEqual(hits("x.y", "𝌆x𝌆y"), ["x𝌆y"]));
  for (const [pattern, advice] of [
    ["a(?=b)", /Look-ahead/],
    ["(a)\\1", /Back references/],
    ["\\u4e00", /\\x\{4e00\}/],
    ["[a", /RE2/],
    ["a*", /empty text/],
    ["a{2000}", /repeat/],
    ["(abcdefghij{1,90}){1,9}k", /steps/],
  ] as const) {
    it(`${pattern} is refused with advice`, () => assert.match(faultOfPattern(pattern) ?? "", advice));
  }
});
