import assert from "node:assert/strict";
import { startService } from "../../src/compose.ts";
import { readConfig } from "../../src/config.ts";
import type { Simulator } from "../../src/simulator/server.ts";
import { randomTraffic } from "../../src/simulator/traffic.ts";
import type { MessageView } from "../../src/simulator/views.ts";
import { createFastClock } from "../support/fast-clock.ts";
import { createRecordingLog } from "../support/recording-log.ts";
import { expectedFor, faultIn } from "./oracle.ts";
import { dustSettled, environmentOf, look, RULE, scene, simulate, TOKEN, WORDS } from "./running.ts";

const SEED = 20261121;
/** A second of ours is five of the world's: slots of the pace still last longer than a timer's lateness. */
const TIMES = 5;
const MESSAGES = 1_000;
/** Far more than it takes; only a search that never ends gets here. */
const PATIENCE_MS = 60_000;

type World = {
  readonly simulator: Simulator;
  /** What history holds and the record does not. */
  readonly missing: () => readonly MessageView[];
  readonly origins: () => Readonly<Record<string, number>>;
  /** What the checker has to say about what clients see. */
  readonly wrong: () => readonly string[];
  readonly settled: () => Promise<void>;
  /** Ends the service. @returns what it counted */
  readonly ended: () => Promise<Readonly<Record<string, unknown>>>;
};

describe("a world in which one callback in a hundred is lost", function () {
  this.timeout(120_000);

  it("ends with every message of every group and chat recorded, judged and masked all the same", async () => {
    await inWorld({ EMEND_BACKFILL_C2C_EVERY: "20s" }, async (world) => {
      const { simulator } = world;
      // The search has mishaps of its own: it reads again.
      simulator.faults.set([
        { on: "callback", kind: "drop", probability: 0.01 },
        { on: "callback", kind: "reorder", probability: 0.1, ms: 80 },
        { on: "history", kind: "error", code: 10002, probability: 0.1 },
        { on: "history", kind: "reset", probability: 0.1 },
      ]);
      await speak(simulator);
      const until = Date.now() + PATIENCE_MS;
      while (world.missing().length > 0) {
        assert.ok(Date.now() < until, `${world.missing().length} are still missing`);
        // The service runs in our own process: each look takes from its time.
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      await world.settled();
      assert.deepEqual(world.wrong(), []);
      const dropped = simulator.world.deliveries().dropped ?? 0;
      const { backfill = 0 } = world.origins();
      assert.ok(dropped >= 3, `only ${dropped} were lost: the world was too tame to tell`);
      // More than were lost, where a busy machine lets a callback come later than history is read: it is a duplicate then.
      assert.ok(backfill > 0, `none found, ${dropped} lost`);
      const counts = await world.ended();
      const counted = (name: string): number => Number(counts[name] ?? 0);
      assert.equal(counted("recovered.group") + counted("recovered.c2c"), backfill);
    });
  });

  it("stays incomplete where nobody looks", async () => {
    await inWorld({ EMEND_BACKFILL_CALLS_PER_SECOND: "0" }, async (world) => {
      world.simulator.faults.set([{ on: "callback", kind: "drop", probability: 0.05 }]);
      await speak(world.simulator, 200);
      await world.settled();
      assert.ok(world.missing().length > 0);
      assert.deepEqual(world.simulator.world.calls().group_msg_get_simple, undefined);
    });
  });
});

/** With a breath now and then: chance decides what is lost, not a queue that overflows. System messages take numbers too. */
async function speak({ world }: Simulator, count = MESSAGES): Promise<void> {
  for (const [index, said] of randomTraffic({ seed: SEED, count, words: WORDS }).entries()) {
    world.say(said);
    if (index % 50 === 0) world.tip({ group: "weekend-hike", groupType: "Public" });
    if (index % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await world.quiet();
}

async function inWorld(more: Record<string, string>, story: (world: World) => Promise<void>): Promise<void> {
  using at = scene();
  const clock = createFastClock(TIMES);
  await using simulator = await simulate({
    callbackToken: TOKEN,
    // It counts in our seconds, five of which are one of the world's.
    callsPerSecond: 200 * TIMES,
    seed: SEED,
    now: () => clock.now(),
  });
  const reading = readConfig({ ...environmentOf(at, 0, simulator.url), ...more });
  assert.ok(reading.ok && reading.config.tencent !== undefined);
  const ending = new AbortController();
  const log = createRecordingLog();
  let chance = SEED;
  const service = await startService(
    {
      tencent: reading.config.tencent,
      service: reading.config.service,
      clock,
      random: () => (chance = (chance * 48271) % 2147483647) / 2147483647,
      log,
    },
    ending.signal,
  );
  simulator.settings.change({ callbackUrl: service.callbackUrl });
  const seen = (): readonly MessageView[] =>
    simulator.world.conversations().flatMap(({ id }) => simulator.world.messages(id));
  try {
    await story({
      simulator,
      missing() {
        const known = new Set(look<{ name: string }>(at.database, NAMES).map(({ name }) => name));
        return seen().filter((message) => message.modifiable && !known.has(nameOf(message)));
      },
      origins() {
        const rows = look<{ origin: string; n: number }>(
          at.database,
          "SELECT origin, count(*) AS n FROM message GROUP BY origin",
        );
        return Object.fromEntries(rows.map(({ origin, n }) => [origin, n]));
      },
      wrong: () => seen().flatMap(faultsOf),
      settled: () => dustSettled(at.database, PATIENCE_MS),
      async ended() {
        ending.abort();
        await service.stopped;
        return log.of("info").findLast(({ sentence }) => sentence === "Stopped.")?.fields ?? {};
      },
    });
  } finally {
    ending.abort();
    await service.stopped;
  }
}

const NAMES = `SELECT CASE c.kind WHEN 'group' THEN c.first || '|' || c.second || '|' || m.msg_seq
  ELSE m.sender || '|' || m.msg_key END AS name FROM message m JOIN conversation c ON c.id = m.conversation_id`;

const nameOf = ({ ref }: MessageView): string =>
  ref.kind === "group" ? `${ref.groupId}|${ref.topicId ?? ""}|${ref.msgSeq}` : `${ref.from}|${ref.msgKey}`;

function faultsOf(message: MessageView): readonly string[] {
  const expected = expectedFor(message.original, message.modifiable, WORDS);
  const fault = faultIn(message.original, message.current, expected, RULE);
  return fault === undefined ? [] : [`message ${message.id}: ${fault}`];
}
