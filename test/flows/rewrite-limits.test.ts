import assert from "node:assert/strict";
import type { Decision, Finding, RuleId } from "../../src/domain/decision.ts";
import { span } from "../../src/domain/span.ts";
import { createRewriteLimits } from "../../src/flows/rewrite-limits.ts";
import { dumpState } from "../support/dump-state.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { createRecordingLog } from "../support/recording-log.ts";
import { memoryStore } from "../support/sending-bench.ts";
import { settled } from "../support/turns.ts";

const MINUTE_MS = 60_000;
const rule = (name: string): RuleId => name as RuleId;

function decided(...effects: readonly (readonly [string, Finding["effect"]])[]): Decision {
  const findings = effects.map(([name, effect], index): Finding => ({
    rule: rule(name),
    category: "profanity",
    severity: "low",
    effect,
    place: { element: 0, part: "text" },
    span: span(index, index + 1),
  }));
  return { kind: "rewrite", revision: "r1", findings, edits: [] };
}

function createBench(perHour: Readonly<Record<string, number>>, failing = false) {
  const clock = createFakeClock();
  const log = createRecordingLog();
  const store = memoryStore();
  const limitOf = new Map(Object.entries(perHour));
  const limits = createRewriteLimits({
    rewritesPerHour: (name) => limitOf.get(name) ?? Infinity,
    store: failing ? { auditOnly: () => Promise.reject(new Error("disk full")) } : store,
    clock,
    log,
  });
  return {
    clock,
    log,
    limits,
    limitOf,
    rewrite: (name: string, times = 1) => {
      for (let i = 0; i < times; i++) limits.count(decided([name, "mask"]));
    },
    full: () => [...limits.flagOnly()],
    audit: () => dumpState(store.db, { audit: "id act detail" }).audit,
    [Symbol.dispose]: () => store[Symbol.dispose](),
  };
}

describe("a rule with a limit of rewritten messages", () => {
  it("only flags once it has rewritten so many, and masks again an hour later", async () => {
    using bench = createBench({ mild: 3 });
    bench.rewrite("mild", 2);
    assert.deepEqual(bench.full(), []);
    bench.rewrite("mild");
    assert.deepEqual(bench.full(), ["mild"]);
    await bench.clock.advance(60 * MINUTE_MS);
    assert.deepEqual(bench.full(), ["mild"]);
    await bench.clock.advance(MINUTE_MS);
    assert.deepEqual(bench.full(), []);
  });

  it("gets back as many as are an hour old, in no sixty minutes more than its limit", async () => {
    using bench = createBench({ mild: 10 });
    const rewrites: number[] = [];
    for (let minute = 0; minute < 300; minute++) {
      for (let i = 0; i < 3; i++) {
        if (bench.full().length > 0) continue;
        bench.rewrite("mild");
        rewrites.push(minute);
      }
      await bench.clock.advance(MINUTE_MS);
    }
    assert.ok(rewrites.length >= 40, `${rewrites.length}`);
    for (const first of rewrites) {
      const within = rewrites.filter((minute) => minute >= first && minute <= first + 60).length;
      assert.ok(within <= 10, `${within} from minute ${first}`);
    }
  });

  it("is told about once at either end, with a next step, and stands in the audit log", async () => {
    using bench = createBench({ mild: 2 });
    bench.rewrite("mild", 5);
    bench.full();
    assert.equal(bench.log.of("error").length, 1);
    assert.deepEqual(bench.log.of("error")[0]?.fields, { rule: "mild", rewritesPerHour: 2 });
    assert.match(bench.log.of("error")[0]?.sentence ?? "", /mend the rule, or raise its rewritesPerHour/);
    await bench.clock.advance(62 * MINUTE_MS);
    bench.full();
    bench.full();
    assert.deepEqual(
      bench.log.of("info").map(({ fields }) => fields),
      [{ rule: "mild" }],
    );
    await settled();
    assert.deepEqual(bench.audit(), [
      '1 rule_limited {"rule":"mild","state":"flags_only","rewritesPerHour":2}',
      '2 rule_limited {"rule":"mild","state":"rewrites_again","rewritesPerHour":2}',
    ]);
  });

  it("is not told about every minute while it hovers at its limit", async () => {
    using bench = createBench({ mild: 60 });
    for (let minute = 0; minute < 240; minute++) {
      for (let i = 0; i < 2; i++) if (bench.full().length === 0) bench.rewrite("mild");
      await bench.clock.advance(MINUTE_MS);
    }
    assert.ok(bench.log.of("error").length <= 4, `${bench.log.of("error").length} alarms`);
  });

  it("masks again at once when its limit is raised or taken away", () => {
    using bench = createBench({ mild: 2, odd: 2 });
    bench.rewrite("mild", 2);
    bench.rewrite("odd", 2);
    assert.deepEqual(bench.full(), ["mild", "odd"]);
    bench.limitOf.set("mild", 3);
    bench.limitOf.delete("odd");
    assert.deepEqual(bench.full(), []);
  });

  it("counts a message once, whatever number of places it masked, and not what it only flagged", () => {
    using bench = createBench({ mild: 2, odd: 1 });
    bench.limits.count(decided(["mild", "mask"], ["mild", "mask"], ["odd", "flag"], ["odd", "shadow"]));
    assert.deepEqual(bench.full(), []);
  });

  it("does not count what was known already", () => {
    using bench = createBench({ mild: 2 });
    bench.rewrite("mild");
    bench.rewrite("mild");
    bench.limits.withdraw(decided(["mild", "mask"]));
    assert.deepEqual(bench.full(), []);
    bench.rewrite("mild");
    assert.deepEqual(bench.full(), ["mild"]);
  });

  it("flags all the same when the audit log cannot be written, and the log says so", async () => {
    using bench = createBench({ mild: 1 }, true);
    bench.rewrite("mild");
    await settled();
    assert.deepEqual(bench.full(), ["mild"]);
    assert.deepEqual(bench.log.of("error").at(-1)?.fields, { rule: "mild", fault: "Error" });
  });
});

describe("a rule without a limit", () => {
  it("is never held back", () => {
    using bench = createBench({});
    bench.rewrite("mild", 10_000);
    assert.deepEqual(bench.full(), []);
  });
});
