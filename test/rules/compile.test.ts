import assert from "node:assert/strict";
import { buildRule, type BuiltRule } from "../../src/rules/build-rule.ts";
import { compileRules, problemLine } from "../../src/rules/compile.ts";
import { readPack } from "../../src/rules/rule-file.ts";
import { readWordList } from "../../src/rules/word-list.ts";
import { epochMs } from "../../src/domain/time.ts";

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
  ["a control character", "pack: a\nrules: [] #\0", ["a.yaml:2:12", /U\+0000.*half written/]],
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
    "NUL in the comment of a list",
    { "a.yaml": rule("match: { lists: [x.txt] }"), "x.txt": "damn\n# \0\0" },
    ["x.txt:2:3", /NUL.*half written/],
  ],
  [
    "a list with three columns",
    { "a.yaml": rule("match: { lists: [x.txt] }"), "x.txt": "damn\ta\tb" },
    ["x.txt:1:1", /second tab/],
  ],
  ["a fold profile that is none", matching("fold: through"), ["a.yaml:5:11", /Did you mean "thorough"/]],
  ["a fold that is a list", matching("fold: [leet]"), ["a.yaml:5:11", /"fold" is a map|plain text/]],
  ["an unknown switch of a fold", matching("fold: { let: off }"), ["a.yaml:5:13", /Did you mean "leet"/]],
  ["a switch that is neither on nor off", matching("fold: { leet: yes }"), ["a.yaml:5:19", /not one of on, off/]],
  ["gaps that are neither", matching("fold: { gaps: some }"), ["a.yaml:5:19", /not one of on, off/]],
  ["gaps as wide as a line", matching("fold: { gaps: { max: 80 } }"), ["a.yaml:5:26", /1 to 10/]],
  ["gaps of an unknown kind", matching("fold: { gaps: { classes: [spce] } }"), ["a.yaml:5:31", /Did you mean "space"/]],
  ["gaps of no kind", matching("fold: { gaps: { classes: [] } }"), ["a.yaml:5:30", /is empty/]],
  ["an unknown boundary", matching("fold: { boundary: words }"), ["a.yaml:5:23", /Did you mean "word"/]],
  [
    "a mask with another key",
    matching("action: { mask: { txt: x } }"),
    ["a.yaml:5:21", /"text" is missing/],
    ["a.yaml:5:23", /Did you mean "text"/],
  ],
  ["a note that is neither on nor off", matching("action: { note: no }"), ["a.yaml:5:21", /on, off/]],
  ["a limit in words", matching("limits: { hitsMin: two }"), ["a.yaml:5:24", /whole number from 1/]],
  ["a limit of nothing", matching("limits: { rewritesPerHour: 0 }"), ["a.yaml:5:32", /whole number from 1/]],
  ["limits that no text meets", matching("limits: { textMin: 9, textMax: 5 }"), ["a.yaml:5:13", /No text is as long/]],
  ["a day that does not exist", matching("expires: 2027-02-30"), ["a.yaml:5:14", /no date that exists/]],
  ["a time without a zone", matching("expires: 2027-02-03T12:00:00"), ["a.yaml:5:14", /with its zone/]],
  ["a novel for the reviewer", matching(`falsePositives: ${"x".repeat(1_001)}`), ["a.yaml:5:21", /longer than 1000/]],
  ["conditions that name nothing", rule("match: { all: [] }"), ["a.yaml:4:19", /"all" names nothing/]],
  ["an empty condition", rule("match: { any: [{}] }"), ["a.yaml:4:20", /This condition names nothing/]],
  ["a match of nothing but not", rule("match: { not: { terms: [x1] } }"), ["a.yaml:4:12", /stands under "not"/]],
  ["all of them under not", rule("match: { all: [{ not: { terms: [x1] } }] }"), ["a.yaml:4:12", /stands under "not"/]],
  [
    "conditions four deep",
    rule("match: { all: [{ any: [{ all: [{ any: [{ terms: [x1] }] }] }] }] }"),
    ["a.yaml:4:44", /more than 3 deep/],
  ],
  [
    "a faulty term deep in a match",
    rule('match: { all: [{ terms: [ok] }, { any: [{ terms: [""] }] }] }'),
    ["a.yaml:4:55", /empty/],
  ],
  ["a key that matches do not have", rule("match: { all: [{ term: [ok] }] }"), ["a.yaml:4:22", /Did you mean "terms"/]],
  [
    "a list that is not there deep in a match",
    rule("match: { any: [{ lists: [no.txt] }] }"),
    ["a.yaml:4:30", /not in the rules folder/],
  ],
  [
    "a test of two things",
    matching("tests: [{ text: x, elements: [x], untouched: true }]"),
    ["a.yaml:5:13", /one thing/],
  ],
  ["a test of nothing", matching("tests: [{ untouched: true }]"), ["a.yaml:5:13", /one thing/]],
  [
    "one text that becomes two",
    matching("tests: [{ text: damn, becomes: [a, b] }]"),
    ["a.yaml:5:13", /One text becomes one/],
  ],
  [
    "two texts that become one",
    matching("tests: [{ elements: [a, b], becomes: a }]"),
    ["a.yaml:5:13", /2 texts become 2/],
  ],
  [
    "a text that becomes a map",
    matching("tests: [{ text: damn, becomes: { a: b } }]"),
    ["a.yaml:5:36", /a text, or a list of texts/],
  ],
  ["flagged: maybe", matching("tests: [{ text: damn, flagged: maybe }]"), ["a.yaml:5:36", /not one of true, false/]],
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
    const { terms, problems } = readWordList("x.txt", "\uFEFF# words\r\n\r\ndamn\tmild\r\n  piss off  \r\n");
    assert.deepEqual(problems, []);
    assert.deepEqual(
      terms.map(({ text, category, position }) => [text, category, position.line, position.column]),
      [
        ["damn", "mild", 3, 1],
        ["piss off", undefined, 4, 3],
      ],
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

/** The one rule of a pack as it is judged. */
function built(yaml: string, list = ""): BuiltRule["rule"] {
  const reading = readPack("a.yaml", yaml);
  if (!reading.ok) throw new Error(reading.problems.map(problemLine).join("\n"));
  const kept: BuiltRule[] = [];
  const listAt = (path: string) => readWordList(path, list);
  const problems = buildRule(reading.pack, 0, { listAt, defaults: { exemptSenders: [] }, keep: (r) => kept.push(r) });
  assert.deepEqual(problems, []);
  const [only] = kept;
  assert.ok(only);
  return only.rule;
}

describe("a rule as written", () => {
  it("takes every scalar for text", () => {
    const { clauses } = built(rule("match: { terms: [no, 007, 1e3, null] }"));
    assert.deepEqual(
      clauses[0]?.terms.map(({ text }) => text),
      ["no", "007", "1e3", "null"],
    );
  });

  it("has a default for everything but its id and its match", () => {
    const { id, title, mode, category, severity, mask, note, limits, expires, falsePositives } = built(matching(""));
    assert.deepEqual(
      { id, title, mode, category, severity, mask, note, limits, expires, falsePositives },
      {
        ...{ id: "r", title: "r", mode: "enforce", category: "a", severity: "low", mask: { kind: "stars" } },
        note: { write: true, category: false },
        limits: { hitsMin: 1, textMin: 0, textMax: Infinity, rewritesPerHour: Infinity },
        ...{ expires: undefined, falsePositives: undefined },
      },
    );
  });

  it("makes one clause of what stands side by side, and a condition of all, any and not", () => {
    const { clauses, condition } = built(
      rule(
        "match:\n  lists: [x.txt]\n  patterns: [p+q]\n  all:\n    - { terms: [ab, cd] }\n" +
          "    - any: [{ named: [cn-mobile] }, { not: { terms: [ef] } }]\n  not: { terms: [gh] }",
      ),
      "xy\n",
    );
    const texts = clauses.map(({ terms, patterns, named }) => [
      ...terms.map(({ text }) => text),
      ...patterns,
      ...named,
    ]);
    assert.deepEqual(texts, [["xy", "p+q"], ["ab", "cd"], ["cn-mobile"], ["ef"], ["gh"]]);
    const clause = (at: number) => ({ kind: "clause", clause: at });
    assert.deepEqual(condition, {
      kind: "all",
      of: [
        clause(0),
        { kind: "all", of: [clause(1), { kind: "any", of: [clause(2), { kind: "not", of: clause(3) }] }] },
        { kind: "not", of: clause(4) },
      ],
    });
  });

  it("starts from a profile and changes what its switches say", () => {
    const foldOf = (fold: string) => built(matching(`fold: ${fold}`)).fold;
    assert.equal(foldOf("plain").kinds.has("leet"), false);
    assert.equal(foldOf("thorough").kinds.has("pinyin"), true);
    const { kinds, ...rest } = foldOf("{ leet: off, pinyin: on, boundary: none, straddle: off, links: on }");
    assert.deepEqual([kinds.has("leet"), kinds.has("pinyin"), kinds.has("repeats")], [false, true, true]);
    const three = new Set(["space", "symbol", "emoji"]);
    assert.deepEqual(rest, { boundary: "none", straddle: false, links: true, gapMax: 3, gapClasses: three });
    const gapped = foldOf("{ profile: plain, gaps: { max: 2, classes: [space] } }");
    assert.deepEqual([gapped.kinds.has("gaps"), gapped.gapMax, gapped.gapClasses], [true, 2, new Set(["space"])]);
    assert.equal(foldOf("{ gaps: off }").kinds.has("gaps"), false);
  });

  it("reads limits, the note and what a reviewer should know", () => {
    const yaml = "limits: { hitsMin: 2, textMin: 5, textMax: 500, rewritesPerHour: 100 }\nfalsePositives: birds\n";
    const { limits, note, falsePositives } = built(matching(`${yaml}action: { note: off, category: shown }`));
    assert.deepEqual(limits, { hitsMin: 2, textMin: 5, textMax: 500, rewritesPerHour: 100 });
    assert.deepEqual([note, falsePositives], [{ write: false, category: true }, "birds"]);
  });

  for (const [written, moment] of [
    ["2027-01-31", "2027-02-01T00:00:00Z"],
    ["2028-02-29", "2028-03-01T00:00:00Z"],
    ["2027-01-31T18:00:00+08:00", "2027-01-31T10:00:00Z"],
    ["2027-01-31T18:00Z", "2027-01-31T18:00:00Z"],
  ] as const) {
    it(`that expires ${written} speaks until ${moment}`, () => {
      assert.equal(built(matching(`expires: ${written}`)).expires, Date.parse(moment));
    });
  }

  it("that has expired is a warning for whoever asks with a clock", () => {
    const files = new Map([["a.yaml", matching("expires: 2027-01-31")]]);
    const warnings = (now: string) => {
      const result = compileRules(files, { exemptSenders: [], now: epochMs(Date.parse(now)) });
      return result.ok ? result.warnings.map(problemLine) : ["refused"];
    };
    assert.deepEqual(warnings("2027-01-31T23:59:59Z"), []);
    assert.match(warnings("2027-02-01T00:00:00Z").join(), /^a.yaml:5:14: warning: The rule has expired/);
  });
});
