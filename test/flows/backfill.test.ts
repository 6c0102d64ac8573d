import assert from "node:assert/strict";
import { epochMs } from "../../src/domain/time.ts";
import { backfill } from "../../src/flows/backfill.ts";
import { createBackfillBench, MINUTE, SECOND } from "../support/backfill-bench.ts";
import { START_MS } from "../support/fake-clock.ts";
import { answerOf } from "../support/fake-im-client.ts";
import { said, saidInGroup } from "../support/store-fixtures.ts";

describe("history that cannot be read", () => {
  it("is tried again, a little later each time, and what was missed is found in the end", async () => {
    await using bench = createBackfillBench();
    bench.history.fail((index) => (index < 3 ? answerOf(10002) : undefined));
    await bench.tell(saidInGroup(1), saidInGroup(3));
    bench.lose(saidInGroup(2));
    await bench.clock.advance(20 * SECOND);
    assert.equal(bench.messages().length, 3);
    const [first, second, third, fourth] = bench.history.calls.map(({ at }) => at);
    assert.ok(first && second && third && fourth);
    assert.ok(second - first <= third - second && third - second < fourth - third);
  });

  it("of a group that is gone is given up, with its reason in the audit log and a line in the log", async () => {
    await using bench = createBackfillBench();
    bench.history.fail(() => answerOf(10010));
    await bench.tell(saidInGroup(1), saidInGroup(3));
    await bench.clock.advance(12 * SECOND);
    assert.deepEqual(bench.gaps(), []);
    assert.deepEqual(bench.audit(), ['gap_given_up {"groupId":"hike","first":2,"last":2,"reason":"tencent_10010"}']);
    assert.equal(bench.log.of("warn").length, 1);
  });

  it("because it is past keeping is given up as expired, and what was still there is taken in", async () => {
    await using bench = createBackfillBench();
    await bench.tell(saidInGroup(1), saidInGroup(50));
    bench.lose(saidInGroup(48), saidInGroup(49));
    bench.history.expire();
    await bench.clock.advance(12 * SECOND);
    assert.equal(bench.messages().length, 4);
    assert.deepEqual(bench.audit(), [
      'gap_given_up {"groupId":"hike","first":2,"last":47,"reason":"expired"}',
      'recovered {"groupId":"hike","messages":2,"last":49}',
    ]);
  });

  it("while Tencent is away costs a probe now and then and no patience, and is read when it is back", async () => {
    await using bench = createBackfillBench();
    bench.history.fail(() => answerOf(502));
    for (let group = 0; group < 20; group++) {
      await bench.tell(saidInGroup(1, { group: `g${group}` }), saidInGroup(3, { group: `g${group}` }));
      bench.lose(saidInGroup(2, { group: `g${group}` }));
    }
    await bench.clock.advance(20 * MINUTE);
    assert.ok(bench.history.calls.length < 400, `${bench.history.calls.length} calls in twenty minutes`);
    assert.deepEqual(bench.audit(), []);
    assert.equal(bench.log.of("error").length, 1);
    bench.history.fail(undefined);
    await bench.clock.advance(90 * SECOND);
    assert.equal(bench.messages().length, 60);
    assert.deepEqual(bench.gaps(), []);
  });

  it("goes slower when Tencent says too often", async () => {
    await using bench = createBackfillBench();
    await bench.tell(saidInGroup(1), saidInGroup(3));
    bench.lose(saidInGroup(2));
    bench.history.fail((index) => (index < 3 ? answerOf(60007) : undefined));
    await bench.clock.advance(20 * SECOND);
    assert.equal(bench.messages().length, 3);
    assert.deepEqual(bench.log.of("error"), []);
  });

  it("does not end the search when the record cannot be written", async () => {
    let full = true;
    await using bench = createBackfillBench();
    await bench.stop();
    const { store } = bench;
    const ending = new AbortController();
    await bench.tell(saidInGroup(1), saidInGroup(3));
    bench.lose(saidInGroup(2));
    const running = backfill(
      {
        ...{ store, client: bench.history, clock: bench.clock, log: bench.log, count: () => undefined },
        intake: (arrival) => (full ? Promise.reject(new Error("disk full")) : bench.intake(arrival)),
        ...{ keepUndecodable: true, nextStepFor: () => "", random: () => 0.5, callsPerSecond: 20, c2cEveryMs: 0 },
      },
      ending.signal,
    );
    await bench.clock.advance(13 * SECOND);
    assert.deepEqual([bench.messages().length, bench.gaps()], [2, ["2 2 0"]]);
    full = false;
    await bench.clock.advance(2 * SECOND);
    assert.deepEqual([bench.messages().length, bench.gaps()], [3, []]);
    ending.abort();
    await bench.clock.advance(SECOND);
    await running;
  });
});

describe("a clock that jumps", () => {
  for (const jump of [-3 * 60 * MINUTE, -90 * SECOND, 90 * SECOND, 400 * 24 * 60 * MINUTE]) {
    it(`by ${jump / SECOND} s stalls no search`, async () => {
      await using bench = createBackfillBench();
      await bench.tell(saidInGroup(1), saidInGroup(3), said("k1"));
      bench.lose(saidInGroup(2));
      bench.clock.setWall(epochMs(START_MS + jump));
      await bench.clock.advance(12 * MINUTE);
      assert.equal(bench.messages().length, 4);
    });
  }
});
