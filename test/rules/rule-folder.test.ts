import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compileRules } from "../../src/rules/compile.ts";
import { schemaText } from "../../scripts/rule-schema.ts";
import { readRuleFolder, watchRuleFolder, type FolderReading } from "../../src/rules/rule-folder.ts";
import { SHIPPED } from "./support.ts";

const PACK = "pack: a\nrules:\n  - { id: r, match: { lists: [lists/x.txt] } }\n";

describe("a rules folder on disk", () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), "emend-rules-"));
    mkdirSync(join(dir, "lists"));
    writeFileSync(join(dir, "a.yaml"), PACK);
    writeFileSync(join(dir, "lists/x.txt"), "damn\n");
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  const problems = async (): Promise<readonly string[]> => {
    const reading = await readRuleFolder(dir);
    return reading.ok ? [] : reading.problems.map((p) => `${p.file}:${p.line}:${p.column} ${p.message}`);
  };

  it("gives its packs and the lists that they name, and nothing else", async () => {
    writeFileSync(join(dir, "README.md"), "");
    writeFileSync(join(dir, "lists/other.txt"), "x");
    const reading = await readRuleFolder(dir);
    assert.deepEqual(reading.ok && [...reading.files], [
      ["a.yaml", PACK],
      ["lists/x.txt", "damn\n"],
    ]);
  });

  for (const [sentence, damage, expected] of [
    ["a folder with the name of a pack", () => mkdirSync(join(dir, "b.yaml")), /^b.yaml:1:1 .*regular/],
    ["a pipe with the name of a pack", () => execFileSync("mkfifo", [join(dir, "b.yaml")]), /^b.yaml:1:1 .*regular/],
    ["a link to itself", () => symlinkSync("b.yaml", join(dir, "b.yaml")), /^b.yaml:1:1 .*ELOOP/],
    ["a link to nowhere", () => symlinkSync("none", join(dir, "b.yaml")), /^b.yaml:1:1 .*ENOENT/],
    ["a link that leads out", () => symlinkSync("/etc/hostname", join(dir, "b.yaml")), /^b.yaml:1:1 .*leaves/],
    [
      "a list that is a folder",
      () => (rmSync(join(dir, "lists/x.txt")), mkdirSync(join(dir, "lists/x.txt"))),
      /^lists\/x.txt:1:1/,
    ],
    ["a huge file", () => truncateSync(join(dir, "lists/x.txt"), 5_000_000), /^lists\/x.txt:1:1 .*larger/],
    [
      "bytes that are no UTF-8",
      () => writeFileSync(join(dir, "lists/x.txt"), Buffer.from("damn\nab\xff\n", "latin1")),
      /^lists\/x.txt:2:3 .*UTF-8/,
    ],
    ["no folder at all", () => rmSync(join(dir), { recursive: true }), /^\.:1:1 .*ENOENT/],
  ] as const) {
    it(`says so when it holds ${sentence}`, async () => {
      damage();
      const found = await problems();
      mkdirSync(dir, { recursive: true });
      assert.equal(found.length, 1);
      assert.match(found[0] ?? "", expected);
    });
  }

  it("follows links inside the folder, as mounted config maps have them", async () => {
    mkdirSync(join(dir, "..real"));
    writeFileSync(join(dir, "..real/b.yaml"), "pack: b\nrules: []\n");
    symlinkSync("..real/b.yaml", join(dir, "b.yaml"));
    assert.deepEqual(await problems(), []);
  });

  it("leaves a list that is not there to the pack that names it", async () => {
    rmSync(join(dir, "lists/x.txt"));
    const reading = await readRuleFolder(dir);
    assert.ok(reading.ok);
    assert.equal(compileRules(reading.files, { exemptSenders: [] }).ok, false);
  });

  it("tells of a change once it has stayed the same for one more look", async () => {
    const first = await readRuleFolder(dir);
    assert.ok(first.ok);
    const told: FolderReading[] = [];
    const stop = new AbortController();
    const list = join(dir, "lists/x.txt");
    // What happens before each look.
    const steps: (() => void)[] = [
      () => {},
      () => {},
      () => writeFileSync(list, "damn\ncr"),
      () => assert.equal(told.length, 0),
      () => assert.equal(told.length, 1),
      () => writeFileSync(list, "damn\ncrap, half"),
      () => writeFileSync(list, "damn\ncrap\n"),
      () => assert.equal(told.length, 1, "half a file is no change"),
      () => assert.equal(told.length, 2),
      () => writeFileSync(list, "damn\ncrap\n"), // Touched, not changed.
      () => {},
      () => rmSync(list),
      () => {},
      () => assert.equal(told.length, 3),
      () => writeFileSync(list, Buffer.from([0xff])),
      () => {},
      () => assert.equal(told.length, 4),
      () => writeFileSync(list, "damn\ncrap\n"),
      () => {},
      () => assert.equal(told.length, 5),
      () => stop.abort(),
    ];
    await watchRuleFolder({
      dir,
      files: first.files,
      signal: stop.signal,
      wait: async () => steps.shift()?.(),
      onChange: (reading) => void told.push(reading),
    });
    const lists = told.map((reading) => (reading.ok ? reading.files.get("lists/x.txt") : "unreadable"));
    assert.deepEqual(lists, ["damn\ncr", "damn\ncrap\n", undefined, "unreadable", "damn\ncrap\n"]);
  });
});

describe("the shipped rules", () => {
  it("compile without a warning and pass their own tests", async () => {
    const reading = await readRuleFolder(SHIPPED);
    assert.ok(reading.ok);
    const result = compileRules(reading.files, { exemptSenders: [] });
    assert.deepEqual(result.ok ? result.warnings : result.problems, []);
  });

  it("have a schema for editors that is not stale (node --import tsx scripts/rule-schema.ts)", async () => {
    assert.equal(readFileSync(join(SHIPPED, "emend.schema.json"), "utf8"), await schemaText());
  });

  it("name the schema in their first line", async () => {
    const reading = await readRuleFolder(SHIPPED);
    assert.ok(reading.ok);
    for (const [path, text] of reading.files) {
      if (path.endsWith(".yaml"))
        assert.ok(text.startsWith("# yaml-language-server: $schema=./emend.schema.json\n"), path);
    }
  });
});
