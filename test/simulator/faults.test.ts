import assert from "node:assert/strict";
import { createFaults } from "../../src/simulator/faults.ts";
import type { Fault } from "../../src/simulator/faults.ts";
import type { Simulator } from "../../src/simulator/server.ts";
import type { Said } from "../../src/simulator/simulated-world.ts";
import { appServer, ask, bodyOf, C2C_HISTORY, MODIFY_C2C, named, queryOf, simulate, textBody } from "./bench.ts";

const times = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make);

describe("chance in mishaps", () => {
  const DICE: Fault = { on: "modify_c2c_msg", kind: "error", probability: 0.3 };
  const strikes = (
    seed: number,
    rules: readonly Fault[],
    api: "modify_c2c_msg" | "modify_group_msg",
    count: number,
  ) => {
    const faults = createFaults(seed);
    faults.set(rules);
    return times(count, () => faults.forCall(api).mishap?.kind);
  };

  it("repeats itself with its seed, and only with it", () => {
    const first = strikes(1, [DICE], "modify_c2c_msg", 200);
    assert.deepEqual(strikes(1, [DICE], "modify_c2c_msg", 200), first);
    assert.notDeepEqual(strikes(2, [DICE], "modify_c2c_msg", 200), first);
  });

  it("begins anew when the rules are set again, and when it is reset", () => {
    const faults = createFaults(1);
    const draw = () => {
      faults.set([DICE]);
      return times(50, () => faults.forCall("modify_c2c_msg").mishap?.kind);
    };
    const first = draw();
    assert.deepEqual(draw(), first);
    faults.reset(2);
    assert.notDeepEqual(draw(), first);
    faults.reset(1);
    assert.deepEqual(draw(), first);
  });

  it("strikes about as often as it was told", () => {
    const struck = strikes(3, [DICE], "modify_c2c_msg", 10_000).filter((kind) => kind !== undefined).length;
    assert.ok(struck > 2_800 && struck < 3_200, String(struck));
  });

  it("never strikes with a probability of 0 and always with 1", () => {
    assert.deepEqual(new Set(strikes(3, [{ ...DICE, probability: 0 }], "modify_c2c_msg", 500)), new Set([undefined]));
    assert.deepEqual(new Set(strikes(3, [{ ...DICE, probability: 1 }], "modify_c2c_msg", 500)), new Set(["error"]));
  });

  it("is one API's own: what others meet meanwhile changes nothing", () => {
    const everywhere: Fault = { on: "*", kind: "error", probability: 0.5 };
    const alone = strikes(1, [everywhere], "modify_c2c_msg", 100);
    const faults = createFaults(1);
    faults.set([everywhere]);
    const among = times(100, () => {
      faults.forCall("modify_group_msg");
      faults.forCallback();
      return faults.forCall("modify_c2c_msg").mishap?.kind;
    });
    assert.deepEqual(among, alone);
  });

  it("strikes no more often than the count says", () => {
    const faults = createFaults(1);
    faults.set([{ on: "*", kind: "reset", count: 3 }]);
    assert.equal(times(10, () => faults.forCall("unknown").mishap).filter(Boolean).length, 3);
    assert.deepEqual(faults.struck(), [3]);
  });

  it("lets the first rule that strikes win, and adds up all delays", () => {
    const faults = createFaults(1);
    faults.set([
      { on: "history", kind: "delay", ms: 5 },
      { on: "history", kind: "http502", count: 1 },
      { on: "*", kind: "reset" },
      { on: "*", kind: "delay", ms: 7 },
      { on: "callback", kind: "drop" },
    ]);
    const kinds = times(2, () => faults.forCall("admin_getroammsg")).map(({ delayMs, mishap }) => [
      delayMs,
      mishap?.kind,
    ]);
    assert.deepEqual(kinds, [
      [12, "http502"],
      [12, "reset"],
    ]);
    const { delayMs, mishap } = faults.forCallback();
    assert.deepEqual([delayMs, mishap?.kind], [7, "drop"]);
  });
});

