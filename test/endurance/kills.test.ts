import assert from "node:assert/strict";
import type { CrashPoint } from "../../src/crash-point.ts";
import { crashPoints } from "../../src/crash-point.ts";
import { createRandom, pick, seedFor } from "../../src/simulator/random.ts";
import { randomTraffic } from "../../src/simulator/traffic.ts";
import { isReachedByTraffic } from "../support/crash-exercises.ts";
import { createKillingWorld } from "../support/killing-world.ts";
import { WORDS } from "../world/running.ts";
import { counts } from "./counts.ts";

const SEED = 20261121;
/** What a person would say in the second or so that each process lives. */
const MESSAGES_PER_LIFE = 12;
/** How often a named point is passed before it strikes, at most. */
const NTH_MAX = 3;
/** The longest that a process lives once it is ready, where the clock strikes. */
const LIFE_MS_MAX = 400;
/** Between two looks at everything that was promised. */
const KILLS_PER_LOOK = 25;

describe("kills without end", function () {
  this.timeout(4 * 3_600_000);

  it(`${counts.kills} of them, half at named points and half at random times, break no promise`, async () => {
    await using world = await createKillingWorld(SEED);
    const random = createRandom(seedFor(SEED, "kills"));
    const points = crashPoints.filter(isReachedByTraffic);
    const struck = new Map<CrashPoint | "the clock", number>();
    await world.start();
    for (let kill = 1; kill <= counts.kills; kill++) {
      const traffic = randomTraffic({ seed: SEED + kill, count: MESSAGES_PER_LIFE, words: WORDS });
      const point = random() < 0.5 ? pick(random, points) : undefined;
      if (point !== undefined) await world.arm(`${point}:${1 + Math.floor(random() * NTH_MAX)}`);
      const saying = world.say(traffic);
      // A point that is passed less often than it was armed for is not waited for.
      const byClock = await world.killedWithin(point === undefined ? random() * LIFE_MS_MAX : 2 * LIFE_MS_MAX);
      await saying;
      const by = byClock ? "the clock" : (point ?? "the clock");
      struck.set(by, (struck.get(by) ?? 0) + 1);
      await world.start();
      if (kill % KILLS_PER_LOOK === 0) assert.deepEqual(await world.brokenPromises(), [], `after ${kill} kills`);
    }
    assert.deepEqual(await world.brokenPromises(), []);
    const named = points.filter((point) => struck.has(point)).length;
    console.log(
      `    ${world.kills()} kills, ${struck.get("the clock") ?? 0} of them by the clock, the rest at ${named} named points; ${world.acknowledged.size} messages acknowledged, none lost; seed ${SEED}`,
    );
  });
});
