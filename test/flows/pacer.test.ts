import assert from "node:assert/strict";
import fc from "fast-check";
import { SLOT_LATENESS_MS, slotGapMs, WARM_UP, WINDOW_MS, windowCallsMax } from "../../src/domain/throttle.ts";
import { createPacer } from "../../src/flows/pacer.ts";
import type { PacerParts } from "../../src/flows/pacer.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import type { FakeClock } from "../support/fake-clock.ts";
import { memoryStore } from "../support/sending-bench.ts";
import { busiestSecond } from "../support/busiest-second.ts";

const CALLS_PER_SECOND = 200;
const GAP_MS = slotGapMs(CALLS_PER_SECOND);
const never = new AbortController().signal;

type Slot = (signal: AbortSignal) => Promise<boolean>;

/** Uses slots as fast as they come, until `ms` are over. @returns when each of them was used */
async function useSlots(clock: FakeClock, slot: Slot, ms: number, meanwhile = (): void => undefined) {
  const used: number[] = [];
  const ending = new AbortController();
  const walking = (async () => {
    while (await slot(ending.signal)) {
      used.push(clock.monotonic());
      meanwhile();
    }
  })();
  await clock.advance(ms);
  ending.abort();
  await walking;
  return used;
}

function pacerOver(parts: Partial<PacerParts> = {}) {
  const clock = createFakeClock();
  const store = memoryStore();
  const settings: PacerParts = { store, clock, api: "c2c", callsPerSecond: CALLS_PER_SECOND, share: () => 1, ...parts };
  return { clock, store, slot: createPacer(settings), again: () => createPacer(settings) };
}

const gapsOf = (used: readonly number[]): readonly number[] => used.slice(1).map((at, i) => at - (used[i] ?? 0));

