import assert from "node:assert/strict";
import { existsSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { backUp } from "../../src/store/sqlite-backup.ts";
import { openSqlite } from "../../src/store/sqlite-open.ts";
import { createSqliteStore } from "../../src/store/sqlite-store.ts";
import { APP, entryOf, passed, said } from "../support/store-fixtures.ts";
import type { TempFolder } from "../support/temp-folder.ts";
import { createTempFolder } from "../support/temp-folder.ts";

const SAID = 2_000;

async function recordIn(folder: TempFolder): Promise<string> {
  const path = folder.file("emend.db");
  using store = createSqliteStore({ path, sdkAppId: APP, auditKey: undefined, keepPassedBodies: true });
  const text = "a long story ".repeat(100);
  await store.recordIntake(Array.from({ length: SAID }, (_, n) => entryOf(said(`k${n}`, { text }), passed)));
  return path;
}
const never = new AbortController().signal;
const isNamed = (code: string) => (thrown: unknown) => (thrown as { code?: string }).code === code;

describe("a backup", () => {
  it("is the moment at which it began, whoever writes meanwhile, and keeps no writer waiting", async () => {
    using folder = createTempFolder();
    const path = await recordIn(folder);
    const writer = openSqlite(path);
    let steps = 0;
    // A copy that begins anew whenever somebody writes would never end.
    const patience = new AbortController();
    const report = await backUp(
      path,
      folder.file("copy.db"),
      () => {
        if (++steps > 50) patience.abort();
        writer.prepare("INSERT INTO fact (sdk_app_id, name, value) VALUES (1, ?, '')").run(`later ${steps}`);
      },
      patience.signal,
    );
    writer.close();
    assert.ok(steps > 1, `${steps} steps`);
    assert.equal(report.messages, SAID);
    assert.equal(report.bytes, statSync(folder.file("copy.db")).size);
    const copy = openSqlite(folder.file("copy.db"));
    assert.equal(copy.prepare("SELECT count(*) FROM fact WHERE name LIKE 'later%'").pluck().get(), 0);
    copy.close();
  });

  it("can be read by its owner alone", async () => {
    using folder = createTempFolder();
    await backUp(await recordIn(folder), folder.file("copy.db"), () => undefined, never);
    assert.equal(statSync(folder.file("copy.db")).mode & 0o777, 0o600);
  });

  it("never replaces a file", async () => {
    using folder = createTempFolder();
    const path = await recordIn(folder);
    writeFileSync(folder.file("mine.txt"), "mine");
    const copying = backUp(path, folder.file("mine.txt"), () => undefined, never);
    await assert.rejects(copying, isNamed("BACKUP_FILE_EXISTS"));
    // Nor one that appears while it is written.
    const late = backUp(path, folder.file("late.db"), () => writeFileSync(folder.file("late.db"), "mine"), never);
    await assert.rejects(late, isNamed("BACKUP_FILE_EXISTS"));
    assert.equal(statSync(folder.file("late.db")).size, 4);
  });

  it("that is interrupted, or has nothing to copy, or nowhere to go, leaves nothing", async () => {
    using folder = createTempFolder();
    const path = await recordIn(folder);
    const ending = new AbortController();
    const interrupted = backUp(path, folder.file("copy.db"), () => ending.abort(), ending.signal);
    await assert.rejects(interrupted, isNamed("BACKUP_INTERRUPTED"));
    const copying = (from: string, to: string) => backUp(from, to, () => undefined, never);
    await assert.rejects(copying(folder.file("none.db"), folder.file("copy.db")), isNamed("BACKUP_NO_DATABASE"));
    await assert.rejects(copying(path, folder.file("no", "folder.db")), isNamed("BACKUP_FAILED"));
    assert.ok(!existsSync(folder.file("none.db")));
    assert.deepEqual(
      readdirSync(folder.path).filter((name) => name.includes("copy") || name.includes("unfinished")),
      [],
    );
  });

  it("of a damaged database says so and leaves nothing that looks whole", async () => {
    using folder = createTempFolder();
    const path = await recordIn(folder);
    const db = openSqlite(path);
    db.pragma("wal_checkpoint(TRUNCATE)");
    db.unsafeMode();
    db.pragma("writable_schema = ON");
    db.exec("UPDATE sqlite_schema SET rootpage = 3 WHERE name = 'message_by_key'");
    db.close();
    await assert.rejects(
      backUp(path, folder.file("copy.db"), () => undefined, never),
      /BACKUP|damaged|malformed/,
    );
    assert.ok(!existsSync(folder.file("copy.db")));
  });
});
