import assert from "node:assert/strict";
import type { JudgingLimits } from "../../src/flows/judging-thread.ts";
import { createJudgingThread, NotJudgedYet } from "../../src/flows/judging-thread.ts";
import { compileRules, type Compilation } from "../../src/rules/compile.ts";
import { evaluate } from "../../src/rules/evaluate.ts";
import type { RuleSetParts } from "../../src/rules/rule-set.ts";
import { NOW, said } from "../support/store-fixtures.ts";

function compiledOf(word: string): Extract<Compilation, { ok: true }> {
  const pack = `pack: test\nrules:\n  - { id: mild, match: { terms: [${word}] } }\n`;
  const compiled = compileRules(new Map([["a.yaml", pack]]), { exemptSenders: [] });
  assert.ok(compiled.ok);
  return compiled;
}
const rulesOf = (word: string): RuleSetParts => compiledOf(word).parts;
const OPTIONS = { at: NOW, flagOnly: new Set<never>() };
const LIMITS: JudgingLimits = { startingMaxMs: 20_000, judgingMaxMs: 20_000, heapMaxMb: 256, waitingMax: 8 };
const messageOf = (text: string) => said("k1", { text }).message;

describe("judging on a thread of its own", function () {
  this.timeout(20_000);

  it("comes to the decision that is come to here", async () => {
    await using thread = createJudgingThread(() => rulesOf("damn"));
    const long = messageOf("damn 🙂 ".repeat(3_000));
    const decision = await thread.judge(long, OPTIONS);
    assert.deepEqual(decision, evaluate(compiledOf("damn").ruleSet, long, OPTIONS));
    assert.equal(decision.edits[0]?.edits.length, 3_000);
  });

  it("tells everybody who waits when there is no thread to be had, and tries again with the next", async () => {
    let fails = 1;
    await using thread = createJudgingThread(() => {
      if (fails-- > 0) throw new Error("no memory");
      return rulesOf("damn");
    });
    const asked = [thread.judge(messageOf("damn"), OPTIONS), thread.judge(messageOf("damn"), OPTIONS)];
    const [first, second] = await Promise.allSettled(asked);
    assert.ok(first?.status === "rejected" && first.reason instanceof NotJudgedYet);
    assert.equal(second?.status, "fulfilled");
  });

  it("leaves the event loop to others meanwhile", async () => {
    await using thread = createJudgingThread(() => rulesOf("damn"));
    let turns = 0;
    const counting = setInterval(() => turns++, 1);
    await thread.judge(messageOf("damn ".repeat(20_000)), OPTIONS);
    clearInterval(counting);
    assert.ok(turns > 20, `${turns} turns`);
  });

  it("hands the rules over once for all messages, and again when the rules have changed", async () => {
    let asked = 0;
    let word = "damn";
    await using thread = createJudgingThread(() => {
      const parts = rulesOf(word);
      // Looked at once for each thread; the revision alone is looked at more often.
      return {
        ...parts,
        get matcher() {
          asked++;
          return parts.matcher;
        },
      };
    });
    const kinds = async (): Promise<readonly string[]> =>
      (await Promise.all(["damn", "crap"].map((text) => thread.judge(messageOf(text), OPTIONS)))).map(
        ({ kind }) => kind,
      );
    assert.deepEqual(await kinds(), ["rewrite", "pass"]);
    assert.deepEqual(await kinds(), ["rewrite", "pass"]);
    assert.equal(asked, 1);
    word = "crap";
    assert.deepEqual(await kinds(), ["pass", "rewrite"]);
    assert.equal(asked, 2);
  });

  it("gives up a message that takes too long, and goes on with the next on a new thread", async () => {
    await using thread = createJudgingThread(() => rulesOf("damn"), { ...LIMITS, judgingMaxMs: 100 });
    const endless = thread.judge(messageOf("damn ".repeat(400_000)), OPTIONS);
    const next = thread.judge(messageOf("damn"), OPTIONS);
    await assert.rejects(endless, { name: "Error", message: "Judging took too long" });
    assert.equal((await next).kind, "rewrite");
  });

  it("says that nothing was judged yet when the thread cannot start: that is not the message's fault", async () => {
    for (const [rules, limits] of [
      [{ ...rulesOf("damn"), matcher: {} as RuleSetParts["matcher"] }, LIMITS],
      [rulesOf("damn"), { ...LIMITS, startingMaxMs: 1 }],
    ] as const) {
      await using thread = createJudgingThread(() => rules, limits);
      const judging = [thread.judge(messageOf("damn"), OPTIONS), thread.judge(messageOf("damn"), OPTIONS)];
      for (const each of judging) await assert.rejects(each, NotJudgedYet);
    }
  });

  it("takes only so many at once, and lets go of all of them when it ends", async () => {
    await using thread = createJudgingThread(() => rulesOf("damn"), { ...LIMITS, waitingMax: 2 });
    const accepted = [1, 2, 3].map(() => thread.judge(messageOf("damn"), OPTIONS));
    await assert.rejects(thread.judge(messageOf("damn"), OPTIONS), NotJudgedYet);
    const endings = Promise.allSettled(accepted);
    await thread[Symbol.asyncDispose]();
    for (const ending of await endings) {
      assert.ok(ending.status === "rejected" && ending.reason instanceof NotJudgedYet);
    }
    await assert.rejects(thread.judge(messageOf("damn"), OPTIONS), NotJudgedYet);
  });
});
