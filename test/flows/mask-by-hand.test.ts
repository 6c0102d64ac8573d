import assert from "node:assert/strict";
import { createConclude } from "../../src/flows/judge.ts";
import type { MaskByHand, Selection } from "../../src/flows/mask-by-hand.ts";
import { createMaskByHand } from "../../src/flows/mask-by-hand.ts";
import { createRestore } from "../../src/flows/restore.ts";
import type { MessageId } from "../../src/ports/store.ts";
import { rewriteBody } from "../../src/tencent/body.ts";
import type { DeskBench } from "../support/desk-bench.ts";
import { createDeskBench } from "../support/desk-bench.ts";
import { dumpState } from "../support/dump-state.ts";
import { said } from "../support/store-fixtures.ts";

const ONE = 1 as MessageId;
const at = (start: number, end: number, text?: string): Selection => ({
  ...{ place: { element: 0, part: "text" }, start, end, text },
});

function handOf({ parts }: DeskBench): MaskByHand {
  const { spellPayload, clock, newId } = parts;
  const planSettings = { mode: "enforce", noteKey: "moderation", nonJson: "leave", rewriteBody, spellPayload } as const;
  return createMaskByHand({ ...parts, conclude: createConclude({ planSettings, clock, newId }), revision: () => "r1" });
}

/** `text` was said, no rule objected, and it stands there. */
async function spoken(bench: DeskBench, text: string, customData?: string): Promise<void> {
  bench.start();
  await bench.record(said("k1", { text, ...(customData === undefined ? {} : { customData }) }));
  await bench.sent();
  bench.shows(text, customData);
}

describe("a mask by hand", () => {
  it("covers whole characters, leaves a note of its own, and keeps the original", async () => {
    await using bench = createDeskBench();
    await spoken(bench, "hi 👨‍👩‍👧 you", '{"n":1}');
    // The second half of the first person.
    assert.equal((await handOf(bench)("anna", ONE, [at(4, 5)])).kind, "ordered");
    await bench.sent();
    const { text, customData } = bench.lastCall();
    assert.equal(text, "hi * you");
    assert.match(
      customData ?? "",
      /^\{"n":1,"moderation":\[\{"v":1,"id":"p0001","action":"mask","rules":\["by_hand"\],"at":\d+\}\]\}$/,
    );
    assert.deepEqual(bench.orders("id purpose lane action state"), ["p0001 rewrite live mask applied"]);
    const { message, finding } = dumpState(bench.store.db, {
      message: "id decision",
      finding: "rule effect start end",
    });
    assert.deepEqual([message, finding], [["1 rewrite"], ["by_hand mask 3 11"]]);
    assert.equal(bench.audit()[0], "anna mask_by_hand");
  });

  it("can be undone like any other", async () => {
    await using bench = createDeskBench();
    await spoken(bench, "hello you");
    await handOf(bench)("anna", ONE, [at(6, 9)]);
    await bench.sent();
    bench.shows("hello ***");
    assert.equal((await createRestore(bench.parts).restore("ben", ONE)).kind, "ordered");
    await bench.sent();
    assert.deepEqual(bench.lastCall(), { text: "hello you", customData: "{}" });
  });

  it("counts in the text as it stands, beside a mask of a rule", async () => {
    await using bench = createDeskBench();
    await spoken(bench, "damn you all");
    bench.shows("**** you all");
    await handOf(bench)("anna", ONE, [at(5, 8, "**** you all"), at(9, 12)]);
    await bench.sent();
    assert.equal(bench.lastCall().text, "**** *** ***");
  });

  it("is not put in where somebody wrote something else, before it was ordered or since", async () => {
    await using bench = createDeskBench();
    await spoken(bench, "hello you");
    const mask = handOf(bench);
    assert.deepEqual(await mask("anna", ONE, [at(6, 9, "hello me!")]), {
      ...{ kind: "misplaced", index: 0, why: "another_text" },
    });
    bench.shows("something else");
    const changed = await mask("anna", ONE, [at(6, 9)]);
    assert.ok(changed.kind === "refused" && changed.refused.why === "changed");
    bench.shows("hello you");
    await mask("anna", ONE, [at(6, 9)]);
    bench.shows("hello you there");
    await bench.sent();
    assert.deepEqual(bench.orders("id state reason"), ["p0001 cancelled message_had_changed"]);
    assert.equal(bench.client.calls.length, 0);
  });

  it("says which selection does not fit", async () => {
    await using bench = createDeskBench();
    await spoken(bench, "hello ***");
    const mask = handOf(bench);
    const why = async (...selected: readonly Selection[]) => {
      const outcome = await mask("anna", ONE, selected);
      return outcome.kind === "misplaced" ? `${outcome.index} ${outcome.why}` : outcome.kind;
    };
    assert.equal(await why(at(0, 2), at(6, 10)), "1 outside");
    assert.equal(await why(at(2, 2)), "0 outside");
    assert.equal(await why({ ...at(0, 1), place: { element: 1, part: "text" } }), "0 no_text");
    assert.equal(await why({ ...at(0, 1), place: { element: 0, part: "label" } }), "0 no_text");
    assert.equal(await why(at(6, 9)), "nothing_to_mask");
  });

  it("waits its turn while a mask of a rule is under way", async () => {
    await using bench = createDeskBench();
    await bench.record(said("k1", { text: "damn you" }));
    bench.shows("damn you");
    const outcome = await handOf(bench)("anna", ONE, [at(5, 8)]);
    assert.ok(outcome.kind === "refused" && outcome.refused.why === "already_ordered");
  });

  it("waits its turn while words are on their way back", async () => {
    await using bench = createDeskBench();
    await spoken(bench, "damn you");
    bench.shows("**** you");
    assert.equal((await createRestore(bench.parts).restore("ben", ONE)).kind, "ordered");
    const outcome = await handOf(bench)("anna", ONE, [at(5, 8)]);
    assert.ok(outcome.kind === "refused" && outcome.refused.why === "already_ordered");
    await bench.sent();
    assert.equal(bench.lastCall().text, "damn you");
  });
});
