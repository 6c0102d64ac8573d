import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
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
    assert.match(hit.out, /^text {6}ＤＡＭＮ it\nfolded {4}damn it\nhit .*mild \(enforce\) by term "damn" at 0–4/);
    assert.match(hit.out, /\nresult {4}rewritten: \*\*\*\* it\nrevision {2}[0-9a-f]{16}\n$/);
    assert.match(excused.out, /does not count: the allow phrase "damn good"\nresult {4}left as it is/);
  });
});
