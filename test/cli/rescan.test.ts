import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { createSqliteStore } from "../../src/store/sqlite-store.ts";
import { runEmend } from "../support/emend-process.ts";
import { APP, entryOf, passed, said } from "../support/store-fixtures.ts";
import type { TempFolder } from "../support/temp-folder.ts";
import { createTempFolder } from "../support/temp-folder.ts";

const run = (folder: TempFolder, ...words: readonly string[]) =>
  runEmend(words, {
    cwd: folder.path,
    environment: {
      EMEND_DATABASE_URL: "sqlite:emend.db",
      EMEND_RULES_DIR: "rules",
      TENCENT_SDK_APP_ID: String(APP),
      TENCENT_SECRET_KEY: "k".repeat(64),
    },
  });

async function recorded(folder: TempFolder): Promise<void> {
  mkdirSync(folder.file("rules"));
  writeFileSync(folder.file("rules", "a.yaml"), "pack: a\nrules:\n  - { id: late, match: { terms: [heck] } }\n");
  const path = folder.file("emend.db");
  using store = createSqliteStore({ path, sdkAppId: APP, auditKey: undefined, keepPassedBodies: true });
  await store.recordIntake([
    entryOf(said("k1", { text: "what the heck" }), passed, Date.now() - 60_000),
    entryOf(said("k2", { text: "fine" }), passed, Date.now() - 60_000),
  ]);
}

describe("emend rescan", function () {
  this.timeout(60_000);

  it("says what it would order, and orders nothing", async () => {
    using folder = createTempFolder();
    await recorded(folder);
    const { code, out, err } = await run(folder, "rescan", "--since", "1h");
    assert.equal(code, 0, err);
    assert.match(
      out,
      /^2 messages looked at, 1 objected to\nrule late: 1 to mask, 0 to flag\nmessage 1 {2}\S+ {2}mask {2}late\n$/,
    );
    assert.match(err, /Say --apply to order 1 changes/);
    assert.doesNotMatch(out + err, /heck/, "no text of a message");
    const earlier = await run(folder, "rescan", "--since", "2026-01-01", "--until", "2026-01-02T10:00+08:00");
    assert.match(earlier.out, /^0 messages looked at/);
    assert.match(earlier.err, /seven days/);
  });

  it("orders nothing under rules that the service does not have", async () => {
    using folder = createTempFolder();
    await recorded(folder);
    const { code, err } = await run(folder, "rescan", "--since", "1h", "--apply");
    assert.equal(code, 1);
    assert.match(err, /RESCAN_RULES_NOT_LIVE .*has not run yet/);
  });

  it("says what is wrong with the question, with exit code 2", async () => {
    using folder = createTempFolder();
    await recorded(folder);
    const [noTime, badTime, badRule] = await Promise.all([
      run(folder, "rescan"),
      run(folder, "rescan", "--since", "yesterday"),
      run(folder, "rescan", "--since", "1h", "--rule", "nobody"),
    ]);
    assert.deepEqual([noTime.code, badTime.code, badRule.code], [2, 2, 2]);
    assert.match(badTime.err, /2026-11-20T08:30/);
    assert.match(badRule.err, /There is no rule "nobody"/);
  });
});
