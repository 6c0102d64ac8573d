import assert from "node:assert/strict";
import type { RuleId } from "../../src/domain/decision.ts";
import { Secret } from "../../src/domain/secret.ts";
import { epochMs } from "../../src/domain/time.ts";
import { createConclude } from "../../src/flows/judge.ts";
import type { RescanRequest } from "../../src/flows/rescan.ts";
import { rescan } from "../../src/flows/rescan.ts";
import { compileRules } from "../../src/rules/compile.ts";
import { evaluate } from "../../src/rules/evaluate.ts";
import { createSqliteRescan } from "../../src/store/sqlite-rescan.ts";
import { rewriteBody } from "../../src/tencent/body.ts";
import { spellPayload } from "../../src/tencent/payload.ts";
import { decodeStored } from "../../src/tencent/stored.ts";
import { dumpState } from "../support/dump-state.ts";
import { changing, editEntry, editOf, recallOf } from "../support/edit-fixtures.ts";
import { createFakeClock, START_MS } from "../support/fake-clock.ts";
import { decodeForTests, memoryStore } from "../support/sending-bench.ts";
import { APP, entryOf, objected, passed, said } from "../support/store-fixtures.ts";

const HOUR = 3_600_000;
const rulesNow = (() => {
  const pack = `pack: a
rules:
  - { id: mild, match: { terms: [damn] } }
  - { id: late, match: { terms: [heck] } }
  - { id: odd, mode: flag, match: { terms: [hmm] } }
`;
  const compiled = compileRules(new Map([["a.yaml", pack]]), { exemptSenders: [] });
  if (!compiled.ok) throw new Error("These rules compile");
  return compiled.ruleSet;
})();

function createBench() {
  const clock = createFakeClock();
  const store = memoryStore();
  let orders = 0;
  const again = createSqliteRescan(store.db, APP, new Secret("0123456789abcdef0123456789abcdef"));
  const parts = {
    store: again,
    revision: rulesNow.revision,
    evaluate: (message: Parameters<typeof evaluate>[1]) => evaluate(rulesNow, message),
    conclude: createConclude({
      planSettings: { mode: "enforce", noteKey: "moderation", nonJson: "leave", rewriteBody, spellPayload },
      clock,
      newId: () => `r${String(++orders)}`,
    }),
    decode: ({ command, callback }: { command: string; callback: Buffer }) =>
      decodeForTests({ id: 1 as never, sdkAppId: APP, command, callback, origin: "after_send" }),
    decodeEdit: decodeStored.edit,
    clock: { now: clock.now, wait: async (): Promise<void> => undefined },
    onProgress: () => undefined,
  } satisfies Parameters<typeof rescan>[0];
  return {
    store,
    again,
    parts,
    run: (more: Partial<RescanRequest> = {}, signal = new AbortController().signal) =>
      rescan(
        parts,
        { ...{ since: epochMs(0), until: epochMs(START_MS + HOUR), rule: undefined, apply: true }, ...more },
        signal,
      ),
    orders: () => dumpState(store.db, { modification: "id message_id lane state read_first" }).modification,
    everything: () => store.db.serialize().toString("latin1"),
    [Symbol.dispose]: () => store[Symbol.dispose](),
  };
}

/** Orders of the message with this id that are open, by whatever lane. */
const settleAll = async (store: ReturnType<typeof memoryStore>, state: "applied" | "given_up"): Promise<void> => {
  const at = epochMs(START_MS);
  const claimed = await store.claimOrders("c2c", 100, at);
  await store.settleOrders(
    claimed.map(({ id, fence }) => ({
      ...{ id, fence, code: "0", counted: "applied" as const, at, result: { kind: "end" as const, state, reason: "" } },
      audit: [],
    })),
  );
};

