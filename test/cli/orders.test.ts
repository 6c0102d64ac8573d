import assert from "node:assert/strict";
import { createSqliteStore } from "../../src/store/sqlite-store.ts";
import { runEmend } from "../support/emend-process.ts";
import { APP, entryOf, NOW, objected, said } from "../support/store-fixtures.ts";
import type { TempFolder } from "../support/temp-folder.ts";
import { createTempFolder } from "../support/temp-folder.ts";

const run = (folder: TempFolder, ...words: readonly string[]) =>
  runEmend(words, {
    cwd: folder.path,
    environment: {
      EMEND_DATABASE_URL: "sqlite:emend.db",
      TENCENT_SDK_APP_ID: String(APP),
      TENCENT_SECRET_KEY: "k".repeat(64),
    },
  });

async function givenUp(folder: TempFolder, count: number): Promise<void> {
  const path = folder.file("emend.db");
  using store = createSqliteStore({ path, sdkAppId: APP, auditKey: undefined, keepPassedBodies: true });
  await store.recordIntake(Array.from({ length: count }, (_, n) => entryOf(said(`k${n}`), objected(`o${n}`))));
  const claimed = await store.claimOrders("c2c", count, NOW);
  const result = { kind: "end", state: "given_up", reason: "failed_for_a_day_60008" } as const;
  await store.settleOrders(
    claimed.map(({ id, fence }) => ({ id, fence, code: "60008", counted: "retryable", at: NOW, result, audit: [] })),
  );
}

describe("emend orders", function () {
  this.timeout(40_000);

  it("lists what was given up and why, and sends it again", async () => {
    using folder = createTempFolder();
    await givenUp(folder, 3);
    const listed = await run(folder, "orders", "list");
    assert.equal(listed.code, 0);
    assert.match(
      listed.out,
      /^o2 {2}\S+ {2}given_up {2}failed_for_a_day_60008 {2}code 60008 {2}1 tries {2}c2c {2}live {2}mask {2}message 3\no1 /,
    );
    assert.match(listed.err, /In all: 3 given_up\./);

    const one = await run(folder, "orders", "retry", "o1", "none");
    assert.deepEqual([one.code, one.out], [1, "o1  is sent again\nnone  there is no such order\n"]);
    const rest = await run(folder, "orders", "retry", "--all");
    assert.deepEqual([rest.code, rest.out], [0, "o2  is sent again\no0  is sent again\n"]);
    const nothing = await run(folder, "orders", "list");
    assert.deepEqual([nothing.code, nothing.out], [0, ""]);
    assert.match(nothing.err, /In all: 3 pending\./);
  });

  it("says what is wrong with the question, with exit code 2", async () => {
    using folder = createTempFolder();
    await givenUp(folder, 1);
    const [state, neither, both] = await Promise.all([
      run(folder, "orders", "list", "--state", "lost"),
      run(folder, "orders", "retry"),
      run(folder, "orders", "retry", "o0", "--all"),
    ]);
    assert.equal(state.code, 2);
    assert.match(
      state.err,
      /There is no state "lost"\. States: pending, claimed, applied, refused, given_up, cancelled\./,
    );
    for (const answer of [neither, both]) {
      assert.equal(answer.code, 2);
      assert.match(answer.err, /Name the orders to send again, or say --all/);
    }
  });

  it("says in words that there is no database yet", async () => {
    using folder = createTempFolder();
    const answer = await run(folder, "orders", "list");
    assert.equal(answer.code, 1);
    assert.match(answer.err, /emend\.db cannot be found\. Check EMEND_DATABASE_URL\./);
  });
});
