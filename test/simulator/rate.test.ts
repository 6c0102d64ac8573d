import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";
import type { AddressInfo } from "node:net";
import fc from "fast-check";
import { createCallLog } from "../../src/simulator/calls.ts";
import { createFaults } from "../../src/simulator/faults.ts";
import { createSlidingSecond } from "../../src/simulator/rate.ts";
import { createRest } from "../../src/simulator/rest.ts";
import { createSettings } from "../../src/simulator/settings.ts";
import { createWorld } from "../../src/simulator/world.ts";
import { busiestSecond } from "../support/busiest-second.ts";
import { ADMIN, ask, MODIFY_C2C, MODIFY_GROUP, SDK_APP_ID, SECRET_KEY, simulate } from "./bench.ts";

describe("the sliding second", () => {
  it("counts what a look at all stamps would count, wherever the second begins", () => {
    const gaps = fc.array(fc.oneof(fc.constant(0), fc.double({ min: 0, max: 1_200, noNaN: true })), { maxLength: 80 });
    fc.assert(
      fc.property(gaps, fc.integer({ min: 0, max: 1_700_000_000_000 }), (steps, start) => {
        const second = createSlidingSecond();
        const stamps: number[] = [];
        let at = start;
        for (const step of steps) {
          at += step;
          stamps.push(at);
          assert.equal(second.arrive(at), stamps.filter((stamp) => stamp > at - 1000).length);
        }
        assert.equal(second.worst(), busiestSecond(stamps));
      }),
    );
  });

  it("holds only one of two arrivals that are exactly a second apart", () => {
    const second = createSlidingSecond();
    assert.deepEqual([0, 999, 1000, 1999, 2000].map(second.arrive), [1, 2, 2, 2, 2]);
  });

  it("still counts right after it has forgotten thousands", () => {
    const second = createSlidingSecond();
    for (let at = 0; at < 20_000; at++) assert.equal(second.arrive(at), Math.min(at + 1, 1000));
    assert.equal(second.worst(), 1000);
  });
});

/** The REST side alone, with a clock that stands still until it is moved. */
async function standing(callsPerSecond: number) {
  let at = 5_000;
  const closing = new AbortController();
  const calls = createCallLog(() => at);
  const parts = { sdkAppId: SDK_APP_ID, secretKey: SECRET_KEY, admin: ADMIN, now: Date.now, signal: closing.signal };
  const world = createWorld({ seed: 1, now: Date.now });
  const rest = createRest({
    ...parts,
    world,
    calls,
    faults: createFaults(1),
    settings: createSettings({ callsPerSecond }),
  });
  const server = http.createServer((request, response) => {
    rest.arrived(request);
    void rest.answer(request, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    calls,
    move: (ms: number) => void (at += ms),
    /** How many of so many calls got past the limit, and how many did not. */
    async burst(count: number, api = MODIFY_C2C) {
      const body = { From_Account: "anna", To_Account: "ben", MsgKey: "1_2_3", GroupId: "g", MsgSeq: 1 };
      const answers = await Promise.all(Array.from({ length: count }, () => ask({ url }, api, body)));
      const limited = answers.filter(({ code }) => code === 60007).length;
      return [count - limited, limited];
    },
    [Symbol.asyncDispose]: async () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

describe("the limit of an API", () => {
  it("lets two hundred through in a second and not one more, until the very end of that second", async () => {
    await using rest = await standing(200);
    assert.deepEqual(await rest.burst(201), [200, 1]);
    rest.move(999);
    assert.deepEqual(await rest.burst(1), [0, 1]);
    rest.move(1);
    // The arrival that was refused a millisecond ago is in this second as much as any other.
    assert.deepEqual(await rest.burst(201), [199, 2]);
  });

  it("slides: no second holds more, also one that begins in the middle of two", async () => {
    await using rest = await standing(10);
    assert.deepEqual(await rest.burst(5), [5, 0]);
    rest.move(600);
    assert.deepEqual(await rest.burst(5), [5, 0]);
    rest.move(400);
    assert.deepEqual(await rest.burst(6), [5, 1]);
  });

  it("counts what it refuses, so hammering on a closed door keeps it closed", async () => {
    await using rest = await standing(10);
    assert.deepEqual(await rest.burst(30), [10, 20]);
    for (let times = 0; times < 4; times++) {
      rest.move(500);
      assert.deepEqual(await rest.burst(20), [0, 20]);
    }
    rest.move(1000);
    assert.deepEqual(await rest.burst(10), [10, 0]);
  });

  it("is one for each API", async () => {
    await using rest = await standing(10);
    assert.deepEqual(await rest.burst(11, MODIFY_C2C), [10, 1]);
    assert.deepEqual(await rest.burst(11, MODIFY_GROUP), [10, 1]);
    const { modify_c2c_msg: c2c, modify_group_msg: group } = rest.calls.summary();
    assert.deepEqual([c2c?.count, c2c?.worstSecond, c2c?.answers], [11, 11, { "20001": 10, "60007": 1 }]);
    assert.deepEqual([group?.count, group?.answers], [11, { "10010": 10, "60007": 1 }]);
  });

  it("is 200 unless it is set, and a change is heeded at once", async () => {
    await using simulator = await simulate();
    assert.equal(simulator.settings.read().callsPerSecond, 200);
    simulator.settings.change({ callsPerSecond: 1 });
    const codes = await Promise.all([1, 2, 3].map(() => ask(simulator, MODIFY_GROUP, { GroupId: "g", MsgSeq: 1 })));
    assert.deepEqual(codes.map(({ code }) => code).sort(), [10010, 60007, 60007]);
    const calls = simulator.world.calls().modify_group_msg;
    assert.deepEqual([calls?.count, calls?.worstSecond], [3, 3]);
    assert.equal(simulator.world.callList().length, 3);
  });
});
