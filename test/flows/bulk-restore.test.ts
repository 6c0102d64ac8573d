import assert from "node:assert/strict";
import type { RuleId } from "../../src/domain/decision.ts";
import { epochMs } from "../../src/domain/time.ts";
import { createBulkRestore } from "../../src/flows/bulk-restore.ts";
import { createBell } from "../../src/flows/wake.ts";
import type { RestoreJob, Wanted } from "../../src/ports/desk.ts";
import type { MessageId } from "../../src/ports/store.ts";
import { createDeskBench } from "../support/desk-bench.ts";
import { editEntry, editOf, recallOf, textBody } from "../support/edit-fixtures.ts";
import { START_MS } from "../support/fake-clock.ts";
import { passed, said } from "../support/store-fixtures.ts";

const HOUR = 3_600_000;
const mild: Wanted = {
  ...{ kind: "rule", rule: "mild" as RuleId, revision: undefined },
  ...{ since: epochMs(START_MS - HOUR), until: epochMs(START_MS + HOUR) },
};
const named = (...messages: readonly number[]): Wanted => ({
  ...{ kind: "messages", messages: messages as readonly MessageId[] },
});
const forEver = new AbortController().signal;

/** Every message `k1`, `k2` … was masked, and Tencent shows the mask. */
async function createBench(count: number) {
  const bench = createDeskBench();
  const { clock } = bench;
  bench.start();
  await bench.recordMany(count);
  await bench.sent();
  bench.client.show({ kind: "found", body: textBody("**** it"), customData: undefined });
  const bulk = createBulkRestore({ ...bench.parts, clock, bell: createBell(clock), log: bench.log });
  const ending = new AbortController();
  return {
    ...{ bench, bulk },
    go: () => bulk.run(ending.signal),
    stop: () => ending.abort(),
    async [Symbol.asyncDispose]() {
      ending.abort();
      await bench[Symbol.asyncDispose]();
    },
  };
}

const begin = async (bulk: ReturnType<typeof createBulkRestore>, wanted: Wanted = mild): Promise<RestoreJob> => {
  const begun = await bulk.begin("anna", wanted, forEver);
  assert.ok(begun.kind === "begun");
  return begun.job;
};

