import assert from "node:assert/strict";
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import fc from "fast-check";
import type { RuleId } from "../../src/domain/decision.ts";
import { unifiedDiff } from "../../src/domain/unified-diff.ts";
import type { AllowPhraseParts, AllowRequest } from "../../src/flows/allow-phrase.ts";
import { createAllowPhrase } from "../../src/flows/allow-phrase.ts";
import type { MessageId } from "../../src/ports/store.ts";
import { compileRules } from "../../src/rules/compile.ts";
import { addToRule } from "../../src/rules/edit-pack.ts";
import { replaceRuleFile } from "../../src/rules/replace-file.ts";
import { readRuleFolder } from "../../src/rules/rule-folder.ts";
import { readYaml } from "../../src/rules/yaml-tree.ts";
import { createDeskBench } from "../support/desk-bench.ts";
import { said } from "../support/store-fixtures.ts";
import { createTempFolder } from "../support/temp-folder.ts";

const PACK = `# yaml-language-server: $schema=./emend.schema.json
pack: a          # ours

rules:
  # Mild, and often innocent.
  - { id: mild, match: { terms: [damn] } }   # short

  - id: odd
    mode: flag
    match: { terms: [hmm] }
    tests:
      - { text: "hmm", flagged: true }
`;
const forEver = new AbortController().signal;
const mild = "mild" as RuleId;

async function createBench(more: Partial<AllowPhraseParts> = {}) {
  const bench = createDeskBench();
  const folder = createTempFolder();
  const file = folder.file("a.yaml");
  writeFileSync(file, PACK);
  const allow = createAllowPhrase({
    ...bench.parts,
    readFolder: () => readRuleFolder(folder.path),
    replaceFile: (name, before, after) => replaceRuleFile(folder.path, name, before, after),
    compile: async (files, defaults) => compileRules(files, defaults),
    exemptSenders: [],
    ...more,
  });
  bench.start();
  await bench.record(
    said("k1", { text: "the damn site of the dam" }),
    said("k2", { text: "Damn site tours" }),
    said("k3", { text: "damn you" }),
    said("k4", { text: "fine" }),
  );
  await bench.sent();
  const ask = (request: Partial<AllowRequest>) =>
    allow(
      "anna",
      {
        ...{ message: 1 as MessageId, rule: mild, phrase: "damn site", base: undefined, dryRun: true },
        ...request,
      },
      forEver,
    );
  return {
    ...{ bench, folder, file, ask },
    text: () => readFileSync(file, "utf8"),
    async [Symbol.asyncDispose]() {
      await bench[Symbol.asyncDispose]();
      folder[Symbol.dispose]();
    },
  };
}

