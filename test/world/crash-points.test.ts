import assert from "node:assert/strict";
import type { CrashPoint } from "../../src/crash-point.ts";
import { crashPoints } from "../../src/crash-point.ts";
import { exercises, isFirstStart } from "../support/crash-exercises.ts";
import type { KillingWorld } from "../support/killing-world.ts";
import { createKillingWorld } from "../support/killing-world.ts";

const SEED = 20261121;

/** The service ends at `point`, starts again, and everybody looks at what became of the messages. */
async function survives(world: KillingWorld, point: CrashPoint, seed: number): Promise<void> {
  const before = world.acknowledged.size;
  const lookAfterwards = await exercises[point](world, point, seed);
  await world.start();
  await lookAfterwards?.();
  await world.say([{ from: "anna", to: "ben", text: `badword after ${point}` }]);
  assert.ok(world.acknowledged.size > before, "nothing was acknowledged, so nothing was shown");
  assert.deepEqual(await world.brokenPromises(), []);
}

describe("a process that is killed, and the one after it", function () {
  this.timeout(180_000);
  const title = (point: CrashPoint): string =>
    `at ${point}: nothing acknowledged is lost, every message ends as it should`;

  for (const point of crashPoints.filter(isFirstStart)) {
    it(title(point), async () => {
      await using world = await createKillingWorld(SEED);
      await survives(world, point, SEED);
    });
  }

  describe("in the middle of its life", () => {
    let world: KillingWorld;
    before(async () => {
      world = await createKillingWorld(SEED);
      await world.start();
    });
    // What one kill left broken says nothing about the next.
    afterEach(async function () {
      if (this.currentTest?.state !== "failed") return;
      await world[Symbol.asyncDispose]();
      world = await createKillingWorld(SEED);
      await world.start();
    });
    after(() => world[Symbol.asyncDispose]());

    for (const [index, point] of crashPoints.filter((each) => !isFirstStart(each)).entries()) {
      it(title(point), () => survives(world, point, SEED + index));
    }
  });
});
