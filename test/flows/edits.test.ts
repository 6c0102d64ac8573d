import assert from "node:assert/strict";
import { createEditIntake, createHistoryTurns, judgeEdits } from "../../src/flows/edits.ts";
import type { JudgeEditsParts } from "../../src/flows/edits.ts";
import { createRecallIntake } from "../../src/flows/recalls.ts";
import { createBell } from "../../src/flows/wake.ts";
import type { UserId } from "../../src/domain/message.ts";
import { planPutBack } from "../../src/domain/plan.ts";
import type { ReadBack } from "../../src/ports/im-client.ts";
import { withContent } from "../../src/tencent/body.ts";
import { spellPayload, withoutNote } from "../../src/tencent/payload.ts";
import { decodeStored } from "../../src/tencent/stored.ts";
import { dumpState } from "../support/dump-state.ts";
import { editOf, recallOf, textBody } from "../support/edit-fixtures.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { createRecordingLog } from "../support/recording-log.ts";
import { judgeForTests, memoryStore } from "../support/sending-bench.ts";
import { entryOf, said, saidInGroup } from "../support/store-fixtures.ts";

function createBench(more: Partial<JudgeEditsParts> = {}) {
  const clock = createFakeClock();
  const log = createRecordingLog();
  const store = memoryStore();
  const judge = judgeForTests(clock);
  const bell = createBell(clock);
  const reads: string[] = [];
  let woken = 0;
  let shown: ReadBack = { kind: "gone" };
  const ending = new AbortController();
  const running = judgeEdits(
    {
      store,
      judge: async (message, origin) => judge(message, origin),
      decode: ({ command, callback }) => decodeStored.edit(command, callback),
      read: async (ref) => {
        reads.push(ref.kind);
        return shown;
      },
      withContent,
      withoutNote,
      adopt: async () => "untold",
      putBack: (ref, written) => planPutBack(ref, written, "o9999", spellPayload),
      historyTurn: createHistoryTurns(clock),
      ...{ clock, log, bell, wakeDispatcher: () => void woken++, ...more },
    },
    ending.signal,
  );
  const record = async (...arrivals: ReturnType<typeof said>[]): Promise<void> => {
    await store.recordIntake(arrivals.map((each) => entryOf(each, judge(each.message, each.origin))));
  };
  return {
    ...{ clock, log, store, reads, record },
    woken: () => woken,
    show: (what: ReadBack) => void (shown = what),
    take: createEditIntake({ store, admin: "administrator" as UserId, clock, wake: () => bell.ring() }),
    recall: createRecallIntake({ store, clock, log }),
    state: () => dumpState(store.db, { edit: "id outcome", modification: "id lane state reason" }),
    payload: () =>
      (
        store.db.prepare("SELECT body FROM payload ORDER BY modification_id DESC LIMIT 1").get() as { body: Buffer }
      ).body.toString(),
    async [Symbol.asyncDispose]() {
      ending.abort();
      await clock.advance(0);
      await running;
      store[Symbol.dispose]();
    },
  };
}

