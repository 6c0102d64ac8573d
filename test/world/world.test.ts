import assert from "node:assert/strict";
import { systemClock } from "../../src/clock.ts";
import { startService } from "../../src/compose.ts";
import { readConfig } from "../../src/config.ts";
import { createLogger } from "../../src/log.ts";
import type { Fault } from "../../src/simulator/faults.ts";
import type { Simulator } from "../../src/simulator/server.ts";
import { randomTraffic } from "../../src/simulator/traffic.ts";
import type { MessageView } from "../../src/simulator/views.ts";
import { expectedFor, faultIn } from "./oracle.ts";
import { dustSettled, environmentOf, look, RULE, scene, simulate, TOKEN, WORDS } from "./running.ts";

const MESSAGES = 600;

/** Every mishap that leaves a callback deliverable: a dropped one is nobody's acknowledged message. */
const faults: readonly Fault[] = [
  { on: "callback", kind: "duplicate", probability: 0.2 },
  { on: "callback", kind: "reorder", probability: 0.2, ms: 80 },
  { on: "callback", kind: "delay", probability: 0.2, ms: 40 },
  ...(["modify_c2c_msg", "modify_group_msg"] as const).flatMap((on): Fault[] => [
    ...[60007, 91000, 20028, 20027, 20026, 20002].map((code): Fault => ({
      on,
      kind: "error",
      code,
      probability: 0.03,
    })),
    { on, kind: "http502", probability: 0.04 },
    { on, kind: "reset", probability: 0.04 },
    { on, kind: "applied-but-reset", probability: 0.06 },
    { on, kind: "delay", probability: 0.1, ms: 150 },
    { on, kind: "hang", count: 1, ms: 7000 },
  ]),
  { on: "history", kind: "error", code: 91000, probability: 0.1 },
  { on: "history", kind: "reset", probability: 0.1 },
];

describe("a world with mishaps", function () {
  this.timeout(120_000);

  for (const seed of [20261120, 7]) {
    it(`ends with every client seeing what the rules say (seed ${seed})`, async () => {
      await inWorld(seed, async ({ simulator, settled, recorded, wrong }) => {
        simulator.faults.set(faults);
        for (const said of randomTraffic({ seed, count: MESSAGES, words: WORDS })) simulator.world.say(said);
        await settled();
        assert.deepEqual(wrong(), []);
        assert.equal(recorded(), MESSAGES);
        const changed = seenIn(simulator).filter((message) => message.versions > 1).length;
        assert.ok(changed > MESSAGES / 10, `only ${changed} messages were changed: the world was too tame to tell`);
      });
    });
  }

  it("masks a text that is too long for its callback's turn a moment later", async () => {
    await inWorld(1, async ({ simulator, settled, wrong }) => {
      for (const text of [`${"ok ".repeat(1_800)}badword`, `${"badword ".repeat(600)}`, "x".repeat(5_000)]) {
        simulator.world.say({ from: "anna", to: "ben", text });
      }
      await settled();
      assert.deepEqual(wrong(), []);
      assert.deepEqual(
        seenIn(simulator).map(({ versions }) => versions),
        [2, 2, 1],
      );
    });
  });
});

type World = {
  readonly simulator: Simulator;
  /** Resolves when nothing is under way or waiting any more; the service has stopped then. */
  readonly settled: () => Promise<void>;
  readonly recorded: () => number;
  /** What the checker has to say about what clients see. */
  readonly wrong: () => readonly string[];
};

async function inWorld(seed: number, story: (world: World) => Promise<void>): Promise<void> {
  using at = scene();
  await using simulator = await simulate({ callbackToken: TOKEN, seed });
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
  try {
    await story({
      simulator,
      async settled() {
        await simulator.world.quiet();
        await dustSettled(at.database, 90_000);
        ending.abort();
        await service.stopped;
      },
      recorded: () => look<{ n: number }>(at.database, "SELECT count(*) AS n FROM message")[0]?.n ?? 0,
      wrong: () => seenIn(simulator).flatMap(faultsOf),
    });
  } finally {
    ending.abort();
    await service.stopped;
  }
}

const seenIn = ({ world }: Simulator): readonly MessageView[] =>
  world.conversations().flatMap(({ id }) => world.messages(id));

function faultsOf(message: MessageView): readonly string[] {
  const expected = expectedFor(message.original, message.modifiable, WORDS);
  const fault = faultIn(message.original, message.current, expected, RULE);
  return fault === undefined ? [] : [`message ${message.id}: ${fault}`];
}
