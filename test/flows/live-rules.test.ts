import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { OperatorError } from "../../src/errors.ts";
import type { LiveRules, LiveRulesParts } from "../../src/flows/live-rules.ts";
import { loadRules } from "../../src/flows/live-rules.ts";
import type { RuleId } from "../../src/domain/decision.ts";
import { compileOnThread } from "../../src/flows/compiling-thread.ts";
import { compileRules } from "../../src/rules/compile.ts";
import { dumpState } from "../support/dump-state.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { createRecordingLog } from "../support/recording-log.ts";
import { memoryStore } from "../support/sending-bench.ts";
import { NOW, said } from "../support/store-fixtures.ts";
import { createTempFolder } from "../support/temp-folder.ts";
import { eventually } from "../support/turns.ts";

const packOf = (word: string): string => `pack: a\nrules:\n  - { id: mild, match: { terms: [${word}] } }\n`;
const BROKEN = "pack: a\nrules:\n  - { id: mild, match: { terms: damn } }\n";

const compileHere: LiveRulesParts["compile"] = async (files, defaults) => compileRules(files, defaults);

function createBench(
  wrap: (store: LiveRulesParts["store"]) => LiveRulesParts["store"] = (store) => store,
  compile: LiveRulesParts["compile"] = compileHere,
) {
  const clock = createFakeClock();
  const log = createRecordingLog();
  const store = memoryStore();
  const folder = createTempFolder();
  const ending = new AbortController();
  let watching = Promise.resolve();
  return {
    clock,
    log,
    store,
    write: (text: string) => writeFileSync(folder.file("a.yaml"), text),
    remove: () => rmSync(folder.file("a.yaml")),
    removeFolder: () => rmSync(folder.path, { recursive: true }),
    load: () =>
      loadRules({
        count: () => undefined,
        dir: folder.path,
        store: wrap(store),
        exemptSenders: [],
        clock,
        log,
        compile,
      }),
    watch: (rules: LiveRules) => void (watching = rules.watch(ending.signal)),
    async stop() {
      ending.abort();
      await watching;
    },
    eventually: (what: string, condition: () => boolean) => eventually(what, condition, () => clock.advance(500)),
    audit: () => dumpState(store.db, { audit: "id act detail" }).audit,
    async [Symbol.asyncDispose]() {
      ending.abort();
      await watching;
      store[Symbol.dispose]();
      folder[Symbol.dispose]();
    },
  };
}

type Bench = ReturnType<typeof createBench>;

const objects = (rules: LiveRules, text: string): boolean =>
  rules.evaluate(said("k1", { text }).message, { at: NOW, flagOnly: new Set() }).kind === "rewrite";

describe("the rules at start", () => {
  it("are those of the folder; they are kept, and the audit log names their revision", async () => {
    await using bench = createBench();
    bench.write(packOf("damn"));
    const rules = await bench.load();
    assert.equal(objects(rules, "damn it"), true);
    assert.deepEqual(rules.problems(), []);
    const revision = rules.revision();
    assert.deepEqual(await bench.store.lastRules(), { revision, files: new Map([["a.yaml", packOf("damn")]]) });
    assert.deepEqual(bench.audit(), [`1 rules {"revision":"${revision}","rules":1}`]);
  });

  it("are the last good ones, with an alarm, when the folder is broken", async () => {
    await using bench = createBench();
    bench.write(packOf("damn"));
    const good = (await bench.load()).revision();
    bench.write(BROKEN);
    const rules = await bench.load();
    assert.equal(rules.revision(), good);
    assert.equal(objects(rules, "damn it"), true);
    assert.match(rules.problems()[0] ?? "", /^a\.yaml:3:\d+: /);
    const alarms = bench.log.of("error").map(({ sentence }) => sentence);
    assert.match(alarms.at(-1) ?? "", /last good revision is live instead/);
    assert.ok(alarms.length >= 2);
  });

  for (const [sentence, remove] of [
    ["is gone", (bench: Bench) => bench.removeFolder()],
    ["is empty", (bench: Bench) => bench.remove()],
  ] as const) {
    it(`are the last good ones when the folder ${sentence}`, async () => {
      await using bench = createBench();
      bench.write(packOf("damn"));
      const good = (await bench.load()).revision();
      remove(bench);
      assert.equal((await bench.load()).revision(), good);
    });
  }

  it("are missing, in words and with every problem's place, when the folder is broken and none was good before", async () => {
    await using bench = createBench();
    bench.write(BROKEN);
    await assert.rejects(bench.load(), (thrown: unknown) => {
      assert.ok(thrown instanceof OperatorError);
      assert.equal(thrown.code, "RULES_BROKEN");
      assert.match(thrown.line(), /\na\.yaml:3:\d+: .*\nMend it and start again/s);
      return true;
    });
  });
});