describe("a mishap on a call", () => {
  let simulator: Simulator;
  let said: Said;
  beforeEach(async () => {
    simulator = await simulate();
    said = simulator.world.say({ from: "anna", to: "ben", text: "hello" });
  });
  afterEach(() => simulator.close());

  const modify = () => ask(simulator, MODIFY_C2C, { ...named(said.ref), MsgBody: textBody("h***o") });
  const text = () => simulator.world.message(said.id)?.current.text;
  const answers = () => simulator.world.calls().modify_c2c_msg?.answers;

  it("may be an error, 60008 unless told otherwise, and changes nothing", async () => {
    simulator.faults.set([
      { on: "modify_c2c_msg", kind: "error", count: 1 },
      { on: "modify_c2c_msg", kind: "error", code: 20028, count: 1 },
    ]);
    const replies = [await modify(), await modify()];
    assert.deepEqual(
      replies.map(({ status, code, json }) => [status, code, json["ActionStatus"]]),
      [
        [200, 60008, "FAIL"],
        [200, 20028, "FAIL"],
      ],
    );
    assert.equal(text(), "hello");
    assert.equal((await modify()).code, 0);
    assert.deepEqual(answers(), { "60008": 1, "20028": 1, "0": 1 });
  });

  it("may be a gateway that answers 502 with a page", async () => {
    simulator.faults.set([{ on: "*", kind: "http502" }]);
    const response = await fetch(`${simulator.url}/${MODIFY_C2C}?${queryOf().toString()}`, {
      method: "POST",
      body: "{}",
    });
    assert.equal(response.status, 502);
    assert.match(await response.text(), /502 Bad Gateway/);
    assert.equal(text(), "hello");
    assert.deepEqual(answers(), { http502: 1 });
  });

  it("may be a connection that is reset before anything was done", async () => {
    simulator.faults.set([{ on: "modify_c2c_msg", kind: "reset" }]);
    await assert.rejects(modify, TypeError);
    assert.equal(text(), "hello");
    assert.deepEqual(answers(), { reset: 1 });
  });

  it("may be a connection that is reset after all was done", async () => {
    simulator.faults.set([{ on: "modify_c2c_msg", kind: "applied-but-reset" }]);
    await assert.rejects(modify, TypeError);
    assert.equal(text(), "h***o");
    assert.deepEqual(answers(), { "applied-but-reset": 1 });
  });

  it("may be a silence, which ends with a cut connection", async () => {
    simulator.faults.set([{ on: "modify_c2c_msg", kind: "hang", ms: 150 }]);
    const before = performance.now();
    await assert.rejects(modify, TypeError);
    assert.ok(performance.now() - before >= 140);
    assert.equal(text(), "hello");
    assert.deepEqual(answers(), { hang: 1 });
  });

  it("may be a delay, after which all goes well", async () => {
    simulator.faults.set([{ on: "modify_c2c_msg", kind: "delay", ms: 150 }]);
    const before = performance.now();
    assert.equal((await modify()).code, 0);
    assert.ok(performance.now() - before >= 140);
    assert.equal(text(), "h***o");
  });

  it("is for the API that it names", async () => {
    simulator.faults.set([{ on: "history", kind: "error", code: 91000 }]);
    assert.equal((await modify()).code, 0);
    assert.equal((await ask(simulator, C2C_HISTORY, {})).code, 91000);
  });

  it("does not hide a wrong caller when it lets the call through", async () => {
    simulator.faults.set([{ on: "*", kind: "delay", ms: 1 }]);
    assert.equal((await ask(simulator, MODIFY_C2C, {}, queryOf({ identifier: "anna" }))).code, 70013);
  });

  it("is over when the rules are cleared", async () => {
    simulator.faults.set([{ on: "*", kind: "error" }]);
    simulator.faults.clear();
    assert.equal((await modify()).code, 0);
  });
});

