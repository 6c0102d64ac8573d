import assert from "node:assert/strict";
import fc from "fast-check";
import { compileRules, problemLine } from "../../src/rules/compile.ts";
import { PATTERN_STEPS_PER_CHARACTER_MAX, stepsOfPattern } from "../../src/rules/pattern-cost.ts";
import { faultOfEntry, foldedEntry } from "../../src/rules/entry.ts";
import { fold } from "../../src/rules/fold.ts";
import { createPatterns, faultOfPattern } from "../../src/rules/patterns.ts";

const linesOf = (files: Readonly<Record<string, string>>): readonly string[] => {
  const result = compileRules(new Map(Object.entries(files)), { exemptSenders: [] });
  return (result.ok ? result.warnings : result.problems).map(problemLine);
};
const rule = (rest: string): string => `pack: a\nrules:\n  - id: r\n${rest.replace(/^/gm, "    ")}\n`;
const ofRule = (rest: string): readonly string[] => linesOf({ "a.yaml": rule(rest) });
const ofList = (words: readonly string[], rest = ""): readonly string[] =>
  linesOf({ "a.yaml": rule(`match: { lists: [x.txt] }\n${rest}`), "x.txt": words.join("\n") });

describe("ordinary entries", () => {
  it("are passed without a closer look because it would find nothing", () => {
    const letter = fc.constantFrom(..."azAZ059 一白痴癡齉鿿");
    fc.assert(
      fc.property(fc.string({ unit: letter, minLength: 1, maxLength: 6 }), (entry) => {
        const isOrdinary = entry.trim() === entry && entry.length > 1;
        if (isOrdinary) assert.ok(foldedEntry(entry).length > 1, entry);
        if (isOrdinary) assert.equal(faultOfEntry(entry), undefined);
      }),
    );
  });
});

describe("entries that do nothing", () => {
  for (const [sentence, words, rest, expected] of [
    [
      "the same word in full width",
      ["damn", "ＤＡＭＮ"],
      "",
      /^x.txt:2:1: warning: "ＤＡＭＮ" is the same as "damn" in x.txt:1/,
    ],
    ["the same word in traditional characters", ["神经病", "神經病"], "", /^x.txt:2:1: warning: .*the same/],
    [
      "a Chinese word with another one in it",
      ["白痴", "大白痴"],
      "",
      /^x.txt:2:1: warning: Everything that "大白痴" hits .*"白痴" in x.txt:1/,
    ],
    [
      "the longer one, wherever it stands",
      ["大白痴", "白痴"],
      "",
      /^x.txt:1:1: warning: Everything that "大白痴" hits/,
    ],
    [
      "a word with another in it, where words need no ends",
      ["ass", "class"],
      "fold: { boundary: none }",
      /^x.txt:2:1: warning: Everything that "class" hits/,
    ],
  ] as const) {
    it(`are told: ${sentence}`, () => {
      const lines = ofList(words, rest);
      assert.equal(lines.length, 1, lines.join("\n"));
      assert.match(lines[0] ?? "", expected);
    });
  }

  it("are not a word in capitals beside itself, where capitals count", () => {
    assert.deepEqual(ofList(["TMD", "tmd"], "fold: { case: off }"), []);
  });

  for (const [sentence, words] of [
    ["a word inside of another, where words are found whole", ["ass", "class"]],
    ["a phrase that begins with another entry", ["piss", "piss off"]],
    ["words that only share a beginning", ["白痴", "白菜"]],
  ] as const) {
    it(`are not ${sentence}`, () => assert.deepEqual(ofList(words), []));
  }

  it("are told twenty at a time", () => {
    const words = Array.from({ length: 50 }, (_, at) => `word${at}x`);
    const lines = ofList([...words, ...words]);
    assert.equal(lines.length, 21);
    assert.match(lines.at(-1) ?? "", /30 more entries are there twice/);
  });
});

