import assert from "node:assert/strict";
import fc from "fast-check";
import type { NextStep, Outcome } from "../../src/domain/modification.ts";
import { afterOutcome, backoff } from "../../src/domain/modification.ts";
import { epochMs } from "../../src/domain/time.ts";

const now = epochMs(1_789_000_000_000);
const DAY = 24 * 3_600_000;
const outcome = (kind: Outcome["kind"]): Outcome => ({ kind, code: "99" });
const after = (kind: Outcome["kind"], attempts: number, ageMs: number, chance = 1): NextStep =>
  afterOutcome({ attempts, createdAt: epochMs(now - ageMs) }, outcome(kind), now, chance);

const applied = { kind: "end", state: "applied", reason: "" } as const;
const refused = (reason: string) => ({ kind: "end", state: "refused", reason }) as const;
const givenUp = (reason: string) => ({ kind: "end", state: "given_up", reason }) as const;
const retryIn = (ms: number) => ({ kind: "retry", at: now + ms }) as const;
const dropNote = (otherwise: string) => ({ kind: "drop_note", otherwise }) as const;
const reconsider = { kind: "reconsider", at: now + 500 } as const;
const longest = retryIn(60_000);

/** Attempts so far, this one included, and the age of the order. Waits are those of the worst luck. */
const table: Readonly<Record<Outcome["kind"], readonly (readonly [number, number, unknown])[]>> = {
  applied: [
    [1, 0, applied],
    [99, 9 * DAY, applied],
  ],
  refused: [
    [1, 0, refused("tencent_99")],
    [99, 9 * DAY, refused("tencent_99")],
  ],
  throttled: [
    [1, 0, retryIn(0)],
    [99, 9 * DAY, retryIn(0)],
  ],
  unauthorised: [
    [1, 0, retryIn(0)],
    [99, 9 * DAY, retryIn(0)],
  ],
  misconfigured: [
    [1, 0, retryIn(0)],
    [99, 9 * DAY, retryIn(0)],
  ],
  retryable: [
    [1, 0, retryIn(500)],
    [2, 0, retryIn(1_000)],
    [3, 0, retryIn(2_000)],
    [7, 0, retryIn(32_000)],
    [8, 0, longest],
    [11, 0, longest],
    [10_000, DAY - 1, longest],
    [1, 9 * DAY, retryIn(500)],
    [9, 9 * DAY, longest],
    [10, DAY, givenUp("failed_for_a_day_99")],
    [10_000, DAY, givenUp("failed_for_a_day_99")],
  ],
  missing: [
    [1, 0, retryIn(500)],
    [4, 9 * DAY, retryIn(4_000)],
    [5, 0, retryIn(8_000)],
    [6, 0, refused("no_longer_stored")],
    [99, 0, refused("no_longer_stored")],
  ],
  conflict: [
    [1, 0, reconsider],
    [9, 9 * DAY, reconsider],
    [10, 0, givenUp("keeps_changing")],
    [99, 0, givenUp("keeps_changing")],
  ],
  filtered: [
    [1, 0, dropNote("filtered_by_tencent")],
    [99, 9 * DAY, dropNote("filtered_by_tencent")],
  ],
  too_long: [
    [1, 0, dropNote("too_long")],
    [99, 9 * DAY, dropNote("too_long")],
  ],
  unknown: [
    [1, 0, retryIn(500)],
    [3, 9 * DAY, retryIn(2_000)],
    [4, 0, givenUp("unknown_code_99")],
    [99, 0, givenUp("unknown_code_99")],
  ],
};

describe("what follows from an answer", () => {
  for (const [kind, rows] of Object.entries(table)) {
    for (const [attempts, ageMs, expected] of rows) {
      it(`"${kind}" to call ${attempts} of an order ${ageMs / DAY} days old: ${JSON.stringify(expected)}`, () => {
        assert.deepEqual(after(kind as Outcome["kind"], attempts, ageMs), expected);
      });
    }
  }

  it("ends every order that keeps failing within a day of tries, and none by its age alone", () => {
    for (const kind of ["retryable", "missing", "conflict", "unknown"] as const) {
      let clock: number = now + 9 * DAY;
      let calls = 1;
      for (;;) {
        const order = { attempts: calls, createdAt: now };
        const step = afterOutcome(order, outcome(kind), epochMs(clock), 0);
        if (step.kind === "end") break;
        assert.ok("at" in step && step.at > clock);
        clock = step.at;
        calls++;
      }
      assert.ok(calls > 3 && clock - now <= 10 * DAY, `${kind} took ${calls} calls`);
    }
  });
});

describe("the wait before a retry", () => {
  it("lies between half and all of a time that doubles, up to a minute", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1_000_000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (tries, chance) => {
          const whole = Math.min(60_000, 500 * 2 ** (tries - 1));
          const wait = backoff(tries, now, chance) - now;
          assert.ok(Number.isInteger(wait) && wait >= whole / 2 && wait <= whole, `${wait} of ${whole}`);
        },
      ),
    );
  });
});