describe("an edit that comes in", () => {
  it("is answered before it is judged, and judged right after", async () => {
    await using bench = createBench();
    await bench.record(said("k1"));
    assert.equal(await bench.take(editOf("k1", { text: "damn it" })), "new");
    assert.deepEqual(bench.state().modification, []);
    await bench.clock.advance(0);
    assert.deepEqual(bench.state(), { edit: ["1 rewrite"], modification: ["o0001 live pending "] });
    assert.equal(bench.woken(), 1);
  });

  it("of a clean text asks Tencent nothing", async () => {
    await using bench = createBench();
    await bench.record(saidInGroup(7));
    await bench.take(editOf(7, { text: "fine" }));
    await bench.clock.advance(50);
    assert.deepEqual([bench.state().edit, bench.reads], [["1 pass"], []]);
  });

  it("of a group message is judged by what stands there now, and keeps the custom data that are beside it", async () => {
    await using bench = createBench();
    await bench.record(saidInGroup(7));
    bench.show({ kind: "found", body: textBody("damn you"), customData: '{"n":1.0}' });
    await bench.take(editOf(7, { text: "damn it" }));
    await bench.clock.advance(50);
    assert.match(bench.payload(), /"Text":"\*\*\*\* you".*"CloudCustomData":"\{\\"n\\":1\.0,\\"moderation/);
  });

  it("is masked without a note when history cannot be read four times", async () => {
    await using bench = createBench();
    await bench.record(saidInGroup(7));
    bench.show({ kind: "failed", outcome: { kind: "retryable", code: "timeout" } });
    await bench.take(editOf(7, { text: "damn it" }));
    await bench.clock.advance(10_000);
    assert.equal(bench.reads.length, 4);
    assert.deepEqual(bench.state(), { edit: ["1 rewrite"], modification: ["o0004 live pending "] });
    assert.match(bench.payload(), /\*\*\*\* it/);
    assert.doesNotMatch(bench.payload(), /CloudCustomData/);
  });

  it("of a message that is gone leads to nothing", async () => {
    await using bench = createBench();
    await bench.record(saidInGroup(7));
    await bench.take(editOf(7, { text: "damn it" }));
    await bench.clock.advance(50);
    assert.deepEqual(bench.state(), { edit: ["1 gone"], modification: [] });
  });

  it("is judged by what it says where nothing may be asked, as in shadow mode", async () => {
    await using bench = createBench({ read: undefined });
    await bench.record(saidInGroup(7));
    await bench.take(editOf(7, { text: "damn it" }));
    await bench.clock.advance(50);
    assert.deepEqual([bench.state().edit, bench.reads], [["1 rewrite"], []]);
  });

  it("reads history fifty times a second at most", async () => {
    await using bench = createBench();
    await bench.record(...Array.from({ length: 100 }, (_, n) => saidInGroup(n + 1)));
    await Promise.all(Array.from({ length: 100 }, (_, n) => bench.take(editOf(n + 1, { text: "damn it" }))));
    await bench.clock.advance(1_000);
    assert.ok(bench.reads.length > 25 && bench.reads.length <= 51, `${bench.reads.length} in a second`);
  });

  it("waits for its message, and stands for it when that does not come", async () => {
    const adopted: string[] = [];
    await using bench = createBench({ adopt: async ({ command }) => (adopted.push(command), "adopted") });
    await bench.take(editOf("k1", { text: "damn it" }));
    await bench.clock.advance(2_900);
    assert.deepEqual([bench.state().edit, adopted], [["1 open"], []]);
    await bench.clock.advance(2_000);
    assert.deepEqual([bench.state().edit, adopted], [["1 adopted"], ["C2C.CallbackAfterModifyMsg"]]);
  });

  it("whose message has come just when it would have stood for it is judged like any other", async () => {
    await using bench = createBench({
      adopt: async () => {
        await bench.record(said("k1", { text: "hello" }));
        return "known";
      },
    });
    await bench.take(editOf("k1", { text: "damn it" }));
    await bench.clock.advance(6_000);
    assert.deepEqual(bench.state().edit, ["1 rewrite"]);
  });

  it("is tried again when the record cannot be written just when it would stand for its message", async () => {
    let refusals = 2;
    await using bench = createBench({
      adopt: () => (refusals-- > 0 ? Promise.reject(new Error("the disk says no")) : Promise.resolve("adopted")),
    });
    await bench.take(editOf("k1", { text: "damn it" }));
    await bench.clock.advance(10_000);
    assert.deepEqual([bench.state().edit, refusals], [["1 adopted"], -1]);
  });

  it("of a group message that nobody has told of is given up after ten minutes, and the audit log says so", async () => {
    await using bench = createBench();
    await bench.take(editOf(7, { text: "damn it" }));
    await bench.clock.advance(590_000);
    assert.deepEqual(bench.state().edit, ["1 open"]);
    await bench.clock.advance(20_000);
    assert.deepEqual(bench.state().edit, ["1 unknown_message"]);
    assert.deepEqual(dumpState(bench.store.db, { audit: "act" }).audit, ["edit"]);
  });

  it("that cannot be judged is left to a person and is not in the way of others", async () => {
    const judge: JudgeEditsParts["judge"] = async () => Promise.reject(new RangeError("damn secret"));
    await using bench = createBench({ judge });
    await bench.record(said("k1"), said("k2"));
    await bench.take(editOf("k1", { text: "damn secret" }));
    await bench.clock.advance(50);
    assert.deepEqual(bench.state().edit, ["1 failed"]);
    assert.deepEqual(bench.log.of("error")[0]?.fields, { edit: 1, fault: "RangeError" });
    assert.deepEqual(dumpState(bench.store.db, { audit: "act message_id" }).audit, ["judging_failed 1"]);
  });

  it("is judged in the order in which edits were made, whatever the order in which they came", async () => {
    await using bench = createBench();
    await bench.record(said("k1"));
    await Promise.all([
      bench.take(editOf("k1", { text: "clean", at: 9 })),
      bench.take(editOf("k1", { text: "damn it", at: 1 })),
    ]);
    await bench.clock.advance(50);
    assert.deepEqual(bench.state(), {
      edit: ["1 pass", "2 rewrite"],
      modification: ["o0001 live cancelled superseded"],
    });
    await bench.take(editOf("k1", { text: "damn it", at: 5 }));
    await bench.clock.advance(50);
    assert.equal(bench.state().edit[2], "3 overtaken");
  });
});