describe("a false positive", () => {
  it("is shown as a change of the rule's file, which stays as it is until somebody says so", async () => {
    await using it = await createBench();
    const shown = await it.ask({});
    assert.ok(shown.kind === "shown");
    assert.equal(
      shown.diff,
      `--- a/a.yaml
+++ b/a.yaml
@@ -3,7 +3,7 @@
 
 rules:
   # Mild, and often innocent.
-  - { id: mild, match: { terms: [damn] } }   # short
+  - { id: mild, match: { terms: [damn] }, allow: ["damn site"], tests: [{ text: "the damn site of the dam", untouched: true }] }   # short
 
   - id: odd
     mode: flag
`,
    );
    assert.equal(it.text(), PACK);
    assert.deepEqual(shown.siblings, { sameWords: 2, restorable: [2], looked: 2 });
  });

  it("is written with its sentence as a test, and the rest of the file to the byte", async () => {
    await using it = await createBench();
    const shown = await it.ask({});
    assert.ok(shown.kind === "shown");
    const written = await it.ask({ dryRun: false, base: shown.base });
    assert.ok(written.kind === "written");
    assert.equal(it.text(), shown.text);
    assert.deepEqual(readdirSync(it.folder.path), ["a.yaml"]);
    const compiled = compileRules(new Map([["a.yaml", it.text()]]), { exemptSenders: [] });
    assert.ok(compiled.ok);
    assert.equal(it.bench.audit().at(-1), "anna allow_phrase");
    assert.deepEqual((await it.ask({ dryRun: false })).kind, "already_allowed");
    const [row] = it.bench.store.db
      .prepare<[], { detail: string }>("SELECT detail FROM audit WHERE act = 'allow_phrase'")
      .all();
    assert.doesNotMatch(row?.detail ?? "", /damn/);
  });

  it("is not written where the tests of the folder fail: another word of the sentence is still hit", async () => {
    await using it = await createBench();
    const refused = await it.ask({ phrase: "dam site", dryRun: false });
    assert.ok(refused.kind === "tests_failed");
    assert.match(refused.problems.join("\n"), /a\.yaml:6:\d+: The test .* of mild failed/);
    assert.equal(it.text(), PACK);
  });

  it("is not held for what was wrong with the folder before", async () => {
    await using it = await createBench();
    writeFileSync(it.folder.file("b.yaml"), "pack: b\nrules:\n  - { id: b1 }\n");
    const refused = await it.ask({});
    assert.ok(refused.kind === "folder_broken");
    assert.match(refused.problems.join(), /^b\.yaml:3:/);
    // Nor is it a rule that nobody knows, where its file can no longer be read.
    rmSync(it.folder.file("b.yaml"));
    for (const broken of ["pack: [\n", "pack: a\nrules:\n  - { id: mild, match: { terms: [damn] }, allow: }\n"]) {
      writeFileSync(it.file, broken);
      assert.equal((await it.ask({})).kind, "folder_broken");
    }
  });

  it("goes into a folder that is a link to links, as mounted ones are, byte order mark and all", async () => {
    await using it = await createBench();
    using folder = createTempFolder();
    mkdirSync(folder.file("one", "..2026"), { recursive: true });
    writeFileSync(folder.file("one", "..2026", "a.yaml"), `\uFEFF${PACK.replaceAll("\n", "\r\n")}`);
    symlinkSync("..2026", folder.file("one", "..data"));
    symlinkSync("..data/a.yaml", folder.file("one", "a.yaml"));
    symlinkSync("one", folder.file("rules"));
    const dir = folder.file("rules");
    const allow = createAllowPhrase({
      ...it.bench.parts,
      readFolder: () => readRuleFolder(dir),
      replaceFile: (name, before, after) => replaceRuleFile(dir, name, before, after),
      compile: async (files, defaults) => compileRules(files, defaults),
      exemptSenders: [],
    });
    const request = { message: 1 as MessageId, rule: mild, phrase: "damn site", base: undefined, dryRun: false };
    const written = await allow("anna", request, forEver);
    assert.ok(written.kind === "written");
    const text = readFileSync(folder.file("one", "..2026", "a.yaml"), "utf8");
    assert.equal(text, written.text);
    assert.ok(text.startsWith("\uFEFF") && !/[^\r]\n/.test(text));
    assert.ok(lstatSync(folder.file("one", "a.yaml")).isSymbolicLink());
  });

  it("is not written over what somebody else has written meanwhile", async () => {
    await using it = await createBench();
    const shown = await it.ask({});
    assert.ok(shown.kind === "shown");
    writeFileSync(it.file, `${PACK}# a colleague\n`);
    assert.equal((await it.ask({ dryRun: false, base: shown.base })).kind, "changed");
    // Also between the reading and the writing.
    assert.equal(await replaceRuleFile(it.folder.path, "a.yaml", PACK, "pack: b\nrules: []\n"), "changed");
    assert.equal(it.text(), `${PACK}# a colleague\n`);
    assert.deepEqual(readdirSync(it.folder.path), ["a.yaml"]);
  });

  it("is given to take away where the folder cannot be written to", async () => {
    await using it = await createBench({ replaceFile: async () => "read_only" });
    const refused = await it.ask({ dryRun: false });
    assert.ok(refused.kind === "read_only");
    assert.match(refused.text, /allow: \["damn site"\]/);
    assert.equal(it.bench.audit().includes("anna allow_phrase"), false);
  });

  it("says why nothing can be done", async () => {
    await using it = await createBench();
    assert.equal((await it.ask({ message: 99 as MessageId })).kind, "unknown");
    assert.equal((await it.ask({ message: 4 as MessageId })).kind, "not_masked");
    assert.equal((await it.ask({ rule: "odd" as RuleId })).kind, "not_masked");
    writeFileSync(it.file, PACK.replace("id: mild", "id: other"));
    assert.equal((await it.ask({})).kind, "unknown_rule");
    it.bench.store.db.exec("UPDATE message SET callback = NULL");
    assert.equal((await it.ask({})).kind, "original_not_kept");
  });

  it("follows a link inside of the folder and none that leaves it", async () => {
    using folder = createTempFolder();
    mkdirSync(folder.file("rules", "data"), { recursive: true });
    writeFileSync(folder.file("rules", "data", "a.yaml"), "one");
    writeFileSync(folder.file("b.yaml"), "one");
    symlinkSync("data/a.yaml", folder.file("rules", "a.yaml"));
    symlinkSync("../b.yaml", folder.file("rules", "b.yaml"));
    assert.equal(await replaceRuleFile(folder.file("rules"), "a.yaml", "one", "two"), "replaced");
    assert.equal(await replaceRuleFile(folder.file("rules"), "b.yaml", "one", "two"), "read_only");
    assert.equal(readFileSync(folder.file("rules", "data", "a.yaml"), "utf8"), "two");
    assert.equal(readFileSync(folder.file("b.yaml"), "utf8"), "one");
  });

  it("clears away what a killed process has left behind, and nothing that is just being written", async () => {
    using folder = createTempFolder();
    writeFileSync(folder.file("a.yaml"), "one");
    const [left, fresh] = [folder.file(".a.yaml.0123456789ab"), folder.file(".a.yaml.ba9876543210")];
    for (const path of [left, fresh]) writeFileSync(path, "half");
    utimesSync(left, 1, 1);
    assert.equal(await replaceRuleFile(folder.path, "a.yaml", "one", "two"), "replaced");
    assert.deepEqual(readdirSync(folder.path).sort(), [".a.yaml.ba9876543210", "a.yaml"]);
  });
});

