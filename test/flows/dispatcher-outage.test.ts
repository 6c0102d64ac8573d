/** Sending while Tencent is away, refuses us, or says "too often"; and while our own record or process is in trouble. */
import assert from "node:assert/strict";
import type { Outcome } from "../../src/domain/modification.ts";
import type { Store } from "../../src/ports/store.ts";
import { always, answerOf } from "../support/fake-im-client.ts";
import { busiestSecond } from "../support/busiest-second.ts";
import type { SendingBench } from "../support/sending-bench.ts";
import { createSendingBench } from "../support/sending-bench.ts";
import { settled } from "../support/turns.ts";
import { saidInGroup } from "../support/store-fixtures.ts";

const times = ({ client }: SendingBench): readonly number[] => client.calls.map(({ at }) => at);

describe("sending, while Tencent cannot be reached", () => {
  it("stops after five failures, looks again at least every five seconds with one call, and then resumes", async () => {
    await using bench = createSendingBench();
    await bench.recordMany(40);
    bench.client.answer(always(502));
    bench.start();
    await bench.clock.advance(60_000);
    const outage = times(bench);
    const burst = outage.filter((at) => at - (outage[0] ?? 0) < 400);
    assert.equal(burst.length, 5);
    const waits = outage.slice(5).map((at, i) => at - (outage[i + 4] ?? 0));
    assert.deepEqual(
      waits.slice(0, 4).map((wait) => Math.round(wait / 500) * 500),
      [500, 1_000, 2_000, 4_000],
    );
    for (const wait of waits.slice(4)) assert.ok(wait >= 4_900 && wait <= 5_100, `${wait} ms`);
    const breaker = bench.dispatcher.breaker("c2c");
    assert.ok(breaker.kind === "open" && breaker.why === "unreachable" && breaker.code === "http_502");
    assert.equal(bench.log.of("error").length, 1);
    assert.equal(bench.count("claimed"), 0);

    bench.client.answer(always(0));
    await bench.clock.advance(5_500);
    assert.equal(bench.count("applied"), 40);
    assert.equal(bench.dispatcher.breaker("c2c").kind, "closed");
    assert.match(bench.log.of("info").at(-1)?.sentence ?? "", /answers again/);
    assert.ok(busiestSecond(times(bench)) <= 200);
  });

  it("lets nobody wait out a long backoff once Tencent is back", async () => {
    await using bench = createSendingBench();
    await bench.recordMany(3);
    bench.client.answer(always(502));
    bench.start();
    await bench.clock.advance(20 * 60_000);
    bench.client.answer(always(0));
    await bench.clock.advance(5_500);
    assert.equal(bench.count("applied"), 3);
  });

  it("gives nothing up, however long it takes: a probe that fails is not the order's fault", async () => {
    await using bench = createSendingBench();
    await bench.recordMany(20);
    bench.client.answer(always(502));
    bench.start();
    await bench.clock.advance(26 * 3_600_000);
    bench.client.answer(always(0));
    await bench.clock.advance(10_000);
    assert.equal(bench.count("applied"), 20);
  });

  it("goes on for the other API", async () => {
    await using bench = createSendingBench();
    await bench.recordMany(20);
    await bench.record(...Array.from({ length: 20 }, (_, i) => saidInGroup(i + 1, { text: "damn" })));
    bench.client.answer(({ api }) => answerOf(api === "c2c" ? 502 : 0));
    bench.start();
    await bench.clock.advance(1_000);
    assert.equal(bench.count("applied"), 20);
    assert.equal(bench.dispatcher.breaker("group").kind, "closed");
  });

  it("makes a single probe at a time, however long it takes", async () => {
    await using bench = createSendingBench();
    await bench.recordMany(20);
    bench.client.answer(always(502));
    bench.start();
    await bench.clock.advance(10_000);
    const before = bench.client.calls.length;
    let release = (_outcome: Outcome): void => undefined;
    bench.client.answer(() => new Promise((resolve) => (release = resolve)));
    await bench.clock.advance(30_000);
    assert.equal(bench.client.calls.length, before + 1);
    bench.client.answer(always(0));
    release(answerOf(0));
    await bench.clock.advance(1_000);
    assert.equal(bench.count("applied"), 20);
  });
});

describe("sending, when Tencent says too often", () => {
  it("slows down and is back at its full pace five seconds later, and nothing is lost", async () => {
    await using bench = createSendingBench();
    await bench.recordMany(1_600);
    bench.client.answer((_call, index) => answerOf(index === 100 ? 60007 : 0));
    bench.start();
    await bench.clock.advance(12_000);
    const all = times(bench);
    const throttledAt = all[100] ?? 0;
    const within = (from: number, to: number): number =>
      all.filter((at) => at - throttledAt >= from && at - throttledAt < to).length / ((to - from) / 1_000);
    assert.ok(within(500, 4_900) < 100, `${within(500, 4_900)} calls a second while slow`);
    assert.ok(within(5_200, 6_200) > 180, `${within(5_200, 6_200)} calls a second afterwards`);
    assert.equal(bench.count("applied"), 1_600);
    assert.deepEqual([...new Set(bench.orders("attempts"))], ["1"]);
    assert.equal(bench.log.of("warn").length, 1);
  });
});

