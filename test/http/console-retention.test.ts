import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { createConsoleBench } from "../support/console-api.ts";
import { createConsoleRecord } from "../support/console-record.ts";
import { readableRecords } from "../support/console-records.ts";
import { DAY_MS, retentionForTests } from "../support/console-retention.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { APP, entryOf, objected, passed, said } from "../support/store-fixtures.ts";
import { Secret } from "../../src/domain/secret.ts";
import type { ErasingThread } from "../../src/ports/erasures.ts";
import { countTextsOf, eraseFromFiles, eraseFromRecord } from "../../src/store/sqlite-erase.ts";
import { noteErasureRecorded } from "../../src/store/sqlite-erasures.ts";

const auditKey = new Secret("0123456789abcdef0123456789abcdef");
type Erasures = {
  readonly open: { readonly user: string; readonly by: string; readonly stage: string } | null;
  readonly items: readonly { readonly digest: string; readonly actor: string; readonly messages: number }[];
};

describe("retention in the console's API", () => {
  async function open() {
    const record = createConsoleRecord();
    const clock = createFakeClock();
    const records = readableRecords(record, clock);
    const { db } = record.store;
    const parts = { db, sdkAppId: APP, auditKey, now: () => clock.now(), wait: async () => undefined };
    // What the erasing thread does, on this one.
    const thread: ErasingThread = {
      count: async (user) => countTextsOf(parts, user),
      eraseFromRecord: ({ user, by, found }) =>
        eraseFromRecord(parts, user, { actor: by, found, alongside: (at) => noteErasureRecorded(db, APP, at) }),
      eraseFromFiles: (user) => eraseFromFiles(parts, user),
    };
    const retention = retentionForTests({ store: record.store, clock }, records.reads, thread);
    const bench = createConsoleBench({ records, retention });
    await record.store.recordIntake([
      entryOf(said("k1", { from: "anna", text: "hello" }), passed),
      entryOf(said("k2", { from: "anna", text: "damn" }), objected("o1")),
      entryOf(said("k3", { from: "carl", text: "bye" }), passed),
    ]);
    const bearer = await bench.bearer("admin");
    const ending = new AbortController();
    let running = Promise.resolve();
    return {
      ...{ record, clock, retention },
      get: (path: string) => bench.agent().get(`/api/v1${path}`).auth(bearer, { type: "bearer" }),
      erase: (body: object) => bench.agent().post("/api/v1/erasures").auth(bearer, { type: "bearer" }).send(body),
      async carryOut() {
        running = retention.erasures.run(ending.signal);
        while ((await retention.erasures.open()) !== undefined) await clock.advance(0);
      },
      async [Symbol.asyncDispose]() {
        ending.abort();
        await running;
        bench[Symbol.dispose]();
        record[Symbol.dispose]();
      },
    };
  }

  it("says how long texts are kept, by which settings, and what is held", async () => {
    await using at = await open();
    const { body } = (await at.get("/retention").expect(200)) as { body: Record<string, unknown> };
    assert.deepEqual(body["kept"], {
      bodies: { setting: "EMEND_KEEP_BODIES", ms: 7 * DAY_MS },
      originals: { setting: "EMEND_KEEP_ORIGINALS", ms: 180 * DAY_MS },
    });
    const held = body["held"] as Record<string, { count: number }>;
    assert.deepEqual([held["bodies"]?.count, held["originals"]?.count, body["behind"]], [2, 1, 0]);
    assert.deepEqual([body["forgetting"], body["forgotten"]], ["going", []]);
  });

  it("erases what it has counted, in the name of whoever wanted it, and says what it does not reach", async () => {
    await using at = await open();
    const notReached = ["stored_by_tencent", "quoted_by_others", "backups"];
    const counts = { messages: 2, edits: 0, orders: 1, undecodable: 0 };
    assert.deepEqual((await at.get("/erasures/preview?user=anna").expect(200)).body, { ...counts, notReached });
    assert.deepEqual((await at.get("/erasures").expect(200)).body, { open: null, items: [] });

    const begun = (await at.erase({ user: "anna", confirm: "anna" }).expect(202)).body as Record<string, unknown>;
    assert.deepEqual([begun["stage"], begun["found"], begun["notReached"]], ["counting", null, notReached]);
    const { body: during } = (await at.get("/erasures").expect(200)) as { body: Erasures };
    assert.deepEqual([during.open?.user, during.items], ["anna", []]);
    const refused = await at.erase({ user: "carl", confirm: "carl" }).expect(409);
    assert.equal((refused.body as { code: string }).code, "erasure-under-way");

    await at.carryOut();
    const { body: after } = (await at.get("/erasures").expect(200)) as { body: Erasures };
    const digest = createHash("sha256").update("anna").digest("hex");
    assert.equal(after.open, null);
    assert.deepEqual(
      after.items.map((item) => [item.digest, item.actor, item.messages]),
      [[digest, begun["by"], 2]],
    );
    assert.match(String(begun["by"]), /^token:/);
    const none = { messages: 0, edits: 0, orders: 0, undecodable: 0, notReached };
    assert.deepEqual((await at.get("/erasures/preview?user=anna").expect(200)).body, none);
    const texts = at.record.store.db.prepare("SELECT sender FROM message WHERE callback IS NOT NULL").pluck().all();
    assert.deepEqual(texts, ["carl"]);
    assert.deepEqual(at.record.store.db.prepare("SELECT value FROM fact WHERE name = 'erasure'").all(), []);
  });

  it("does not call an erasure done that the files still have something of", async () => {
    await using at = await open();
    await at.erase({ user: "anna", confirm: "anna" }).expect(202);
    const found = { messages: 2, edits: 0, orders: 1, undecodable: 0 };
    await at.record.store.countedErasure(found);
    const { db } = at.record.store;
    const parts = { db, sdkAppId: APP, auditKey, now: () => at.clock.now(), wait: async () => undefined };
    await eraseFromRecord(parts, "anna" as never, {
      ...{ actor: "lea", found },
      alongside: (time) => noteErasureRecorded(db, APP, time),
    });
    const { body } = (await at.get("/erasures").expect(200)) as { body: Erasures };
    assert.deepEqual([body.open?.stage, body.items], ["files", []]);
    await at.carryOut();
    assert.equal(((await at.get("/erasures")).body as Erasures).items.length, 1);
  });

  it("has nothing to say of somebody who wrote nothing, and that is no error", async () => {
    await using at = await open();
    const { body } = (await at.get("/erasures/preview?user=nobody").expect(200)) as { body: { messages: number } };
    assert.equal(body.messages, 0);
    await at.erase({ user: "nobody", confirm: "nobody" }).expect(202);
    await at.carryOut();
    const { items } = (await at.get("/erasures")).body as Erasures;
    assert.equal(items[0]?.messages, 0);
  });

  for (const [sentence, body, status, code] of [
    ["without a user", { confirm: "anna" }, 400, "bad-input"],
    ["with an empty user", { user: "", confirm: "" }, 400, "bad-input"],
    ["with an id without end", { user: "x".repeat(300), confirm: "x".repeat(300) }, 400, "bad-input"],
    ["without the id once more", { user: "anna" }, 400, "bad-input"],
    ["with another id", { user: "anna", confirm: "Anna" }, 422, "not-confirmed"],
    ["with a field that there is not", { user: "anna", confirm: "anna", force: true }, 400, "bad-input"],
  ] as const) {
    it(`erases nothing ${sentence}`, async () => {
      await using at = await open();
      const answer = await at.erase(body).expect(status);
      assert.equal((answer.body as { code: string }).code, code);
      assert.equal(await at.retention.erasures.open(), undefined);
    });
  }
});
