import assert from "node:assert/strict";
import fc from "fast-check";
import type { Outcome } from "../../src/domain/modification.ts";
import type { Breaker } from "../../src/domain/throttle.ts";
import {
  afterCall,
  afterOverLimit,
  closedBreaker,
  paceShare,
  SLOT_LATENESS_MS,
  slotGapMs,
  WINDOW_MS,
  windowCallsMax,
} from "../../src/domain/throttle.ts";
import { monotonicMs } from "../../src/domain/time.ts";

const at = monotonicMs;
const kinds = [
  ...["applied", "throttled", "retryable", "missing", "conflict", "filtered", "too_long"],
  ...["refused", "unauthorised", "misconfigured", "unknown"],
] as const satisfies readonly Outcome["kind"][];
const answer = (kind: Outcome["kind"]): Outcome => ({ kind, code: "x" });
const tooManySignatures: Outcome = { kind: "misconfigured", code: "70050", probeAfterMs: 60_000 };
const run = (from: Breaker, ...calls: readonly (readonly [number, Outcome["kind"]])[]): Breaker =>
  calls.reduce((breaker, [ms, kind]) => afterCall(breaker, answer(kind), at(ms)), from);
const outage = (from: number): Breaker =>
  run(closedBreaker, ...Array.from({ length: 5 }, () => [from, "retryable"] as const));

const BUDGETS = Array.from({ length: 1_000 }, (_, n) => n + 1);

describe("the pace", () => {
  it("keeps every sliding second within the budget, however late the slots are used", () => {
    const budget = fc.oneof(fc.constantFrom(1, 2, 3, 25, 39, 40, 199, 200, 1_000), fc.integer({ min: 1, max: 1_000 }));
    const lateness = fc.oneof(
      fc.constantFrom(0, SLOT_LATENESS_MS),
      fc.double({ min: 0, max: SLOT_LATENESS_MS, noNaN: true }),
    );
    fc.assert(
      fc.property(budget, fc.array(lateness, { minLength: 1, maxLength: 500 }), (callsPerSecond, pattern) => {
        assertWithin(callsPerSecond, (slot) => pattern[slot % pattern.length] ?? 0);
      }),
      { numRuns: 300 },
    );
  });

  it("keeps it for every budget when one slot is late and all behind it are on time", () => {
    for (const budget of BUDGETS) assertWithin(budget, (slot) => (slot === 0 ? SLOT_LATENESS_MS : 0));
  });

  it("lets no more than the budget into a window, whatever the budget", () => {
    for (const budget of BUDGETS) assert.ok(windowCallsMax(budget) >= 1 && windowCallsMax(budget) <= budget);
  });

  it("fills no window with slots that are on time: none is held back that was not late before", () => {
    for (const budget of BUDGETS) assert.ok(windowCallsMax(budget) * slotGapMs(budget) > WINDOW_MS);
  });

  it("plans for 92 % of the budget at least", () => {
    for (const budget of BUDGETS) assert.ok(1_000 / slotGapMs(budget) >= 0.92 * budget);
  });

  it("is whole, shared or none, as the breaker stands", () => {
    const slow = { kind: "slow", share: 0.25, until: at(100) } as const;
    assert.deepEqual(
      [closedBreaker, slow, outage(0)].map((breaker) => paceShare(breaker, at(99))),
      [1, 0.25, 0],
    );
    assert.equal(paceShare(slow, at(100)), 1);
  });
});

