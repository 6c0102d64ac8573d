import assert from "node:assert/strict";
import { readFileSync, statSync } from "node:fs";
import type { UserId } from "../../../src/domain/message.ts";
import { Secret } from "../../../src/domain/secret.ts";
import { epochMs } from "../../../src/domain/time.ts";
import { indexPathFor } from "../../../src/store/console/index-file.ts";
import { eraseUser } from "../../../src/store/sqlite-erase.ts";
import { createConsoleRecord } from "../../support/console-record.ts";
import { editEntry, editOf } from "../../support/edit-fixtures.ts";
import { APP, entryOf, NOW, objected, passed, said } from "../../support/store-fixtures.ts";

const HOUR_MS = 3_600_000;
const QUARTER_MS = HOUR_MS / 4;
const auditKey = new Secret("0123456789abcdef0123456789abcdef");
const quarterOf = (at: number): number => Math.floor(at / QUARTER_MS) * QUARTER_MS;
const wait = async (): Promise<void> => undefined;

describe("what is held", () => {
  it("is counted by kind with the oldest, and follows what comes, is judged, forgotten and erased", async () => {
    using bench = createConsoleRecord();
    const { store } = bench;
    const masked = (id: string) => objected(id, { state: "cancelled", reason: "shadow_mode" });
    const held = () => {
      bench.catchUp();
      const { held: all } = bench.answers.retention({});
      return Object.fromEntries(
        Object.entries(all).map(([kind, { count, oldestAt }]) => [kind, oldestAt === null ? count : [count, oldestAt]]),
      );
    };
    assert.deepEqual(held(), { bodies: 0, originals: 0, edits: 0, undecodable: 0 });

    const later = NOW + 2 * HOUR_MS;
    await store.recordIntake([
      entryOf(said("k1", { from: "carl" }), passed, NOW),
      entryOf(said("k3", { from: "carl" }), masked("o1"), NOW),
      { ...entryOf(said("k5", { from: "carl" }), passed, NOW), judgement: undefined },
      entryOf(said("k2"), passed, later),
      entryOf(said("k4"), masked("o2"), later),
    ]);
    await store.recordEdits([editEntry(editOf("k2", { text: "another", at: 4_000 }), epochMs(later))]);
    await store.recordUndecodable("C2C.CallbackAfterSendMsg", "odd", Buffer.from("{}"), epochMs(NOW));
    // Of what is not judged yet nobody can say how long it is kept.
    assert.deepEqual(held(), {
      bodies: [2, quarterOf(NOW)],
      originals: [2, quarterOf(NOW)],
      edits: [1, later],
      undecodable: [1, NOW],
    });

    await store.recordJudgement((await store.undecided(1))[0]?.id ?? (0 as never), passed, epochMs(NOW));
    assert.deepEqual(held()["bodies"], [3, quarterOf(NOW)]);
    await store.purge({ bodies: epochMs(NOW + 1), originals: epochMs(0) }, epochMs(later));
    assert.deepEqual(held(), {
      bodies: [1, quarterOf(later)],
      originals: [2, quarterOf(NOW)],
      edits: [1, later],
      undecodable: 0,
    });
    await eraseUser({ db: store.db, sdkAppId: APP, auditKey, now: () => NOW, wait }, "anna" as UserId);
    const { originals, ...rest } = held();
    assert.deepEqual([originals, rest], [[1, quarterOf(NOW)], { bodies: 0, edits: 0, undecodable: 0 }]);
  });

  it("comes with what was forgotten: steps that follow each other are one time", async () => {
    using bench = createConsoleRecord();
    const { store, path } = bench;
    const purge = (at: number, bodies: number) => ({
      ...{ at: epochMs(at), actor: "emend", act: "purge" as const },
      detail: { bodies, originals: 1, edits: 0, undecodable: 0, before: { bodies: 1, originals: 1 } },
    });
    const steps = [0, 50, 100, 30_000].map((ms) => purge(NOW + ms, 500));
    await store.auditOnly([...steps, purge(NOW + 600_000, 7)]);
    assert.deepEqual(bench.answers.retention({}).forgotten, [
      { at: NOW + 600_000, bodies: 7, originals: 1, edits: 0, undecodable: 0 },
      { at: NOW + 30_000, bodies: 2_000, originals: 4, edits: 0, undecodable: 0 },
    ]);
    await store.auditOnly(Array.from({ length: 30 }, (_, n) => purge(NOW + (n + 2) * 600_000, n)));
    const { forgotten, bytes } = bench.answers.retention({});
    assert.deepEqual([forgotten.length, forgotten[0]?.bodies, forgotten.at(-1)?.bodies], [20, 29, 10]);
    assert.deepEqual(bytes, {
      database: statSync(path).size,
      log: statSync(`${path}-wal`).size,
      index: statSync(indexPathFor(path)).size + statSync(`${indexPathFor(path)}-wal`).size,
    });
  });
});

describe("emptying the write-ahead log", () => {
  it("waits for a reader, and keeps nobody from writing meanwhile", async () => {
    using bench = createConsoleRecord();
    const { store, path } = bench;
    await store.recordIntake([entryOf(said("k1", { from: "anna", text: "zqxjv" }), passed)]);
    const other = new (store.db.constructor as new (path: string) => typeof store.db)(path);
    other.exec("BEGIN");
    other.prepare("SELECT count(*) FROM message").get();
    let waits = 0;
    const pause = async (): Promise<void> => {
      // A callback comes while somebody reads all the time.
      if (++waits < 10) await store.recordIntake([entryOf(said(`b${waits}`, { from: "ben" }), passed)]);
      else if (other.inTransaction) other.exec("COMMIT");
    };
    await eraseUser({ db: store.db, sdkAppId: APP, auditKey, now: () => NOW, wait: pause }, "anna" as UserId);
    assert.ok(waits >= 10);
    other.close();
    assert.equal(statSync(`${path}-wal`).size, 0);
    assert.equal(readFileSync(path).includes("zqxjv"), false);
    assert.equal(store.db.pragma("busy_timeout", { simple: true }), 250);
  });
});
