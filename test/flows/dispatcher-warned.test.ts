import assert from "node:assert/strict";
import { createSendingBench } from "../support/sending-bench.ts";

const calls = async (bench: ReturnType<typeof createSendingBench>, ms: number): Promise<number> => {
  const before = bench.client.calls.length;
  await bench.clock.advance(ms);
  return bench.client.calls.length - before;
};

describe("a warning of too many calls", () => {
  it("slows the API that it names for five seconds, says so once, and leaves the other alone", async () => {
    await using bench = createSendingBench();
    await bench.recordMany(2_000);
    bench.start();
    await calls(bench, 1_000);
    for (let time = 0; time < 2; time++) bench.dispatcher.overLimit({ api: "c2c", calls: 400, callsMax: 200 });
    await calls(bench, 500);
    const slow = await calls(bench, 2_000);
    assert.ok(slow > 100 && slow < 200, `${slow} calls in two seconds`);
    assert.equal(bench.dispatcher.breaker("group").kind, "closed");
    assert.equal(bench.log.of("warn").length, 1);
    await calls(bench, 3_000);
    assert.ok((await calls(bench, 1_000)) > 180, "the full pace again");
  });

  it("of an API that is not ours changes nothing", async () => {
    await using bench = createSendingBench();
    bench.dispatcher.overLimit({ api: undefined, calls: 400, callsMax: 200 });
    assert.deepEqual(
      [bench.dispatcher.breaker("c2c").kind, bench.dispatcher.breaker("group").kind],
      ["closed", "closed"],
    );
  });
});
