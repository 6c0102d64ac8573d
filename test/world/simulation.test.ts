import assert from "node:assert/strict";
import { failureReport, replayCommand } from "../simulation/report.ts";
import { simulate } from "../simulation/simulate.ts";

const WORLDS = 50;

describe("a simulated world", function () {
  this.timeout(60_000);

  it(`keeps every promise after every event, in each of ${WORLDS}`, async () => {
    for (let seed = 1; seed <= WORLDS; seed++) {
      const outcome = await simulate(seed);
      assert.deepEqual(outcome.broken, [], failureReport(outcome));
    }
  });

  it("goes the same way again out of the same seed, and another way out of another", async () => {
    // Crashes, two processes, a clock that is set, a disk that says no: whatever these worlds hold.
    const seeds = [2, 19, 30, 46];
    const digests = async (): Promise<readonly string[]> => {
      const all: string[] = [];
      for (const seed of seeds) all.push((await simulate(seed)).digest);
      return all;
    };
    const once = await digests();
    assert.deepEqual(await digests(), once);
    assert.equal(new Set(once).size, seeds.length);
  });

  it("says how to see it again", () => {
    const report = failureReport({
      ...{ seed: 7, steps: 812, crashes: 1, calls: 9, digest: "" },
      broken: ["the sky fell"],
      trace: ["1.000 said 1"],
    });
    assert.match(report, /seed 7, after event 812/);
    assert.match(report, /the sky fell/);
    assert.ok(report.includes(replayCommand(7)));
  });
});
