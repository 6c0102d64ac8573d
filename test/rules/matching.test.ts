import assert from "node:assert/strict";
import fc from "fast-check";
import { fold } from "../../src/rules/fold.ts";
import { createKeywords } from "../../src/rules/keywords.ts";
import { NAMED_MATCHERS } from "../../src/rules/named.ts";
import { createPatterns, faultOfPattern } from "../../src/rules/patterns.ts";

function found(terms: readonly string[], text: string): string[] {
  const folded = fold(text);
  return createKeywords(terms)
    .hits(folded)
    .map(({ start, end }) => text.slice(folded.starts[start], folded.ends[end - 1]))
    .sort();
}

describe("keywords", () => {
  for (const [sentence, terms, text, expected] of [
    ["finds a word between spaces", ["damn"], "oh damn it", ["damn"]],
    ["finds a word beside punctuation", ["damn"], "(damn)! damn.", ["damn", "damn"]],
    ["does not find a word inside a longer one", ["ass"], "class assert mass", []],
    ["takes a digit for a part of the word", ["damn"], "damn1 2damn", []],
    ["takes Han beside Latin for a boundary", ["damn"], "这damn网", ["damn"]],
    ["takes _ and - for boundaries", ["ass"], "my_ass-ets", ["ass"]],
    ["takes Cyrillic beside Latin for a boundary", ["damn"], "яdamnя", ["damn"]],
    ["looks past an invisible character for the rest of the word", ["ass"], "ass\u200Bert", []],
    ["finds a word with something invisible inside", ["damn"], "d\u200Bamn", ["d\u200Bamn"]],
    ["finds a word with marks typed over it", ["damn"], "d\u0336a\u0336mn\u0336", ["d\u0336a\u0336mn\u0336"]],
    ["finds Han anywhere", ["白痴"], "大白痴啊", ["白痴"]],
    ["takes a mark without a letter for a boundary", ["damn"], "\u0301damn *\u0301damn x\u0301damn", ["damn", "damn"]],
    ["asks for a boundary at the Latin end of a mixed term", ["a片"], "ABCa片 A片下载", ["A片"]],
    ["takes any run of white space for the space of a term", ["piss off"], "piss \n　off", ["piss \n　off"]],
    ["wants at least some white space", ["piss off"], "pissoff", []],
    ["finds terms inside each other", ["王八", "王八蛋", "八蛋"], "王八蛋", ["八蛋", "王八", "王八蛋"]],
    ["finds terms after a false start", ["aab", "ab c"], "aaab x ab c", ["ab c"]],
    ["finds a term with an accent written as one character", ["café"], "le café", ["café"]],
    ["finds it written as two as well", ["café"], "le cafe\u0301", ["cafe\u0301"]],
    ["does not take the word without its accent for it", ["año"], "ano", []],
    ["does not mind İ before the hit", ["damn"], "İİ damn", ["damn"]],
    ["keeps ß apart from ss", ["ass"], "aß saß", []],
    ["finds Greek and Cyrillic whole", ["дурак", "βλαξ"], "Дурак! дураком ΒΛΑΞ", ["ΒΛΑΞ", "Дурак"]],
    ["has nothing to find when there are no terms", [], "damn", []],
  ] as const) {
    it(sentence, () => assert.deepEqual(found(terms, text), [...expected].sort()));
  }

  it("finds what a naive search finds", () => {
    const letters = fc.constantFrom("白", "痴", "蛋");
    const word = fc.string({ unit: letters, minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(
        fc.uniqueArray(word, { maxLength: 8 }),
        fc.string({ unit: letters, maxLength: 30 }),
        (terms, text) => {
          const naive = terms.flatMap((term) =>
            [...text].flatMap((_, at) => (text.startsWith(term, at) ? [term] : [])),
          );
          assert.deepEqual(found(terms, text), naive.sort());
        },
      ),
    );
  });

  it("does not mind the order of the list", () => {
    const terms = ["王八蛋", "八", "蛋黄", "damn", "damn it", "it"];
    fc.assert(
      fc.property(fc.shuffledSubarray(terms, { minLength: terms.length }), (shuffled) =>
        assert.deepEqual(found(shuffled, "王八蛋黄 damn it"), found(terms, "王八蛋黄 damn it")),
      ),
    );
  });

  it("loads a thousand terms before anybody notices", () => {
    const terms = Array.from({ length: 1_000 }, (_, at) => `w${(at * 7_919).toString(36)}`);
    const started = performance.now();
    createKeywords(terms);
    assert.ok(performance.now() - started < 200); // A few milliseconds where nothing else runs.
  });
});

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

describe("cn-mobile", () => {
  for (const [sentence, text, expected] of [
    ["finds eleven digits", "找我15800001234", ["15800001234"]],
    ["finds 3-4-4 with spaces and hyphens", "158 0000 1234, 158-0000-1234", ["158 0000 1234", "158-0000-1234"]],
    ["finds full width", "１５８００００１２３４", ["１５８００００１２３４"]],
    ["finds it after a country code of its own", "+86 15800001234", ["15800001234"]],
    ["leaves longer runs of digits alone", "2026158000012345 158000012345", []],
    ["leaves other groupings alone", "15 800 001 234", []],
    ["leaves 12… alone", "12800001234", []],
    ["leaves an unfinished number alone", "1580000123", []],
  ] as const) {
    it(sentence, () => {
      const folded = fold(text);
      const ranges = NAMED_MATCHERS["cn-mobile"]?.(folded) ?? [];
      assert.deepEqual(
        ranges.map(({ start, end }) => text.slice(folded.starts[start], folded.ends[end - 1])),
        expected,
      );
    });
  }
});
