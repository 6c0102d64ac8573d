import assert from "node:assert/strict";
import { judgeLater } from "../../src/flows/judge-later.ts";
import type { JudgeLaterParts } from "../../src/flows/judge-later.ts";
import { NotJudgedYet } from "../../src/flows/judging-thread.ts";
import { createBell } from "../../src/flows/wake.ts";
import { dumpState } from "../support/dump-state.ts";
import type { FakeClock } from "../support/fake-clock.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { createRecordingLog } from "../support/recording-log.ts";
import { decodeForTests, judgeForTests, memoryStore } from "../support/sending-bench.ts";
import { entryOf, said } from "../support/store-fixtures.ts";
import { eventually } from "../support/turns.ts";

/** Within reach of the event loop, but as a promise: long texts are judged on a thread. */
function judgingLater(clock: FakeClock): JudgeLaterParts["judge"] {
  const judge = judgeForTests(clock);
  return async (message, origin) => judge(message, origin);
}

function createBench(more: (parts: JudgeLaterParts) => Partial<JudgeLaterParts> = () => ({})) {
  const clock = createFakeClock();
  const log = createRecordingLog();
  const store = memoryStore();
  const bell = createBell(clock);
  const ending = new AbortController();
  let woken = 0;
  const parts: JudgeLaterParts = {
    store,
    judge: judgingLater(clock),
    decode: decodeForTests,
    clock,
    log,
    bell,
    wakeDispatcher: () => woken++,
  };
  let running = Promise.resolve();
  return {
    clock,
    log,
    store,
    bell,
    woken: () => woken,
    leave: (...keys: readonly string[]) =>
      store.recordIntake(keys.map((key) => entryOf(said(key, { text: key.replaceAll("-", " ") }), undefined))),
    start: () => void (running = judgeLater({ ...parts, ...more(parts) }, ending.signal)),
    async stop() {
      ending.abort();
      await running;
    },
    decisions: () => dumpState(store.db, { message: "msg_key decision" }).message,
    async [Symbol.asyncDispose]() {
      ending.abort();
      await running;
      store[Symbol.dispose]();
    },
  };
}