describe("the rules while the service runs", () => {
  it("change with the folder, from one message to the next", async () => {
    await using bench = createBench();
    bench.write(packOf("damn"));
    const rules = await bench.load();
    const before = rules.revision();
    bench.watch(rules);
    bench.write(packOf("crap"));
    await bench.eventually("the change is live", () => rules.revision() !== before);
    assert.deepEqual([objects(rules, "damn"), objects(rules, "crap")], [false, true]);
    await bench.eventually("the change is in the audit log", () => bench.audit().length === 2);
    assert.equal((await bench.store.lastRules())?.revision, rules.revision());
  });

  it("stay what they were when the change is broken, with a problem to show, until it is mended", async () => {
    await using bench = createBench();
    bench.write(packOf("damn"));
    const rules = await bench.load();
    const before = rules.revision();
    bench.watch(rules);
    bench.write(BROKEN);
    await bench.eventually("the problem shows", () => rules.problems().length > 0);
    assert.equal(rules.revision(), before);
    assert.equal(objects(rules, "damn"), true);
    assert.equal((await bench.store.lastRules())?.revision, before);
    bench.write(packOf("damn"));
    await bench.eventually("the problem is gone", () => rules.problems().length === 0);
    assert.equal(rules.revision(), before);
  });

  it("are taken up from a folder that was broken at start as soon as it is mended", async () => {
    await using bench = createBench();
    bench.write(packOf("damn"));
    await bench.load();
    bench.write(BROKEN);
    const rules = await bench.load();
    bench.watch(rules);
    bench.write(packOf("crap"));
    await bench.eventually("the mended rules are live", () => objects(rules, "crap"));
    assert.deepEqual(rules.problems(), []);
  });

  it("are the old ones again when the old text comes back", async () => {
    await using bench = createBench();
    bench.write(packOf("damn"));
    const rules = await bench.load();
    const first = rules.revision();
    bench.watch(rules);
    bench.write(packOf("crap"));
    await bench.eventually("the change is live", () => rules.revision() !== first);
    bench.write(packOf("damn"));
    await bench.eventually("the old rules are back", () => rules.revision() === first);
    assert.equal(bench.audit().length, 3);
  });

  it("wait for the record when it cannot be written, and change as soon as it can", async () => {
    let failures = 0;
    let compiled = 0;
    await using bench = createBench(
      (store) => ({
        ...store,
        saveRules: async (rules, at) => {
          if (failures > 0 && failures++ < 5) throw new Error("disk full");
          await store.saveRules(rules, at);
        },
      }),
      (files, defaults, signal) => (compiled++, compileHere(files, defaults, signal)),
    );
    bench.write(packOf("damn"));
    const rules = await bench.load();
    const before = rules.revision();
    failures = 1;
    bench.watch(rules);
    bench.write(packOf("crap"));
    await bench.eventually("the change is live", () => rules.revision() !== before);
    assert.equal(failures, 6);
    assert.deepEqual(bench.log.of("error")[0]?.fields, { fault: "Error" });
    assert.equal(compiled, 2, "what compiled once is not compiled again because of the record");
  });

  it("stay what they were when compiling gives up, and the problem says what to do", async () => {
    let isStuck = false;
    await using bench = createBench(undefined, (files, defaults, signal) =>
      isStuck
        ? compileOnThread(files, defaults, signal, { timeMaxMs: 1, heapMaxMb: 64 })
        : compileHere(files, defaults, signal),
    );
    bench.write(packOf("damn"));
    const rules = await bench.load();
    isStuck = true;
    bench.watch(rules);
    bench.write(packOf("crap"));
    await bench.eventually("the problem shows", () => rules.problems().length > 0);
    assert.match(rules.problems()[0] ?? "", /^\.:1:1: The rules took longer than 1 ms to compile\. Take out/);
    assert.deepEqual([objects(rules, "damn"), objects(rules, "crap")], [true, false]);
  });

  it("are left as they are, without a word, when the service stops while they are compiled", async () => {
    let isStopping = false;
    let isCompiling = false;
    await using bench = createBench(undefined, (files, defaults, signal) => {
      if (!isStopping) return compileHere(files, defaults, signal);
      isCompiling = true;
      return new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Error("interrupted"))));
    });
    bench.write(packOf("damn"));
    const rules = await bench.load();
    isStopping = true;
    bench.watch(rules);
    bench.write(packOf("crap"));
    await bench.eventually("the change is being compiled", () => isCompiling);
    await bench.stop();
    assert.deepEqual([rules.problems(), bench.log.of("error")], [[], []]);
    assert.equal(objects(rules, "damn"), true);
  });

  it("say how often a rule may rewrite, and hand themselves over as plain data", async () => {
    await using bench = createBench();
    bench.write("pack: a\nrules:\n  - { id: mild, match: { terms: [damn] }, limits: { rewritesPerHour: 7 } }\n");
    const rules = await bench.load();
    assert.equal(rules.rewritesPerHour("mild" as RuleId), 7);
    assert.equal(rules.rewritesPerHour("gone" as RuleId), Infinity);
    assert.equal(rules.parts().revision, rules.revision());
  });
});
