import assert from "node:assert/strict";
import { afterShuffle, CALLBACKS, differences } from "../support/shuffled-world.ts";
import { counts, seed } from "./counts.ts";

/** After so many there are other messages to shuffle. */
const SHUFFLES_PER_WORLD = 50;
/** Most of a shuffle is waiting for edits that overtook their messages. */
const SIDE_BY_SIDE = 10;

describe("callbacks that come in any order, without end", function () {
  this.timeout(3_600_000);

  it(`${counts.shuffles} shuffles of ${CALLBACKS}, each one to five times, end as if each had come once`, async () => {
    let posted = 0;
    for (let from = 0; from < counts.shuffles; from += SIDE_BY_SIDE) {
      const world = seed + Math.floor(from / SHUFFLES_PER_WORLD);
      const seeds = Array.from({ length: Math.min(SIDE_BY_SIDE, counts.shuffles - from) }, (_, n) => seed + from + n);
      const [once, ...others] = await Promise.all([
        afterShuffle(world, undefined),
        ...seeds.map((each) => afterShuffle(world, { seed: each })),
      ]);
      assert.deepEqual(once.faults, [], `world ${world}`);
      for (const [index, outcome] of others.entries()) {
        assert.deepEqual(differences(outcome, once), [], `world ${world}, shuffle ${seeds[index]}`);
        posted += outcome.posted;
      }
    }
    console.log(`    ${counts.shuffles} shuffles, ${posted} callbacks, 0 ended otherwise; seed ${seed}`);
  });
});
