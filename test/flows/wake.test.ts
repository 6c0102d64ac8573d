import assert from "node:assert/strict";
import { createBell } from "../../src/flows/wake.ts";
import { createFakeClock } from "../support/fake-clock.ts";

function sleeping() {
  const clock = createFakeClock();
  const bell = createBell(clock);
  const ending = new AbortController();
  let awake = false;
  const sleep = (): void => {
    awake = false;
    void bell.sleep(1_000, ending.signal).then(() => (awake = true));
  };
  return { clock, bell, ending, sleep, isAwake: () => awake };
}

describe("a bell", () => {
  it("wakes who sleeps", async () => {
    const { clock, bell, sleep, isAwake } = sleeping();
    sleep();
    await clock.advance(10);
    assert.equal(isAwake(), false);
    bell.ring();
    await clock.advance(0);
    assert.equal(isAwake(), true);
  });

  it("that was rung while nobody slept is heard by the next sleeper, once", async () => {
    const { clock, bell, sleep, isAwake } = sleeping();
    bell.ring();
    bell.ring();
    sleep();
    await clock.advance(0);
    assert.equal(isAwake(), true);
    sleep();
    await clock.advance(999);
    assert.equal(isAwake(), false);
    await clock.advance(1);
    assert.equal(isAwake(), true);
  });

  it("lets nobody sleep on when everything ends", async () => {
    const { clock, ending, sleep, isAwake } = sleeping();
    sleep();
    await clock.advance(10);
    ending.abort();
    await clock.advance(0);
    assert.equal(isAwake(), true);
    sleep();
    await clock.advance(0);
    assert.equal(isAwake(), true);
  });
});
