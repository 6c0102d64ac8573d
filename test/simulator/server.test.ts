import assert from "node:assert/strict";
import net from "node:net";
import { SimulatorError } from "../../src/simulator/errors.ts";
import { call, MODIFY_C2C, start } from "./support.ts";

const within = async (ms: number, work: Promise<unknown>): Promise<void> => {
  const before = performance.now();
  await work;
  const took = performance.now() - before;
  assert.ok(took < ms, `took ${took.toFixed()} ms`);
};

describe("closing the simulator", () => {
  it("ends calls that hang and calls that are delayed", async () => {
    const simulator = await start();
    simulator.faults.set([
      { on: "modify_c2c_msg", kind: "hang", count: 1 },
      { on: "modify_c2c_msg", kind: "delay", ms: 60_000 },
    ]);
    const waiting = [call(simulator, MODIFY_C2C, {}), call(simulator, MODIFY_C2C, {})];
    const ended = Promise.allSettled(waiting);
    while (simulator.world.callList().length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    await within(500, simulator.close());
    assert.deepEqual(
      (await ended).map(({ status }) => status),
      ["rejected", "rejected"],
    );
  });

  it("ends watching pages, silent connections and callbacks under way", async () => {
    const silent = net.createServer();
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const { port } = silent.address() as net.AddressInfo;
    const simulator = await start({ callbackUrl: `http://127.0.0.1:${port}/` });
    const watching = await fetch(`${simulator.url}/simulator/events`);
    const socket = net.connect(simulator.port, "127.0.0.1");
    const closed = new Promise((resolve) => socket.on("close", resolve).on("error", () => undefined));
    await new Promise((resolve) => socket.on("connect", resolve));
    simulator.world.say({ from: "anna", to: "ben", text: "hi" });
    const quiet = simulator.world.quiet();
    await within(500, simulator.close());
    await within(500, Promise.all([closed, quiet, watching.text().catch(() => undefined)]));
    await assert.rejects(fetch(simulator.url));
    silent.close();
  });

  it("twice does no harm", async () => {
    const simulator = await start();
    await simulator.close();
    await simulator.close();
  });
});

describe("a port", () => {
  it("that is taken is an error with a code and a next step", async () => {
    await using first = await start();
    await assert.rejects(start({ port: first.port }), (error) => {
      assert.ok(error instanceof SimulatorError);
      assert.equal(error.code, "SIMULATOR_PORT_IN_USE");
      assert.match(
        error.message,
        new RegExp(`^SIMULATOR_PORT_IN_USE  127\\.0\\.0\\.1:${first.port} is already taken\\. End the program`),
      );
      return true;
    });
  });

  it("that is taken as the second one gives the first one back", async () => {
    await using first = await start();
    const free = await start();
    const { port } = free;
    await free.close();
    await assert.rejects(start({ port, alsoPort: first.port }), /SIMULATOR_PORT_IN_USE/);
    await (await start({ port })).close();
  });

  it("may be joined by a second one with the same face", async () => {
    await using simulator = await start({ alsoPort: 0 });
    simulator.world.say({ from: "anna", to: "ben", text: "hi" });
    assert.equal((await fetch(`${simulator.url}/`)).status, 200);
  });

  it("with a callback address that is none is refused before anything listens", async () => {
    await assert.rejects(start({ callbackUrl: "nowhere" }), /SIMULATOR_OPTION_INVALID/);
  });
});

describe("the page", () => {
  it("runs under a policy that allows nothing inline and nothing from elsewhere", async () => {
    await using simulator = await start();
    const response = await fetch(`${simulator.url}/`);
    const policy = response.headers.get("content-security-policy") ?? "";
    assert.match(policy, /default-src 'none'/);
    assert.match(policy, /require-trusted-types-for 'script'/);
    assert.doesNotMatch(policy, /unsafe/);
    const html = await response.text();
    assert.doesNotMatch(html, /<style|<script>| style=| on\w+=/);
  });

  it("brings everything it asks for", async () => {
    await using simulator = await start();
    for (const path of ["/page.css", "/page.js", "/bubble.js", "/note.js", "/favicon.svg"]) {
      assert.equal((await fetch(`${simulator.url}${path}`)).status, 200, path);
    }
    assert.equal((await fetch(`${simulator.url}/../../package.json`)).status, 404);
  });

  it("knows a note by its shape, whatever key it stands under", async () => {
    const module_ = new URL("../../src/simulator/page/note.js", import.meta.url).href;
    const { notesIn } = (await import(module_)) as { notesIn: (data: string | undefined) => unknown[] };
    const note = { v: 1, id: "01J", action: "mask", rules: ["profanity.en.mild"], at: 1 };
    assert.deepEqual(notesIn(JSON.stringify({ quote: {}, any: [note] })), [note]);
    for (const other of [undefined, "", "[1]", "x=1", '{"a":[1]}', '{"a":[]}']) assert.deepEqual(notesIn(other), []);
  });
});