describe("judging later", () => {
  it("takes up at its start what a killed process left behind", async () => {
    await using bench = createBench();
    await bench.leave("1-fine", "2-damn");
    bench.start();
    await bench.clock.advance(0);
    assert.deepEqual(bench.decisions(), ["1-fine pass", "2-damn rewrite"]);
    assert.equal(bench.woken(), 1);
  });

  it("is at work as soon as its bell rings, and within a second when nobody rings", async () => {
    await using bench = createBench();
    bench.start();
    await bench.clock.advance(10_100);
    await bench.leave("1-damn");
    bench.bell.ring();
    await bench.clock.advance(0);
    assert.deepEqual(bench.decisions(), ["1-damn rewrite"]);
    await bench.leave("2-damn");
    await bench.clock.advance(1_000);
    assert.deepEqual(bench.decisions(), ["1-damn rewrite", "2-damn rewrite"]);
  });

  it("goes through a great backlog without a pause", async () => {
    await using bench = createBench();
    await bench.leave(...Array.from({ length: 150 }, (_, i) => `${i}-damn`));
    bench.start();
    await eventually("all are judged", () => bench.woken() === 150);
    assert.ok(bench.decisions().every((line) => line.endsWith("rewrite")));
  });

  it("leaves a message that no rule set can judge to a person, once, and goes on with the others", async () => {
    let judged = 0;
    await using bench = createBench(({ judge }) => ({
      judge: (message, origin) => {
        if (++judged === 1) throw new RangeError("damn");
        return judge(message, origin);
      },
    }));
    await bench.leave("1-damn", "2-damn");
    bench.start();
    await bench.clock.advance(5_000);
    assert.deepEqual(bench.decisions(), ["1-damn failed", "2-damn rewrite"]);
    assert.equal(judged, 2);
    const { audit } = dumpState(bench.store.db, { audit: "id act message_id detail" });
    assert.equal(audit[0], '1 judging_failed 1 {"next":"look at the message by hand"}');
    assert.deepEqual(bench.log.of("error")[0]?.fields, { message: 1, fault: "RangeError" });
  });

  it("leaves a message whose judging was interrupted to the next process", async () => {
    let interrupt = (): void => {};
    const judged = new Promise<never>((_, reject) => (interrupt = () => reject(new Error("interrupted"))));
    const bench = createBench(() => ({ judge: () => judged }));
    await bench.leave("1-damn");
    bench.start();
    await bench.clock.advance(0);
    const stopped = bench.stop();
    interrupt();
    await stopped;
    assert.deepEqual(bench.decisions(), ["1-damn undecided"]);
    assert.deepEqual(bench.log.of("error"), []);
    await bench[Symbol.asyncDispose]();
  });

  it("does not let those that take long keep those that are quick", async () => {
    let finish = (): void => {};
    const slow = new Promise<void>((resolve) => (finish = resolve));
    await using bench = createBench(({ judge }) => ({
      judge: async (message, origin) => {
        const [text] = message.elements;
        if (text?.kind === "text" && text.text.startsWith("slow")) await slow;
        return judge(message, origin);
      },
    }));
    await bench.leave(...Array.from({ length: 20 }, (_, i) => `slow-${i}`), "quick-damn");
    bench.start();
    const decided = (): readonly string[] => bench.decisions().filter((line) => !line.endsWith("undecided"));
    await eventually("the quick one is judged", () => decided().length > 0);
    const first = decided();
    finish();
    await eventually("all are judged", () => decided().length === 21);
    assert.deepEqual(first, ["quick-damn rewrite"]);
  });

  it("has no more under way than it may, and judges each once", async () => {
    let underWay = 0;
    let most = 0;
    let judged = 0;
    await using bench = createBench(({ judge, clock }) => ({
      judge: async (message, origin) => {
        judged += 1;
        most = Math.max(most, ++underWay);
        await new Promise((resolve) => setImmediate(resolve));
        underWay -= 1;
        return judge(message, origin);
      },
      clock,
    }));
    await bench.leave(...Array.from({ length: 100 }, (_, i) => `${i}-damn`));
    bench.start();
    await eventually("all are judged", () => bench.woken() === 100);
    assert.equal(judged, 100);
    assert.ok(most <= 32, `${most} at once`);
  });

  it("tries a message again that no thread could be had for, and in the end leaves it to a person", async () => {
    let asked = 0;
    await using bench = createBench(({ judge }) => ({
      judge: (message, origin) => {
        const [text] = message.elements;
        if (text?.kind === "text" && text.text.startsWith("quick")) return judge(message, origin);
        asked += 1;
        return Promise.reject(new NotJudgedYet("The judging thread did not start"));
      },
    }));
    await bench.leave("1-damn", "quick-damn");
    bench.start();
    await bench.clock.advance(0);
    assert.deepEqual(bench.decisions(), ["1-damn undecided", "quick-damn rewrite"]);
    assert.equal(bench.log.of("error")[0]?.fields["reason"], "The judging thread did not start");
    await bench.clock.advance(10_000);
    assert.deepEqual(bench.decisions(), ["1-damn failed", "quick-damn rewrite"]);
    assert.equal(asked, 4);
  });

  it("leaves a message that no longer decodes to a person", async () => {
    await using bench = createBench(() => ({ decode: () => undefined }));
    await bench.leave("1-damn");
    bench.start();
    await bench.clock.advance(0);
    assert.deepEqual(bench.decisions(), ["1-damn failed"]);
  });

  it("tries again when the record cannot be written", async () => {
    let failures = 0;
    await using bench = createBench(({ store }) => ({
      store: {
        ...store,
        recordJudgement: async (id, judgement, at) => {
          if (++failures < 3) throw new Error("disk full");
          await store.recordJudgement(id, judgement, at);
        },
      },
    }));
    await bench.leave("1-damn");
    bench.start();
    await bench.clock.advance(3_000);
    assert.deepEqual(bench.decisions(), ["1-damn rewrite"]);
    assert.equal(bench.log.of("error").length, 2);
  });
});
