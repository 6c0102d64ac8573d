import assert from "node:assert/strict";
import { createIntake, TURN_TEXT_UNITS_MAX } from "../../src/flows/intake.ts";
import type { IntakeParts } from "../../src/flows/intake.ts";
import { dumpState } from "../support/dump-state.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { createRecordingLog } from "../support/recording-log.ts";
import { judgeForTests, memoryStore } from "../support/sending-bench.ts";
import { said } from "../support/store-fixtures.ts";

function createBench(more: Partial<IntakeParts> = {}) {
  const clock = createFakeClock();
  const log = createRecordingLog();
  const store = memoryStore();
  const woken: string[] = [];
  const judge = judgeForTests(clock);
  const intake = createIntake({
    store,
    judge,
    clock,
    log,
    wakeDispatcher: () => woken.push("dispatcher"),
    wakeLater: () => woken.push("later"),
    ...more,
  });
  return {
    clock,
    log,
    judge,
    intake,
    woken,
    state: () => dumpState(store.db, { message: "msg_key decision", modification: "id state" }),
    [Symbol.dispose]: () => store[Symbol.dispose](),
  };
}

describe("a message that comes in", () => {
  it("is judged, recorded with its order, and answered as new; its order wakes the dispatcher", async () => {
    using bench = createBench();
    assert.equal(await bench.intake(said("k1", { text: "damn it" })), true);
    assert.deepEqual(bench.state(), { message: ["k1 rewrite"], modification: ["o0001 pending"] });
    assert.deepEqual(bench.woken, ["dispatcher"]);
  });

  it("wakes nobody when no rule objects", async () => {
    using bench = createBench();
    assert.equal(await bench.intake(said("k1")), true);
    assert.deepEqual(bench.state(), { message: ["k1 pass"], modification: [] });
    assert.deepEqual(bench.woken, []);
  });

  it("is known the second time, in the same turn or a later one", async () => {
    using bench = createBench();
    const again = (): Promise<boolean> => bench.intake(said("k1", { text: "damn it" }));
    assert.deepEqual(await Promise.all([again(), again()]), [true, false]);
    assert.equal(await again(), false);
    assert.deepEqual(bench.state().modification, ["o0001 pending"]);
  });

  it("shares one commit with all that came in the same turn", async () => {
    let commits = 0;
    using store = memoryStore();
    const recordIntake: typeof store.recordIntake = (entries) => (commits++, store.recordIntake(entries));
    using bench = createBench({ store: { recordIntake } });
    await Promise.all(Array.from({ length: 100 }, (_, i) => bench.intake(said(`k${i}`))));
    assert.equal(commits, 1);
  });

  it("is not answered at all when it cannot be recorded, and neither is anyone who shares the commit", async () => {
    const recordIntake = async (): Promise<never> => Promise.reject(new Error("disk full"));
    using bench = createBench({ store: { recordIntake } });
    const endings = await Promise.allSettled([bench.intake(said("k1", { text: "damn" })), bench.intake(said("k2"))]);
    assert.deepEqual(
      endings.map(({ status }) => status),
      ["rejected", "rejected"],
    );
    assert.deepEqual(bench.woken, []);
  });
});

describe("a judgement that leads to nothing", () => {
  it("is taken back when the message was known already, and only then", async () => {
    const withdrawn: string[] = [];
    using bench = createBench({ withdraw: ({ decision }) => withdrawn.push(decision.kind) });
    await bench.intake(said("k1", { text: "damn it" }));
    assert.deepEqual(withdrawn, []);
    await Promise.all([bench.intake(said("k2")), bench.intake(said("k1", { text: "damn it" }))]);
    assert.deepEqual(withdrawn, ["rewrite"]);
  });

  it("is taken back when nothing could be recorded", async () => {
    const withdrawn: string[] = [];
    const recordIntake = async (): Promise<never> => Promise.reject(new Error("disk full"));
    using bench = createBench({ store: { recordIntake }, withdraw: ({ decision }) => withdrawn.push(decision.kind) });
    const tooLong = "d".repeat(TURN_TEXT_UNITS_MAX + 1);
    await Promise.allSettled([
      bench.intake(said("k1", { text: "damn it" })),
      bench.intake(said("k2", { text: tooLong })),
    ]);
    assert.deepEqual(withdrawn, ["rewrite"]);
  });
});

describe("a message whose judging would keep its turn waiting", () => {
  it("is recorded as undecided when the turn's time has been used up before it", async () => {
    using clockwork = createBench();
    const { clock, judge } = clockwork;
    using bench = createBench({
      clock,
      judge: (message, origin) => {
        clock.stall(message.elements.some((each) => each.kind === "text" && each.text === "slow") ? 60 : 1);
        return judge(message, origin);
      },
    });
    const arrivals = [said("k1"), said("k2", { text: "slow" }), said("k3"), said("k4", { text: "damn" })];
    assert.deepEqual(await Promise.all(arrivals.map(bench.intake)), [true, true, true, true]);
    assert.deepEqual(bench.state(), {
      message: ["k1 pass", "k2 pass", "k3 undecided", "k4 undecided"],
      modification: [],
    });
    assert.deepEqual(bench.woken, ["later"]);
  });

  it("is recorded as undecided when its text is long, and does not hold up the others", async () => {
    using bench = createBench();
    const long = "damn ".repeat(TURN_TEXT_UNITS_MAX / 5 + 1);
    const fits = "d".repeat(TURN_TEXT_UNITS_MAX);
    const arrivals = [said("long", { text: long }), said("fits", { text: fits }), said("short", { text: "damn" })];
    await Promise.all(arrivals.map(bench.intake));
    assert.deepEqual(bench.state().message, ["fits pass", "long undecided", "short rewrite"]);
    assert.deepEqual(bench.woken, ["later", "dispatcher"]);
  });

  it("is recorded as undecided when a rule set throws; the log names the fault and no text", async () => {
    using bench = createBench({
      judge: () => {
        throw new RangeError("stack overflow at 'damn secret text'");
      },
    });
    assert.equal(await bench.intake(said("k1", { text: "damn secret text" })), true);
    assert.deepEqual(bench.state().message, ["k1 undecided"]);
    assert.deepEqual(bench.woken, ["later"]);
    assert.deepEqual(bench.log.of("error")[0]?.fields, { fault: "RangeError" });
  });
});
