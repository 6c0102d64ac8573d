import assert from "node:assert/strict";
import { createBatch } from "../../src/flows/batch.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { settled } from "../support/turns.ts";

/** Doubles numbers, and remembers what was asked for in one go. */
function createDoubling(entriesMax: number) {
  const flushes: (readonly number[])[] = [];
  const ask = createBatch(async (entries: readonly number[]) => {
    flushes.push(entries);
    if (entries.includes(13)) throw new Error("13 is not to be doubled");
    return entries.map((entry) => entry * 2);
  }, entriesMax);
  return { ask, flushes };
}

describe("a batch", () => {
  it("carries out in one go what was asked for in one turn, and gives everyone their own answer", async () => {
    const { ask, flushes } = createDoubling(100);
    assert.deepEqual(await Promise.all([1, 2, 3].map(ask)), [2, 4, 6]);
    assert.deepEqual(flushes, [[1, 2, 3]]);
  });

  it("lets one that is alone wait for nobody", async () => {
    const { ask, flushes } = createDoubling(100);
    assert.equal(await ask(1), 2);
    assert.equal(await ask(2), 4);
    assert.deepEqual(flushes, [[1], [2]]);
  });

  it("takes no more than its most in one go, and the rest in order after it", async () => {
    const { ask, flushes } = createDoubling(2);
    assert.deepEqual(await Promise.all([1, 2, 3, 4, 5].map(ask)), [2, 4, 6, 8, 10]);
    assert.deepEqual(flushes, [[1, 2], [3, 4], [5]]);
  });

  it("fails for everyone in it, and for nobody else", async () => {
    const { ask } = createDoubling(2);
    const endings = await Promise.allSettled([1, 13, 3].map(ask));
    assert.deepEqual(
      endings.map(({ status }) => status),
      ["rejected", "rejected", "fulfilled"],
    );
    assert.equal(await ask(4), 8);
  });

  it("takes what comes while one is under way into the next one", async () => {
    const flushes: (readonly number[])[] = [];
    let release = (): void => undefined;
    const ask = createBatch(async (entries: readonly number[]) => {
      flushes.push(entries);
      if (flushes.length === 1) await new Promise<void>((resolve) => (release = resolve));
      return entries;
    }, 100);
    const first = ask(1);
    await settled();
    const second = [ask(2), ask(3)];
    await settled();
    release();
    assert.deepEqual(await Promise.all([first, ...second]), [1, 2, 3]);
    assert.deepEqual(flushes, [[1], [2, 3]]);
  });

  it("rests between two where it is told to: the first waits for nobody, and those that come meanwhile share the next", async () => {
    const clock = createFakeClock();
    const flushes: (readonly number[])[] = [];
    const ask = createBatch(
      async (entries: readonly number[]) => {
        flushes.push(entries);
        return entries;
      },
      100,
      () => clock.wait(25),
    );
    assert.equal(await ask(1), 1);
    const shared = [ask(2), ask(3)];
    await settled();
    assert.deepEqual(flushes, [[1]]);
    await clock.advance(25);
    assert.deepEqual(await Promise.all(shared), [2, 3]);
    assert.deepEqual(flushes, [[1], [2, 3]]);
  });
});
