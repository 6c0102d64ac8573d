import assert from "node:assert/strict";
import fc from "fast-check";
import {
  afterFailure,
  GAP_SEQS_MAX,
  isBeforeOurTime,
  missedIn,
  missingIn,
  pageOf,
  readablePart,
  restAfter,
  SETTLE_MS,
  sightingOf,
  sweepWindow,
  withAllBelow,
} from "../../src/domain/gaps.ts";
import type { SeqRange } from "../../src/domain/gaps.ts";
import type { Outcome } from "../../src/domain/modification.ts";
import { epochMs } from "../../src/domain/time.ts";

const NOW = epochMs(1_789_000_000_000);
const at = (seq: number, secondsLater = 0) => ({ seq, sentAt: epochMs(NOW + secondsLater * 1000) });
const range = fc
  .tuple(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 0, max: 120 }))
  .map(([first, more]): SeqRange => ({ first, last: first + more }));
const upTo = ({ first, last }: SeqRange): readonly number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

describe("a number that comes", () => {
  for (const [sentence, highest, seq, sentAt, expected] of [
    ["from a group that never spoke is the first, whatever it is", undefined, 57, NOW, { kind: "first" }],
    ["after its neighbour leaves no hole", at(7), 8, NOW, { kind: "next" }],
    ["two further shows a hole of one", at(7), 9, NOW, { kind: "hole", range: { first: 8, last: 8 } }],
    ["far ahead shows a wide hole", at(7), 100, NOW, { kind: "hole", range: { first: 8, last: 99 } }],
    ["below the highest was overtaken", at(7), 5, NOW, { kind: "late" }],
    [
      "below the highest, a breath later by Tencent's clocks, was overtaken too",
      at(7),
      5,
      NOW + 5_000,
      { kind: "late" },
    ],
    ["below the highest and sent much later is of a group made anew", at(7), 1, NOW + 61_000, { kind: "new_life" }],
  ] as const) {
    it(sentence, () => assert.deepEqual(sightingOf(highest, seq, epochMs(sentAt)), expected));
  }

  it("so far ahead that nobody would read it all leaves the newest part", () => {
    const hole = { first: 8, last: 4_000_000_000 };
    const { range: part, left } = readablePart(hole);
    assert.deepEqual(part, { first: 4_000_000_000 - GAP_SEQS_MAX + 1, last: 4_000_000_000 });
    assert.deepEqual(left, { first: 8, last: 4_000_000_000 - GAP_SEQS_MAX });
    assert.deepEqual(readablePart({ first: 1, last: GAP_SEQS_MAX }), { range: { first: 1, last: GAP_SEQS_MAX } });
  });
});

describe("a hole", () => {
  for (const [sentence, known, expected] of [
    ["stays as it is when nothing came late", [], { first: 10, last: 20 }],
    ["is gone when all came late", upTo({ first: 10, last: 20 }), undefined],
    ["shrinks from below", [10, 11], { first: 12, last: 20 }],
    ["shrinks from above", [20], { first: 10, last: 19 }],
    ["keeps its ends when the middle came", [15], { first: 10, last: 20 }],
  ] as const) {
    it(sentence, () => assert.deepEqual(missingIn({ first: 10, last: 20 }, known), expected));
  }

  it("is read to its end whatever the pages hold, and never a number twice", () => {
    fc.assert(
      fc.property(range, fc.func(fc.nat(99)), fc.integer({ min: 1, max: 20 }), (hole, stored, pageMax) => {
        const read: number[] = [];
        let left: SeqRange | undefined = hole;
        for (let turns = 0; left !== undefined; turns++) {
          assert.ok(turns <= 200, "it came to an end");
          const count = pageOf(left);
          const from: number = left.last - count + 1;
          // As Tencent answers: what is stored among the numbers asked for, newest first, as far as a page goes.
          const page = upTo({ first: from, last: left.last })
            .filter((seq) => stored(seq) < 60)
            .reverse()
            .slice(0, pageMax);
          read.push(...page);
          left = restAfter(left, page);
        }
        const expected = upTo(hole).filter((seq) => stored(seq) < 60);
        assert.deepEqual(
          [...read].sort((a, b) => a - b),
          expected,
        );
      }),
    );
  });

  it("narrows to the missing and loses none of them", () => {
    fc.assert(
      fc.property(range, fc.func(fc.boolean()), (hole, known) => {
        const have = upTo(hole).filter((seq) => known(seq));
        const left = missingIn(hole, have);
        const missing = upTo(hole).filter((seq) => !known(seq));
        assert.deepEqual(
          left === undefined ? [] : [left.first, left.last],
          missing.length === 0 ? [] : [missing[0], missing.at(-1)],
        );
      }),
    );
  });
});

