import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import http from "node:http";
import { randomTraffic } from "../../src/simulator/traffic.ts";
import { postCallback } from "../support/callback-sender.ts";
import { expectedFor, faultIn } from "./oracle.ts";
import type { Child } from "./running.ts";
import {
  answering,
  dustSettled,
  environmentOf,
  freePort,
  look,
  RULE,
  scene,
  SDK_APP_ID,
  simulate,
  start,
  TOKEN,
  WORDS,
} from "./running.ts";

const KILLS = 12;
const MESSAGES = 1_500;
/** Several at once, so that a kill finds some of them between commit and answer. */
const SENDERS = 8;

describe("pulling the plug", function () {
  this.timeout(120_000);

  it(`${KILLS} kills at random moments lose no acknowledged message and leave none unmodified`, async () => {
    using at = scene();
    await using simulator = await simulate({ seed: 5 });
    const port = await freePort();
    const environment = environmentOf(at, port, simulator.url);
    const ready = `http://127.0.0.1:${port}/readyz`;
    const startReady = async (): Promise<Child> => {
      const child = start(["serve"], environment, at.folder);
      await answering(ready, child);
      return child;
    };

    // Said without callbacks: this test is the sender, so that it knows which ones it got an answer to.
    const said = randomTraffic({ seed: 5, count: MESSAGES, words: WORDS }).map((each) => simulator.world.say(each).id);
    const acknowledged = new Set<string>();
    let child = await startReady();
    let killing = true;
    const killer = (async () => {
      for (let kill = 0; kill < KILLS; kill++) {
        // The kill comes at any moment: the wait is what is tested.
        await new Promise((resolve) => setTimeout(resolve, randomInt(20, 400)));
        child.process.kill("SIGKILL");
        await child.ended;
        child = await startReady();
      }
      killing = false;
    })();
    const agent = new http.Agent({ keepAlive: true, maxSockets: SENDERS });
    let next = 0;
    const sender = async (): Promise<void> => {
      while (next < said.length) {
        const message = simulator.world.message(said[next++] ?? "");
        assert.ok(message);
        const status = await postCallback({ agent, port, sdkAppId: SDK_APP_ID, token: TOKEN }, message);
        if (status === 200) acknowledged.add(message.id);
        // Spread over the kills; what meets a dead service is gone, as it is with Tencent.
        if (killing) await new Promise((resolve) => setTimeout(resolve, status === undefined ? 150 : 20));
      }
    };
    await Promise.all(Array.from({ length: SENDERS }, sender));
    await killer;
    agent.destroy();
    await dustSettled(at.database, 60_000);
    child.process.kill("SIGTERM");
    assert.deepEqual(await child.ended, { code: 0, signal: null }, child.printed());

    const wrong = [...acknowledged].flatMap((id) => {
      const message = simulator.world.message(id);
      assert.ok(message);
      const expected = expectedFor(message.original, message.modifiable, WORDS);
      const fault = faultIn(message.original, message.current, expected, RULE);
      return fault === undefined ? [] : [`message ${id}: ${fault}`];
    });
    assert.deepEqual(wrong, []);
    const recorded = look<{ n: number }>(at.database, "SELECT count(*) AS n FROM message")[0]?.n ?? 0;
    assert.ok(recorded >= acknowledged.size, `${acknowledged.size} were acknowledged, ${recorded} are recorded`);
    // A busy machine acknowledges few between two kills; a run of none at all proves nothing.
    assert.ok(acknowledged.size >= 12, `only ${acknowledged.size} were acknowledged: too few to tell`);
    assert.deepEqual(look(at.database, "PRAGMA integrity_check"), [{ integrity_check: "ok" }]);
    // A call that was under way at a kill is made again; nothing else is.
    const calls = Object.values(simulator.world.calls()).reduce((sum, api) => sum + api.count, 0);
    const orders = look<{ n: number }>(at.database, "SELECT count(*) AS n FROM payload")[0]?.n ?? 0;
    assert.ok(calls <= orders + KILLS * 32, `${orders} orders took ${calls} calls`);
  });
});
