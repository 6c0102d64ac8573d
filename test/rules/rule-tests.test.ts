import assert from "node:assert/strict";
import { compileRules, problemLine } from "../../src/rules/compile.ts";

const rule = (rest: string): string =>
  `pack: a\nrules:\n  - id: r\n    match: { terms: [damn, 白痴] }\n${rest.replace(/^/gm, "    ")}\n`;
const problemsOf = (rest: string, more = ""): readonly string[] => {
  const result = compileRules(new Map([["a.yaml", rule(rest) + more]]), { exemptSenders: [] });
  return (result.ok ? result.warnings : result.problems).map(problemLine);
};

describe("a test of a rule", () => {
  for (const [sentence, rest] of [
    ["one text and what becomes of it", 'tests: [{ text: "damn it", becomes: "**** it" }]'],
    ["elements, each with what becomes of it", 'tests: [{ elements: ["oh da", mn], becomes: ["oh **", "**"] }]'],
    ["elements that are left alone", "tests: [{ elements: [da, mnation], untouched: true }]"],
    ["consecutive messages", "tests: [{ messages: [da, mn], flagged: true }, { messages: [白, 痴], flagged: true }]"],
    ["messages, each with what becomes of it", 'tests: [{ messages: [damn, it], becomes: ["****", it] }]'],
    ["a text that is only flagged", "action: { mask: none }\ntests: [{ text: damn, flagged: true }]"],
    ["a rule in shadow, as if it were enforced", 'mode: shadow\ntests: [{ text: damn, becomes: "****" }]'],
    [
      "a rule that looks at custom elements only",
      'scope: { elements: [custom] }\ntests: [{ text: damn, becomes: "****" }]',
    ],
    ["a rule that has expired", 'expires: 2001-01-01\ntests: [{ text: damn, becomes: "****" }]'],
    [
      "hits that count only together",
      'limits: { hitsMin: 2 }\ntests: [{ text: damn, untouched: true }, { text: damn 白痴, becomes: "**** **" }]',
    ],
  ] as const) {
    it(`can be ${sentence}`, () => assert.deepEqual(problemsOf(rest), []));
  }

  for (const [sentence, rest, expected] of [
    [
      "the text is wrong",
      'tests: [{ text: damn, becomes: "***" }]',
      /The test "damn" of r failed: expected "\*\*\*", got "\*\*\*\*"/,
    ],
    [
      "an element is wrong",
      'tests: [{ elements: [da, mn], becomes: ["**", mn] }]',
      /expected \["\*\*", "mn"\], got \["\*\*", "\*\*"\]/,
    ],
    ["messages are passed", "tests: [{ messages: [damnation, mn], flagged: true }]", /expected to be hit, and was not/],
    ["a text is flagged", "tests: [{ text: damn, flagged: false }]", /expected to be passed, and was hit/],
    ["a text is touched", "tests: [{ text: damn, untouched: true }]", /left alone, and was hit, giving "\*\*\*\*"/],
  ] as const) {
    it(`fails with what was expected and what came when ${sentence}`, () => {
      const lines = problemsOf(rest);
      assert.equal(lines.length, 1, lines.join("\n"));
      assert.match(lines[0] ?? "", /^a.yaml:5:\d+: /);
      assert.match(lines[0] ?? "", expected);
    });
  }

  it("runs its own rule alone", () => {
    const other = "  - id: s\n    match: { terms: [crap] }\n";
    assert.deepEqual(problemsOf('tests: [{ text: "damn crap", becomes: "**** crap" }]', other), []);
  });
});
