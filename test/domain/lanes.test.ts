import assert from "node:assert/strict";
import fc from "fast-check";
import { lanes, laneWeights, turns } from "../../src/domain/lanes.ts";
import type { Lane } from "../../src/domain/modification.ts";

const WEIGHTS = lanes.reduce((sum, lane) => sum + laneWeights[lane], 0);
const queues = fc.record({ live: fc.nat(60), guard: fc.nat(60), restore: fc.nat(60), rescan: fc.nat(60) });

/** How many of so many calls each lane gets. */
function shareOut(waiting: Parameters<typeof turns>[0], count: number): Record<Lane, number> {
  const given = { live: 0, guard: 0, restore: 0, rescan: 0 };
  for (const lane of turns(waiting, count)) given[lane]++;
  return given;
}

describe("lanes", () => {
  for (const [sentence, waiting, count, expected] of [
    ["go by their weights", [99, 99, 99, 99], 15, [8, 4, 2, 1]],
    ["leave to others what they do not need", [1, 99, 0, 99], 15, [1, 12, 0, 2]],
    ["give everything to whoever is alone", [0, 0, 0, 99], 32, [0, 0, 0, 32]],
    ["let what is live go first when there is one call", [9, 9, 9, 9], 1, [1, 0, 0, 0]],
    ["take no more than there is", [1, 1, 0, 1], 32, [1, 1, 0, 1]],
  ] as const) {
    it(sentence, () => {
      const [live, guard, restore, rescan] = waiting;
      assert.deepEqual(Object.values(shareOut({ live, guard, restore, rescan }, count)), expected);
    });
  }

  it("leave no call unused while anybody waits, and give nobody more than it has", () => {
    fc.assert(
      fc.property(queues, fc.nat(64), (waiting, count) => {
        const given = shareOut(waiting, count);
        const all = lanes.reduce((sum, lane) => sum + waiting[lane], 0);
        assert.equal(
          lanes.reduce((sum, lane) => sum + given[lane], 0),
          Math.min(all, count),
        );
        for (const lane of lanes) assert.ok(given[lane] <= waiting[lane]);
      }),
    );
  });

  it("starve nobody: whoever waits has its share of every fifteen calls, whatever the others bring", () => {
    fc.assert(
      fc.property(queues, fc.integer({ min: WEIGHTS, max: 200 }), (waiting, count) => {
        const order = turns(waiting, count);
        for (const lane of lanes) {
          const share = Math.floor(order.length / WEIGHTS) * laneWeights[lane];
          const got = order.filter((each) => each === lane).length;
          assert.ok(got >= Math.min(waiting[lane], share), `${lane} got ${got} of ${order.length}`);
        }
      }),
    );
  });
});
