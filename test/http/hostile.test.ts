/** Thousands of callbacks that something is the matter with, and then a look at what was recorded. */
import assert from "node:assert/strict";
import { callbackService } from "../support/callback-service.ts";
import { assertRecorded, birthNames, weather } from "../support/callback-storm.ts";
import { inProcess, overSockets } from "../support/carriers.ts";

const COUNT = 5_000;
const SENDERS = 16;

describe("a storm of ruined callbacks", () => {
  const seed = Number(process.env["EMEND_TEST_SEED"] ?? 20_261_120);

  for (const [way, carrier] of [
    ["over sockets", overSockets],
    ["to the handler itself", inProcess],
  ] as const) {
    it(`${way} breaks nothing, pollutes nothing, and leaves each accepted message whole (seed ${seed})`, async function () {
      this.timeout(60_000);
      await using service = await callbackService();
      const names = birthNames();
      const weathered = await weather({ seed, count: COUNT, senders: SENDERS, carrier: () => carrier(service) });
      assert.deepEqual(birthNames(), names);
      const recorded = assertRecorded(service, weathered);
      assert.ok(recorded > COUNT / 10, `only ${recorded} were understood: too few to tell`);
    });
  }
});
