import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { UserId } from "../../../src/domain/message.ts";
import { epochMs } from "../../../src/domain/time.ts";
import { Secret } from "../../../src/domain/secret.ts";
import type { MessageQuery } from "../../../src/ports/console.ts";
import { indexPathFor } from "../../../src/store/console/index-file.ts";
import { eraseUser } from "../../../src/store/sqlite-erase.ts";
import { createConsoleRecord } from "../../support/console-record.ts";
import { editEntry, editOf } from "../../support/edit-fixtures.ts";
import { APP, entryOf, NOW, objected, passed, said } from "../../support/store-fixtures.ts";

/** Everything that lies beside the record: the file, its write-ahead log, and whatever SQLite makes for itself. */
const filesBeside = (path: string): Buffer =>
  Buffer.concat(
    readdirSync(dirname(path))
      .filter((name) => name.startsWith(basename(indexPathFor(path))))
      .map((name) => readFileSync(join(dirname(path), name))),
  );
const asked = (q: string): MessageQuery => ({ q, limit: 50, cursor: undefined, sight: "original" });
const auditKey = new Secret("0123456789abcdef0123456789abcdef");

describe("an erasure", () => {
  it("reaches the console's file before it says that it is done, bytes and all", async () => {
    using bench = createConsoleRecord();
    const { store, path } = bench;
    const secret = "饕餮纹 zqxjv";
    await store.recordIntake([
      entryOf(said("k1", { from: "anna", text: secret }), passed),
      entryOf(said("k2", { from: "carl", text: "明天一起去爬山" }), passed),
    ]);
    await store.recordVerdict({ messageId: 1, account: "rita", verdict: "confirmed", note: "饕餮!", at: NOW });
    bench.catchUp();
    const files = (): Buffer =>
      Buffer.concat([indexPathFor(path), `${indexPathFor(path)}-wal`].map((file) => readFileSync(file)));
    assert.ok(files().includes("饕餮"));
    // The thread of a service that runs meanwhile holds a connection, as `bench` does.
    const wait = async (): Promise<void> => undefined;
    await eraseUser({ db: store.db, sdkAppId: APP, auditKey, now: () => NOW, wait }, "anna" as UserId);
    for (const piece of ["饕餮", "餮纹", "zqxjv"]) assert.equal(files().includes(piece), false, piece);
    assert.equal(readFileSync(path).includes("饕餮"), false);
    assert.deepEqual(bench.answers.messages(asked("饕餮")).items, []);
    bench.catchUp();
    assert.deepEqual(bench.answers.messages(asked("饕餮")).items, []);
    assert.equal(bench.answers.messages(asked("爬山")).items.length, 1);
    // That somebody said something stays: it was counted.
    assert.equal(bench.answers.messages({ ...asked("xx"), q: undefined, sender: "anna" }).items.length, 1);
  });

  for (const [sentence, state] of [
    ["while the console's thread is far behind", "behind"],
    ["while nobody has the console's file open", "closed"],
  ] as const) {
    it(`reaches the console's file ${sentence}`, async () => {
      using bench = createConsoleRecord();
      const { store, path } = bench;
      await store.recordIntake([entryOf(said("k1", { from: "anna", text: "饕餮纹 zqxjv" }), passed)]);
      bench.catchUp();
      await store.recordIntake([entryOf(said("k2", { from: "anna", text: "饕餮 later" }), passed)]);
      if (state === "closed") bench.reads[Symbol.dispose]();
      const wait = async (): Promise<void> => undefined;
      await eraseUser({ db: store.db, sdkAppId: APP, auditKey, now: () => NOW, wait }, "anna" as UserId);
      for (const piece of ["饕", "餮", "zqxjv"]) assert.ok(!filesBeside(path).includes(piece), piece);
      bench.reopen();
      bench.catchUp();
      assert.deepEqual(bench.answers.messages(asked("饕餮")).items, []);
      for (const piece of ["饕", "餮", "zqxjv"]) assert.ok(!filesBeside(path).includes(piece), piece);
    });
  }

  it("leaves no byte in an index of thousands, whose words were merged and moved", async function () {
    this.timeout(60_000);
    using bench = createConsoleRecord();
    const { store, path } = bench;
    const hers = (n: number): string => `damn 饕${String.fromCharCode(0x4e00 + n)}餮 zqxjvkw${n}`;
    for (let n = 0; n < 3_000; n += 100) {
      await store.recordIntake(
        Array.from({ length: 100 }, (_, i) => {
          const isHers = (n + i) % 7 === 0;
          const text = isHers
            ? hers((n + i) % 500)
            : `something ${n + i} else 明天${String.fromCharCode(0x5000 + ((n + i) % 900))}`;
          const judgement =
            isHers && i % 2 === 0 ? objected(`o${n + i}`, { state: "cancelled", reason: "shadow_mode" }) : passed;
          return entryOf(said(`k${n + i}`, { from: isHers ? "anna" : "carl", text }), judgement);
        }),
      );
      bench.catchUp();
    }
    assert.ok(filesBeside(path).includes("饕"));
    const wait = async (): Promise<void> => undefined;
    await eraseUser({ db: store.db, sdkAppId: APP, auditKey, now: () => NOW, wait }, "anna" as UserId);
    bench.catchUp();
    for (const piece of ["饕", "餮", "zqxjvkw"]) assert.ok(!filesBeside(path).includes(piece), piece);
    assert.equal(bench.answers.messages({ ...asked("something 2999"), limit: 5 }).items.length, 1);
  });
});

describe("what is past keeping", () => {
  for (const [sentence, isOpen] of [
    ["goes out of the console's file, bytes and all, as soon as its thread looks", true],
    ["goes out of it when the console starts again, where it was off meanwhile", false],
  ] as const) {
    it(sentence, async () => {
      using bench = createConsoleRecord();
      const { store, path } = bench;
      await store.recordIntake([
        entryOf(said("k1", { text: "饕餮 zqxjv" }), passed, NOW),
        entryOf(said("k2", { text: "明天一起去爬山" }), passed, NOW + 5_000),
      ]);
      // Somebody edits it later: that text is kept for longer, and the message's own is taken out beside it.
      await store.recordEdits([editEntry(editOf("k1", { text: "二話不說", at: 4_000 }), epochMs(NOW + 4_000))]);
      const [edit] = await store.openEdits(1, epochMs(NOW + 9_000));
      assert.ok(edit);
      const at = epochMs(NOW + 4_001);
      await store.settleEdit({ kind: "judged", id: edit.id, at, audit: [], verdict: "pass", judgement: passed });
      await store.recordVerdict({
        messageId: 1,
        account: "rita",
        verdict: "confirmed",
        note: "饕餮!",
        at: NOW + 4_002,
      });
      bench.catchUp();
      assert.ok(filesBeside(path).includes("饕"));
      if (!isOpen) bench.reads[Symbol.dispose]();
      await store.purge({ bodies: epochMs(NOW + 1), originals: epochMs(NOW + 1) }, NOW);
      if (!isOpen) bench.reopen();
      bench.catchUp();
      for (const piece of ["饕", "餮", "zqxjv"]) assert.ok(!filesBeside(path).includes(piece), piece);
      // What somebody noted about it may quote it.
      assert.deepEqual(
        bench.answers.message({ id: 1, sight: "original" })?.verdicts.map(({ note }) => note),
        [""],
      );
      assert.deepEqual(bench.answers.messages(asked("饕餮")).items, []);
      assert.equal(bench.answers.messages(asked("二话不说")).items.length, 1);
      assert.equal(bench.answers.messages(asked("爬山")).items.length, 1);
    });
  }
});
