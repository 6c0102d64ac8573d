import assert from "node:assert/strict";
import http from "node:http";
import { once } from "node:events";
import type { Simulator } from "../../src/simulator/server.ts";
import { ask, MODIFY_C2C, named, simulate, until } from "./bench.ts";

/** Watches as a browser does, and keeps what it hears. */
async function watch({ url }: Simulator) {
  const request = http.get(`${url}/simulator/events`, { agent: false });
  const [response] = (await once(request, "response")) as [http.IncomingMessage];
  assert.equal(response.statusCode, 200);
  let heard = "";
  response.setEncoding("utf8");
  response.on("data", (text: string) => (heard += text));
  let over = false;
  for (const end of ["close", "error"]) response.on(end, () => (over = true));
  const changes = (): unknown[] =>
    [...heard.matchAll(/^event: change\ndata: (.*)\n\n/gm)].map(([, json = ""]) => JSON.parse(json) as unknown);
  return {
    response,
    changes,
    over: () => over,
    [Symbol.dispose]: () => void request.destroy(),
  };
}

describe("the events of the simulator", () => {
  let simulator: Simulator;
  beforeEach(async () => {
    simulator = await simulate();
  });
  afterEach(() => simulator.close());

  it("tell every change, to everyone who watches, as it happens", async () => {
    using first = await watch(simulator);
    using second = await watch(simulator);
    assert.equal(first.response.headers["content-type"], "text/event-stream; charset=utf-8");
    const { id, ref } = simulator.world.say({ from: "anna", to: "ben", text: "hello" });
    simulator.world.edit({ id, by: "ben", text: "bye" });
    await ask(simulator, MODIFY_C2C, { ...named(ref), CloudCustomData: "{}" });
    simulator.world.recall({ id });
    simulator.world.reset();
    const about = { conversation: "c2c:anna|ben", id };
    for (const watcher of [first, second]) {
      await until(() => watcher.changes().length === 5, "five changes were told");
      assert.deepEqual(watcher.changes(), [
        { what: "said", ...about, by: "anna" },
        { what: "edited", ...about, by: "ben" },
        { what: "modified", ...about, by: "administrator" },
        { what: "recalled", ...about, by: "anna" },
        { what: "reset" },
      ]);
    }
  });

  it("go on for the others when one leaves", async () => {
    using stays = await watch(simulator);
    {
      using leaves = await watch(simulator);
      assert.equal(leaves.over(), false);
    }
    for (let times = 0; times < 3; times++) simulator.world.say({ from: "anna", to: "ben", text: "hello" });
    await until(() => stays.changes().length === 3, "three changes were told");
  });

  it("have room for a hundred watchers, again as soon as they left", async () => {
    for (let round = 0; round < 2; round++) {
      const watchers = await Promise.all(Array.from({ length: 100 }, () => watch(simulator)));
      const one = await fetch(`${simulator.url}/simulator/events`);
      assert.equal(one.status, 503);
      assert.match(await one.text(), /Already 100 pages watch/);
      for (const watcher of watchers) watcher[Symbol.dispose]();
      await until(() => watchers.every(({ over }) => over()), "they left");
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  });

  it("end when the simulator is closed", async () => {
    using watcher = await watch(simulator);
    await simulator.close();
    await until(watcher.over, "the events ended");
  });
});
