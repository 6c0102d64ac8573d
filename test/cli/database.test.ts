import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { migrate, shippedSteps } from "../../src/store/migrate.ts";
import { openSqlite } from "../../src/store/sqlite-open.ts";
import { runEmend } from "../support/emend-process.ts";
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
