import assert from "node:assert/strict";
import { callbackService } from "../support/callback-service.ts";
import { assertRecorded, birthNames, weather } from "../support/callback-storm.ts";
import { inProcess, overSockets } from "../support/carriers.ts";
import { replay, sendForgeries } from "../support/false-senders.ts";
import { seedFor } from "../../src/simulator/random.ts";
import { counts, seed } from "./counts.ts";

/** Each round has a record of its own, so that what is checked stays small. */
const PER_ROUND = 20_000;
const SENDERS = 16;

describe("hostile senders without end", function () {
  this.timeout(3 * 3_600_000);

  for (const [way, carrier, count] of [
    ["to the handler itself", inProcess, counts.mutatedInProcess],
    ["over sockets", overSockets, counts.mutatedOverSockets],
  ] as const) {
    it(`${count} ruined callbacks, ${way}, break nothing and leave no half record`, async () => {
      const names = birthNames();
      const answers = new Map<number, number>();
      let recorded = 0;
      for (let round = 0; round * PER_ROUND < count; round++) {
        await using service = await callbackService();
        const weathered = await weather({
          seed: seedFor(seed, `${way} ${round}`),
          count: Math.min(PER_ROUND, count - round * PER_ROUND),
          senders: SENDERS,
          carrier: () => carrier(service),
        });
        recorded += assertRecorded(service, weathered);
        for (const [status, times] of weathered.answered) answers.set(status, (answers.get(status) ?? 0) + times);
      }
      assert.deepEqual(birthNames(), names);
      const told = [...answers].sort(([a], [b]) => a - b).map(([status, times]) => `${times} × ${status || "none"}`);
      console.log(`    ${count} callbacks ${way}: ${told.join(", ")}; ${recorded} recorded, each whole; seed ${seed}`);
    });
  }

  it(`${counts.forgedSignatures} forged or stale signatures are refused and leave nothing`, async () => {
    const refused = await sendForgeries(counts.forgedSignatures, seed);
    console.log(`    ${refused} forgeries, 0 accepted; seed ${seed}`);
  });

  it(`${counts.replayedCallbacks} callbacks that are said twice more change nothing`, async () => {
    console.log(`    ${await replay(counts.replayedCallbacks, seed)} callbacks replayed, no new effect; seed ${seed}`);
  });
});
