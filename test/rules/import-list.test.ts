import assert from "node:assert/strict";
import fc from "fast-check";
import { compileRules, problemLine } from "../../src/rules/compile.ts";
import { decodeList, importList } from "../../src/rules/import-list.ts";
import { readWordList } from "../../src/rules/word-list.ts";

const textOf = (name: string, text: string): string => [...importList(name, text).pieces].join("");
/** The lines of the list, without its head. */
const listed = (text: string): readonly string[] => textOf("x.txt", text).trim().split("\n").slice(1);
const skipped = (name: string, text: string): readonly string[] =>
  importList(name, text).skipped.map(({ line, reason }) => `${line}: ${reason}`);

describe("a plain list", () => {
  for (const [sentence, text, expected] of [
    ["one word a line, in whatever line ends", "damn\r\ncrap\rturd\n", ["damn", "crap", "turd"]],
    ["comments and empty lines", "# words\n\ndamn\n  # more\n", ["damn"]],
    ["blanks round a word", "  damn  \n", ["damn"]],
    ["weights behind a bar", "赌博|1\n洗钱|2\n", ["赌博", "洗钱"]],
    ["frequencies behind a tab", "赌博\t103\n洗钱\t7\n", ["赌博", "洗钱"]],
    ["categories behind a tab", "赌博\tgambling\n洗钱\n", ["赌博\tgambling", "洗钱"]],
    ["a category and a frequency", "赌博\t103\tgambling\n", ["赌博\tgambling"]],
    ["frequencies behind a blank, where every row has one", "赌博 103\n洗钱 7\n诈骗 9\n", ["赌博", "洗钱", "诈骗"]],
    [
      "frequencies behind an equals sign, where every row has one",
      "赌博=103\n洗钱=7\n诈骗=9\n",
      ["赌博", "洗钱", "诈骗"],
    ],
    ["a sum", "1+1=2\ndamn\n", ["1+1=2", "damn"]],
    ["a number that belongs to the word", "area 51\ndamn\n", ["area 51", "damn"]],
    ["commas at the ends of rows", "赌博,\n洗钱，\n诈骗、\n", ["赌博", "洗钱", "诈骗"]],
    ["characters that nobody sees", "da\u200bmn\n\ufeff洗钱\n", ["damn", "洗钱"]],
    ["signs that are no regular expressions", "c++\na$$\n$ex\nf.u.\n", ["c++", "a$$", "$ex", "f.u."]],
  ] as const) {
    it(`may have ${sentence}`, () => assert.deepEqual(listed(text), expected));
  }

  for (const [sentence, row, reason] of [
    ["wildcards", "dam*", /no wildcard/],
    ["escapes", "\\bdamn\\b", /regular expression/],
    ["classes", "d[a4]mn", /regular expression/],
    ["any run of characters", "加.*微信", /regular expression/],
    ["anchors", "^damn", /regular expression/],
    ["counts", "a{3,5}", /regular expression/],
    ["patterns between slashes", "/damn/i", /regular expression/],
    ["several words", "赌博|赌钱", /Several words/],
    ["base64 of Chinese", Buffer.from("赌博赌").toString("base64"), /base64/],
    ["base64 of English", Buffer.from("damnit").toString("base64"), /base64/],
    ["base64 with an equals sign", Buffer.from("damn").toString("base64"), /base64/],
    ["single characters", "操", /single character/],
    ["nothing but signs that fold away", "\u200b\u200b", /no word/],
    ["three columns", "赌博\ta\tb", /several columns/],
    ["words as long as a page", "x".repeat(300), /longer than 200/],
  ] as const) {
    it(`is told of ${sentence} with line and reason`, () => {
      const lines = skipped("x.txt", `crap\n${row}\nturd`);
      assert.equal(lines.length, 1);
      assert.match(lines[0] ?? "", /^2: /);
      assert.match(lines[0] ?? "", reason);
      assert.match(lines[0] ?? "", /\.$/);
    });
  }

  it("keeps a word once, and says where it was before", () => {
    assert.deepEqual(skipped("x.txt", "damn\ncrap\nＤＡＭＮ\n"), [
      "3: This is the same word as in line 1. Remove one.",
    ]);
  });

  it("gives a list that can be used as it is, whatever comes in", () => {
    const row = fc.oneof(
      fc.string({ unit: "grapheme" }),
      fc.string(),
      fc.constantFrom("damn", "白痴|1", "# x", "a\tb\tc"),
    );
    fc.assert(
      fc.property(fc.array(row), (rows) => {
        const { entries } = importList("x.txt", rows.join("\n"));
        const { terms, problems } = readWordList("x.txt", textOf("x.txt", rows.join("\n")));
        assert.deepEqual([terms.length, problems], [entries, []]);
      }),
    );
  });

  it("is decoded from what editors save: UTF-8 and UTF-16, with their marks", () => {
    const swapped = Buffer.from("\ufeff白痴", "utf16le").swap16();
    for (const bytes of [
      Buffer.from("白痴"),
      Buffer.from("\ufeff白痴"),
      Buffer.from("\ufeff白痴", "utf16le"),
      swapped,
    ]) {
      assert.equal(decodeList(bytes), "白痴");
    }
    assert.equal(decodeList(Buffer.from([0xb0, 0xd7, 0xb3, 0xd5])), undefined);
  });

  it("of two hundred thousand rows takes seconds at most", () => {
    const rows = Array.from({ length: 200_000 }, (_, at) => `word${at}|1`).join("\n");
    const started = performance.now();
    assert.equal(importList("x.txt", rows).entries, 200_000);
    assert.ok(performance.now() - started < 5_000);
  });
});

