import assert from "node:assert/strict";
import type { Fingerprint } from "../../src/domain/fingerprint.ts";
import { HISTORY_KEPT_MS, isLikelyGone, isMaskOf, whatStands } from "../../src/domain/restore.ts";
import { epochMs } from "../../src/domain/time.ts";

const print = (text: string): Fingerprint => text as Fingerprint;
const [words, mask, twice, other] = ["words", "mask", "twice", "other"].map(print) as [
  Fingerprint,
  Fingerprint,
  Fingerprint,
  Fingerprint,
];

describe("what stands in a message", () => {
  for (const [sentence, now, expected] of [
    ["is a mask where a call of ours may have written it", mask, "masked"],
    ["is as it was written where nothing of ours got through", words, "as_written"],
    ["was changed where it is neither", other, "changed"],
  ] as const) {
    it(sentence, () => assert.equal(whatStands(now, words, [mask, twice]), expected));
  }

  it("is as it was written where somebody wrote what a mask says", () => {
    assert.equal(whatStands(mask, mask, [mask]), "as_written");
  });
});

describe("the words under a mask", () => {
  const made = [
    { sent: twice, judged: mask },
    { sent: mask, judged: words },
  ];
  for (const [sentence, now, of, expected] of [
    ["are those that it was made of", mask, words, true],
    ["are found through a mask on a mask", twice, words, true],
    ["are no others", mask, other, false],
    ["are unknown where nobody knows the mask", other, words, false],
  ] as const) {
    it(sentence, () => assert.equal(isMaskOf(now, of, made), expected));
  }

  it("are found where two masks were made of each other", () => {
    const round = [...made, { sent: mask, judged: twice }];
    assert.equal(isMaskOf(twice, words, round), true);
    assert.equal(isMaskOf(twice, other, round), false);
  });
});

describe("a message that Tencent has probably forgotten", () => {
  const now = epochMs(10 * HISTORY_KEPT_MS);
  it("is older than seven days", () => {
    assert.equal(isLikelyGone(epochMs(now - HISTORY_KEPT_MS), now), false);
    assert.equal(isLikelyGone(epochMs(now - HISTORY_KEPT_MS - 1), now), true);
    assert.equal(isLikelyGone(undefined, now), false);
  });
});