describe("a rule in its file", () => {
  const addition = { allow: "Moby Dick", untouched: "I read Moby Dick" };
  for (const [where, before, after] of [
    [
      "with lists of its own, one entry a line",
      "    allow:\n      - one # first\n      - two # last\n    tests:\n      - text: one\n        untouched: true\n    # end\n",
      '    allow:\n      - one # first\n      - two # last\n      - "Moby Dick"\n    tests:\n      - text: one\n        untouched: true\n      - { text: "I read Moby Dick", untouched: true }\n    # end\n',
    ],
    [
      "with lists in brackets",
      "    allow: [ one,\n      two ] # both\n    tests: []\n",
      '    allow: [ one,\n      two, "Moby Dick" ] # both\n    tests: [{ text: "I read Moby Dick", untouched: true }]\n',
    ],
    [
      "without lists",
      "    title: A rule # named\n",
      '    allow: ["Moby Dick"]\n    title: A rule # named\n    tests:\n      - { text: "I read Moby Dick", untouched: true }\n',
    ],
    [
      "whose lists are not indented",
      "    allow:\n    - one\n",
      '    allow:\n    - one\n    - "Moby Dick"\n    tests:\n      - { text: "I read Moby Dick", untouched: true }\n',
    ],
  ] as const) {
    it(`${where} gets the phrase and the test, and nothing else changes`, () => {
      const pack = (rule: string): string =>
        `# top\npack: a\nrules:\n  - id: r1\n    match: { terms: [dick] } # why\n${rule}\n  # between\n  - id: r2\n    match: { terms: [x] }`;
      assert.equal(addToRule(pack(before), "r1", addition), pack(after));
      const windows = (text: string): string => `\uFEFF${text.replaceAll("\n", "\r\n")}`;
      assert.equal(addToRule(windows(pack(before)), "r1", addition), windows(pack(after)));
    });
  }

  const shapes = {
    "an extra comma":
      "match: { terms: [dick] }\n    allow: [ a, b, ]\n    tests: [\n      { text: x, untouched: true },\n    ]",
    "comments in brackets": "match: { terms: [dick] }\n    allow: [ a, # first\n      b # second\n    ]",
    "nothing but a comment in brackets": "match: { terms: [dick] }\n    allow: [ # none\n    ]",
    "quoted keys": "'match': { terms: [dick] }\n    \"allow\": ['it''s', \"x\\\"y\"]\n    'tests': []",
    "a folded title at its end": "match: { terms: [dick] }\n    title: >-\n      some\n      text",
    "a title that keeps its lines": "match: { terms: [dick] }\n    title: |+\n      some\n\n",
    "a title over lines": "match: { terms: [dick] }\n    title: one\n      two # why",
    "spaces at the ends": "match: { terms: [dick] }   \n    allow:   \n      - a   \n\n\n",
    "a list below its key": "match: { terms: [dick] }\n    allow:\n      [a]",
    "a spelled-out key": "match: { terms: [dick] }\n    ? allow\n    : - one",
    "dashes in its entries": 'match: { terms: [dick] }\n    allow:\n      - a - b\n      - "- c"',
    Chinese: "match: { terms: [加微信] } # 说明\n    allow: [微信群] # 中文",
    "tests of several lines":
      "match: { terms: [dick] }\n    tests:\n      -\n        text: >-\n          a\n          b\n        untouched: true # so\n\n      # end",
  } as const;
  const packs = {
    ...Object.fromEntries(
      Object.entries(shapes).map(([name, rule]) => [name, `pack: a\nrules:\n  - id: r1\n    ${rule}\n`]),
    ),
    "the shape of JSON":
      '{\n  "pack": "a",\n  "rules": [\n    {\n      "id": "r1",\n      "match": {"terms": ["dick"]}\n    }\n  ]\n}\n',
    "braces over lines": "pack: a\nrules:\n  - {\n      id: r1,\n      match: { terms: [dick] }, # m\n    }\n",
    "marks around the document": "%YAML 1.2\n---\npack: a\nrules:\n- id: r1\n  match: { terms: [dick] }\n...\n",
  };
  for (const [shape, pack] of Object.entries(packs)) {
    it(`with ${shape} keeps every other byte`, () => {
      for (const text of [pack, `\uFEFF${pack.replaceAll("\n", "\r\n")}`, pack.trimEnd()]) {
        const after = addToRule(text, "r1", addition);
        assert.ok(after !== undefined, text);
        assert.ok(isWithin(text, after), after);
        const compiled = compileRules(new Map([["a.yaml", after]]), { exemptSenders: [] });
        assert.deepEqual(compiled.ok ? [] : compiled.problems, []);
        assert.equal(addToRule(after, "r1", addition), after, "a second time nothing is left to add");
      }
    });
  }

  it("at the very end of a file without a line break gets both", () => {
    const pack = "pack: a\nrules:\n- id: r1\n  match:\n    terms:\n    - dick";
    assert.equal(
      addToRule(pack, "r1", { allow: "Moby", untouched: "Moby" }),
      `${pack}\n  allow: [Moby]\n  tests:\n    - { text: "Moby", untouched: true }`,
    );
  });

  it("takes whatever people write, and says it so that it can be seen", () => {
    const hidden = addToRule(PACK, "mild", { allow: "a\u202Eb", untouched: "\u{E0041}x\ny" });
    assert.match(hidden ?? "", /"a\\u202Eb".*"\\U000E0041x\\ny"/);
    fc.assert(
      fc.property(
        fc.string({ minLength: 1, unit: "grapheme" }),
        fc.string({ minLength: 1, unit: "binary" }),
        (allow, untouched) => {
          const text = addToRule(PACK, "mild", { allow, untouched });
          assert.ok(text !== undefined);
          const { value, faults } = readYaml(text);
          assert.deepEqual(faults, []);
          const [rule] = (value as { rules: { allow: unknown; tests: unknown }[] }).rules;
          assert.deepEqual([rule?.allow, rule?.tests], [[allow], [{ text: untouched, untouched: "true" }]]);
          // All other lines are as they were.
          const lines = (all: string): readonly string[] =>
            all.split("\n").filter((line) => !line.includes("id: mild"));
          assert.deepEqual(lines(text), lines(PACK));
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe("a unified diff", () => {
  it("says what patch would need to make the one out of the other", () => {
    assert.equal(unifiedDiff("f", "a\n", "a\n"), "");
    assert.equal(unifiedDiff("f", "", "a"), "--- a/f\n+++ b/f\n@@ -0,0 +1,1 @@\n+a\n\\ No newline at end of file\n");
    const line = fc.constantFrom("a\n", "b\n", "c\n");
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), fc.array(line, { maxLength: 12 }), (before, after) => {
        assert.equal(patched(before, unifiedDiff("f", before.join(""), after.join(""))), after.join(""));
      }),
    );
  });
});

/** Whether nothing was taken out of the text, whatever was put in between. */
function isWithin(text: string, after: string): boolean {
  let at = 0;
  for (const unit of after) if (text.startsWith(unit, at)) at += unit.length;
  return at === text.length;
}

/** What `patch` would do. */
function patched(before: readonly string[], diff: string): string {
  const result: string[] = [];
  let at = 0;
  for (const line of diff.split("\n").slice(2, -1)) {
    const hunk = /^@@ -(\d+),(\d+) /.exec(line);
    if (hunk !== null) {
      const from = Number(hunk[1]) - (hunk[2] === "0" ? 0 : 1);
      while (at < from) result.push(before[at++] ?? "");
    } else if (line.startsWith("+")) result.push(`${line.slice(1)}\n`);
    else {
      assert.equal(before[at], `${line.slice(1)}\n`);
      if (line.startsWith(" ")) result.push(before[at] ?? "");
      at++;
    }
  }
  return [...result, ...before.slice(at)].join("");
}