describe("a table of words and actions", () => {
  const HEAD = "word,action,replacement,case_sensitive\n";

  it("becomes a pack with a rule for each thing that is to be done", () => {
    const table = `${HEAD}damn,block,,false\ncrap,censor,,\nturd,flag,,\n"piss ""off"", you",require_approval,,\nprick,replace,"[p: #1]",\nTMD,block,,true\n`;
    const text = textOf("Bad Words.csv", table);
    assert.equal(
      text,
      `# yaml-language-server: $schema=./emend.schema.json
pack: bad-words
rules:
  - id: bad-words.enforce
    mode: enforce
    match:
      terms:
        - "damn"
        - "crap"
  - id: bad-words.flag
    mode: flag
    match:
      terms:
        - "turd"
        - "piss \\"off\\", you"
  - id: bad-words.replace
    mode: enforce
    action: { mask: { text: "[p: #1]" } }
    match:
      terms:
        - "prick"
  - id: bad-words.enforce.exact
    mode: enforce
    fold: { case: off }
    match:
      terms:
        - "TMD"
`,
    );
    const compiled = compileRules(new Map([["bad-words.yaml", text]]), { exemptSenders: [] });
    assert.deepEqual((compiled.ok ? compiled.warnings : compiled.problems).map(problemLine), []);
  });

  it("needs no head, and finds its columns by their names where it has one", () => {
    assert.match(textOf("x.txt", "damn,block\ncrap,flag\n"), /enforce[^]*"damn"[^]*flag[^]*"crap"/);
    assert.match(textOf("x.csv", "Action,x,Word\nflag,y,damn\n"), /mode: flag[^]*"damn"/);
    assert.match(textOf("x.csv", "Word,Category,Action\ndamn,mild,flag\n"), /mode: flag[^]*"damn"/);
  });

  it("without actions is a list", () => {
    assert.equal(textOf("x.csv", 'word\ndamn\n"crap"\n'), "# From x.csv: 2 entries.\ndamn\ncrap\n");
  });

  for (const [sentence, row, reason] of [
    ["links", "damn,link,https://example.com,", /nothing like "link"/],
    ["tags", "damn,tag,x,", /nothing like "tag"/],
    ["actions of others", "damn,obliterate,,", /"obliterate" is not known/],
    ["no action", "damn,,,", /no action/],
    ["a replacement with nothing", "damn,replace,,", /replacement is empty/],
    ["wildcards", "dam*,block,,", /no wildcard/],
    ["no word", ",block,,", /no word/],
  ] as const) {
    it(`is told of ${sentence} with line and reason`, () => {
      const lines = skipped("x.csv", `${HEAD}crap,block,,\n${row}\nturd,block,,\n`);
      assert.equal(lines.length, 1);
      assert.match(lines[0] ?? "", /^3: /);
      assert.match(lines[0] ?? "", reason);
    });
  }

  it("counts the lines of quoted fields, and goes on after a quote that is never closed", () => {
    const { entries, skipped: rows } = importList(
      "x.csv",
      `${HEAD}"da\nmn",flag,,\n"crap,block\nturd,block,,\nturd,block,,\n`,
    );
    assert.equal(entries, 1);
    assert.deepEqual(
      rows.map(({ line }) => line),
      [2, 4, 6],
    );
  });

  it("gives a pack that compiles, whatever comes in", () => {
    const field = fc.oneof(
      fc.string({ unit: "grapheme" }),
      fc.constantFrom("damn", "白痴", 'a "b"', "x, y", "no", "12"),
    );
    const action = fc.constantFrom("block", "censor", "flag", "replace", "tag", "");
    fc.assert(
      fc.property(fc.array(fc.tuple(field, action, field), { minLength: 1 }), (rows) => {
        const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
        const table = rows.map((row) => row.map(quoted).join(",")).join("\n");
        const { kind, entries } = importList("x.csv", `word,action,replacement\n${table}`);
        if (kind === "list" || entries === 0) return;
        const text = textOf("x.csv", `word,action,replacement\n${table}`);
        const compiled = compileRules(new Map([["x.yaml", text]]), { exemptSenders: [] });
        const errors = compiled.ok ? [] : compiled.problems.filter(({ severity }) => severity === "error");
        // A replacement may be one of the words: that is for the author to see.
        assert.deepEqual(
          errors.map(problemLine).filter((line) => !line.includes("itself be masked")),
          [],
        );
      }),
      { numRuns: 50 },
    );
  });
});
