import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { OperatorError } from "../../src/errors.ts";
import type { SchemaStep } from "../../src/store/migrate.ts";
import { migrate, shippedSteps, versionOf } from "../../src/store/migrate.ts";
import type { Sqlite } from "../../src/store/sqlite-open.ts";
import { openSqlite } from "../../src/store/sqlite-open.ts";
import { inParallel } from "../support/children.ts";
import { createTempFolder } from "../support/temp-folder.ts";

const one: SchemaStep = { version: 1, name: "one", sql: "CREATE TABLE a (x); CREATE TABLE b (x);" };
const two: SchemaStep = { version: 2, name: "two", sql: "ALTER TABLE a ADD COLUMN y; INSERT INTO a VALUES (1, 2);" };

const tablesOf = (db: Sqlite): readonly string[] =>
  db
    .prepare<[], { name: string }>("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
    .all()
    .map(({ name }) => name);

function using<T>(work: (db: Sqlite) => T): T {
  const db = openSqlite(":memory:");
  try {
    return work(db);
  } finally {
    db.close();
  }
}

const refusal = (code: string, sentence: RegExp, next: RegExp) => (thrown: unknown) => {
  assert.ok(thrown instanceof OperatorError);
  assert.equal(thrown.code, code);
  assert.match(thrown.message, sentence);
  assert.match(thrown.next, next);
  return true;
};

describe("schema steps", () => {
  it("that are shipped are numbered from 1 without a gap", () => {
    const versions = shippedSteps().map(({ version }) => version);
    assert.deepEqual(
      versions,
      versions.map((_, index) => index + 1),
    );
    const files = readdirSync(new URL("../../migrations/sqlite", import.meta.url));
    assert.equal(files.length, versions.length, "every file in the folder is a step");
  });

  it("are applied once each, in order, and say so", () =>
    using((db) => {
      assert.deepEqual(migrate(db, [one]), [one]);
      assert.deepEqual(migrate(db, [one, two]), [two]);
      assert.deepEqual(migrate(db, [one, two]), []);
      assert.equal(versionOf(db), 2);
      assert.deepEqual(db.prepare("SELECT * FROM a").all(), [{ x: 1, y: 2 }]);
    }));

  it("leave nothing of a step that fails in its second statement, and everything of the step before", () =>
    using((db) => {
      const broken = { ...two, sql: "CREATE TABLE c (x); INSERT INTO nowhere VALUES (1);" };
      assert.throws(() => migrate(db, [one, broken]), /nowhere/);
      assert.deepEqual(tablesOf(db), ["a", "b", "schema_step"]);
      assert.equal(versionOf(db), 1);
      assert.equal(db.inTransaction, false);
      // Mended, it goes on from there.
      assert.deepEqual(migrate(db, [one, two]), [two]);
    }));

  it("are refused in words when the database is newer than the program", () =>
    using((db) => {
      migrate(db, [one, two]);
      const refused = refusal("STORE_SCHEMA_TOO_NEW", /has schema 2.*up to 1/, /newer Emend.*backup/);
      assert.throws(() => migrate(db, [one]), refused);
    }));

  it("are refused in words when one that was applied has been edited since", () =>
    using((db) => {
      migrate(db, [one]);
      const edited = { ...one, sql: `${one.sql} -- a harmless comment` };
      assert.throws(() => migrate(db, [edited, two]), refusal("STORE_SCHEMA_EDITED", /step 1 \(one\)/, /new step/));
      assert.equal(versionOf(db), 1);
    }));

  it("are applied once each by several processes that start together, and found done by the others", async () => {
    using folder = createTempFolder();
    const answers = await inParallel(4, new URL("../support/migrate-child.ts", import.meta.url), [
      folder.file("emend.db"),
    ]);
    const applied = answers.map(({ out, code }) => {
      assert.equal(code, 0);
      return Number(out.trim());
    });
    // One of them as a rule; a step is a commit of its own, so that another may come in between.
    const sum = applied.reduce((one, other) => one + other);
    assert.equal(sum, shippedSteps().length);
  });
});
