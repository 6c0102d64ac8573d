import assert from "node:assert/strict";
import { createRandom, pick, seedFor } from "../../src/simulator/random.ts";
import { after } from "../support/process-world.ts";
import { judgedIn, missingIn, nameOf } from "../support/recorded-messages.ts";
import {
  answering,
  dustSettled,
  environmentOf,
  freePort,
  RULE,
  scene,
  simulate,
  start,
  TOKEN,
  WORDS,
} from "../world/running.ts";
import { expectedFor, faultIn } from "../world/oracle.ts";
import { counts, seed } from "./counts.ts";

const PER_SECOND = 150;
const TICK_MS = 20;
const LOST = 0.01;
const WITHIN_MS = 60_000;
/** What an operator may set; the default looks every ten minutes. */
const SWEEP_EVERY = "20s";
const GROUPS = 20;
const PEOPLE = ["anna", "ben", "carlos", "dora", "emil", "fay"] as const;

describe("callbacks that are lost", function () {
  this.timeout(3_600_000);

  it(`one in a hundred, of ${counts.saidWithLosses} messages: each is judged within a minute all the same`, async () => {
    using at = scene();
    await using simulator = await simulate({ seed, callbackToken: TOKEN });
    const { world, faults, settings } = simulator;
    const port = await freePort();
    const environment = { ...environmentOf(at, port, simulator.url), EMEND_BACKFILL_C2C_EVERY: SWEEP_EVERY };
    const service = start(["serve"], environment, at.folder);
    try {
      await answering(`http://127.0.0.1:${port}/readyz`, service);
      settings.change({ callbackUrl: `http://127.0.0.1:${port}/callback` });
      faults.set([
        { on: "callback", kind: "drop", probability: LOST },
        { on: "callback", kind: "reorder", probability: 0.02, ms: 500 },
        { on: "history", kind: "error", code: 10002, probability: 0.02 },
      ]);
      const ids = await talk(world, counts.saidWithLosses);
      const lost = world.deliveries().dropped ?? 0;
      // Those that were said last have their minute too.
      const messages = ids.map((id) => world.message(id)).filter((message) => message !== undefined);
      const isComplete = (): boolean => missingIn(at.database, messages).length === 0;
      for (const until = Date.now() + WITHIN_MS; Date.now() < until && !isComplete();) await after(1_000);
      await dustSettled(at.database, WITHIN_MS);
      const judged = judgedIn(at.database);
      const waits = { c2c: [] as number[], group: [] as number[] };
      const faultsSeen: string[] = [];
      for (const { id } of messages) {
        const message = world.message(id);
        assert.ok(message);
        const row = judged.get(nameOf(message));
        if (row === undefined) {
          faultsSeen.push(`message ${message.id} was not found`);
          continue;
        }
        if (row.origin === "backfill")
          waits[message.ref.kind === "c2c" ? "c2c" : "group"].push(row.received_at - message.sentAt);
        const fault = faultIn(
          ...[message.original, message.current, expectedFor(message.original, message.modifiable, WORDS), RULE],
        );
        if (fault !== undefined) faultsSeen.push(`message ${message.id}: ${fault}`);
      }
      assert.deepEqual(faultsSeen, []);
      const worst = { c2c: Math.max(0, ...waits.c2c), group: Math.max(0, ...waits.group) };
      assert.ok(worst.group <= WITHIN_MS, `a group message waited ${worst.group} ms`);
      assert.ok(waits.group.length > 0, "the world was too tame to tell");
      const inWords = (kind: "c2c" | "group") =>
        `${waits[kind].length} of ${kind} (the slowest after ${(worst[kind] / 1_000).toFixed(1)} s)`;
      console.log(
        `    ${messages.length} messages at ${PER_SECOND} a second, ${lost} callbacks lost; found: ${inWords("group")}, ${inWords("c2c")}; seed ${seed}`,
      );
    } finally {
      service.process.kill("SIGKILL");
      await service.ended;
    }
  });
});

/** In groups, topics and pairs; system messages take numbers too, and a group may end with what is lost. @returns ids */
async function talk(world: Awaited<ReturnType<typeof simulate>>["world"], count: number): Promise<readonly string[]> {
  const random = createRandom(seedFor(seed, "missed"));
  const ids: string[] = [];
  const begun = performance.now();
  while (ids.length < count) {
    const due = Math.min(count, Math.ceil(((performance.now() - begun) / 1_000) * PER_SECOND));
    while (ids.length < due) {
      const from = pick(random, PEOPLE);
      const text = random() < 0.2 ? `${pick(random, WORDS)} ${ids.length}` : `fine ${ids.length}`;
      const group = Math.floor(random() * GROUPS);
      const where =
        random() < 0.2
          ? {
              to: pick(
                random,
                PEOPLE.filter((name) => name !== from),
              ),
            }
          : group % 4 === 0
            ? { group: `city-${group}`, topic: `t${Math.floor(random() * 3)}`, groupType: "Community" as const }
            : { group: `team-${group}`, groupType: "Public" as const };
      ids.push(world.say({ from, ...where, text }).id);
      if (random() < 0.01) world.tip({ group: `team-${1 + 2 * Math.floor(random() * 9)}`, groupType: "Public" });
    }
    await after(TICK_MS);
  }
  await world.quiet();
  return ids;
}
