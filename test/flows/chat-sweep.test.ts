import assert from "node:assert/strict";
import { createBackfillBench, MINUTE, SECOND, timeOf } from "../support/backfill-bench.ts";
import { said, saidInGroup } from "../support/store-fixtures.ts";

describe("a one-to-one message whose callback never came", () => {
  it("is found when the chat is compared with Tencent's history, every ten minutes while somebody speaks", async () => {
    await using bench = createBackfillBench();
    await bench.clock.advance(0);
    await bench.tell(said("k1", { time: timeOf(bench) }));
    bench.lose(said("k2", { text: "damn it", time: timeOf(bench) + 1 }), said("k3", { from: "ben", to: "anna" }));
    await bench.clock.advance(9 * MINUTE);
    assert.deepEqual(bench.history.calls, []);
    await bench.clock.advance(MINUTE + SECOND);
    assert.deepEqual(bench.keys(), ["k1 after_send pass", "k2 backfill rewrite", "k3 backfill pass"]);
    assert.deepEqual(Object.fromEntries(bench.counts), { "recovered.c2c": 2 });
    assert.deepEqual(bench.audit(), ['recovered {"pair":["anna","ben"],"messages":2}']);
  });

  it("is found when nothing comes after it", async () => {
    await using bench = createBackfillBench();
    await bench.clock.advance(0);
    await bench.tell(said("k1", { time: timeOf(bench) }));
    await bench.clock.advance(10 * MINUTE - 5 * SECOND);
    await bench.tell(said("k2", { time: timeOf(bench) }));
    bench.lose(said("k3", { time: timeOf(bench) + 120 }));
    await bench.clock.advance(11 * MINUTE);
    assert.deepEqual(bench.keys().at(-1), "k3 backfill pass");
    const calls = bench.history.calls.length;
    await bench.clock.advance(30 * MINUTE);
    assert.equal(bench.history.calls.length, calls);
    assert.ok(calls <= 3, `${calls} calls`);
  });

  it("is found on whatever page it stands", async () => {
    await using bench = createBackfillBench();
    await bench.clock.advance(0);
    await bench.tell(said("k00", { time: timeOf(bench) }));
    for (let index = 1; index <= 10; index++) {
      const message = said(`k${String(index).padStart(2, "0")}`, { time: timeOf(bench) + Math.floor(index / 3) });
      if (index % 4 === 0) bench.lose(message);
      else await bench.tell(message);
    }
    await bench.clock.advance(11 * MINUTE);
    assert.equal(bench.keys().length, 11);
    assert.equal(bench.counts.get("recovered.c2c"), 2);
  });

  it("is looked for no more when the chat has fallen silent, and again when it wakes, from where the last look ended", async () => {
    await using bench = createBackfillBench();
    await bench.clock.advance(0);
    await bench.tell(said("k1", { time: timeOf(bench) }));
    await bench.clock.advance(40 * MINUTE);
    assert.deepEqual(
      bench.history.calls.map(({ what }) => what),
      ["anna ben 590 s"],
    );
    bench.lose(said("k2", { time: timeOf(bench) }));
    await bench.clock.advance(20 * MINUTE);
    await bench.tell(said("k3", { time: timeOf(bench) }));
    await bench.clock.advance(11 * MINUTE);
    assert.deepEqual(bench.keys(), ["k1 after_send pass", "k2 backfill pass", "k3 after_send pass"]);
  });

  it("is not looked for where that is switched off", async () => {
    await using bench = createBackfillBench({ c2cEveryMs: 0 });
    await bench.tell(said("k1"));
    await bench.clock.advance(25 * MINUTE);
    assert.deepEqual(bench.history.calls, []);
  });

  it("is not looked for, nor are holes read, where the budget is nothing", async () => {
    await using bench = createBackfillBench({ callsPerSecond: 0 });
    await bench.tell(said("k1"), saidInGroup(1), saidInGroup(9));
    await bench.clock.advance(60 * MINUTE);
    assert.deepEqual(bench.history.calls, []);
  });
});
