import assert from "node:assert/strict";
import type { Simulator } from "../../src/simulator/server.ts";
import type { Fields } from "./bench.ts";
import { control, simulate } from "./bench.ts";

describe("a storm", () => {
  let simulator: Simulator;
  beforeEach(async () => {
    simulator = await simulate();
  });
  afterEach(() => simulator.close());

  const ask = (method: string, body?: unknown) =>
    control(simulator, method, "storm", body === undefined ? undefined : JSON.stringify(body));
  async function over(): Promise<Fields> {
    for (;;) {
      const { json } = await ask("GET");
      if (json["isOver"] === true) return json;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  it("says what it was asked for, one message in three with the word, and counts what became of them", async () => {
    const begun = await ask("POST", { count: 30, perSecond: 1_000, word: "坏词" });
    assert.equal(begun.status, 200);
    const common = { word: "坏词", said: 30, withWord: 10, isOver: true };
    assert.deepEqual(await over(), { ...common, masked: 0, stillShown: 10, changedForNothing: 0, changedTwice: 0 });

    simulator.world.edit({ id: "1", text: "storm 0: ** it" });
    simulator.world.edit({ id: "4", text: "** it" });
    simulator.world.edit({ id: "4", text: "** it" });
    simulator.world.edit({ id: "2", text: "why" });
    assert.deepEqual(await over(), { ...common, masked: 2, stillShown: 8, changedForNothing: 1, changedTwice: 1 });
  });

  it("is one at a time", async () => {
    await ask("POST", { count: 1_000, perSecond: 1 });
    const again = await ask("POST", {});
    assert.deepEqual([again.status, again.json["error"]], [409, "A storm goes on; wait until it is over."]);
    assert.equal((await ask("GET")).json["isOver"], false);
  });

  for (const [fields, error] of [
    [{ count: 0 }, '"count" must be a whole number from 1 to 100000.'],
    [{ perSecond: 1.5 }, '"perSecond" must be a whole number from 1 to 1000.'],
    [{ word: "" }, '"word" must be a text of 1 to 50 characters.'],
  ] as const) {
    it(`does not begin with ${JSON.stringify(fields)}`, async () => {
      const { status, json } = await ask("POST", fields);
      assert.deepEqual([status, json["error"]], [400, error]);
    });
  }

  it("has nothing to tell before the first, nor takes fields it does not know", async () => {
    assert.equal((await ask("GET")).status, 404);
    assert.equal((await ask("POST", { words: ["x"] })).status, 400);
  });
});
