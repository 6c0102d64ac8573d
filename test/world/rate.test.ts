import assert from "node:assert/strict";
import { after, createProcessWorld } from "../support/process-world.ts";
import { dustSettled } from "./running.ts";

const ORDERS = 2_000;
const PER_SECOND_MAX = 200;
const MEAN_MIN = 185;
const DRAINED_WITHIN_MS = 60_000;
/**
 * The count is taken where it counts, at the receiver, and a receiver that the machine holds up for a moment sees calls
 * together that left apart. A fault of ours shows every time; a hiccup of the machine does not show three times.
 */
const TRIES = 3;

type Calls = { readonly count: number; readonly worstSecond: number; readonly times: readonly number[] };

describe("two thousand waiting orders", function () {
  this.timeout(180_000);

  it("go out at 185 a second or more, and never at more than 200", async () => {
    await withinTries(async (world) => {
      const { worstSecond, times } = await world.drained();
      const mean = ((times.length - 1) * 1000) / ((times.at(-1) ?? 0) - (times[0] ?? 0));
      assert.equal(times.length, ORDERS);
      return { fine: worstSecond <= PER_SECOND_MAX && mean >= MEAN_MIN, worstSecond, mean };
    });
  });

  it("stay under 200 in any second across a kill and a restart", async () => {
    await withinTries(async (world) => {
      for (let kill = 0; kill < 3; kill++) {
        await after(1_500);
        await world.killAndStart();
      }
      const { worstSecond, count } = await world.drained();
      assert.ok(count >= ORDERS);
      return { fine: worstSecond <= PER_SECOND_MAX, worstSecond };
    });
  });
});

type World = { readonly killAndStart: () => Promise<void>; readonly drained: () => Promise<Calls> };

async function withinTries(attempt: (world: World) => Promise<{ readonly fine: boolean }>): Promise<void> {
  const seen: unknown[] = [];
  for (let tried = 0; tried < TRIES; tried++) {
    const figures = await inWorld(attempt);
    if (figures.fine) return;
    seen.push(figures);
  }
  assert.fail(`In ${TRIES} tries: ${JSON.stringify(seen)}`);
}

async function inWorld<Figures>(attempt: (world: World) => Promise<Figures>): Promise<Figures> {
  await using world = await createProcessWorld();
  let service = await world.serve();
  // Sending is stopped while the orders are made, as it would be by an expired plan.
  await world.faults([{ on: "*", kind: "error", code: 60020 }]);
  await world.sayAll(Array.from({ length: ORDERS }, (_, n) => ({ from: "anna", group: "rush", text: `badword ${n}` })));
  await world.quiet();
  await world.faults([]);
  return await attempt({
    async killAndStart() {
      service.process.kill("SIGKILL");
      await service.ended;
      service = await world.serve();
    },
    async drained() {
      await dustSettled(world.at.database, DRAINED_WITHIN_MS);
      const { modify_group_msg: summary } = await world.calls();
      // The rest are probes from while sending was stopped.
      const sent = (await world.callList()).filter(({ answer }) => answer === "0");
      return { count: summary?.count ?? 0, worstSecond: summary?.worstSecond ?? 0, times: sent.map(({ at }) => at) };
    },
  });
}
