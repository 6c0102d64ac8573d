import assert from "node:assert/strict";
import { systemClock } from "../../src/clock.ts";
import { startService } from "../../src/compose.ts";
import { readConfig } from "../../src/config.ts";
import { createLogger } from "../../src/log.ts";
import { startSimulator } from "../../src/simulator/server.ts";
import { randomTraffic } from "../../src/simulator/traffic.ts";
import { expectedFor, faultIn } from "./oracle.ts";
import { dustSettled, environmentOf, look, RULE, scene, SDK_APP_ID, SECRET_KEY, TOKEN, WORDS } from "./running.ts";

const MESSAGES = 600;

/** Every mishap that leaves a callback deliverable: a dropped one is nobody's acknowledged message. */
const faults = [
  { on: "callback", kind: "duplicate", probability: 0.2 },
  { on: "callback", kind: "reorder", probability: 0.2, ms: 80 },
  { on: "callback", kind: "delay", probability: 0.2, ms: 40 },
  { on: "*", kind: "error", code: 60007, probability: 0.02 },
  { on: "*", kind: "error", code: 91000, probability: 0.05 },
  { on: "*", kind: "error", code: 20028, probability: 0.03 },
  { on: "*", kind: "error", code: 20027, probability: 0.03 },
  { on: "*", kind: "error", code: 20002, probability: 0.01 },
  { on: "*", kind: "error", code: 20026, probability: 0.02 },
  { on: "*", kind: "http502", probability: 0.04 },
  { on: "*", kind: "reset", probability: 0.04 },
  { on: "*", kind: "applied-but-reset", probability: 0.06 },
  { on: "*", kind: "delay", probability: 0.1, ms: 150 },
  { on: "*", kind: "hang", count: 2, ms: 7000 },
] as const;

describe("a world with mishaps", function () {
  this.timeout(120_000);

  for (const seed of [20261120, 7]) {
    it(`ends with every client seeing what the rules say (seed ${seed})`, async () => {
      using at = scene();
      await using simulator = await startSimulator({
        sdkAppId: SDK_APP_ID,
        secretKey: SECRET_KEY,
        admin: "administrator",
        port: 0,
        callbackToken: TOKEN,
        seed,
      });
      const reading = readConfig(environmentOf(at, 0, simulator.url));
      assert.ok(reading.ok && reading.config.tencent !== undefined);
      const ending = new AbortController();
      let chance = seed;
      const service = await startService(
        {
          tencent: reading.config.tencent,
          service: reading.config.service,
          clock: systemClock,
          random: () => (chance = (chance * 48271) % 2147483647) / 2147483647,
          log: createLogger("silent"),
        },
        ending.signal,
      );
      simulator.settings.change({ callbackUrl: service.callbackUrl });
      simulator.faults.set(faults);

      for (const said of randomTraffic({ seed, count: MESSAGES, words: WORDS })) simulator.world.say(said);
      await simulator.world.quiet();
      await dustSettled(at.database, 90_000);
      ending.abort();
      await service.stopped;

      const seen = simulator.world.conversations().flatMap(({ id }) => simulator.world.messages(id));
      assert.equal(seen.length, MESSAGES);
      const wrong = seen.flatMap((message) => {
        const expected = expectedFor(message.original, message.modifiable, WORDS);
        const fault = faultIn(message.original, message.current, expected, RULE);
        return fault === undefined ? [] : [`message ${message.id}: ${fault}`];
      });
      assert.deepEqual(wrong, []);
      const changed = seen.filter((message) => message.versions > 1).length;
      assert.ok(changed > MESSAGES / 10, `only ${changed} messages were changed: the world was too tame to tell`);
      const recorded = look<{ n: number }>(at.database, "SELECT count(*) AS n FROM message");
      assert.equal(recorded[0]?.n, MESSAGES);
    });
  }
});