describe("tests and allow phrases that do nothing", () => {
  for (const [sentence, rest, expected] of [
    ["a text that becomes itself", 'tests: [{ text: "fine", becomes: "fine" }]', /passes without the rule/],
    ["untouched, with nothing in it", "tests: [{ text: fine, untouched: true }]", /Nothing in this test tempts/],
    [
      "not flagged, with nothing in it",
      "tests: [{ elements: [fi, ne], flagged: false }]",
      /Nothing in this test tempts/,
    ],
    ["an allow phrase without a hit", "allow: [fine]", /can never win/],
  ] as const) {
    it(`are told: ${sentence}`, () => {
      const lines = ofRule(`match: { terms: [damn] }\n${rest}`);
      assert.equal(lines.length, 1, lines.join("\n"));
      assert.match(lines[0] ?? "", /^a.yaml:5:\d+: warning: /);
      assert.match(lines[0] ?? "", expected);
    });
  }

  for (const [sentence, rest] of [
    ["a word inside of an innocent one", "tests: [{ text: a damnation, untouched: true }]"],
    ["an allow phrase at work", "allow: [damn good]\ntests: [{ text: damn good, untouched: true }]"],
    ["a hit that is only flagged", "action: { mask: none }\ntests: [{ text: damn, becomes: damn, flagged: true }]"],
  ] as const) {
    it(`are not ${sentence}`, () => assert.deepEqual(ofRule(`match: { terms: [damn] }\n${rest}`), []));
  }

  it("says nothing of patterns, which do not tell what they nearly took", () => {
    assert.deepEqual(ofRule("match: { patterns: ['x{3}'] }\ntests: [{ text: fine, untouched: true }]"), []);
  });
});

describe("the cost of patterns", () => {
  for (const source of ["x*y|x", "加.*微信|加", "(?:(?:ab)*c|ab)", "a{250}", "(a?){60}a{60}", "(?:[a-z]+ )*!|[a-z]"]) {
    it(`refuses ${source}, which goes over the text again and again or is too wide`, () => {
      const { fault } = stepsOfPattern(source);
      assert.match(fault ?? "", new RegExp(`more than ${PATTERN_STEPS_PER_CHARACTER_MAX} steps`));
    });
  }

  for (const source of [
    String.raw`\b1[3-9]\d{9}\b`,
    String.raw`[a-z0-9._%+-]+@[a-z0-9.-]+\.[a-z]{2,}`,
    String.raw`(?:加|➕).{0,20}(?:微信|v信)`,
    String.raw`https?://[^\s]+`,
    String.raw`(?:\d[ -]?){13,16}`,
    String.raw`\p{Han}{2,5}代开.*发票`,
  ]) {
    it(`takes ${source}, as people write them`, () => assert.equal(stepsOfPattern(source).fault, undefined));
  }

  it("refuses two hundred hostile patterns that are harmless one by one, at the one that is too much", () => {
    const hostile = Array.from({ length: 200 }, (_, at) => `[ab]*a[ab]{14}${String.fromCharCode(99 + (at % 20))}${at}`);
    const lines = ofRule(`match:\n  patterns:\n${hostile.map((each) => `    - '${each}'\n`).join("")}`);
    assert.equal(lines.length, 1);
    assert.match(lines[0] ?? "", /^a.yaml:\d+:\d+: Up to here the patterns of this folder may take \d+ steps/);
  });

  it("takes two hundred ordinary ones, and then 8,000 characters of their own alphabet are cheap", () => {
    const ordinary = Array.from({ length: 200 }, (_, at) => String.raw`1[3-9]\d{5}${at}`);
    assert.deepEqual(ofRule(`match:\n  patterns:\n${ordinary.map((each) => `    - '${each}'\n`).join("")}`), []);
    for (const each of ordinary) assert.equal(faultOfPattern(each), undefined);
    let seed = 1;
    const digits = Array.from({ length: 8_000 }, () => (seed = (seed * 48_271) % 2_147_483_647) % 10).join("");
    const patterns = createPatterns(ordinary);
    const started = performance.now();
    patterns.hits(fold(digits));
    // Some 100 ms; hostile sets of the same size were seen to take four times that and more.
    assert.ok(performance.now() - started < 2_000);
  });
});
