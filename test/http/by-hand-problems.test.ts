import assert from "node:assert/strict";
import type { Refused } from "../../src/flows/by-hand.ts";
import { byHandProblem } from "../../src/http/by-hand-problems.ts";

const view = { original: { elements: [], customData: null }, ours: null, theirs: null };
const cases: Readonly<Record<Refused["why"], { readonly refused: Refused; readonly status: number }>> = {
  unknown: { refused: { why: "unknown" }, status: 404 },
  unmodifiable: { refused: { why: "unmodifiable" }, status: 409 },
  being_judged: { refused: { why: "being_judged" }, status: 409 },
  shadow_mode: { refused: { why: "shadow_mode" }, status: 409 },
  original_not_kept: { refused: { why: "original_not_kept" }, status: 409 },
  words_untold: { refused: { why: "words_untold" }, status: 409 },
  nothing_to_restore: { refused: { why: "nothing_to_restore" }, status: 409 },
  already_ordered: { refused: { why: "already_ordered" }, status: 409 },
  meanwhile: { refused: { why: "meanwhile" }, status: 409 },
  recalled: { refused: { why: "recalled", view }, status: 409 },
  changed: { refused: { why: "changed", view }, status: 409 },
  unread: { refused: { why: "unread", code: "http_502" }, status: 503 },
  no_longer_stored: { refused: { why: "no_longer_stored", expected: true }, status: 409 },
};

describe("what a person cannot do to a message", () => {
  for (const [why, { refused, status }] of Object.entries(cases)) {
    it(`is told with a next step: ${why}`, () => {
      const { problem } = byHandProblem(refused);
      assert.equal(problem.status, status);
      for (const sentence of [problem.detail, problem.next]) assert.match(sentence, /^[A-Z].*\.$/);
      assert.doesNotMatch(problem.code, /_/);
    });
  }

  it("shows the versions where somebody has changed the message", () => {
    assert.deepEqual(byHandProblem({ why: "changed", view }).problem["view"], view);
  });

  it("says how long Tencent keeps messages where that is the cause, and which order tells of it", () => {
    const old = byHandProblem({ why: "no_longer_stored", expected: true }, "o1").problem;
    assert.match(old.detail, /more than seven days old/);
    assert.equal(old["modificationId"], "o1");
    const young = byHandProblem({ why: "no_longer_stored", expected: false }).problem;
    assert.match(young.detail, /may have been recalled/);
  });
});