describe("a look at a group's newest page", () => {
  for (const [sentence, highest, messages, known, expected] of [
    ["finds nothing where everything is known", 12, [10, 11, 12], [10, 11, 12], undefined],
    ["finds nothing on an empty page", 12, [], [], undefined],
    ["finds the last message that nothing came after", 12, [11, 12, 13], [11, 12], { first: 13, last: 13 }],
    ["finds what lies below the page as well", 12, [40, 41], [], { first: 13, last: 41 }],
    ["finds what was said before the group was first heard of", 5, [3, 4, 5], [5], { first: 3, last: 4 }],
    ["goes by the page alone when no number is known", undefined, [3, 4], [3], { first: 4, last: 4 }],
  ] as const) {
    it(sentence, () => assert.deepEqual(missedIn(highest, messages, new Set(known)), expected));
  }
});

describe("the first look at a group, when nothing on its page is old", () => {
  for (const [sentence, missed, page, expected] of [
    ["goes down to the first message", undefined, [12, 13], { first: 1, last: 11 }],
    ["takes what the page misses with it", { first: 13, last: 13 }, [12, 13], { first: 1, last: 13 }],
    ["adds nothing where the first message is on the page", { first: 2, last: 2 }, [1, 2], { first: 2, last: 2 }],
    ["adds nothing to an empty page", undefined, [], undefined],
    ["ends where nobody could read on", undefined, [50_001], { first: 40_001, last: 50_000 }],
  ] as const) {
    it(sentence, () => assert.deepEqual(withAllBelow(missed, page), expected));
  }
});

describe("the window of a one-to-one chat", () => {
  const since = epochMs(NOW - 86_400_000);
  const MINUTE = 60_000;
  for (const [sentence, lookedUntil, watching, expected] of [
    ["begins where the last one ended", NOW - 20 * MINUTE, since, NOW - 20 * MINUTE],
    ["reaches back a little the first time", undefined, since, NOW - 15 * MINUTE],
    ["never reaches back to before the record began", undefined, NOW - 2 * MINUTE, NOW - 2 * MINUTE],
    ["reaches back no further than Tencent keeps history", NOW - 30 * 86_400_000, 0, NOW - 7 * 86_400_000],
  ] as const) {
    it(sentence, () => {
      const chat = {
        stirredAt: epochMs(NOW - 5 * MINUTE),
        lookedUntil: lookedUntil === undefined ? undefined : epochMs(lookedUntil),
      };
      assert.deepEqual(sweepWindow(chat, epochMs(watching), NOW), { from: expected, until: NOW - SETTLE_MS });
    });
  }

  it("is empty for what is too fresh to be missing", () => {
    assert.equal(sweepWindow({ stirredAt: NOW, lookedUntil: NOW }, since, NOW), undefined);
  });

  it("leaves alone what was said before the record began, give or take Tencent's clocks", () => {
    assert.equal(isBeforeOurTime(epochMs(NOW - 61_000), NOW), true);
    assert.equal(isBeforeOurTime(epochMs(NOW - 30_000), NOW), false);
    assert.equal(isBeforeOurTime(undefined, NOW), false);
  });
});

describe("history that cannot be read", () => {
  const old = { createdAt: epochMs(NOW - 2 * 86_400_000) };
  const outcome = (kind: Outcome["kind"], code: string): Outcome => ({ kind, code });
  for (const [sentence, attempts, counted, failure, expected] of [
    ["is tried again after a bad moment", 0, true, outcome("retryable", "10002"), "retry"],
    ["is given up after a day of bad moments", 12, true, outcome("retryable", "10002"), "failed_for_a_day_10002"],
    ["is never given up for Tencent's absence", 500, false, outcome("retryable", "timeout"), "retry"],
    ["is never given up for our own settings", 500, false, outcome("misconfigured", "60010"), "retry"],
    ["is given up at once where the group is gone", 0, true, outcome("refused", "10010"), "tencent_10010"],
    ["is given up after a few answers that no page explains", 3, true, outcome("unknown", "4711"), "unknown_code_4711"],
  ] as const) {
    it(sentence, () => {
      const step = afterFailure({ ...old, attempts, counted }, failure, NOW, 0.5);
      assert.equal(step.kind === "retry" ? "retry" : step.reason, expected);
      if (step.kind === "retry") assert.ok(step.at > NOW && step.at <= NOW + 60_000);
    });
  }
});
