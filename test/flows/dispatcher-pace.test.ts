import assert from "node:assert/strict";
import { busiestSecond } from "../support/busiest-second.ts";
import { answerOf } from "../support/fake-im-client.ts";
import { createSendingBench } from "../support/sending-bench.ts";

describe("a backlog of 2,000 orders", () => {
  for (const [sentence, latencyMs] of [
    ["that are answered at once", 0],
    ["that are answered after 40 ms", 40],
    ["that are answered after 900 ms", 900],
  ] as const) {
    it(`${sentence} goes out at 185 a second or more, and never at more than 200 in any second`, async () => {
      await using bench = createSendingBench();
      await bench.recordMany(2_000);
      const { clock, client } = bench;
      client.answer(async () => {
        if (latencyMs > 0) await clock.wait(latencyMs);
        return answerOf(0);
      });
      bench.start();
      await clock.advance(13_000);
      const times = client.calls.map(({ at }) => at);
      assert.equal(times.length, 2_000);
      assert.equal(bench.count("applied"), 2_000);
      const busiest = busiestSecond(times);
      assert.ok(busiest <= 200, `${busiest} calls in the busiest second`);
      const mean = (times.length - 1) / (((times.at(-1) ?? 0) - (times[0] ?? 0)) / 1_000);
      assert.ok(mean >= 185, `${mean} calls a second`);
    });
  }

  it("goes out in the order in which it came, and each order once", async () => {
    await using bench = createSendingBench();
    await bench.recordMany(500);
    bench.start();
    await bench.clock.advance(4_000);
    const keys = bench.client.calls.map(({ payload }) => (JSON.parse(payload) as { MsgKey: string }).MsgKey);
    assert.deepEqual(
      keys,
      Array.from({ length: 500 }, (_, i) => `k${i + 1}`),
    );
  });
});