describe("the pacer", () => {
  it("hands slots out one gap apart, and uses the pace that is planned", async () => {
    const { clock, store, slot } = pacerOver();
    using _ = store;
    await useSlots(clock, slot, WARM_UP.forMs);
    const used = await useSlots(clock, slot, 5_000);
    assert.ok(Math.min(...gapsOf(used)) >= GAP_MS - 1e-6);
    assert.ok(used.length >= 190 * 5, `${used.length} slots in 5 s`);
  });

  it("begins below the full pace, and so it does after a pause: the first calls arrive late, and what follows on time", async () => {
    const { clock, store, slot } = pacerOver();
    using _ = store;
    const below = (WARM_UP.share * WARM_UP.forMs) / GAP_MS;
    for (const pauseMs of [0, WARM_UP.afterPauseMs + 200]) {
      clock.stall(pauseMs);
      const { length } = await useSlots(clock, slot, WARM_UP.forMs);
      assert.ok(Math.abs(length - below) < 5, `${length} slots after a pause of ${pauseMs} ms`);
      assert.ok((await useSlots(clock, slot, 1_000)).length >= 187);
    }
  });

  it("makes up for a machine that is held up for a moment: no slot is lost, and no window holds too many", async () => {
    const { clock, store, slot } = pacerOver();
    using _ = store;
    await useSlots(clock, slot, WARM_UP.forMs);
    let calls = 0;
    const used = await useSlots(clock, slot, 5_000, () => {
      if (++calls % 100 === 0) clock.stall(SLOT_LATENESS_MS - GAP_MS);
    });
    assert.ok(used.length >= 190 * 5, `${used.length} slots in 5 s`);
    assert.ok(busiestSecond(used, WINDOW_MS) <= windowCallsMax(CALLS_PER_SECOND));
  });

  it("loses a slot that nobody could use in time, and goes on with the next one", async () => {
    const { clock, store, slot } = pacerOver();
    using _ = store;
    const before = await useSlots(clock, slot, 1_000);
    clock.stall(10 * SLOT_LATENESS_MS);
    const after = await useSlots(clock, slot, 1_000);
    // But for the latest few, those that have passed are not made up for.
    const atOnce = after.filter((at) => at === after[0]).length;
    assert.ok(atOnce <= SLOT_LATENESS_MS / GAP_MS + 1, `${atOnce} at once`);
    assert.ok(busiestSecond([...before, ...after], WINDOW_MS) <= windowCallsMax(CALLS_PER_SECOND));
  });

  it("gives no slot that could not be set aside", async () => {
    const { clock, store } = pacerOver();
    using _ = store;
    let isFull = true;
    const slot = createPacer({
      ...{ clock, api: "c2c", callsPerSecond: CALLS_PER_SECOND, share: () => 1 },
      store: {
        reserveSlots: (...asked) =>
          isFull ? Promise.reject(new Error("the disk says no")) : store.reserveSlots(...asked),
      },
    });
    await assert.rejects(slot(never));
    await assert.rejects(slot(never), "what was refused must not be used at the next try");
    isFull = false;
    const used = await useSlots(clock, slot, 1_000);
    assert.ok(Math.min(...gapsOf(used)) >= GAP_MS - 1e-6);
  });

  it("never lets more than the budget out in any second, however the machine stumbles", async () => {
    const stumbles = fc.array(fc.tuple(fc.nat(40), fc.integer({ min: 1, max: 120 })), { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 400 }), stumbles, async (budget, plan) => {
        const { clock, store, slot } = pacerOver({ callsPerSecond: budget });
        using _ = store;
        const stalls = new Map(plan.map(([calls, ms], i) => [i * 7 + calls, ms]));
        let calls = 0;
        const used = await useSlots(clock, slot, 2_500, () => clock.stall(stalls.get(calls++) ?? 0));
        const busiest = busiestSecond(used, WINDOW_MS);
        assert.ok(busiest <= budget, `${busiest} calls in ${WINDOW_MS} ms, ${budget} allowed`);
      }),
      { numRuns: 40 },
    );
  });

  it("halves the pace when half of it may be used, at once, and doubles it again", async () => {
    let share = 1;
    const { clock, store, slot } = pacerOver({ share: () => share });
    using _ = store;
    await useSlots(clock, slot, WARM_UP.forMs);
    const counts: number[] = [];
    for (share of [1, 0.5, 1 / 64, 1]) counts.push((await useSlots(clock, slot, 2_000)).length);
    const [full = 0, half = 0, least = 0, fullAgain = 0] = counts;
    // The slow slots that were set aside already cost the last stretch two thirds of a second.
    assert.ok(full > 370 && fullAgain > 280, counts.join());
    assert.ok(half > 180 && half <= 193, counts.join());
    assert.ok(least >= 4 && least <= 8, counts.join());
  });

  it("stays slow, and goes on, where the share of a small budget is less than a call a second", async () => {
    const { clock, store, slot } = pacerOver({ callsPerSecond: 5, share: () => 1 / 64 });
    using _ = store;
    const used = await useSlots(clock, slot, 20_000);
    assert.ok(used.length >= 19 && used.length <= 21, `${used.length} slots in 20 s`);
  });

  it("begins behind what an earlier process had set aside", async () => {
    const { clock, store, slot, again } = pacerOver();
    using _ = store;
    // Killed with the rest of a tenth of a second still its own.
    assert.equal(await slot(never), true);
    const before = clock.monotonic();
    const after = await useSlots(clock, again(), 1_000);
    const first = (after[0] ?? Infinity) - before;
    assert.ok(first >= 100 - 2 * GAP_MS && first <= 100 + 2 * GAP_MS, `${first} ms after the last one`);
    assert.ok(busiestSecond([before, ...after]) <= CALLS_PER_SECOND);
  });

  it("gives no slot to one that was aborted while it waited, and does not hold it up", async () => {
    const { clock, store, slot } = pacerOver();
    using _ = store;
    const ending = new AbortController();
    assert.equal(await slot(ending.signal), true);
    const waiting = slot(ending.signal);
    await clock.advance(1);
    ending.abort();
    assert.equal(await waiting, false);
    assert.equal(await slot(ending.signal), false);
  });
});
