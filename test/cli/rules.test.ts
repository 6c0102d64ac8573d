import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { runEmend } from "../support/emend-process.ts";
import { createTempFolder } from "../support/temp-folder.ts";

const GOOD = `pack: a
rules:
  - id: mild
    match: { terms: [damn, 坏词] }
    allow: [damn good]
    tests:
      - { text: "damn it", becomes: "**** it" }
`;
const BAD = "pack: b\nrules:\n  - id: broken\n    match: { terms: damn }\n";
const FAILING = `pack: c
rules:
  - id: untested
    match: { terms: [crap] }
    tests:
      - { text: "crap", becomes: "cr**" }
`;

describe("emend rules", () => {
  const folder = createTempFolder();
  for (const [name, text] of [
    ["rules/good", GOOD],
    ["bad/broken", BAD],
    ["bad/failing", FAILING],
  ] as const) {
    mkdirSync(dirname(folder.file(name)), { recursive: true });
    writeFileSync(folder.file(`${name}.yaml`), text);
  }
  after(() => folder[Symbol.dispose]());
  const run = (words: readonly string[], input?: string, environment: Record<string, string> = {}) =>
    runEmend(["rules", ...words], { cwd: folder.path, environment, ...(input === undefined ? {} : { input }) });

  it("check says that a good folder is good, with exit code 0: the one of the working folder, named or configured", async () => {
    const answers = await Promise.all([
      run(["check"]),
      run(["check", "rules"]),
      run(["check", folder.file("rules")]),
      run(["check"], undefined, { EMEND_RULES_DIR: "rules" }),
    ]);
    for (const { code, out, err } of answers) {
      assert.deepEqual([code, out], [0, ""]);
      assert.match(err, /1 rules, revision [0-9a-f]{16}, tests passed\./);
    }
  });

  it("check tells every fault of a bad folder as file:line:column: message, with exit code 1", async () => {
    const { code, out, err } = await run(["check", "bad"]);
    assert.equal(code, 1);
    const lines = out.trim().split("\n");
    assert.equal(lines.length, 2);
    assert.match(lines[0] ?? "", /^broken\.yaml:4:\d+: .+/);
    assert.match(lines[1] ?? "", /^failing\.yaml:6:\d+: .+/);
    assert.match(err, /^bad: 2 to mend/);
  });

  it("check says in words that a folder is not there", async () => {
    const { code, out } = await run(["check", "nowhere"]);
    assert.equal(code, 1);
    assert.match(out, /^\.:1:1: .*nowhere.*ENOENT/);
  });

  it("scan answers line by line and in order, and a bad line costs that line alone", async () => {
    const lines = [
      '{"id":"1","text":"damn it"}',
      "this is no JSON",
      "",
      '{"id":2,"text":"a damn good day"}',
      '{"id":"3"}',
      '{"id":"4","elements":["oh da","mn you"]}',
      '{"id":"5","messages":["da","mn"]}',
      '{"id":"6","text":"我说坏词了"}',
    ];
    const { code, out, err } = await run(["scan"], `${lines.join("\n")}\n`);
    assert.deepEqual([code, err], [0, ""]);
    const answers = out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    assert.deepEqual(
      answers.map(({ id }) => id),
      ["1", null, 2, null, "4", "5", "6"],
    );
    const finding = { rule: "mild", start: 0, end: 4 };
    assert.deepEqual(answers[0], { id: "1", flagged: true, masked: "**** it", findings: [finding] });
    assert.deepEqual(Object.keys(answers[1] ?? {}), ["id", "error"]);
    assert.deepEqual(answers[2], { id: 2, flagged: false, masked: "a damn good day", findings: [] });
    const { maskedElements, masked } = answers[4] ?? {};
    assert.ok(Array.isArray(maskedElements));
    assert.equal(maskedElements.join(""), masked);
    assert.equal(masked, "oh **** you");
    assert.equal(answers[5]?.["flagged"], true);
    assert.equal(answers[6]?.["masked"], "我说**了");
  });

  it("scan uses the folder it is told, and says why it cannot when that one is broken", async () => {
    const input = '{"id":"1","text":"damn"}\n';
    const [good, bad] = await Promise.all([
      run(["scan", "--rules", folder.file("rules")], input),
      run(["scan", "--rules", "bad"], input),
    ]);
    assert.equal((JSON.parse(good.out) as { masked: string }).masked, "****");
    assert.deepEqual([bad.code, bad.out], [1, ""]);
    assert.match(bad.err, /^broken\.yaml:4:\d+: /);
  });

  it("scan goes through a hundred thousand lines without holding them, and the last line needs no end", async () => {
    const input = Array.from({ length: 100_000 }, (_, i) => `{"id":${i},"text":"damn ${i}"}`).join("\n");
    const { code, out } = await run(["scan"], input);
    assert.equal(code, 0);
    const lines = out.trim().split("\n");
    assert.equal(lines.length, 100_000);
    assert.match(lines.at(-1) ?? "", /^\{"id":99999,"flagged":true,"masked":"\*\*\*\* 99999"/);
  });

  it("explain shows how a text was folded, what hit it, what excused it and what would be sent", async () => {
    const [hit, excused] = await Promise.all([run(["explain", "ＤＡＭＮ it"]), run(["explain", "damn good"])]);
    assert.deepEqual([hit.code, hit.err], [0, ""]);
    assert.match(hit.out, /^text {6}ＤＡＭＮ it\nfolded {4}damn it\nstep {6}0–4 "ＤＡＭＮ" → "damn" \(width, case\)\n/);
    assert.match(hit.out, /\nhit .*mild \(enforce\) by term "damn" at 0–4 "ＤＡＭＮ"\n/);
    assert.match(hit.out, /\nresult {4}rewritten: \*\*\*\* it\nrevision {2}[0-9a-f]{16}\n$/);
    assert.match(excused.out, /does not count: the allow phrase "damn good"\nresult {4}left as it is/);
  });

  it("import gives a clean list on standard output, and says of each row that it left out why", async () => {
    writeFileSync(folder.file("words.txt"), "\ufeff# from elsewhere\r\n赌博|1\r\ndam*\r\n赌博\r\n洗钱|2\r\n");
    const { code, out, err } = await run(["import", "words.txt"]);
    assert.deepEqual([code, out], [0, "# From words.txt: 2 entries.\n赌博\n洗钱\n"]);
    assert.equal(
      err,
      "words.txt:3: * is no wildcard here. Write the words out, or a pattern.\n" +
        "words.txt:4: This is the same word as in line 2. Remove one.\n" +
        "words.txt: 2 entries written as a list, 2 skipped.\n",
    );
  });

  it("import writes a pack that is good at once into a file that does not exist yet, and only there", async () => {
    writeFileSync(folder.file("words.csv"), "word,action,replacement,case_sensitive\ncrap,flag,,\nturd,replace,[x],\n");
    mkdirSync(folder.file("imported"));
    const words = ["import", "words.csv", "--to", "imported/words.yaml"];
    const first = await run(words);
    assert.deepEqual([first.code, first.out], [0, ""]);
    assert.match(first.err, /2 entries written as a pack to imported\/words.yaml, 0 skipped/);
    const [second, checked] = await Promise.all([run(words), run(["check", "imported"])]);
    assert.equal(second.code, 2);
    assert.match(second.err, /exists already and is left alone/);
    assert.deepEqual([checked.code, checked.out], [0, ""]);
    assert.match(readFileSync(folder.file("imported/words.yaml"), "utf8"), /\[x\]/);
  });

  it("import fails with 1 where nothing can be used, and with 2 where it is used wrongly", async () => {
    writeFileSync(folder.file("nothing.txt"), "*\n");
    writeFileSync(folder.file("gbk.txt"), Buffer.from([0xb0, 0xd7, 0xb3, 0xd5, 0x0a]));
    const [nothing, gbk, absent, none, pipe, nowhere] = await Promise.all([
      run(["import", "nothing.txt"]),
      run(["import", "gbk.txt"]),
      run(["import", "absent.txt"]),
      run(["import"]),
      run(["import", "/dev/zero"]),
      run(["import", "rules/good.yaml", "--to", "nowhere/x.txt"]),
    ]);
    assert.deepEqual([nothing.code, gbk.code, absent.code, none.code, pipe.code, nowhere.code], [1, 1, 2, 2, 2, 1]);
    assert.deepEqual([nothing.out, gbk.out, absent.out, none.out], ["", "", "", ""]);
    assert.match(nothing.err, /no row can be used \(1 skipped\)/);
    assert.match(gbk.err, /iconv/);
    assert.match(absent.err, /ENOENT/);
    assert.match(pipe.err, /not a regular file/);
    assert.match(nowhere.err, /nowhere\/x.txt cannot be written \(ENOENT\)/);
  });
});
