import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { runCli } from "../../src/cli/program.ts";
import { Secret } from "../../src/domain/secret.ts";
import { openSqlite } from "../../src/store/sqlite-open.ts";
import { createSqliteStore } from "../../src/store/sqlite-store.ts";
import { runEmend } from "../support/emend-process.ts";
import { APP, entryOf, NOW, objected, said } from "../support/store-fixtures.ts";
import type { TempFolder } from "../support/temp-folder.ts";
import { createTempFolder } from "../support/temp-folder.ts";

const environment = {
  ...{ TENCENT_SDK_APP_ID: String(APP), TENCENT_SECRET_KEY: "c4n4ry-secret-key" },
  EMEND_DATABASE_URL: "sqlite:deep/emend.db",
};
const run = (folder: TempFolder, ...words: readonly string[]) => runEmend(words, { cwd: folder.path, environment });

async function recordIn(folder: TempFolder, messages = 3): Promise<void> {
  const path = folder.file("deep", "emend.db");
  using store = createSqliteStore({ path, sdkAppId: APP, auditKey: undefined, keepPassedBodies: true });
  const all = Array.from({ length: messages }, (_, n) => entryOf(said(`k${n + 1}`), objected(`o${n + 1}`)));
  await store.recordIntake(all);
}

describe("emend audit export", () => {
  type Line = { readonly id: number; readonly act: string; readonly actor: string; readonly detail: object };
  const lines = (out: string): readonly Line[] =>
    out
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Line);

  it("writes the whole log to standard output, newest first, its own act before all, and no word beside it", async () => {
    using folder = createTempFolder();
    await recordIn(folder, 1_200);
    const exported = await run(folder, "audit", "export", "--format", "jsonl");
    assert.equal(exported.code, 0);
    assert.doesNotMatch(exported.err, /entries/, "piped, it shows no progress");
    const entries = lines(exported.out);
    assert.deepEqual(
      entries.map(({ id }) => id),
      Array.from({ length: 1_201 }, (_, n) => 1_201 - n),
    );
    const [first] = entries;
    assert.deepEqual([first?.act, first?.actor], ["export", "operator"]);
    assert.deepEqual(first?.detail, { how: "command", format: "jsonl" });
    assert.equal((await run(folder, "audit", "verify")).code, 0, "and the chain is whole");
  });

  it("takes what came since a time, as CSV in which no cell begins a formula", async () => {
    using folder = createTempFolder();
    await recordIn(folder);
    {
      const path = folder.file("deep", "emend.db");
      using store = createSqliteStore({ path, sdkAppId: APP, auditKey: undefined, keepPassedBodies: true });
      await store.auditOnly([{ at: Date.now() as typeof NOW, actor: "=cmd|' /C calc'!A0", act: "look", detail: {} }]);
    }
    const { code, out } = await run(folder, "audit", "export", "--format", "csv", "--since", "1h");
    assert.equal(code, 0);
    const [head, first, second, ...rest] = out.split("\r\n");
    assert.equal(head, "id,at,actor,act,message_id,modification_id,detail,seal");
    assert.match(first ?? "", /^5,[^,]+,operator,export,/);
    assert.match(second ?? "", /^4,[^,]+,"'=cmd\|' \/C calc'!A0",look,/);
    assert.deepEqual(rest, [""], "what is older stays out");
  });

  for (const [sentence, words, expected] of [
    ["no format", ["audit", "export"], /--format/],
    ["a format that there is not", ["audit", "export", "--format", "xml"], /csv, jsonl/],
    ["a time that there is not", ["audit", "export", "--format", "csv", "--since", "soon"], /36h/],
  ] as const) {
    it(`is wrong usage with ${sentence}, and says what there is`, async () => {
      const said: string[] = [];
      const context = { environment, out: () => undefined, say: (text: string) => void said.push(text) };
      assert.equal(await runCli(words, { ...context, signal: new AbortController().signal }), 2);
      assert.match(said.join("\n"), expected);
    });
  }

  it("stops where it is told to, and says that it is not the whole", async () => {
    using folder = createTempFolder();
    await recordIn(folder, 1_200);
    const ending = new AbortController();
    const [out, said]: [string[], string[]] = [[], []];
    const code = await runCli(["audit", "export", "--format", "jsonl"], {
      environment: { ...environment, EMEND_DATABASE_URL: `sqlite:${folder.file("deep", "emend.db")}` },
      out: (text) => {
        out.push(text);
        ending.abort();
      },
      say: (text) => void said.push(text),
      signal: ending.signal,
    });
    assert.deepEqual([code, lines(out.join("")).length], [1, 500]);
    assert.match(said.join("\n"), /not the whole log/);
  });

  it("writes nothing under another key than the service's, nor does any command beside it", async () => {
    using folder = createTempFolder();
    const path = folder.file("emend.db");
    const auditKey = new Secret("k".repeat(40));
    {
      using store = createSqliteStore({ path, sdkAppId: APP, auditKey, keepPassedBodies: true });
      await store.recordIntake([entryOf(said("k1"), objected("o1"))]);
    }
    const say = async (more: Readonly<Record<string, string>>, ...words: readonly string[]) => {
      let out = "";
      const environmentHere = { ...environment, EMEND_DATABASE_URL: `sqlite:${path}`, ...more };
      const context = { environment: environmentHere, out: (text: string) => void (out += text), say: () => undefined };
      const code = await runCli(words, { ...context, signal: new AbortController().signal });
      return { code, out };
    };
    for (const more of [{}, { EMEND_AUDIT_KEY: "x".repeat(40) }]) {
      for (const words of [
        ["audit", "export", "--format", "csv"],
        ["user", "add", "anna", "--role", "admin"],
        ["orders", "retry", "o1"],
        ["erase", "--user", "anna"],
      ]) {
        await assert.rejects(say(more, ...words), { code: "AUDIT_KEY_UNKNOWN" }, words.join(" "));
      }
    }
    assert.equal(existsSync(`${path}.audit-key`), false, "no key is made beside it either");
    const right = { EMEND_AUDIT_KEY: auditKey.reveal() };
    assert.equal((await say(right, "user", "add", "anna", "--role", "admin")).code, 0);
    assert.match((await say(right, "audit", "verify")).out, /^2 entries, whole/);
  });

  it("makes nothing where there is nothing", async () => {
    using folder = createTempFolder();
    const missing = await run(folder, "audit", "export", "--format", "csv");
    assert.deepEqual([missing.code, missing.out], [1, ""]);
    assert.match(missing.err, /cannot be found/);
  });
});

