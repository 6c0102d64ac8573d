import assert from "node:assert/strict";
import { epochMs } from "../../src/domain/time.ts";
import type { Forgetting } from "../../src/flows/retention.ts";
import { forgetOldTexts } from "../../src/flows/retention.ts";
import type { RetentionStore } from "../../src/ports/store.ts";
import { dumpState } from "../support/dump-state.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { createRecordingLog } from "../support/recording-log.ts";
import { memoryStore } from "../support/sending-bench.ts";
import { entryOf, objected, passed, said } from "../support/store-fixtures.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

function createBench(wrap: (store: RetentionStore) => RetentionStore = (store) => store) {
  const clock = createFakeClock();
  const log = createRecordingLog();
  const store = memoryStore();
  const ending = new AbortController();
  let forgetting: Forgetting = "not_yet";
  let running = Promise.resolve();
  return {
    clock,
    log,
    store,
    start() {
      const parts = { store: wrap(store), clock, log, keepBodiesMs: DAY_MS, keepOriginalsMs: 3 * DAY_MS };
      running = forgetOldTexts({ ...parts, tell: (how) => (forgetting = how) }, ending.signal);
    },
    forgetting: () => forgetting,
    kept: () =>
      dumpState(store.db, { message: "msg_key callback" })
        .message.filter((line) => !line.endsWith("-"))
        .map((line) => line.split(" ")[0]),
    async [Symbol.asyncDispose]() {
      ending.abort();
      await running;
      store[Symbol.dispose]();
    },
  };
}

describe("retention", () => {
  it("forgets what has passed after its time and what was masked after its own, soon and without being asked", async () => {
    await using bench = createBench();
    const at = bench.clock.now();
    const masked = objected("o1", { state: "cancelled", reason: "shadow_mode" });
    await bench.store.recordIntake([entryOf(said("masked"), masked, at), entryOf(said("passed"), passed, at)]);
    bench.start();
    const story: unknown[] = [];
    for (const hours of [23, 2, 46, 2]) {
      await bench.clock.advance(hours * HOUR_MS);
      story.push(bench.kept());
    }
    assert.deepEqual(story, [["masked", "passed"], ["masked"], ["masked"], []]);
    assert.equal(bench.forgetting(), "going");
  });

  describe("with a clock that was wrong before it began", () => {
    const wrongBy = 400 * DAY_MS;

    it("forgets nothing, and says so once", async () => {
      await using bench = createBench();
      await bench.store.recordIntake([entryOf(said("k1"), passed, bench.clock.now())]);
      bench.clock.setWall(bench.clock.now() + wrongBy);
      bench.start();
      await bench.clock.advance(47 * HOUR_MS);
      assert.deepEqual(bench.kept(), ["k1"]);
      assert.equal(bench.log.of("warn").length, 1);
      assert.equal(bench.forgetting(), "clock_doubted");
    });

    it("believes it once a message bears it out, or after two days in which it ran straight", async () => {
      for (const bearOut of [true, false]) {
        await using bench = createBench();
        await bench.store.recordIntake([entryOf(said("k1"), passed, bench.clock.now())]);
        bench.clock.setWall(bench.clock.now() + wrongBy);
        bench.start();
        await bench.clock.advance(HOUR_MS);
        const now = bench.clock.now();
        if (bearOut) await bench.store.recordIntake([entryOf(said("k2", { time: now / 1_000 }), passed, now)]);
        await bench.clock.advance((bearOut ? 1 : 48) * HOUR_MS);
        assert.deepEqual(bench.kept(), bearOut ? ["k2"] : []);
      }
    });
  });

  it("works through a great pile in small steps, between which others get their turn", async () => {
    let steps = 0;
    await using bench = createBench((store) => ({
      ...store,
      purge: (before, at) => (steps++, store.purge(before, at)),
    }));
    const old = bench.clock.now() - 2 * DAY_MS;
    await bench.store.recordIntake(Array.from({ length: 3_000 }, (_, i) => entryOf(said(`k${i}`), passed, old)));
    bench.start();
    await bench.clock.advance(60);
    assert.ok(steps >= 2 && steps < 4, `${steps} steps in 60 ms`);
    await bench.clock.advance(1_000);
    assert.deepEqual(bench.kept(), []);
    const done = steps;
    await bench.clock.advance(9 * 60_000);
    assert.equal(steps, done);
  });

  it("comes back a day later for what was still undecided when it went past", async () => {
    await using bench = createBench();
    const old = epochMs(bench.clock.now() - 2 * DAY_MS);
    await bench.store.recordIntake([{ ...entryOf(said("late"), passed, old), judgement: undefined }]);
    bench.start();
    await bench.clock.advance(HOUR_MS);
    assert.deepEqual(bench.kept(), ["late"]);
    const [undecided] = await bench.store.undecided(1);
    assert.ok(undecided);
    await bench.store.recordJudgement(undecided.id, passed, bench.clock.now());
    await bench.clock.advance(25 * HOUR_MS);
    assert.deepEqual(bench.kept(), []);
  });

  it("forgets nothing on the word of a clock that jumped by a year, and says so", async () => {
    await using bench = createBench();
    const at = bench.clock.now();
    await bench.store.recordIntake([entryOf(said("young"), passed, at)]);
    bench.start();
    await bench.clock.advance(60_000);
    bench.clock.setWall(at + 400 * DAY_MS);
    await bench.clock.advance(HOUR_MS);
    assert.deepEqual(bench.kept(), ["young"]);
    assert.equal(bench.log.of("error")[0]?.fields["fault"], "ClockJumped");
    assert.equal(bench.forgetting(), "clock_jumped");
    bench.clock.setWall(at + 1.5 * DAY_MS);
    await bench.clock.advance(HOUR_MS);
    assert.deepEqual(bench.kept(), []);
  });

  it("tries again later when the record cannot be written, and says so without texts", async () => {
    let failures = 0;
    await using bench = createBench((store) => ({
      ...store,
      purge: async (before, at) => {
        if (++failures === 1) throw new Error("disk full of 'secrets'");
        return store.purge(before, at);
      },
    }));
    await bench.store.recordIntake([entryOf(said("k1"), passed, bench.clock.now() - 2 * DAY_MS)]);
    bench.start();
    await bench.clock.advance(11 * 60_000);
    assert.deepEqual(bench.kept(), []);
    assert.deepEqual(
      bench.log.lines.map(({ fields }) => fields),
      [{ fault: "Error" }],
    );
  });
});
