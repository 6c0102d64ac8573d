import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compileRules, problemLine } from "../../src/rules/compile.ts";
import { schemaText } from "../../scripts/rule-schema.ts";
import { readRuleFolder, watchRuleFolder, type FolderReading } from "../../src/rules/rule-folder.ts";
import { becomeNobody } from "../support/nobody.ts";
import { createTempFolder } from "../support/temp-folder.ts";
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

  it("tells what is written at any moment of a look", async () => {
    const missed: number[] = [];
    // A look takes about a hundred turns of the event loop.
    for (let turns = 0; turns < 200; turns++) {
      using folder = createTempFolder();
      const path = folder.file("a.yaml");
      writeFileSync(path, pack("old"));
      const first = await readRuleFolder(folder.path);
      assert.ok(first.ok);
      writeFileSync(path, pack("mid"));
      const told: FolderReading[] = [];
      const stop = new AbortController();
      let looks = 0;
      await watchRuleFolder({
        dir: folder.path,
        files: first.files,
        signal: stop.signal,
        async wait() {
          // At the second look what has changed is read, and meanwhile somebody writes.
          if (++looks === 2) void turn(turns).then(() => writeFileSync(path, pack("new")));
          else await turn(turns);
          if (looks > 6) stop.abort();
        },
        onChange: (reading) => void told.push(reading),
      });
      const last = told.at(-1);
      if (last?.ok !== true || last.files.get("a.yaml") !== pack("new")) missed.push(turns);
    }
    assert.deepEqual(missed, []);
  });
});

const pack = (word: string): string => `pack: a\nrules:\n  - { id: a.one, match: { terms: [${word}] } }\n`;
async function turn(turns: number): Promise<void> {
  for (let n = 0; n < turns; n++) await new Promise((resolve) => setImmediate(resolve));
}

/** Damage that chance chooses, from a seed: the same on every machine. */
type Chance = { whole(below: number): number; one<T>(of: readonly T[]): T };
function chanceOf(seed: number): Chance {
  let state = seed * 2_654_435_761 + 1;
  const whole = (below: number): number => {
    state = (state * 48_271) % 2_147_483_647;
    return Math.floor(state) % below;
  };
  return {
    whole,
    one: (of) => {
      const found = of[whole(of.length)];
      assert.ok(found !== undefined);
      return found;
    },
  };
}

const WHOLE_PACK = `pack: whole
rules:
  - id: whole.one
    title: Words
    mode: enforce
    severity: low
    scope: { conversations: [c2c, group] }
    match: { terms: [damn, 白痴], lists: [lists/x.txt], patterns: ['\\bx{3}\\b'] }
    fold: { profile: standard, gaps: { max: 2 } }
    allow: [damn good]
    action: { mask: stars }
    limits: { hitsMin: 1 }
    expires: 2999-12-31
    tests:
      - { text: "damn it", becomes: "**** it" }
`;
const LIST = "# words\ncrap\nturd\tmild\n";

type Damage = {
  readonly name: string;
  readonly to: (dir: string, chance: Chance) => void;
  /** What is left may be whole again. */
  readonly mayBeHarmless?: true;
};
const file = (dir: string, chance: Chance): string => join(dir, chance.one(["whole.yaml", "lists/x.txt"]));
const change = (path: string, to: (before: Buffer) => Buffer): void => writeFileSync(path, to(readFileSync(path)));

