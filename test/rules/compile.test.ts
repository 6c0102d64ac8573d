import assert from "node:assert/strict";
import { compileRules, problemLine } from "../../src/rules/compile.ts";

const rule = (rest: string): string => `pack: a\nrules:\n  - id: r\n${rest.replace(/^/gm, "    ")}\n`;
const matching = (rest: string): string => rule(`match: { terms: [damn] }\n${rest}`);
const problemsOf = (files: Readonly<Record<string, string>>): readonly string[] => {
  const result = compileRules(new Map(Object.entries(files)), { exemptSenders: [] });
  return (result.ok ? result.warnings : result.problems).map(problemLine);
};

/** A sentence, the files, and how each problem line begins and what it says. */
type Row = readonly [string, string | Readonly<Record<string, string>>, ...(readonly [string, RegExp])[]];

const BROKEN: readonly Row[] = [
  ["an empty folder", {}, [".:1:1", /no pack/]],
  ["an empty file", "", ["a.yaml:1:1", /"the file" is missing|map/]],
  ["a list instead of a map", "- a", ["a.yaml:1:1", /A pack is a map/]],
  ["no name of the pack", "rules: []", ["a.yaml:1:1", /"pack" is missing/]],
  ["a bad name of the pack", "pack: My Pack\nrules: []", ["a.yaml:1:7", /The name of a pack/]],
  ["rules that are no list", "pack: a\nrules: x", ["a.yaml:2:8", /"rules" is a list/]],
  ["a key twice", "pack: a\npack: b\nrules: []", ["a.yaml:2:1", /twice/]],
  ["an anchor", "pack: &x a\nrules: []", ["a.yaml:1:10", /Anchors/]],
  ["an alias", "pack: &x a\nrules: *x", ["a.yaml:1:10", /Anchors/], ["a.yaml:2:8", /Aliases/]],
  ["an alias of nothing", "pack: a\nrules: *x", ["a.yaml:2:8", /Aliases/]],
  ["a tag", "pack: !x a\nrules: []", ["a.yaml:1:10", /tag !x/]],
  ["a standard tag", "pack: !!str a\nrules: []", ["a.yaml:1:13", /tag/]],
  ["two documents", "pack: a\nrules: []\n---\nx: 1", ["a.yaml:3:1", /one document/]],
  ["a tab", "pack: a\nrules:\n\t- id: x", ["a.yaml:3:1", /Tabs/]],
  ["an open bracket", "pack: a\nrules: [", ["a.yaml:2:9", /not YAML/]],
  ["a key that is a list", "pack: a\n? [x]\n: y\nrules: []", ["a.yaml:2:3", /cannot be a key/]],
  ["a key that means something to JavaScript", "__proto__: a\nrules: []", ["a.yaml:1:1", /cannot be a key/]],
  ["a hundred thousand brackets", `pack: ${"[".repeat(100_000)}`, ["a.yaml:1:67", /nested deeper/]],
  ["a hundred thousand dashes", `pack:\n${"- ".repeat(100_000)}`, ["a.yaml:2:121", /nested deeper/]],
  ["no id", "pack: a\nrules:\n  - match: { terms: [damn] }", ["a.yaml:3:5", /"id" is missing/]],
  ["no match", "pack: a\nrules:\n  - id: r", ["a.yaml:3:5", /"match" is missing/]],
  [
    "an id in capitals",
    "pack: a\nrules:\n  - { id: R, match: { terms: [damn] } }",
    ["a.yaml:3:11", /An id is made of/],
  ],
  ["a match that names nothing", rule("match: {}"), ["a.yaml:4:12", /names nothing/]],
  ["an unknown key, with what was meant", matching("modus: flag"), ["a.yaml:5:5", /no "modus".*Did you mean "mode"/]],
  ["an unknown key further in", rule("match: { term: [x] }"), ["a.yaml:4:14", /Did you mean "terms"/]],
  ["an unknown mode, with what was meant", matching("mode: enfroce"), ["a.yaml:5:11", /Did you mean "enforce"/]],
  ["an unknown severity", matching("severity: extreme"), ["a.yaml:5:15", /low, medium, high/]],
  ["an unknown mask", matching("action: { mask: star }"), ["a.yaml:5:21", /Did you mean "stars"/]],
  ["a mask with an empty text", matching("action: { mask: { text: '' } }"), ["a.yaml:5:29", /The mask is empty/]],
  ["an action that is text", matching("action: stars"), ["a.yaml:5:13", /"action" is a map/]],
  ["terms that are text", rule("match: { terms: damn }"), ["a.yaml:4:21", /"terms" is a list/]],
  ["a term that is a map", rule("match: { terms: [{ a: b }] }"), ["a.yaml:4:22", /plain text/]],
  ["an empty term", rule('match: { terms: [damn, ""] }'), ["a.yaml:4:28", /empty/]],
  ["a term of nothing but space", rule('match: { terms: [" "] }'), ["a.yaml:4:22", /Nothing of this entry/]],
  ["an invisible character in a term", rule('match: { terms: ["da\\u200bmn"] }'), ["a.yaml:4:22", /U\+200B/]],
  ["a term as long as a page", rule(`match: { terms: [${"x".repeat(201)}] }`), ["a.yaml:4:22", /longer than 200/]],
  ["look-ahead in a pattern", rule("match: { patterns: ['a(?=b)'] }"), ["a.yaml:4:25", /Look-ahead/]],
  ["a back reference in a pattern", rule("match:\n  patterns:\n    - x\n    - '(a)\\1'"), ["a.yaml:7:11", /Back ref/]],
  ["a pattern that matches nothing at all", rule("match: { patterns: ['a*'] }"), ["a.yaml:4:25", /empty text/]],
  [
    "an unknown matcher",
    rule("match: { named: [cn-mobil] }"),
    ["a.yaml:4:22", /Did you mean "cn-mobile".*Known: cn-mobile/],
  ],
  ["a matcher that every object has", rule("match: { named: [toString] }"), ["a.yaml:4:22", /Known: cn-mobile/]],
  ["a list that is not there", rule("match: { lists: [lists/x.txt] }"), ["a.yaml:4:22", /not in the rules folder/]],
  ["a list outside", rule("match: { lists: [../x.txt] }"), ["a.yaml:4:22", /not inside/]],
  ["a list at an absolute path", rule("match: { lists: [/etc/x.txt] }"), ["a.yaml:4:22", /not inside/]],
  ["a list of another kind", rule("match: { lists: [x.csv] }"), ["a.yaml:4:22", /not a .txt/]],
  ["a path that is none", matching("scope: { jsonPaths: [title] }"), ["a.yaml:5:26", /no path/]],
  [
    "a path without its element",
    matching("scope: { elements: [text], jsonPaths: [data.x] }"),
    ["a.yaml:5:43", /custom/],
  ],
  ["a test that says nothing", matching("tests: [{ text: damn }]"), ["a.yaml:5:13", /either becomes/]],
  [
    "a test that says two things",
    matching("tests: [{ text: x, becomes: x, untouched: true }]"),
    ["a.yaml:5:13", /either/],
  ],
  ["untouched: false", matching("tests: [{ text: damn, untouched: false }]"), ["a.yaml:5:38", /only be true/]],
  [
    "a test that fails",
    matching('tests:\n  - { text: damn it, becomes: "*** it" }'),
    ["a.yaml:6:9", /expected "\*\*\* it", got "\*\*\*\* it"/],
  ],
  ["a test that is touched", matching("tests: [{ text: damn, untouched: true }]"), ["a.yaml:5:13", /left alone/]],
  ["a mask that would be masked", matching("action: { mask: { text: 'damn!' } }"), ["a.yaml:5:13", /itself be masked/]],
  [
    "an id in two packs",
    { "a.yaml": matching(""), "b.yml": matching("").replace("pack: a", "pack: b") },
    ["b.yml:3:9", /id r is already used in a.yaml:3/],
  ],
  [
    "a pack name in two files",
    { "a.yaml": "pack: a\nrules: []", "b.yaml": "pack: a\nrules: []" },
    ["b.yaml:1:7", /already used in a.yaml:1/],
  ],
  [
    "an invisible character in a list",
    { "a.yaml": rule("match: { lists: [x.txt] }"), "x.txt": "\uFEFF# words\r\ndamn\r\n  cr\u00ADap\r\n" },
    ["x.txt:3:3", /U\+00AD/],
  ],
  [
    "a list with three columns",
    { "a.yaml": rule("match: { lists: [x.txt] }"), "x.txt": "damn\ta\tb" },
    ["x.txt:1:1", /second tab/],
  ],
  [
    "several at once, in order",
    rule("modus: x\nmatch: { terms: [damn], list: [] }\nseverity: none"),
    ["a.yaml:4:5", /modus/],
    ["a.yaml:5:29", /"lists"/],
    ["a.yaml:6:15", /severity|none/],
  ],
];

