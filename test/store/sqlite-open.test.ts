import assert from "node:assert/strict";
import { chmodSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { OperatorError } from "../../src/errors.ts";
import { createSqliteStore } from "../../src/store/sqlite-store.ts";
import { openSqlite } from "../../src/store/sqlite-open.ts";
import { becomeNobody } from "../support/nobody.ts";
import { entryOf, APP, objected, said } from "../support/store-fixtures.ts";
import { createTempFolder } from "../support/temp-folder.ts";

const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);

describe("opening the database", () => {
  it("sets what keeps acknowledged rows through a power cut, on the first open and on every other", () => {
    using folder = createTempFolder();
    for (const open of ["first", "second", "third"]) {
      const db = openSqlite(folder.file("emend.db"));
      const pragma = (name: string): unknown => db.pragma(name, { simple: true });
      assert.equal(pragma("journal_mode"), "wal", open);
      assert.equal(pragma("synchronous"), 2, open);
      assert.equal(pragma("foreign_keys"), 1, open);
      assert.equal(pragma("secure_delete"), 1, open);
      db.exec("CREATE TABLE IF NOT EXISTS t (a); INSERT INTO t VALUES (1)");
      db.close();
    }
  });

  it("lets nobody but the owner look: folder 0700, files 0600, side files too", async () => {
    using folder = createTempFolder();
    const path = folder.file("deep", "down", "emend.db");
    using store = createSqliteStore({ path, sdkAppId: APP, auditKey: undefined, keepPassedBodies: true });
    await store.recordIntake([entryOf(said("k1"), objected("o1"))]);
    assert.equal(modeOf(folder.file("deep")), "700");
    assert.equal(modeOf(folder.file("deep", "down")), "700");
    for (const side of ["", "-wal", "-shm", ".audit-key"]) assert.equal(modeOf(path + side), "600", side);
  });

  for (const [sentence, prepare] of [
    ["a folder", (path: string) => mkdirSync(path)],
    ["no database", (path: string) => writeFileSync(path, "This is a letter to my aunt.".repeat(100))],
    ["behind something that is no folder", (path: string) => writeFileSync(path.replace("/emend.db", ""), "")],
  ] as const) {
    it(`says in words, with a next step, that the path is ${sentence}`, () => {
      using folder = createTempFolder();
      if (!sentence.startsWith("behind")) mkdirSync(folder.file("data"));
      const path = folder.file("data", "emend.db");
      prepare(path);
      assert.throws(
        () => openSqlite(path),
        (thrown: unknown) => {
          assert.ok(thrown instanceof OperatorError);
          assert.equal(thrown.code, "STORE_CANNOT_OPEN");
          assert.ok(thrown.message.includes(path));
          assert.match(thrown.next, /EMEND_DATABASE_URL/);
          return true;
        },
      );
    });
  }

  it("says the same of a folder that it may not write to", () => {
    using folder = createTempFolder();
    chmodSync(folder.path, 0o500);
    using _ = becomeNobody(folder.path);
    assert.throws(() => openSqlite(folder.file("emend.db")), { code: "STORE_CANNOT_OPEN" });
  });

  it("closes what it opened when the schema turns out to be unknown", () => {
    using folder = createTempFolder();
    const settings = { path: folder.file("emend.db"), sdkAppId: APP, auditKey: undefined, keepPassedBodies: true };
    createSqliteStore(settings)[Symbol.dispose]();
    const db = openSqlite(settings.path);
    db.exec("UPDATE schema_step SET version = 9000 WHERE version = (SELECT max(version) FROM schema_step)");
    db.close();
    assert.throws(() => createSqliteStore(settings), { code: "STORE_SCHEMA_TOO_NEW" });
    // A connection left open would hold its write-ahead log.
    assert.throws(() => statSync(`${settings.path}-wal`), { code: "ENOENT" });
  });
});
