import assert from "node:assert/strict";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { openSqlite } from "../../src/store/sqlite-open.ts";
import { createSqliteStore } from "../../src/store/sqlite-store.ts";
import { runEmend } from "../support/emend-process.ts";
import { APP, entryOf, passed, said } from "../support/store-fixtures.ts";
import type { TempFolder } from "../support/temp-folder.ts";
import { createTempFolder } from "../support/temp-folder.ts";

const PAGE = 4_096;
const settings = (path: string) => ({ path, sdkAppId: APP, auditKey: undefined, keepPassedBodies: true });

async function recordIn(folder: TempFolder): Promise<string> {
  const path = folder.file("emend.db");
  using store = createSqliteStore(settings(path));
  await store.recordIntake(
    Array.from({ length: 500 }, (_, n) => entryOf(said(`k${n}`, { text: "well " + n }), passed)),
  );
  return path;
}

/** Overwrites part of the file. */
function damage(path: string, from: number, bytes: Buffer): void {
  const file = readFileSync(path);
  bytes.copy(file, from);
  writeFileSync(path, file);
}

describe("a damaged database", () => {
  for (const [where, at, bytes, code] of [
    ["its first page", 0, Buffer.alloc(100, 0x41), "STORE_CANNOT_OPEN"],
    ["the schema", 100, Buffer.alloc(400, 0xff), "STORE_DAMAGED"],
    ["a page of messages", 20 * PAGE, Buffer.alloc(PAGE, 0x41), "STORE_DAMAGED"],
    ["a row of pages", 8 * PAGE, Buffer.alloc(10 * PAGE), "STORE_DAMAGED"],
  ] as const) {
    it(`is refused and kept as it is where ${where} was overwritten`, async () => {
      using folder = createTempFolder();
      const path = await recordIn(folder);
      damage(path, at, bytes);
      const before = readFileSync(path);
      assert.throws(() => createSqliteStore(settings(path)), { code });
      assert.ok(before.equals(readFileSync(path)), "not a byte was changed");
    });
  }

  it("is refused where half of it was cut off", async () => {
    using folder = createTempFolder();
    const path = await recordIn(folder);
    writeFileSync(path, readFileSync(path).subarray(0, 15 * PAGE + 100));
    assert.throws(() => createSqliteStore(settings(path)), { code: "STORE_DAMAGED" });
  });

  it("ends the start with exit code 1 and words that say how to restore, and a backup in its place works", async () => {
    using folder = createTempFolder();
    const path = await recordIn(folder);
    copyFileSync(path, folder.file("backup.db"));
    damage(path, 8 * PAGE, Buffer.alloc(10 * PAGE));
    const environment = {
      TENCENT_SDK_APP_ID: String(APP),
      TENCENT_SECRET_KEY: "k".repeat(64),
      EMEND_DATABASE_URL: "sqlite:emend.db",
      EMEND_PORT: "0",
    };
    const served = await runEmend(["serve"], { cwd: folder.path, environment });
    assert.equal(served.code, 1);
    assert.match(
      served.err,
      /STORE_DAMAGED {2}The database .*emend\.db is damaged: .* Nothing was changed in it\. Keep it/,
    );
    const told = await runEmend(["doctor"], { cwd: folder.path, environment });
    assert.match(told.out + told.err, /FAIL +database .*is damaged/);
    copyFileSync(folder.file("backup.db"), path);
    const db = openSqlite(path);
    assert.equal(db.prepare("SELECT count(*) FROM message").pluck().get(), 500);
    db.close();
  });
});