describe("a broken rules folder", () => {
  for (const [sentence, source, ...expected] of BROKEN) {
    it(`says where there is ${sentence}`, () => {
      const files = typeof source === "string" ? { "a.yaml": source } : source;
      const result = compileRules(new Map(Object.entries(files)), { exemptSenders: [] });
      assert.equal(result.ok, false);
      const lines = problemsOf(files);
      assert.equal(lines.length, expected.length, lines.join("\n"));
      expected.forEach(([place, words], index) => {
        assert.ok(lines[index]?.startsWith(`${place}: `), `${lines[index]} should be at ${place}`);
        assert.match(lines[index] ?? "", words);
        assert.match(lines[index] ?? "", /[.…]$/);
      });
    });
  }

  it("tests the sound rules even so", () => {
    const bad =
      rule("match: { named: [x] }") +
      '  - id: s\n    match: { terms: [crap] }\n    tests: [{ text: crap, becomes: "" }]\n';
    assert.equal(problemsOf({ "a.yaml": bad }).length, 2);
  });
});

describe("a good rules folder", () => {
  const list = (text: string) => problemsOf({ "a.yaml": rule("match: { lists: [x.txt] }"), "x.txt": text });

  it("warns of entries that will hit often, that are there twice, and of idle allow phrases", () => {
    assert.match(list("x").join(), /^x.txt:1:1: warning: "x" is one single character/);
    assert.match(list("damn\nＤＡＭＮ").join(), /^x.txt:2:1: warning: .*the same as "damn" in x.txt:1/);
    assert.match(problemsOf({ "a.yaml": matching("allow: [Essex]") }).join(), /^a.yaml:5:13: warning: .*can never win/);
    assert.deepEqual(problemsOf({ "a.yaml": matching("allow: [damnation]") }), []);
  });

  it("reads lists with comments, categories, CRLF and a byte order mark", () => {
    const text = "\uFEFF# words\r\n\r\ndamn\tmild\r\n  piss off  \r\n";
    const files = new Map([
      ["a.yaml", rule("match: { lists: [x.txt] }")],
      ["x.txt", text],
    ]);
    const result = compileRules(files, { exemptSenders: [] });
    assert.ok(result.ok);
    assert.deepEqual(
      result.ruleSet.rules[0]?.terms.map(({ text, category, position }) => [text, category, position.line]),
      [
        ["damn", "mild", 3],
        ["piss off", undefined, 4],
      ],
    );
  });

  it("takes every scalar for text", () => {
    const result = compileRules(new Map([["a.yaml", rule("match: { terms: [no, 007, 1e3, null] }")]]), {
      exemptSenders: [],
    });
    assert.ok(result.ok);
    assert.deepEqual(
      result.ruleSet.rules[0]?.terms.map(({ text }) => text),
      ["no", "007", "1e3", "null"],
    );
  });

  it("has a revision that follows the content and nothing else", () => {
    const revision = (...files: readonly (readonly [string, string])[]) => {
      const result = compileRules(new Map(files), { exemptSenders: [] });
      assert.ok(result.ok);
      return result.ruleSet.revision;
    };
    const [a, b] = [
      ["a.yaml", matching("")],
      ["b.yaml", "pack: b\nrules: []"],
    ] as const;
    assert.match(revision(a, b), /^[0-9a-f]{16}$/);
    assert.equal(revision(a, b), revision(b, a));
    assert.notEqual(revision(a, b), revision(a));
  });
});
