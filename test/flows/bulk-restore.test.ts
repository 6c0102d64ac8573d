import assert from "node:assert/strict";
import type { RuleId } from "../../src/domain/decision.ts";
import { epochMs } from "../../src/domain/time.ts";
import { createBulkRestore, endedOf } from "../../src/flows/bulk-restore.ts";
import { createRestore } from "../../src/flows/restore.ts";
import { createBell } from "../../src/flows/wake.ts";
import type { RestoreJob, Wanted } from "../../src/ports/desk.ts";
import type { EditEnding } from "../../src/ports/edits.ts";
import type { MessageId } from "../../src/ports/store.ts";
import type { DeskBench } from "../support/desk-bench.ts";
import { createDeskBench } from "../support/desk-bench.ts";
import type { SendingSettings } from "../support/sending-bench.ts";
import { editEntry, editOf, recallOf, textBody } from "../support/edit-fixtures.ts";
import { START_MS } from "../support/fake-clock.ts";
import { answerOf } from "../support/fake-im-client.ts";
import { objected, passed, said } from "../support/store-fixtures.ts";

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
async function createBench(count: number, settings: SendingSettings = {}) {
  const bench = createDeskBench(settings);
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
  it("says first how many there are, and shows the newest ten of them", async () => {
    await using it = await createBench(30);
    const { count, newest, leftAlone } = await it.bulk.preview(mild, forEver);
    assert.deepEqual(
      [count, newest.map(({ messageId }) => messageId), leftAlone],
      [...[30, [30, 29, 28, 27, 26, 25, 24, 23, 22, 21], {}]],
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
    const { count, newest, leftAlone } = await it.bulk.preview(mild, forEver);
    assert.deepEqual([count, newest.map(({ messageId }) => messageId)], [1, [6]]);
    assert.deepEqual(leftAlone, { edited: 1, recalled: 1, original_not_kept: 1, by_others: 1 });
    assert.deepEqual(await it.bulk.preview(named(1, 5, 6, 99), forEver), {
      count: 2,
      newest: [6, 5].map((messageId) => ({ messageId, sentAt: START_MS })),
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

  it("is cancelled over words that stand there already: the record says that they do, and nothing more is sent", async () => {
    await using it = await createBench(2);
    const { bench } = it;
    const job = await begin(it.bulk, named(1, 2));
    // Of an order that has failed nobody knows whether it was carried out.
    bench.client.answer(() => ({ kind: "retryable", code: "http_502" }));
    void it.go();
    await bench.clock.advance(1_000);
    const before = restoresSent(bench);
    assert.ok(before >= 2);
    assert.equal(typeof (await it.bulk.change("anna", job.id, "cancel")), "object");
    bench.client.answer(() => ({ kind: "applied", code: "0" }));
    bench.client.show({ kind: "found", body: textBody("damn it"), customData: undefined });
    await bench.clock.advance(60_000);
    const restores = bench.orders("message_id purpose state reason").filter((line) => line.includes(" restore "));
    assert.deepEqual(restores, ["1 restore applied ", "2 restore applied "]);
    assert.equal(restoresSent(bench), before);
  });

  for (const code of ["http_502", "60007", "70001"]) {
    it(`is cancelled over a mask that still stands, after the answer ${code}: it stays`, async () => {
      await using it = await createBench(1);
      const { bench } = it;
      const { id } = await begin(it.bulk);
      bench.client.answer(() => (code === "http_502" ? { kind: "retryable", code } : answerOf(Number(code))));
      void it.go();
      await bench.clock.advance(1_000);
      const before = restoresSent(bench);
      assert.ok(before > 0);
      await it.bulk.change("anna", id, "cancel");
      bench.client.answer(() => ({ kind: "applied", code: "0" }));
      await bench.clock.advance(60_000);
      assert.deepEqual((await it.bulk.job(id))?.orders, { not_sent: 1 });
      assert.equal(restoresSent(bench), before);
    });
  }

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
    assert.deepEqual(cancelled.orders, { not_sent: 300 });
    assert.equal(await it.bulk.change("anna", id, "resume"), "as_it_is");
  });

  /** What has been written over a mask, or was tried. */
  const restoresSent = (bench: DeskBench): number =>
    bench.client.calls.filter(({ payload }) => payload.includes("damn it")).length;

  it("sends nothing more once it is paused, and all of it when it goes on", async () => {
    // So slow that what is claimed waits for its slots for three seconds.
    await using it = await createBench(120, { callsPerSecond: 10 });
    const { bench, bulk } = it;
    let reads = 0;
    bench.client.onRead(() => reads++);
    await bench.clock.advance(10_000);
    const { id } = await begin(bulk);
    void it.go();
    await bench.clock.advance(15_000);
    const before = restoresSent(bench);
    assert.ok(before > 10 && before < 100, `${before} were sent`);
    assert.ok(bench.count("claimed") > 10);
    assert.equal(typeof (await bulk.change("anna", id, "pause")), "object");
    assert.equal(bench.count("pending"), 0, "nothing waits for a slot that it will not use");
    await bench.clock.advance(5_000);
    const readsBefore = reads;
    await bench.clock.advance(60_000);
    assert.deepEqual([restoresSent(bench), reads], [before, readsBefore]);
    const paused = await bulk.job(id);
    assert.deepEqual(paused && [paused.state, paused.ordered, paused.orders, endedOf(paused)], [
      ...["paused", 120, { applied: before, not_sent: 120 - before }, before],
    ]);
    // To everybody else they have ended: they are no backlog, and a restart finds none of them.
    assert.deepEqual([bench.count("pending"), bench.count("claimed")], [0, 0]);
    assert.equal(await bench.store.nextDue("c2c", bench.clock.now()), undefined);
    assert.equal(await bench.store.takeOver(bench.clock.now()), 0);

    assert.equal(typeof (await bulk.change("anna", id, "resume")), "object");
    await bench.clock.advance(60_000);
    const done = await bulk.job(id);
    assert.deepEqual(done && [done.state, done.orders, endedOf(done)], ["done", { applied: 120 }, 120]);
    assert.equal(restoresSent(bench), 120, "each was sent once");
    // Time has passed: what was read before the pause is read again.
    assert.ok(reads >= readsBefore + 120 - before);
  });

  it("takes off all that was not sent when it is cancelled, what is next in line with it", async () => {
    await using it = await createBench(100, { callsPerSecond: 10 });
    const { bench, bulk } = it;
    await bench.clock.advance(10_000);
    const { id } = await begin(bulk);
    void it.go();
    await bench.clock.advance(14_000);
    const before = restoresSent(bench);
    assert.ok(before > 10 && before < 90, `${before} were sent`);
    await bulk.change("anna", id, "cancel");
    await bench.clock.advance(60_000);
    const job = await bulk.job(id);
    assert.deepEqual(job && [restoresSent(bench), job.state, job.orders], [
      ...[before, "cancelled", { applied: before, not_sent: 100 - before }],
    ]);
    assert.equal(job && endedOf(job), before);
  });

  it("is paused over words that stand there already: then it is done", async () => {
    await using it = await createBench(1);
    const { bench, bulk } = it;
    const { id } = await begin(bulk);
    bench.client.answer(() => ({ kind: "retryable", code: "http_502" }));
    void it.go();
    await bench.clock.advance(3_000);
    assert.ok(restoresSent(bench) > 0);
    await bulk.change("anna", id, "pause");
    bench.client.show({ kind: "found", body: textBody("damn it"), customData: undefined });
    await bench.clock.advance(60_000);
    const job = await bulk.job(id);
    // Nothing is left that could go on.
    assert.deepEqual(job && [job.state, job.orders], ["done", { applied: 1 }]);
  });

  it("puts aside what was read, however long Tencent was away or said that it was too much", async () => {
    await using it = await createBench(40);
    const { bench, bulk } = it;
    const { id } = await begin(bulk);
    bench.client.show({ kind: "failed", outcome: { kind: "retryable", code: "http_502" } });
    void it.go();
    await bench.clock.advance(5_000);
    bench.client.show({ kind: "found", body: textBody("**** it"), customData: undefined });
    bench.client.answer(() => ({ kind: "throttled", code: "20024" }));
    await bench.clock.advance(30_000);
    await bulk.change("anna", id, "pause");
    bench.client.answer(() => ({ kind: "applied", code: "0" }));
    const before = restoresSent(bench);
    await bench.clock.advance(60_000);
    const job = await bulk.job(id);
    assert.deepEqual(job && [job.state, job.orders], ["paused", { not_sent: 40 }]);
    assert.equal(restoresSent(bench), before);
  });

  it("leaves what was decided about while it was paused as it is, and keeps none of it waiting", async () => {
    await using it = await createBench(5);
    const { bench, bulk } = it;
    const { id } = await begin(bulk, named(1, 2, 3, 4, 5));
    bench.client.show({ kind: "failed", outcome: { kind: "retryable", code: "http_502" } });
    void it.go();
    await bench.clock.advance(1_000);
    await bulk.change("anna", id, "pause");
    bench.client.show({ kind: "found", body: textBody("**** it"), customData: undefined });
    // Another one restores the first, somebody takes the second back and writes the third anew, the fourth is forgotten.
    assert.equal((await createRestore(bench.parts).restore("ben", 1 as MessageId)).kind, "ordered");
    await bench.store.recordRecall(recallOf("k2"), epochMs(START_MS + 5_000));
    await bench.store.recordEdits([editEntry(editOf("k3", { text: "damn again" }))]);
    for (const { id: edit } of await bench.store.openEdits(9, epochMs(START_MS + 60_000))) {
      const masks = objected("again", { purpose: "guard", lane: "guard" });
      const ending = {
        id: edit,
        at: epochMs(START_MS),
        kind: "judged",
        verdict: "rewrite",
        judgement: masks,
        audit: [],
      };
      assert.equal(await bench.store.settleEdit(ending as EditEnding), true);
    }
    bench.store.db.exec(
      "UPDATE payload SET body = x'' WHERE modification_id IN (SELECT id FROM modification WHERE message_id = 4)",
    );
    await bench.sent();
    const held = () =>
      bench.store.db
        .prepare<[], string>(`SELECT message_id || ' ' || state || ' ' || reason FROM modification WHERE job_id = 1`)
        .pluck()
        .all()
        .sort();
    assert.deepEqual(bench.count("pending"), 0, "nothing waits for what is put aside");
    assert.deepEqual(
      held(),
      [1, 2, 3, 4, 5].map((n) => `${n} cancelled restore_paused`),
    );
    await bulk.change("anna", id, "resume");
    await bench.clock.advance(10_000);
    assert.deepEqual(held(), [
      "1 cancelled superseded",
      "2 cancelled recalled",
      "3 cancelled superseded",
      "4 cancelled original_not_kept",
      "5 applied ",
    ]);
    const job = await bulk.job(id);
    assert.deepEqual(job && [job.state, endedOf(job)], ["done", 5]);
  });

  it("goes on with what was just being read when it is paused only for a moment", async () => {
    await using it = await createBench(3);
    const { bench, bulk } = it;
    const { id } = await begin(bulk);
    const answered = bench.client.holdReads();
    void it.go();
    await bench.clock.advance(1_000);
    assert.equal(bench.count("claimed"), 3);
    await bulk.change("anna", id, "pause");
    await bulk.change("anna", id, "resume");
    answered();
    await bench.clock.advance(10_000);
    const job = await bulk.job(id);
    assert.deepEqual(job && [job.state, job.orders], ["done", { applied: 3 }]);
  });

  it("puts aside what was just being read, and tries no more to read it", async () => {
    await using it = await createBench(3);
    const { bench, bulk } = it;
    const { id } = await begin(bulk);
    const answered = bench.client.holdReads();
    void it.go();
    await bench.clock.advance(1_000);
    await bulk.change("anna", id, "pause");
    bench.client.show({ kind: "failed", outcome: { kind: "retryable", code: "http_502" } });
    let reads = 0;
    bench.client.onRead(() => void reads++);
    answered();
    await bench.clock.advance(10_000);
    assert.deepEqual((await bulk.job(id))?.orders, { not_sent: 3 });
    assert.equal(reads, 0);
  });

  it("takes its share of the calls beside what is said meanwhile: two of ten, and no fewer", async () => {
    await using it = await createBench(200);
    const { bench, bulk } = it;
    await bench.recordMany(600, "late");
    await begin(bulk, named(...Array.from({ length: 200 }, (_, n) => n + 1)));
    let reads = 0;
    bench.client.onRead(() => reads++);
    const before = bench.client.calls.length;
    void it.go();
    await bench.clock.advance(2_000);
    const restoring = reads + restoresSent(bench);
    const live = bench.client.calls.length - before - restoresSent(bench);
    assert.ok(bench.count("pending") > 100 && live < 600, "both lanes have something to send all the time");
    const share = restoring / (restoring + live);
    assert.ok(share > 0.15 && share <= 0.21, `it took ${restoring} beside ${live}`);
  });

  it("counts every message once: ordered or left alone, and in the end all of them", async () => {
    await using it = await createBench(30);
    const { id: first } = await begin(it.bulk, named(...Array.from({ length: 10 }, (_, n) => n + 1)));
    void it.go();
    await it.bench.clock.advance(10_000);
    assert.equal((await it.bulk.job(first))?.state, "done");
    const { id } = await begin(it.bulk);
    await it.bench.clock.advance(10_000);
    const job = await it.bulk.job(id);
    assert.deepEqual(job && [job.state, job.all, job.looked, job.ordered, job.leftAlone, endedOf(job)], [
      ...["done", 30, 30, 20, { already_restored: 10 }, 30],
    ]);
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
