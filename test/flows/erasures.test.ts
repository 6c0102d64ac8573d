import assert from "node:assert/strict";
import type { UserId } from "../../src/domain/message.ts";
import { createErasures } from "../../src/flows/erasures.ts";
import { createBell } from "../../src/flows/wake.ts";
import type { ErasingThread } from "../../src/ports/erasures.ts";
import { ErasingFailed } from "../../src/ports/erasures.ts";
import { createPeople } from "../support/console-people.ts";
import { createRecordingLog } from "../support/recording-log.ts";
import { noteErasureRecorded } from "../../src/store/sqlite-erasures.ts";
import { APP } from "../support/store-fixtures.ts";

const ANNA = "anna" as UserId;
const FOUND = { messages: 3, edits: 1, orders: 0, undecodable: 2 };

/** A record in memory, and a thread whose steps are let through one by one. */
function createBench(isFirst = () => true) {
  const { clock, store } = createPeople();
  const log = createRecordingLog();
  const steps: string[] = [];
  let fails: string | undefined;
  let goOn: (() => void) | undefined;
  const step = async (name: string, signal: AbortSignal): Promise<void> => {
    steps.push(name);
    if (fails !== undefined) throw new ErasingFailed(fails);
    await new Promise<void>((resolve, reject) => {
      goOn = resolve;
      signal.addEventListener("abort", () => reject(new Error("aborted")), { once: true });
    });
  };
  const thread: ErasingThread = {
    count: (user, signal) => step(`count ${user}`, signal).then(() => FOUND),
    async eraseFromRecord({ user, found }, onProgress, signal) {
      onProgress(0.5);
      await step(`record ${user} ${found.messages}`, signal);
      noteErasureRecorded(store.db, APP, clock.now());
    },
    eraseFromFiles: (user, signal) => step(`files ${user}`, signal),
  };
  const erasures = createErasures({ store, thread, isFirst, clock, bell: createBell(clock), log });
  let ending = new AbortController();
  let running = Promise.resolve();
  const settled = (): Promise<void> => clock.advance(0);
  return {
    ...{ clock, store, log, steps, erasures, thread },
    start() {
      ending = new AbortController();
      running = erasures.run(ending.signal);
      return settled();
    },
    async stop() {
      ending.abort();
      await running;
    },
    /** The step under way ends well. */
    async pass() {
      goOn?.();
      await settled();
    },
    failWith(code: string | undefined) {
      fails = code;
    },
    async stage() {
      const open = await erasures.open();
      return open === undefined ? undefined : [open.stage, open.share, open.fault];
    },
    async [Symbol.asyncDispose]() {
      ending.abort();
      await running;
      store[Symbol.dispose]();
    },
  };
}

describe("an erasure that was ordered", () => {
  it("is counted, erased from the record and then from the files, and says how far it is", async () => {
    await using bench = createBench();
    await bench.start();
    const ordered = await bench.erasures.order(ANNA, "lea");
    assert.deepEqual(ordered, {
      user: ANNA,
      by: "lea",
      at: bench.clock.now(),
      stage: "counting",
      share: undefined,
      fault: undefined,
    });
    const story: unknown[] = [];
    for (let steps = 0; steps < 4; steps++) {
      await bench.clock.advance(0);
      story.push(await bench.stage());
      await bench.pass();
    }
    assert.deepEqual(story, [
      ["counting", undefined, undefined],
      ["record", 0.5, undefined],
      ["files", undefined, undefined],
      undefined,
    ]);
    assert.deepEqual(bench.steps, ["count anna", "record anna 3", "files anna"]);
    const [line] = bench.log.of("info");
    assert.deepEqual(line?.fields, FOUND, "who it was is not in the log");
  });

  it("is the only one until it is done", async () => {
    await using bench = createBench();
    await bench.start();
    await bench.erasures.order(ANNA, "lea");
    assert.equal(await bench.erasures.order("ben" as UserId, "lea"), "under_way");
    assert.equal(await bench.erasures.order(ANNA, "lea"), "under_way");
    for (let steps = 0; steps < 4; steps++) {
      await bench.clock.advance(0);
      await bench.pass();
    }
    assert.notEqual(await bench.erasures.order("ben" as UserId, "lea"), "under_way");
  });

  it("goes on after a restart where it was, with the numbers from before", async () => {
    await using bench = createBench();
    await bench.start();
    await bench.erasures.order(ANNA, "lea");
    await bench.clock.advance(0);
    for (const expected of ["count", "record", "files"]) {
      assert.match(bench.steps.at(-1) ?? "", new RegExp(`^${expected}`));
      await bench.stop();
      assert.equal(bench.log.of("error").length, 0);
      await bench.start();
      assert.match(bench.steps.at(-1) ?? "", new RegExp(`^${expected}`), "the step is done once more");
      await bench.pass();
    }
    assert.equal(await bench.stage(), undefined);
    assert.equal(bench.steps.filter((step) => step.startsWith("record anna 3")).length, 2);
  });

  it("says why it failed, and is tried again a minute later", async () => {
    await using bench = createBench();
    bench.failWith("SQLITE_FULL");
    await bench.start();
    await bench.erasures.order(ANNA, "lea");
    await bench.clock.advance(0);
    assert.deepEqual(await bench.stage(), ["counting", undefined, "SQLITE_FULL"]);
    assert.deepEqual(bench.log.of("error")[0]?.fields, { fault: "SQLITE_FULL" });
    bench.failWith(undefined);
    await bench.clock.advance(60_000);
    for (let steps = 0; steps < 3; steps++) await bench.pass();
    assert.equal(await bench.stage(), undefined);
  });

  it("is left to the process that works for the database", async () => {
    let isFirst = false;
    await using bench = createBench(() => isFirst);
    await bench.start();
    await bench.erasures.order(ANNA, "lea");
    await bench.clock.advance(60_000);
    assert.deepEqual(bench.steps, []);
    isFirst = true;
    await bench.clock.advance(5_000);
    assert.deepEqual(bench.steps, ["count anna"]);
  });
});

describe("a count before an erasure", () => {
  it("is one at a time, and ends when nobody waits for it", async () => {
    await using bench = createBench();
    const gone = new AbortController();
    const first = bench.erasures.preview(ANNA, gone.signal);
    assert.equal(await bench.erasures.preview(ANNA, new AbortController().signal), "busy");
    gone.abort();
    await assert.rejects(first);
    const again = bench.erasures.preview(ANNA, new AbortController().signal);
    await bench.pass();
    assert.deepEqual(await again, FOUND);
    assert.equal(await bench.stage(), undefined, "and changes nothing");
  });
});