describe("a restore of many", () => {
  it("says first how many there are, and shows ten of them", async () => {
    await using it = await createBench(30);
    const { count, first, leftAlone } = await it.bulk.preview(mild, forEver);
    assert.deepEqual(
      [count, first.map(({ messageId }) => messageId), leftAlone],
      [...[30, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], {}]],
    );
    assert.equal(it.bench.orders("id").length, 30);
    assert.deepEqual(await it.bulk.jobs(), []);
  });

  it("puts all of them back, each read before it is sent, and says when it is done", async () => {
    await using it = await createBench(230);
    const { id } = await begin(it.bulk);
    void it.go();
    await it.bench.sent();
    await it.bench.clock.advance(20_000);
    const job = await it.bulk.job(id);
    assert.deepEqual(job && [job.state, job.all, job.looked, job.ordered, job.orders], [
      ...["done", 230, 230, 230, { applied: 230 }],
    ]);
    const restores = it.bench.orders("lane state read_first").filter((line) => line.startsWith("restore"));
    assert.equal(restores.length, 230);
    assert.equal(it.bench.client.calls.filter(({ payload }) => payload.includes("damn it")).length, 230);
    assert.deepEqual(
      it.bench.audit().filter((line) => line.includes("bulk_restore")),
      ["anna bulk_restore", "emend bulk_restore"],
    );
    // A second time there is nothing left to do.
    assert.deepEqual((await it.bulk.preview(mild, forEver)).leftAlone, { already_restored: 230 });
  });

  it("leaves alone what was edited, recalled, restored, forgotten, or masked by another rule too", async () => {
    await using it = await createBench(6);
    const { store } = it.bench;
    await store.recordEdits([editEntry(editOf("k1", { text: "fine" }))]);
    for (const { id } of await store.openEdits(9, epochMs(START_MS + 60_000))) {
      const at = epochMs(START_MS);
      await store.settleEdit({ id, at, kind: "judged", verdict: "pass", judgement: passed, audit: [] });
    }
    await store.recordRecall(recallOf("k2"), epochMs(START_MS + 5_000));
    store.db.exec("UPDATE message SET callback = NULL WHERE id = 3");
    store.db.exec("UPDATE finding SET rule = 'other' WHERE message_id = 4");
    store.db.exec(
      `INSERT INTO finding (sdk_app_id, message_id, rule, category, severity, effect, place, start, "end")
       SELECT sdk_app_id, 5, 'other', category, severity, effect, place, start, "end" FROM finding WHERE message_id = 5`,
    );
    const { count, first, leftAlone } = await it.bulk.preview(mild, forEver);
    assert.deepEqual([count, first.map(({ messageId }) => messageId)], [1, [6]]);
    assert.deepEqual(leftAlone, { edited: 1, recalled: 1, original_not_kept: 1, by_others: 1 });
    assert.deepEqual(await it.bulk.preview(named(1, 5, 6, 99), forEver), {
      count: 2,
      first: [5, 6].map((messageId) => ({ messageId, sentAt: START_MS })),
      leftAlone: { not_masked: 1 },
    });
  });

  it("does not order again what Tencent no longer has", async () => {
    await using it = await createBench(3);
    it.bench.client.show({ kind: "gone" });
    const { id } = await begin(it.bulk);
    void it.go();
    await it.bench.clock.advance(10_000);
    const job = await it.bulk.job(id);
    assert.deepEqual(job && [job.state, job.orders], ["done", { refused: 3 }]);
    assert.deepEqual((await it.bulk.preview(mild, forEver)).leftAlone, { no_longer_stored: 3 });
  });

  it("keeps no other restore waiting with orders that cannot get through", async () => {
    await using it = await createBench(4);
    it.bench.client.show({ kind: "failed", outcome: { kind: "retryable", code: "http_502" } });
    const first = await begin(it.bulk, named(1));
    void it.go();
    await it.bench.clock.advance(1_000);
    const second = await begin(it.bulk, named(2, 3));
    await it.bench.clock.advance(1_000);
    const states = async () => [(await it.bulk.job(first.id))?.ordered, (await it.bulk.job(second.id))?.ordered];
    assert.deepEqual(await states(), [1, 2]);
  });

  it("lets a mask that waits go out first, which stands when the restore is cancelled", async () => {
    await using it = await createBench(1);
    const { bench } = it;
    bench.client.answer(() => ({ kind: "retryable", code: "http_502" }));
    await bench.record(said("late1", { text: "damn it" }), said("late2", { text: "damn it" }));
    const [one, other] = [await begin(it.bulk, named(2)), await begin(it.bulk, named(3))];
    void it.go();
    await bench.clock.advance(1_000);
    assert.equal(typeof (await it.bulk.change("anna", other.id, "cancel")), "object");
    bench.client.answer(() => ({ kind: "applied", code: "0" }));
    await bench.clock.advance(60_000);
    assert.deepEqual(bench.orders("message_id purpose state reason").slice(1).sort(), [
      "2 restore applied ",
      "2 rewrite applied ",
      "3 restore cancelled restore_cancelled",
      "3 rewrite applied ",
    ]);
    assert.equal((await it.bulk.job(one.id))?.state, "done");
  });

  it("brings to its end what may have been sent when it is cancelled, and nothing else", async () => {
    await using it = await createBench(2);
    const sent = await begin(it.bulk, named(1));
    it.bench.client.answer(() => ({ kind: "retryable", code: "http_502" }));
    void it.go();
    await it.bench.clock.advance(3_000);
    it.bench.client.show({ kind: "failed", outcome: { kind: "retryable", code: "http_502" } });
    const unsent = await begin(it.bulk, named(2));
    await it.bench.clock.advance(1_000);
    for (const { id } of [sent, unsent]) {
      assert.equal((await it.bulk.job(id))?.state, "running", "all is ordered, and not all is done");
      assert.equal(typeof (await it.bulk.change("anna", id, "cancel")), "object");
    }
    it.bench.client.answer(() => ({ kind: "applied", code: "0" }));
    await it.bench.clock.advance(60_000);
    const restores = it.bench.orders("message_id purpose state reason").filter((line) => line.includes(" restore "));
    assert.deepEqual(restores, ["1 restore applied ", "2 restore cancelled restore_cancelled"]);
  });

  it("keeps to the time and to the revision that it was given", async () => {
    await using it = await createBench(3);
    const count = async (more: Partial<Extract<Wanted, { kind: "rule" }>>) =>
      (await it.bulk.preview({ ...mild, ...more }, forEver)).count;
    const [row] = it.bench.store.db.prepare<[], { revision: string }>("SELECT revision FROM message").all();
    assert.equal(await count({ revision: row?.revision ?? "" }), 3);
    assert.equal(await count({ revision: "another" }), 0);
    assert.equal(await count({ until: epochMs(START_MS) }), 0);
    // The time of the mask, and not of the message: these are old, and were masked just now.
    it.bench.store.db.exec(`UPDATE message SET received_at = ${START_MS - 9 * HOUR}, sent_at = ${START_MS - 9 * HOUR}`);
    assert.equal(await count({}), 3);
    assert.equal(await count({ since: epochMs(START_MS + HOUR / 2) }), 0);
    assert.equal(await count({ since: epochMs(START_MS - 10 * HOUR), until: epochMs(START_MS - 8 * HOUR) }), 0);
    assert.equal(await count({ rule: "other" as RuleId }), 0);
  });

  it("goes on behind its last step when it was killed", async () => {
    await using it = await createBench(150);
    const { id } = await begin(it.bulk);
    const job = await it.bulk.job(id);
    assert.ok(job);
    const { store } = it.bench.parts;
    // One step was committed, then the process died.
    const { found, upTo } = await store.masked(mild, { after: job.cursor, last: job.last }, 100);
    assert.deepEqual([found.length, upTo], [100, 100]);
    await store.stepJob(job, { upTo, looked: 100, leftAlone: {}, orders: [] }, epochMs(START_MS));
    // Whoever still believes in the old place changes nothing.
    assert.equal(
      await store.stepJob(job, { upTo, looked: 100, leftAlone: {}, orders: [] }, epochMs(START_MS)),
      undefined,
    );
    void it.go();
    await it.bench.clock.advance(10_000);
    const after = await it.bulk.job(id);
    assert.deepEqual(after && [after.state, after.looked, after.ordered], ["done", 150, 50]);
  });

  it("orders nothing while it is paused, and takes back what waits when it is cancelled", async () => {
    await using it = await createBench(700);
    const { id } = await begin(it.bulk);
    // Nothing gets through, so what was ordered waits.
    it.bench.client.show({ kind: "failed", outcome: { kind: "retryable", code: "http_502" } });
    void it.go();
    await it.bench.clock.advance(500);
    const running = await it.bulk.job(id);
    assert.deepEqual(running && [running.state, running.ordered], ["running", 300]);
    const paused = await it.bulk.change("anna", id, "pause");
    assert.ok(typeof paused === "object" && paused.state === "paused");
    await it.bench.clock.advance(2_000);
    assert.equal((await it.bulk.job(id))?.ordered, 300);
    assert.equal(await it.bulk.change("anna", id, "pause"), "as_it_is");
    assert.equal(await it.bulk.change("anna", 99 as typeof id, "pause"), "unknown");
    const cancelled = await it.bulk.change("anna", id, "cancel");
    assert.ok(typeof cancelled === "object" && cancelled.state === "cancelled");
    assert.equal(cancelled.orders.pending ?? 0, 0);
    assert.ok((cancelled.orders.cancelled ?? 0) > 0);
    assert.equal(await it.bulk.change("anna", id, "resume"), "as_it_is");
  });

  it("is not begun where nothing is sent, or where there is nothing to restore", async () => {
    await using it = await createBench(1);
    const silent = createBulkRestore({
      ...{ ...it.bench.parts, read: undefined, clock: it.bench.clock },
      ...{ bell: createBell(it.bench.clock), log: it.bench.log },
    });
    assert.deepEqual(await silent.begin("anna", mild, forEver), { kind: "shadow_mode" });
    const other = { ...mild, rule: "other" as RuleId } as Wanted;
    assert.deepEqual(await it.bulk.begin("anna", other, forEver), { kind: "nothing_to_restore", leftAlone: {} });
  });
});
