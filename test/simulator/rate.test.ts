import assert from "node:assert/strict";
import fc from "fast-check";
import { createCallLog } from "../../src/simulator/calls.ts";
import { createSlidingSecond } from "../../src/simulator/rate.ts";
import { call, GROUP_HISTORY, MODIFY_C2C, MODIFY_GROUP, start } from "./support.ts";

describe("the sliding second", () => {
  it("holds one of two arrivals that are exactly a second apart", () => {
    const second = createSlidingSecond();
    assert.deepEqual([second.arrive(0), second.arrive(1000)], [1, 1]);
  });

  it("holds both when they are a hair closer", () => {
    const second = createSlidingSecond();
    assert.deepEqual([second.arrive(0), second.arrive(999.999)], [1, 2]);
  });

  it("sees the burst across the border between two clock seconds", () => {
    const second = createSlidingSecond();
    for (let n = 0; n < 200; n++) second.arrive(900 + n / 10);
    for (let n = 0; n < 200; n++) second.arrive(1100 + n / 10);
    assert.equal(second.worst(), 400);
  });

  it("agrees with counting every second that begins with an arrival", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 400, noNaN: true }), { maxLength: 3000 }), (gaps) => {
        let at = 0;
        const stamps = gaps.map((gap) => (at += gap));
        const second = createSlidingSecond();
        for (const stamp of stamps) second.arrive(stamp);
        let worst = 0;
        for (const from of stamps) {
          worst = Math.max(worst, stamps.filter((stamp) => stamp >= from && from > stamp - 1000).length);
        }
        assert.equal(second.worst(), worst);
      }),
      { numRuns: 100 },
    );
  });
});

describe("the call log", () => {
  it("knows how many came, how fast, and how they were answered", () => {
    let now = 5000;
    const log = createCallLog(() => now);
    for (let n = 0; n < 5; n++) {
      log.answered(log.arrive("modify_c2c_msg"), n === 4 ? "60007" : "0");
      now += 500;
    }
    assert.deepEqual(log.summary().modify_c2c_msg, {
      count: 5,
      answers: { "0": 4, "60007": 1 },
      worstSecond: 2,
      firstAt: 5000,
      lastAt: 7000,
      meanPerSecond: 2,
    });
  });

  it("does not count an answer to a call from before it was cleared", () => {
    const log = createCallLog();
    const early = log.arrive("modify_c2c_msg");
    log.clear();
    log.answered(early, "0");
    assert.deepEqual(log.summary(), {});
  });
});

describe("the limit on calls", () => {
  const change = { From_Account: "anna", To_Account: "ben", MsgKey: "1_2_3", CloudCustomData: "x" };

  it("lets exactly as many through as a second may hold, and counts the refused ones too", async () => {
    await using simulator = await start({ callsPerSecond: 20 });
    const answers = await Promise.all(Array.from({ length: 50 }, () => call(simulator, MODIFY_C2C, change)));
    const refused = answers.filter(({ ErrorCode }) => ErrorCode === 60007).length;
    const summary = simulator.world.calls().modify_c2c_msg;
    assert.equal(summary?.count, 50);
    const over = simulator.world.callList().filter(({ withinSecond }) => withinSecond > 20).length;
    assert.equal(refused, over);
    assert.ok(refused > 0 && summary.worstSecond > 20, `${refused} refused, worst ${summary.worstSecond}`);
  });

  it("is kept for each API apart", async () => {
    await using simulator = await start({ callsPerSecond: 1 });
    simulator.world.say({ from: "anna", group: "team", text: "hi" });
    const first = await call(simulator, MODIFY_C2C, change);
    const other = await call(simulator, MODIFY_GROUP, { GroupId: "team", MsgSeq: 1, CloudCustomData: "x" });
    const third = await call(simulator, GROUP_HISTORY, { GroupId: "team", ReqMsgNumber: 1 });
    assert.deepEqual([first.ErrorCode, other.ErrorCode, third.ErrorCode], [20026, 0, 0]);
  });
});
