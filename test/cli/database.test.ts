import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { migrate, shippedSteps } from "../../src/store/migrate.ts";
import { openSqlite } from "../../src/store/sqlite-open.ts";
import { createSqliteStore } from "../../src/store/sqlite-store.ts";
import { runEmend } from "../support/emend-process.ts";
import { APP, entryOf, objected, said } from "../support/store-fixtures.ts";
import type { TempFolder } from "../support/temp-folder.ts";
import { createTempFolder } from "../support/temp-folder.ts";

const run = (folder: TempFolder, ...words: readonly string[]) =>
  runEmend(words, { cwd: folder.path, environment: { EMEND_DATABASE_URL: "sqlite:deep/emend.db" } });

describe("emend migrate", () => {
  it("makes the database the first time and finds nothing to do the second", async () => {
    using folder = createTempFolder();
    const first = await run(folder, "migrate");
    const steps = shippedSteps();
    const applied = steps.map(({ version, name }) => `applied ${version} ${name}\n`).join("");
    assert.deepEqual([first.code, first.out], [0, applied]);
    const newest = `deep/emend.db has schema ${steps.at(-1)?.version}.`;
    assert.ok(first.err.startsWith(newest), first.err);
    const second = await run(folder, "migrate");
    assert.deepEqual([second.code, second.out], [0, ""]);
    assert.ok(second.err.startsWith(newest), second.err);
  });

  it("says in words that the database is newer, or none, with exit code 1", async () => {
    using newer = createTempFolder();
    using none = createTempFolder();
    const db = openSqlite(newer.file("deep", "emend.db"));
    migrate(db);
    db.exec("UPDATE schema_step SET version = 9000 WHERE version = (SELECT max(version) FROM schema_step)");
    db.close();
    writeFileSync(none.file("deep"), "");
    const [tooNew, noFolder] = await Promise.all([run(newer, "migrate"), run(none, "migrate")]);
    assert.deepEqual([tooNew.code, tooNew.out], [1, ""]);
    assert.match(tooNew.err, /^STORE_SCHEMA_TOO_NEW {2}The database has schema 9000; .*Start the newer Emend/);
    assert.deepEqual([noFolder.code, noFolder.out], [1, ""]);
    assert.match(
      noFolder.err,
      /^STORE_CANNOT_OPEN {2}The database deep\/emend\.db cannot be opened: .*EMEND_DATABASE_URL/,
    );
  });
});

describe("emend audit verify", () => {
  async function recordIn(folder: TempFolder): Promise<void> {
    const path = folder.file("deep", "emend.db");
    using store = createSqliteStore({ path, sdkAppId: APP, auditKey: undefined, keepPassedBodies: true });
    await store.recordIntake(["1", "2", "3"].map((n) => entryOf(said(`k${n}`), objected(`o${n}`))));
  }

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
    const db = openSqlite(folder.file("deep", "emend.db"));
    db.exec("DELETE FROM audit WHERE id = 3");
    db.close();
    const cut = await run(folder, "audit", "verify", "--head", head);
    assert.deepEqual([cut.code, cut.out], [1, "2 entries, but not the head that was given\n"]);
  });
});
