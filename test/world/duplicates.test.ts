import assert from "node:assert/strict";
import { afterShuffle, CALLBACKS, differences } from "../support/shuffled-world.ts";

const SEED = 20261121;
const SHUFFLES = 3;

describe("callbacks that come in any order, one to five times each", function () {
  this.timeout(60_000);

  it(`end as if each had come once and in time (${SHUFFLES} shuffles of ${CALLBACKS})`, async () => {
    // Side by side: most of it is waiting for edits that overtook their messages.
    const shuffles = Array.from({ length: SHUFFLES }, (_, number) => ({ seed: SEED + number }));
    const [once, ...others] = await Promise.all([undefined, ...shuffles].map((each) => afterShuffle(SEED, each)));
    assert.ok(once);
    assert.deepEqual(once.faults, []);
    for (const outcome of others) assert.deepEqual(differences(outcome, once), []);
  });
});