describe("the breaker", () => {
  const probe = (why: string, failures: number, probeAt: number) => ({
    ...{ kind: "open", why, code: "x", failures, probeAt },
  });
  const slow = (share: number, until: number) => ({ kind: "slow", share, until });
  const failing = (count: number) => Array.from({ length: count }, () => [0, "retryable"] as const);
  for (const [sentence, breaker, expected] of [
    ["stays closed while calls work", run(closedBreaker, [0, "applied"]), closedBreaker],
    ["counts failures", run(closedBreaker, ...failing(4)), { kind: "closed", failures: 4 }],
    ["forgets failures when a call gets through", run(closedBreaker, ...failing(4), [0, "refused"]), closedBreaker],
    ["opens at the fifth failure in a row", outage(0), probe("unreachable", 5, 500)],
    [
      "waits twice as long after a probe that failed",
      run(outage(0), [500, "retryable"]),
      probe("unreachable", 6, 1_500),
    ],
    [
      "is not put off by calls that were on their way",
      run(outage(0), [499, "retryable"]),
      probe("unreachable", 5, 500),
    ],
    ["closes when a probe gets through", run(outage(0), [500, "applied"]), closedBreaker],
    ["closes for a refusal too: Tencent is there", run(outage(0), [500, "missing"]), closedBreaker],
    ["opens at once for a wrong setting", run(closedBreaker, [9, "misconfigured"]), probe("misconfigured", 1, 5_009)],
    [
      "waits a minute when too many signatures failed",
      afterCall(closedBreaker, tooManySignatures, at(0)),
      { ...probe("misconfigured", 1, 60_000), code: "70050" },
    ],
    [
      "looks again five seconds after the first word of a wrong setting, not the last",
      run(closedBreaker, [0, "misconfigured"], [4_999, "misconfigured"]),
      probe("misconfigured", 1, 5_000),
    ],
    [
      "does not cut the minute short for calls that were on their way",
      afterCall(afterCall(closedBreaker, tooManySignatures, at(0)), answer("misconfigured"), at(1)),
      { ...probe("misconfigured", 1, 60_000), code: "70050" },
    ],
    [
      "waits the minute though a wrong setting was known before",
      afterCall(run(closedBreaker, [0, "misconfigured"]), tooManySignatures, at(1)),
      { ...probe("misconfigured", 1, 60_001), code: "70050" },
    ],
    [
      "says nothing of a signature that ran out",
      run(closedBreaker, ...failing(3), [0, "unauthorised"]),
      run(closedBreaker, ...failing(3)),
    ],
    ["halves the pace when calls are too often", run(closedBreaker, [0, "throttled"]), slow(0.5, 5_000)],
    ["halves it again and starts over", run(closedBreaker, [0, "throttled"], [10, "throttled"]), slow(0.25, 5_010)],
    [
      "starts with a half again once that is over",
      run(closedBreaker, [0, "throttled"], [5_000, "throttled"]),
      slow(0.5, 10_000),
    ],
    ["stays slow though a call gets through", run(closedBreaker, [0, "throttled"], [9, "applied"]), slow(0.5, 5_000)],
    ["is closed by a call after that", run(closedBreaker, [0, "throttled"], [5_000, "applied"]), closedBreaker],
    ["is slow, not open, when a probe is too often", run(outage(0), [500, "throttled"]), slow(0.5, 5_500)],
    [
      "opens for an outage that follows a slow time",
      run(closedBreaker, [0, "throttled"], ...Array.from({ length: 5 }, () => [6_000, "retryable"] as const)),
      probe("unreachable", 5, 6_500),
    ],
  ] as const) {
    it(sentence, () => assert.deepEqual(breaker, expected));
  }

  for (const [sentence, from, calls, expected] of [
    ["goes slower when Tencent warns, by a fifth at least", closedBreaker, 170, slow(0.8, 5_000)],
    ["makes room for others as far as they take it", closedBreaker, 320, slow(0.5, 5_000)],
    ["gives nothing back for a warning", run(closedBreaker, [0, "throttled"]), 170, slow(0.5, 5_000)],
    ["is not closed by a warning", outage(0), 170, outage(0)],
    ["lets some calls out whatever the warning says", closedBreaker, 1e9, slow(1 / 64, 5_000)],
    ["is not moved by a warning of nothing", closedBreaker, 0, closedBreaker],
  ] as const) {
    it(sentence, () => assert.deepEqual(afterOverLimit(from, { calls, callsMax: 200 }, at(0)), expected));
  }

  const history = fc.array(
    fc.tuple(fc.nat(8_000), fc.oneof(fc.constantFrom(...kinds).map(answer), fc.constant(tooManySignatures))),
    { maxLength: 60 },
  );

  it("never plans a probe later than five seconds from now, or a minute after too many signatures", () => {
    fc.assert(
      fc.property(history, (calls) => {
        let now = 0;
        let breaker = closedBreaker;
        let signaturesUntil = 0;
        for (const [gap, outcome] of calls) {
          now += gap;
          breaker = afterCall(breaker, outcome, at(now));
          if (outcome === tooManySignatures) signaturesUntil = now + 60_000;
          if (breaker.kind === "open") assert.ok(breaker.probeAt <= Math.max(now + 5_000, signaturesUntil));
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it("is silent for five seconds at most in an outage, whatever probe after probe brings", () => {
    let breaker = outage(0);
    for (let probes = 0; probes < 100; probes++) {
      assert.ok(breaker.kind === "open");
      const next = breaker.probeAt;
      breaker = afterCall(breaker, answer("retryable"), next);
      assert.ok(breaker.kind === "open" && breaker.probeAt - next <= 5_000);
    }
  });

  it("gives the full pace back five seconds after the last word of too many calls", () => {
    const calm = kinds.filter((kind) => kind !== "throttled" && kind !== "misconfigured" && kind !== "retryable");
    fc.assert(
      fc.property(fc.array(fc.nat(200), { minLength: 1 }), fc.array(fc.constantFrom(...calm)), (gaps, others) => {
        let now = 0;
        let breaker = closedBreaker;
        for (const gap of gaps) breaker = afterCall(breaker, answer("throttled"), at((now += gap)));
        const share = paceShare(breaker, at(now + 4_999));
        assert.ok(share > 0 && share <= 0.5, "some calls go out, fewer than before");
        for (const kind of others) breaker = afterCall(breaker, answer(kind), at(now + 1));
        assert.ok(paceShare(breaker, at(now + 4_999)) < 1);
        assert.equal(paceShare(breaker, at(now + 5_000)), 1);
      }),
    );
  });
});

function assertWithin(callsPerSecond: number, lateMs: (slot: number) => number): void {
  const gap = slotGapMs(callsPerSecond);
  // Three seconds of calls hold every second that could be special.
  const calls = Array.from({ length: 3 * callsPerSecond + 3 }, (_, slot) => slot * gap + lateMs(slot)).sort(
    (a, b) => a - b,
  );
  for (let first = 0; first + callsPerSecond < calls.length; first++) {
    const [start, over] = [calls[first] ?? 0, calls[first + callsPerSecond] ?? 0];
    assert.ok(over - start > 1_000, `${callsPerSecond + 1} calls within ${over - start} ms`);
  }
}