describe("an edit that is made while a call of ours is under way", () => {
  /** "damn it" was said and its order claimed; then somebody edited. */
  async function race(bench: ReturnType<typeof createBench>, text: string) {
    await bench.record(said("k1", { text: "damn it" }));
    const [order] = await bench.store.claimOrders("c2c", 1, bench.clock.now());
    assert.ok(order);
    await bench.take(editOf("k1", { text, customData: '{"n":1.0}' }));
    await bench.clock.advance(1_000);
    assert.deepEqual(bench.state().edit, ["1 open"]);
    const result = { kind: "end", state: "applied", reason: "" } as const;
    const { id, fence } = order;
    await bench.store.settleOrders([
      { id, fence, code: "0", counted: "applied", at: bench.clock.now(), result, audit: [] },
    ]);
  }
  const standing = (text: string): ReadBack => ({ kind: "found", body: textBody(text), customData: "{}" });

  it("waits for it, and stands where it came last", async () => {
    await using bench = createBench();
    await race(bench, "fine");
    bench.show(standing("fine"));
    await bench.clock.advance(2_000);
    assert.deepEqual(bench.state(), { edit: ["1 pass"], modification: ["o0001 live applied "] });
    assert.deepEqual(bench.reads, ["c2c"]);
  });

  it("is put back to the byte where the call came last and nobody objects to it", async () => {
    await using bench = createBench();
    await race(bench, "fine");
    bench.show(standing("**** it"));
    await bench.clock.advance(2_000);
    assert.deepEqual(bench.state(), {
      edit: ["1 put_back"],
      modification: ["o0001 live applied ", "o9999 guard pending "],
    });
    const sent = JSON.parse(bench.payload()) as { MsgBody: unknown; CloudCustomData: string };
    assert.equal(JSON.stringify(sent.MsgBody), textBody("fine"));
    assert.equal(sent.CloudCustomData, '{"n":1.0}');
  });

  it("is put back once history can be read again, minutes later", async () => {
    await using bench = createBench();
    await race(bench, "fine");
    bench.show({ kind: "failed", outcome: { kind: "retryable", code: "timeout" } });
    await bench.clock.advance(100_000);
    assert.deepEqual(bench.state().edit, ["1 open"]);
    bench.show(standing("**** it"));
    await bench.clock.advance(31_000);
    assert.deepEqual(bench.state().edit, ["1 put_back"]);
  });

  it("is masked as its writer wrote it where the call came last and a rule objects to it", async () => {
    await using bench = createBench();
    await race(bench, "well damn you");
    bench.show(standing("**** it"));
    await bench.clock.advance(2_000);
    assert.match(bench.payload(), /"Text":"well \*\*\*\* you"/);
  });

  it("is put back too when it comes a minute late: our echo tells which was first", async () => {
    await using bench = createBench();
    await bench.record(said("k1", { text: "damn it" }));
    const [order] = await bench.store.claimOrders("c2c", 1, bench.clock.now());
    assert.ok(order);
    const result = { kind: "end", state: "applied", reason: "" } as const;
    const at = bench.clock.now();
    await bench.store.settleOrders([
      { id: order.id, fence: order.fence, code: "0", counted: "applied", at, result, audit: [] },
    ]);
    assert.equal(await bench.take(editOf("k1", { text: "**** it", by: "administrator", at: 500 })), "echo");
    await bench.clock.advance(60_000);
    bench.show(standing("**** it"));
    await bench.take(editOf("k1", { text: "fine", at: 400 }));
    await bench.clock.advance(1_000);
    assert.deepEqual(bench.state().edit, ["1 echo", "2 put_back"]);
  });
});

describe("a recall that comes in", () => {
  it("takes what is ordered off, and says how much", async () => {
    await using bench = createBench();
    await bench.record(said("k1", { text: "damn it" }));
    assert.equal(await bench.recall(recallOf("k1")), 1);
    assert.deepEqual(bench.state().modification, ["o0001 live cancelled recalled"]);
    assert.deepEqual(bench.log.of("info")[0]?.fields, { orders: 1 });
  });
});
