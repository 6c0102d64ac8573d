import assert from "node:assert/strict";
import { once } from "node:events";
import net from "node:net";
import type { AddressInfo } from "node:net";
import { SimulatorError } from "../../src/simulator/errors.ts";
import type { Simulator } from "../../src/simulator/server.ts";
import { openWire } from "../support/wire.ts";
import { appServer, ask, MODIFY_C2C, named, simulate, until } from "./bench.ts";

/** Listens there for a moment: only a port that is free lets one. */
async function assertFree(port: number): Promise<void> {
  const server = net.createServer();
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  server.close();
  await once(server, "close");
}

const refusal = (code: string, words: RegExp) => (error: unknown) => {
  assert.ok(error instanceof SimulatorError);
  assert.equal(error.code, code);
  assert.match(error.message, words);
  assert.ok(error.message.startsWith(`${code}  `) && error.message.endsWith(error.nextStep));
  assert.match(error.nextStep, /^[A-Z].*[.]|npm run build/);
  return true;
};

describe("the simulator", () => {
  it("tells where it is, and listens on loopback unless told otherwise", async () => {
    await using simulator = await simulate();
    assert.equal(simulator.url, `http://127.0.0.1:${simulator.port}`);
    assert.equal((await fetch(simulator.url)).status, 200);
  });

  it("frees its port when it is closed", async () => {
    const port = await freePort();
    const simulator = await simulate({ port });
    await simulator.close();
    await assertFree(port);
  });

  it("says in words that a port is taken", async () => {
    await using other = await simulate();
    await assert.rejects(
      simulate({ port: other.port }),
      refusal("SIMULATOR_PORT_IN_USE", new RegExp(`127.0.0.1:${other.port} is already taken.*another port`)),
    );
  });

  for (const [sentence, options, code, words] of [
    ["an address is not of this machine", { host: "203.0.113.1" }, "SIMULATOR_CANNOT_LISTEN", /203\.0\.113\.1/],
    ["a port is none", { port: 65_536 }, "SIMULATOR_CANNOT_LISTEN", /65536 cannot be listened on/],
    ["a callback URL is none", { callbackUrl: "ftp://x" }, "SIMULATOR_OPTION_INVALID", /"callbackUrl" must begin/],
    ["a limit is none", { callsPerSecond: 0 }, "SIMULATOR_OPTION_INVALID", /"callsPerSecond" must be/],
  ] as const) {
    it(`says in words that ${sentence}`, () => assert.rejects(simulate(options), refusal(code, words)));
  }

  it("gives the same numbers for the same seed", async () => {
    const keys = async () => {
      await using simulator = await simulate({ seed: 99, now: () => 1_789_000_000_000 });
      return ["one", "two"].map((text) => named(simulator.world.say({ from: "anna", to: "ben", text }).ref));
    };
    assert.deepEqual(await keys(), await keys());
  });

  it("never gives two messages one name, also when time stands still", async () => {
    await using simulator = await simulate({ now: () => 1_789_000_000_000 });
    const names = new Set<string>();
    for (let index = 0; index < 3_000; index++) {
      const place = index % 2 === 0 ? { to: "ben" } : { group: "team" };
      names.add(JSON.stringify(named(simulator.world.say({ from: "anna", ...place, text: "x" }).ref)));
    }
    assert.equal(names.size, 3_000);
  });
});

async function freePort(): Promise<number> {
  const server = net.createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

describe("closing", () => {
  /** Closes, and says how long that took. */
  async function closed(simulator: Simulator): Promise<number> {
    const before = performance.now();
    await simulator.close();
    return performance.now() - before;
  }

  it("ends within a second whatever waits: calls, delays, half-sent requests, watchers, callbacks", async () => {
    await using app = await appServer(() => {});
    const simulator = await simulate({ callbackUrl: app.url });
    simulator.faults.set([
      { on: "modify_c2c_msg", kind: "hang" },
      { on: "history", kind: "delay", ms: 60_000 },
    ]);
    simulator.world.say({ from: "anna", to: "ben", text: "hello" });
    const hanging = assert.rejects(ask(simulator, MODIFY_C2C, {}), TypeError);
    const delayed = assert.rejects(ask(simulator, "v4/openim/admin_getroammsg", {}), TypeError);
    const waiting = assert.rejects(fetch(`${simulator.url}/simulator/quiet`), TypeError);
    using half = await openWire(simulator.port);
    await half.write(`POST /${MODIFY_C2C} HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{`);
    const events = await fetch(`${simulator.url}/simulator/events`);
    await until(() => simulator.world.callList().length === 3 && app.told.length === 1, "everything waits");
    assert.ok((await closed(simulator)) < 1_000);
    await Promise.all([hanging, delayed, waiting]);
    await events.body?.cancel().catch(() => {});
    await until(() => !half.isOpen(), "the half-sent request is cut");
    await assertFree(simulator.port);
  });

  it("may be done twice, and says nothing to the app afterwards", async () => {
    await using app = await appServer();
    const simulator = await simulate({ callbackUrl: app.url });
    await simulator.close();
    await simulator.close();
    simulator.world.say({ from: "anna", to: "ben", text: "hello" });
    await simulator.world.quiet();
    assert.equal(app.told.length, 0);
  });

  it("leaves the port to the next one at once", async () => {
    const port = await freePort();
    for (let times = 0; times < 5; times++) {
      await using simulator = await simulate({ port });
      assert.equal((await fetch(`${simulator.url}/simulator/conversations`)).status, 200);
    }
  });
});