describe("judging the record again", () => {
  it("orders what is objected to now, in a lane of its own, to be read before it is changed", async () => {
    using bench = createBench();
    await bench.store.recordIntake([
      entryOf(said("k1", { text: "what the heck" }), passed),
      entryOf(said("k2", { text: "fine" }), passed),
      entryOf(said("k3", { text: "hmm" }), passed),
    ]);
    const report = await bench.run();
    assert.deepEqual(bench.orders(), ["r1 1 rescan pending 1", "r2 3 rescan pending 1"]);
    assert.deepEqual([report.looked, report.found, report.ordered], [3, 2, 2]);
    assert.deepEqual(
      [...report.byRule],
      [
        ["late", { masks: 1, flags: 0 }],
        ["odd", { masks: 0, flags: 1 }],
      ],
    );
    const { message, finding, audit } = dumpState(bench.store.db, {
      message: "id decision",
      finding: "message_id rule",
      audit: "id actor act",
    });
    assert.deepEqual(message, ["1 rewrite", "2 pass", "3 review"]);
    assert.deepEqual(finding, ["1 late", "3 odd"]);
    assert.deepEqual(audit, ["1 operator rescan", "2 emend decision", "3 emend decision", "4 operator rescan"]);
  });

  it("writes nothing down unless it is told to, and says what it would", async () => {
    using bench = createBench();
    await bench.store.recordIntake([entryOf(said("k1", { text: "what the heck" }), passed)]);
    const before = bench.everything();
    const report = await bench.run({ apply: false });
    assert.equal(bench.everything(), before);
    assert.deepEqual([report.found, report.ordered, report.examples[0]?.rules], [1, 0, ["late"]]);
  });

  it("orders nothing twice, however often it runs and whatever became of the orders", async () => {
    using bench = createBench();
    await bench.store.recordIntake([
      entryOf(said("k1", { text: "what the heck" }), passed),
      entryOf(said("k2", { text: "hmm" }), passed),
    ]);
    await bench.run();
    assert.equal((await bench.run()).ordered, 0);
    await settleAll(bench.store, "applied");
    assert.equal((await bench.run()).ordered, 0);
    assert.equal(bench.orders().length, 2);
  });

  it("leaves alone what other rules have changed in the same way", async () => {
    using bench = createBench();
    await bench.store.recordIntake([entryOf(said("k1", { text: "damn it" }), changing("o1", "damn it", "**** it"))]);
    await settleAll(bench.store, "applied");
    const report = await bench.run();
    assert.deepEqual([report.ordered, [...report.leftAlone]], [0, [["known", 1]]]);
  });

  it("says once that a message cannot have its note, and leaves alone what Tencent keeps no more", async () => {
    using bench = createBench();
    await bench.store.recordIntake([
      entryOf(said("k1", { text: "hmm", customData: "color=red" }), passed),
      entryOf(said("k2", { text: "heck" }), passed),
    ]);
    await bench.run();
    assert.deepEqual(bench.orders(), ["r1 1 rescan refused 0", "r2 2 rescan pending 1"]);
    bench.store.db.exec("UPDATE modification SET state = 'refused', reason = 'no_longer_stored' WHERE id = 'r2'");
    // As if the rules had changed once more, and objected to both as they did before.
    bench.store.db.exec("UPDATE message SET revision = 'r0'");
    const report = await bench.run();
    assert.deepEqual([...report.leftAlone].sort(), [
      ["gone", 1],
      ["known", 1],
    ]);
    assert.equal(bench.orders().length, 2);
  });

  it("orders what is objected to beside a mask that is in already", async () => {
    using bench = createBench();
    await bench.store.recordIntake([
      entryOf(said("k1", { text: "damn heck" }), changing("o1", "damn heck", "**** heck")),
    ]);
    await settleAll(bench.store, "applied");
    assert.equal((await bench.run()).ordered, 1);
    assert.deepEqual(bench.orders(), ["o1 1 live applied 0", "r1 1 rescan pending 1"]);
  });

  it("judges the newest that a person wrote, and not what an edit has taken away", async () => {
    using bench = createBench();
    await bench.store.recordIntake([
      entryOf(said("k1", { text: "what the heck" }), passed),
      entryOf(said("k2", { text: "fine" }), passed),
    ]);
    await bench.store.recordEdits([
      editEntry(editOf("k1", { text: "fine" })),
      editEntry(editOf("k2", { text: "heck" })),
    ]);
    for (const { id } of await bench.store.openEdits(9, epochMs(START_MS + 5_000))) {
      const at = epochMs(START_MS);
      await bench.store.settleEdit({ id, at, kind: "judged", verdict: "pass", judgement: passed, audit: [] });
    }
    assert.equal((await bench.run()).ordered, 1);
    assert.deepEqual(bench.orders(), ["r1 2 rescan pending 1"]);
    assert.deepEqual(dumpState(bench.store.db, { edit: "id revision modification_id" }).edit, [
      "1 r1 -",
      `2 ${rulesNow.revision} r1`,
    ]);
    assert.equal((await bench.run()).ordered, 0);
  });

  it("passes over what was taken back, what waits, what is to be judged anyway, and what a person has put back", async () => {
    using bench = createBench();
    const { store } = bench;
    const heck = (key: string) => said(key, { text: "heck" });
    await store.recordIntake([
      entryOf(heck("k1"), passed),
      entryOf(heck("k2"), objected("o2")),
      entryOf(heck("k3"), undefined),
      entryOf(heck("k4"), passed),
      entryOf(heck("k5"), objected("o5", { lane: "restore", state: "cancelled" })),
    ]);
    await store.recordRecall(recallOf("k1"), epochMs(START_MS));
    await store.recordEdits([editEntry(editOf("k4", { text: "heck!" }))]);
    store.db.exec("UPDATE modification SET state = 'applied' WHERE id = 'o5'");
    const report = await bench.run();
    assert.deepEqual([...report.leftAlone].sort(), [
      ["open", 2],
      ["recalled", 1],
      ["restored", 1],
      ["waiting", 1],
    ]);
    assert.equal(report.ordered, 0);
  });

  it("judges what was written after a person had other words put back", async () => {
    using bench = createBench();
    const { store } = bench;
    const restored = changing("o1", "****", "heck", { lane: "restore", purpose: "restore", action: "restore" });
    await store.recordIntake([entryOf(said("k1", { text: "heck" }), restored)]);
    store.db.exec("UPDATE modification SET state = 'applied'");
    assert.deepEqual([...(await bench.run()).leftAlone], [["restored", 1]]);
    await store.recordEdits([editEntry(editOf("k1", { text: "oh heck" }))]);
    for (const { id } of await store.openEdits(9, epochMs(START_MS + 5_000))) {
      const at = epochMs(START_MS);
      await store.settleEdit({ id, at, kind: "judged", verdict: "pass", judgement: passed, audit: [] });
    }
    assert.equal((await bench.run()).ordered, 1);
  });

  it("says how many texts are past keeping", async () => {
    using bench = createBench();
    await bench.store.recordIntake([entryOf(said("k1", { text: "heck" }), passed)]);
    bench.store.db.exec("UPDATE message SET callback = NULL");
    const report = await bench.run();
    assert.deepEqual([report.notKept, report.found], [1, 0]);
  });

  it("keeps to the time and to the rule that it was given", async () => {
    using bench = createBench();
    await bench.store.recordIntake([
      entryOf(said("k1", { text: "heck" }), passed, START_MS),
      entryOf(said("k2", { text: "hmm" }), passed, START_MS + 1_000),
      entryOf(said("k3", { text: "heck" }), passed, START_MS + 2_000),
    ]);
    const range = { since: epochMs(START_MS + 1_000), until: epochMs(START_MS + 2_000), apply: false };
    assert.deepEqual(
      (await bench.run(range)).examples.map(({ rules }) => rules),
      [["odd"]],
    );
    const one = await bench.run({ rule: "late" as RuleId });
    assert.deepEqual([one.found, bench.orders().length], [2, 2]);
  });

  it("leaves alone what changes between reading and writing", async () => {
    using bench = createBench();
    await bench.store.recordIntake([
      entryOf(said("k1", { text: "heck" }), passed),
      entryOf(said("k2", { text: "heck" }), passed),
      entryOf(said("k3", { text: "heck" }), passed),
    ]);
    const record = bench.again.recordRescan;
    bench.parts.store.recordRescan = (found, at) => {
      void bench.store.recordRecall(recallOf("k1"), epochMs(START_MS));
      void bench.store.recordEdits([editEntry(editOf("k2", { text: "fine" }))]);
      return record(found, at);
    };
    assert.equal((await bench.run()).ordered, 1);
    assert.deepEqual(bench.orders(), ["r3 3 rescan pending 1"]);
  });

  it("goes on where it was when it is interrupted", async () => {
    using bench = createBench();
    await bench.store.recordIntake(
      Array.from({ length: 450 }, (_, n) => entryOf(said(`k${n}`, { text: "heck" }), passed)),
    );
    const ending = new AbortController();
    bench.parts.clock.wait = async () => ending.abort();
    assert.equal((await bench.run({}, ending.signal)).ordered, 200);
    bench.parts.clock.wait = async () => undefined;
    const rest = await bench.run();
    assert.deepEqual([rest.ordered, rest.leftAlone.get("waiting")], [250, 200]);
    assert.equal(bench.orders().length, 450);
  });
});