const DAMAGES: readonly Damage[] = [
  {
    name: "half a file",
    mayBeHarmless: true, // Cut between two lines, it is a shorter pack.
    to: (dir, chance) => change(file(dir, chance), (before) => before.subarray(0, chance.whole(before.length))),
  },
  {
    name: "a run of NUL bytes, as after a power cut",
    to: (dir, chance) =>
      change(file(dir, chance), (before) => before.fill(0, chance.whole(before.length), before.length)),
  },
  {
    name: "a line that is something else",
    mayBeHarmless: true,
    to: (dir, chance) =>
      change(join(dir, "whole.yaml"), (before) => {
        const lines = before.toString().split("\n");
        lines[chance.whole(lines.length)] = chance.one([
          "- ]",
          "\t- x",
          "{",
          "key",
          "&a *a",
          "? : ?",
          "'",
          "!!binary x",
          "---",
          "%YAML 9",
        ]);
        return Buffer.from(lines.join("\n"));
      }),
  },
  {
    name: "a value of another type",
    to: (dir, chance) =>
      change(join(dir, "whole.yaml"), (before) => {
        const keys = ["mode", "scope", "match", "fold", "action", "limits", "expires", "tests", "severity"];
        const value = chance.one(["[[]]", "{ a: { b: c } }", '""', "[{}]", "|\n      text"]);
        return Buffer.from(
          before
            .toString()
            .replace(new RegExp(`    ${chance.one(keys)}:.*`), (row) => `${row.split(":")[0] ?? ""}: ${value}`),
        );
      }),
  },
  {
    name: "an unknown key",
    to: (dir, chance) =>
      change(join(dir, "whole.yaml"), (before) =>
        Buffer.from(
          before
            .toString()
            .replace(chance.one(["mode", "terms", "gaps", "hitsMin", "mask", "title"]), (key) => `${key}x`),
        ),
      ),
  },
  {
    name: "a byte that is no UTF-8",
    to: (dir, chance) =>
      change(file(dir, chance), (before) => {
        const at = chance.whole(before.length);
        return Buffer.concat([
          before.subarray(0, at),
          Buffer.from([chance.one([0xff, 0xc0, 0xf8])]),
          before.subarray(at),
        ]);
      }),
  },
  {
    name: "another encoding",
    to: (dir, chance) => change(file(dir, chance), (before) => Buffer.from(`\ufeff${before.toString()}`, "utf16le")),
  },
  {
    name: "a byte order mark",
    mayBeHarmless: true,
    to: (dir, chance) => change(file(dir, chance), (before) => Buffer.from(`\ufeff${before.toString()}`)),
  },
  {
    name: "a file without an end",
    to: (dir, chance) => truncateSync(file(dir, chance), 5_000_000 + chance.whole(1_000_000_000)),
  },
  {
    name: "a folder in the place of a file",
    to: (dir, chance) => replace(file(dir, chance), (path) => mkdirSync(path)),
  },
  {
    name: "a pipe in the place of a file",
    to: (dir, chance) => replace(file(dir, chance), (path) => void execFileSync("mkfifo", [path])),
  },
  { name: "a link to itself", to: (dir, chance) => replace(file(dir, chance), (path) => symlinkSync(path, path)) },
  {
    name: "a link that leads out",
    to: (dir, chance) => replace(file(dir, chance), (path) => symlinkSync("/etc/hostname", path)),
  },
  { name: "no file", to: (dir, chance) => rmSync(file(dir, chance)) },
  {
    name: "a device",
    to: (dir, chance) =>
      replace(file(dir, chance), (path) => symlinkSync(chance.one(["/dev/zero", "/dev/stdin"]), path)),
  },
  {
    name: "brackets without end",
    to: (dir, chance) =>
      writeFileSync(join(dir, "b.yaml"), `pack: b\nrules: ${chance.one(["[", "{a: ", "- "]).repeat(50_000)}`),
  },
  { name: "a pack twice", to: (dir) => writeFileSync(join(dir, "b.yaml"), readFileSync(join(dir, "whole.yaml"))) },
  {
    name: "noise",
    mayBeHarmless: true,
    to: (dir, chance) =>
      writeFileSync(file(dir, chance), Buffer.from(Array.from({ length: chance.whole(400) }, () => chance.whole(256)))),
  },
  {
    name: "printable noise",
    to: (dir, chance) =>
      writeFileSync(
        join(dir, "whole.yaml"),
        String.fromCharCode(...Array.from({ length: 1 + chance.whole(400) }, () => 32 + chance.whole(95))),
      ),
  },
];

function replace(path: string, by: (path: string) => void): void {
  rmSync(path, { recursive: true });
  by(path);
}

describe("three hundred broken rules folders", () => {
  const ROUNDS = Math.ceil(300 / DAMAGES.length);
  for (const { name, to, mayBeHarmless } of DAMAGES) {
    it(`each with ${name}: read in no time, and told with place and next step`, async () => {
      for (let round = 0; round < ROUNDS; round += 1) {
        const seed = DAMAGES.findIndex((damage) => damage.name === name) * 1_000 + round;
        const dir = mkdtempSync(join(tmpdir(), "emend-broken-"));
        try {
          mkdirSync(join(dir, "lists"));
          writeFileSync(join(dir, "whole.yaml"), WHOLE_PACK);
          writeFileSync(join(dir, "lists/x.txt"), LIST);
          to(dir, chanceOf(seed));
          const started = performance.now();
          const reading = await readRuleFolder(dir);
          const compiled = reading.ok ? compileRules(reading.files, { exemptSenders: [] }) : reading;
          assert.ok(performance.now() - started < 5_000, `seed ${seed}`);
          if (compiled.ok) {
            assert.ok(mayBeHarmless, `seed ${seed} should have been told`);
            continue;
          }
          assert.ok(compiled.problems.length > 0, `seed ${seed}`);
          for (const problem of compiled.problems) {
            const line = problemLine(problem);
            assert.match(line, /^[^:]+:[1-9]\d*:[1-9]\d*: /, `seed ${seed}`);
            assert.match(line, /[.…]$/, `seed ${seed}: ${line}`); // A sentence, and the next step is one.
            assert.ok((problem.message.match(/[.…](\s|$)/g) ?? []).length > 1, `seed ${seed}: no next step in ${line}`);
          }
        } finally {
          rmSync(dir, { recursive: true });
        }
      }
    });
  }

  it("and one that nobody may read is told as well", async () => {
    using folder = createTempFolder();
    const pack = folder.file("whole.yaml");
    writeFileSync(pack, WHOLE_PACK, { mode: 0o000 });
    using _ = becomeNobody(folder.path, pack);
    const reading = await readRuleFolder(folder.path);
    assert.match(reading.ok ? "" : reading.problems.map(problemLine).join(), /^whole\.yaml:1:1: .*EACCES/);
  });

  it("are whole again as soon as their files are", async () => {
    const result = compileRules(
      new Map([
        ["whole.yaml", WHOLE_PACK],
        ["lists/x.txt", LIST],
      ]),
      { exemptSenders: [] },
    );
    assert.deepEqual(result.ok ? result.warnings : result.problems, []);
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
