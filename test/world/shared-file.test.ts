import assert from "node:assert/strict";
import http from "node:http";
import Database from "better-sqlite3";
import type { Simulator } from "../../src/simulator/server.ts";
import { postCallback } from "../support/callback-sender.ts";
import { eventually } from "../support/turns.ts";
import type { Scene } from "./running.ts";
import {
  answering,
  dustSettled,
  environmentOf,
  freePort,
  look,
  scene,
  SDK_APP_ID,
  simulate,
  start,
  TOKEN,
} from "./running.ts";

/** A machine that is busy may be late by this much; it is far below what is promised. */
const LATE_MS = 1_000;

type World = {
  readonly at: Scene;
  readonly simulator: Simulator;
  readonly serve: () => Promise<Server>;
  /** Says it and posts the callback. @returns status and time of the answer */
  readonly say: (
    port: number,
    text: string,
  ) => Promise<{ readonly status: number | undefined; readonly ms: number; readonly id: string }>;
  readonly seen: (id: string) => string | undefined;
};
type Server = { readonly port: number; readonly child: ReturnType<typeof start> };

async function inWorld(story: (world: World) => Promise<void>): Promise<void> {
  using at = scene();
  await using simulator = await simulate({ seed: 9 });
  const agent = new http.Agent({ keepAlive: true });
  const children: ReturnType<typeof start>[] = [];
  try {
    await story({
      ...{ at, simulator },
      async serve() {
        const port = await freePort();
        const child = start(["serve"], environmentOf(at, port, simulator.url), at.folder);
        children.push(child);
        await answering(`http://127.0.0.1:${port}/readyz`, child);
        return { port, child };
      },
      async say(port, text) {
        const { id } = simulator.world.say({ from: "anna", to: "ben", text });
        const message = simulator.world.message(id);
        assert.ok(message);
        const begun = performance.now();
        const status = await postCallback({ agent, port, sdkAppId: SDK_APP_ID, token: TOKEN }, message);
        return { status, id, ms: performance.now() - begun };
      },
      seen: (id) => simulator.world.message(id)?.current.text,
    });
  } finally {
    agent.destroy();
    for (const child of children) child.process.kill("SIGKILL");
    await Promise.all(children.map(({ ended }) => ended));
  }
}

describe("a database that another program holds", function () {
  this.timeout(60_000);

  it("is answered with 503 in time, and the service goes on by itself once it is free", async () => {
    await inWorld(async ({ at, serve, say, seen }) => {
      const { port } = await serve();
      assert.equal((await say(port, "badword before")).status, 200);
      await dustSettled(at.database, 10_000);
      const holder = new Database(at.database);
      holder.exec("BEGIN IMMEDIATE");
      for (let n = 0; n < 3; n++) {
        const { status, ms } = await say(port, `badword while held ${n}`);
        assert.equal(status, 503);
        assert.ok(ms < 1_500 + LATE_MS, `answered after ${ms} ms`);
      }
      holder.exec("ROLLBACK");
      holder.close();
      const { status, id } = await say(port, "badword after");
      assert.equal(status, 200);
      await dustSettled(at.database, 10_000);
      assert.equal(seen(id), "******* after");
      assert.deepEqual(look(at.database, "SELECT count(*) AS n FROM message"), [{ n: 2 }]);
    });
  });
});

describe("a second process for one database", function () {
  this.timeout(60_000);

  it("records and does not send, and takes over within five seconds when the first is killed", async () => {
    await inWorld(async ({ at, simulator, serve, say, seen }) => {
      const first = await serve();
      const second = await serve();
      // Both take callbacks; one sends, each message once.
      const ids: string[] = [];
      for (let n = 0; n < 20; n++) {
        const { status, id } = await say(n % 2 === 0 ? first.port : second.port, `badword ${n}`);
        assert.equal(status, 200);
        ids.push(id);
      }
      await dustSettled(at.database, 10_000);
      for (const [n, id] of ids.entries()) assert.equal(seen(id), `******* ${n}`);
      assert.equal(simulator.world.calls().modify_c2c_msg?.count, 20);
      assert.match(second.child.printed(), /standing by/);

      // Orders that the first has claimed and cannot end.
      simulator.faults.set([{ on: "modify_c2c_msg", kind: "hang" }]);
      const { id } = await say(second.port, "badword last");
      await eventually("the first is in its call", () => simulator.faults.struck().some((times) => times > 0));
      simulator.faults.clear();
      const killedAt = performance.now();
      first.child.process.kill("SIGKILL");
      await first.child.ended;
      while (seen(id) !== "******* last") {
        assert.ok(performance.now() - killedAt < 5_000 + LATE_MS, "nobody took over");
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      assert.equal((await say(second.port, "badword later")).status, 200);
      await dustSettled(at.database, 10_000);
    });
  });
});