describe("emend audit verify", () => {
  it("says that a log is whole, with its length and head, and where one that was edited breaks", async () => {
    using folder = createTempFolder();
    await recordIn(folder);
    const whole = await run(folder, "audit", "verify");
    assert.deepEqual([whole.code, whole.err], [0, ""]);
    assert.match(whole.out, /^3 entries, whole; head [0-9a-f]{64}\n$/);
    const db = openSqlite(folder.file("deep", "emend.db"));
    db.exec("UPDATE audit SET modification_id = 'o9' WHERE id = 2");
    db.close();
    const broken = await run(folder, "audit", "verify");
    assert.deepEqual([broken.code, broken.out], [1, "broken at entry 2\n"]);
    assert.match(broken.err, /changed, removed or written with another key/);
  });

  it("makes nothing where there is nothing, and tells rows that were cut off when it is given a head", async () => {
    using folder = createTempFolder();
    const missing = await run(folder, "audit", "verify");
    assert.equal(missing.code, 1);
    assert.match(missing.err, /cannot be found/);
    await recordIn(folder);
    const head = /head (\w+)/.exec((await run(folder, "audit", "verify")).out)?.[1] ?? "";
    assert.equal((await run(folder, "audit", "verify", "--head", head)).code, 0);
    assert.equal((await run(folder, "audit", "verify", "--head", head.slice(1))).code, 2);
    const db = openSqlite(folder.file("deep", "emend.db"));
    db.exec("DELETE FROM audit WHERE id = 3");
    db.close();
    const cut = await run(folder, "audit", "verify", "--head", head);
    assert.deepEqual([cut.code, cut.out], [1, "2 entries, but not the head that was given\n"]);
  });
});