describe("sending, while a setting is wrong", () => {
  it("stops at once, tells a person what to do, burns nothing, and resumes when it is mended", async () => {
    await using bench = createSendingBench();
    await bench.recordMany(10);
    bench.client.answer(always(90009));
    bench.start();
    await bench.clock.advance(30_000);
    const waits = times(bench).map((at, i, all) => at - (all[i - 1] ?? at));
    assert.equal(waits.length, 6 + 1);
    for (const wait of waits.slice(1)) assert.ok(wait >= 4_900 && wait <= 5_100, `${wait} ms`);
    assert.deepEqual([...new Set(bench.orders("state attempts"))], ["pending 0"]);
    const [line, ...more] = bench.log.of("error");
    assert.deepEqual(more, []);
    assert.equal(line?.fields["code"], "90009");
    assert.match(String(line?.fields["next"]), /TENCENT_ADMIN/);
    bench.client.answer(always(0));
    await bench.clock.advance(5_500);
    assert.equal(bench.count("applied"), 10);
  });

  it("waits a minute after too many refused signatures, as Tencent asks", async () => {
    await using bench = createSendingBench();
    await bench.recordMany(3);
    bench.client.answer(always(70050));
    bench.start();
    await bench.clock.advance(59_000);
    assert.equal(bench.client.calls.length, 1);
    await bench.clock.advance(2_000);
    assert.equal(bench.client.calls.length, 2);
  });
});

describe("ending the sending", () => {
  for (const [sentence, callsInFlightMax, sent] of [
    ["gives back what was not sent, and waits for what is under way", 2, 2],
    ["waits for all that is under way, also where nothing is left to give back", 256, 10],
  ] as const) {
    it(sentence, async () => {
      await using bench = createSendingBench({ callsInFlightMax });
      await bench.recordMany(10);
      const releases: ((outcome: Outcome) => void)[] = [];
      bench.client.answer(() => new Promise((resolve) => releases.push(resolve)));
      bench.start();
      await bench.clock.advance(500);
      assert.equal(bench.client.calls.length, sent);
      let over = false;
      const stopping = bench.stop().then(() => (over = true));
      for (const release of releases) {
        await settled();
        assert.equal(over, false);
        release(answerOf(0));
      }
      await stopping;
      assert.deepEqual([bench.count("applied"), bench.count("pending"), bench.count("claimed")], [sent, 10 - sent, 0]);
      assert.equal(bench.client.calls.length, sent);
      assert.deepEqual([...new Set(bench.orders("state attempts"))].sort(), [
        "applied 1",
        ...(sent < 10 ? ["pending 0"] : []),
      ]);
    });
  }

  it("does not hold up a dispatcher that has nothing to do", async () => {
    await using bench = createSendingBench();
    bench.start();
    await bench.clock.advance(100);
    await bench.stop();
  });
});

describe("sending, while the record cannot be written", () => {
  type Step = "claimOrders" | "settleOrders" | "reserveSlots" | "hasten" | "nextDue";
  const failing =
    (broken: Set<Step>) =>
    (store: Store): Store => {
      const guard = <Args extends unknown[], Answer>(step: Step, method: (...args: Args) => Promise<Answer>) => {
        return async (...args: Args): Promise<Answer> => {
          if (broken.has(step)) throw Object.assign(new Error("disk full"), { code: "SQLITE_FULL" });
          return method(...args);
        };
      };
      return {
        ...store,
        claimOrders: guard("claimOrders", store.claimOrders),
        settleOrders: guard("settleOrders", store.settleOrders),
        reserveSlots: guard("reserveSlots", store.reserveSlots),
        hasten: guard("hasten", store.hasten),
        nextDue: guard("nextDue", store.nextDue),
      };
    };

  for (const steps of [
    ["settleOrders"],
    ["claimOrders"],
    ["reserveSlots"],
    ["reserveSlots", "settleOrders"],
    ["nextDue"],
    ["claimOrders", "settleOrders", "reserveSlots", "hasten", "nextDue"],
  ] as const) {
    it(`loses no order when ${steps.join(" and ")} fail for a while: each is sent, if need be again`, async () => {
      const broken = new Set<Step>();
      await using bench = createSendingBench({ wrap: failing(broken) });
      await bench.recordMany(60);
      bench.start();
      await bench.clock.advance(150);
      for (const step of steps) broken.add(step);
      await bench.clock.advance(7_000);
      assert.ok(bench.log.of("error").length > 0 || steps[0] === "nextDue");
      broken.clear();
      await bench.clock.advance(7_000);
      assert.equal(bench.count("applied"), 60);
      assert.equal(bench.count("claimed"), 0);
      for (const { fields } of bench.log.lines) assert.doesNotMatch(JSON.stringify(fields), /disk full|damn/);
    });
  }

  it("ends in good order all the same; what it could not give back is freed by the next process", async () => {
    const broken = new Set<Step>();
    await using bench = createSendingBench({ wrap: failing(broken), callsInFlightMax: 2 });
    await bench.recordMany(20);
    bench.client.answer((_call, index) => {
      if (index === 5) broken.add("settleOrders");
      return answerOf(0);
    });
    bench.start();
    await bench.clock.advance(500);
    await bench.stop();
    assert.ok(bench.count("claimed") > 0);
    assert.ok((await bench.store.takeOver(bench.clock.now())) > 0);
    assert.equal(bench.count("claimed"), 0);
  });
});