describe("a mishap on a callback", () => {
  const sayAll = (simulator: Simulator, texts: readonly string[]) => {
    for (const text of texts) simulator.world.say({ from: "anna", to: "ben", text });
  };
  const wordsOf = (told: Parameters<typeof bodyOf>[0]): string => {
    const [element] = bodyOf(told)["MsgBody"] as { MsgContent: { Text: string } }[];
    return element?.MsgContent.Text ?? "";
  };

  it("may lose it", async () => {
    await using app = await appServer();
    await using simulator = await simulate({ callbackUrl: app.url });
    simulator.faults.set([{ on: "callback", kind: "drop", count: 1 }]);
    sayAll(simulator, ["one", "two"]);
    await simulator.world.quiet();
    assert.deepEqual(app.told.map(wordsOf), ["two"]);
    assert.deepEqual(simulator.world.deliveries(), { dropped: 1, answered: 1 });
  });

  it("may bring it twice, the same to the byte", async () => {
    await using app = await appServer();
    await using simulator = await simulate({ callbackUrl: app.url });
    simulator.faults.set([{ on: "callback", kind: "duplicate" }]);
    sayAll(simulator, ["one"]);
    await simulator.world.quiet();
    assert.equal(app.told.length, 2);
    assert.equal(app.told[0]?.body, app.told[1]?.body);
    assert.deepEqual(simulator.world.deliveries(), { answered: 2 });
  });

  it("may let it be overtaken by the next one", async () => {
    await using app = await appServer();
    await using simulator = await simulate({ callbackUrl: app.url });
    simulator.faults.set([{ on: "callback", kind: "reorder", count: 1, ms: 5_000 }]);
    sayAll(simulator, ["one", "two"]);
    const before = performance.now();
    await simulator.world.quiet();
    assert.deepEqual(app.told.map(wordsOf), ["two", "one"]);
    assert.ok(performance.now() - before < 2_000);
  });

  it("holds one that nothing overtakes no longer than told", async () => {
    await using app = await appServer();
    await using simulator = await simulate({ callbackUrl: app.url });
    simulator.faults.set([{ on: "callback", kind: "reorder", ms: 60 }]);
    sayAll(simulator, ["one"]);
    await simulator.world.quiet();
    assert.deepEqual(app.told.map(wordsOf), ["one"]);
  });

  it("may bring it late", async () => {
    await using app = await appServer();
    await using simulator = await simulate({ callbackUrl: app.url });
    simulator.faults.set([{ on: "callback", kind: "delay", ms: 150 }]);
    const before = performance.now();
    sayAll(simulator, ["one"]);
    await simulator.world.quiet();
    assert.ok(performance.now() - before >= 140);
    assert.equal(app.told.length, 1);
  });

  it("happens to the same ones when the seed is the same", async () => {
    const run = async () => {
      await using app = await appServer();
      await using simulator = await simulate({ callbackUrl: app.url, seed: 11 });
      simulator.faults.set([
        { on: "callback", kind: "drop", probability: 0.3 },
        { on: "callback", kind: "duplicate", probability: 0.3 },
      ]);
      sayAll(
        simulator,
        times(40, () => "x").map((x, index) => `${x}${index}`),
      );
      await simulator.world.quiet();
      return { told: app.told.map(wordsOf).sort(), struck: simulator.faults.struck() };
    };
    const [first, second] = [await run(), await run()];
    assert.deepEqual(first, second);
    assert.ok(first.told.length > 10 && first.struck.every((count) => count > 0));
  });

  it("does not outlive a reset: what was held back then belongs to no message any more", async () => {
    await using app = await appServer();
    await using simulator = await simulate({ callbackUrl: app.url });
    const late = [{ on: "callback", kind: "delay", ms: 40 }] as const;
    simulator.faults.set(late);
    sayAll(simulator, ["before"]);
    simulator.world.reset();
    // As late again: by the time this one comes, the other would have come.
    simulator.faults.set(late);
    sayAll(simulator, ["after"]);
    await simulator.world.quiet();
    assert.deepEqual(app.told.map(wordsOf), ["after"]);
    assert.deepEqual(simulator.world.deliveries(), { answered: 1 });
  });
});
