import assert from "node:assert/strict";
import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import Database from "better-sqlite3";
import type { ConsoleThread, ConsoleThreadLimits } from "../../src/flows/console-thread.ts";
import { createConsoleThread } from "../../src/flows/console-thread.ts";
import type { MessageQuery } from "../../src/ports/console.ts";
import { createSqliteStore } from "../../src/store/sqlite-store.ts";
import { createRecordingLog } from "../support/recording-log.ts";
import { APP, entryOf, NOW, objected, passed, said } from "../support/store-fixtures.ts";
import { createTempFolder } from "../support/temp-folder.ts";
import { eventually } from "../support/turns.ts";
import { Secret } from "../../src/domain/secret.ts";

const LIMITS: ConsoleThreadLimits = {
  ...{ waitingMax: 4, answerMaxMs: 15_000, lettingGoMaxMs: 15_000, startingMaxMs: 20_000 },
  ...{ startAgainAfterMs: 10, startAgainAfterMaxMs: 100, heapMaxMb: 256 },
};
const all: MessageQuery = { limit: 50, cursor: undefined, sight: "original" };

describe("the console's thread", () => {
  function open(limits: Partial<ConsoleThreadLimits> = {}) {
    const folder = createTempFolder();
    const path = folder.file("emend.db");
    const auditKey = new Secret("0123456789abcdef0123456789abcdef");
    const store = createSqliteStore({ path, sdkAppId: APP, auditKey, keepPassedBodies: true });
    const log = createRecordingLog();
    let heard: (touchedTo: number) => void = () => undefined;
    const thread = createConsoleThread(
      { databasePath: path, sdkAppId: APP, log, onCaughtUp: (to) => heard(to) },
      { ...LIMITS, ...limits },
    );
    return {
      ...{ store, thread, log, path },
      /** Asks again each time that the thread has caught up with something. */
      async until(holds: () => Promise<boolean>): Promise<void> {
        while (!(await holds())) await new Promise<number>((resolve) => (heard = resolve));
      },
      async [Symbol.asyncDispose]() {
        await thread[Symbol.asyncDispose]();
        store[Symbol.dispose]();
        folder[Symbol.dispose]();
      },
    };
  }
  const ids = async (thread: ConsoleThread, query: Partial<MessageQuery>): Promise<readonly number[]> =>
    (await thread.ask("messages", { ...all, ...query })).items.map(({ id }) => id);

  it("finds what has been recorded a moment ago, and how it was judged since", async () => {
    await using bench = open();
    await bench.store.recordIntake([entryOf(said("k1", { text: "明天见" }), passed), entryOf(said("k2"), undefined)]);
    assert.deepEqual(await ids(bench.thread, {}), [2, 1]);
    await bench.until(async () => (await ids(bench.thread, { q: "明天" })).length === 1);
    const [open2] = await bench.store.undecided(1);
    assert.ok(open2);
    await bench.store.recordJudgement(open2.id, objected("o1"), NOW);
    await bench.until(async () => (await ids(bench.thread, { state: "pending" })).length === 1);
    assert.equal((await bench.thread.ask("message", { id: 2, sight: "masked" }))?.text, "***o");
  });

  it("takes no more questions than it can remember", async () => {
    await using bench = open();
    const asked = Array.from({ length: 6 }, () => ids(bench.thread, {}));
    const told = await Promise.allSettled(asked);
    const busy = told.filter((each) => each.status === "rejected");
    assert.ok(busy.length > 0 && busy.length < 6, `${busy.length} were refused`);
    for (const { reason } of busy) assert.match(String((reason as { code?: string }).code), /^CONSOLE_BUSY$/);
  });

  it("forgets a question that nobody waits for any more", async () => {
    await using bench = open();
    const gone = new AbortController();
    const asked = bench.thread.ask("messages", all, gone.signal);
    gone.abort(new Error("left"));
    await assert.rejects(asked, /left/);
    assert.deepEqual(await ids(bench.thread, {}), []);
  });

  it("gives up what takes too long, and begins anew where it does not let go", async () => {
    await using bench = open({ answerMaxMs: 0, lettingGoMaxMs: 0 });
    await assert.rejects(bench.thread.ask("messages", all), { code: "CONSOLE_SLOW" });
  });

  it("answers nothing after the end", async () => {
    const bench = open();
    const asked = bench.thread.ask("messages", all);
    const refused = assert.rejects(asked, { code: "CONSOLE_CLOSED" });
    await bench[Symbol.asyncDispose]();
    await refused;
    await assert.rejects(bench.thread.ask("messages", all), { code: "CONSOLE_CLOSED" });
  });

  for (const [sentence, spoil] of [
    ["was deleted", (file: string) => rmSync(file)],
    ["is no database any more", (file: string) => writeFileSync(file, "nothing of that kind")],
    [
      "is damaged from the begin",
      (file: string) => {
        const bytes = readFileSync(file);
        writeFileSync(file, Buffer.concat([bytes.subarray(0, 4_096), Buffer.alloc(bytes.length - 4_096, 0xa5)]));
      },
    ],
    [
      "is damaged where only a search comes to",
      (file: string) => {
        using db = disposable(new Database(file));
        // All but how the index is made up.
        db.unsafeMode();
        db.exec("UPDATE gram_data SET block = zeroblob(40) WHERE id > 10");
      },
    ],
    [
      "is of another version",
      (file: string) => {
        using db = disposable(new Database(file));
        db.exec("DROP TABLE entry; PRAGMA user_version = 1");
      },
    ],
    [
      "is of another record",
      (file: string) => {
        using db = disposable(new Database(file));
        db.exec("UPDATE progress SET value = '00' WHERE name = 'seal'");
      },
    ],
  ] as const) {
    it(`fills its file anew when that ${sentence}`, async () => {
      const bench = open();
      const many = Array.from({ length: 300 }, (_, i) =>
        entryOf(said(`m${i}`, { text: `number ${i * i * i}` }), passed),
      );
      await bench.store.recordIntake([entryOf(said("k1", { text: "明天见" }), objected("o1")), ...many]);
      await bench.until(async () => (await ids(bench.thread, { q: "天见", sight: "original" })).length === 1);
      await bench.thread[Symbol.asyncDispose]();
      const file = `${bench.path}-console`;
      // A thread that is ended leaves everything in the write-ahead log.
      new Database(file).close();
      assert.ok(statSync(file).size > 4_096 * 10);
      spoil(file);
      const log = createRecordingLog();
      const again = createConsoleThread(
        { databasePath: bench.path, sdkAppId: APP, log, onCaughtUp: () => undefined },
        LIMITS,
      );
      try {
        const found = (): Promise<readonly number[]> => ids(again, { q: "天见" }).catch(() => []);
        await eventually(
          "it comes back",
          async () => (await found()).length > 0,
          () => new Promise((resolve) => setTimeout(resolve, 20)),
        );
        assert.deepEqual(await ids(again, { rule: "mild" }), [1]);
      } finally {
        await again[Symbol.asyncDispose]();
        await bench[Symbol.asyncDispose]();
      }
    });
  }
});

function disposable(db: Database.Database): Database.Database & Disposable {
  return Object.assign(db, { [Symbol.dispose]: () => void db.close() });
}
