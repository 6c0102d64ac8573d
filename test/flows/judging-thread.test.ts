import assert from "node:assert/strict";
import { judgeOnThread } from "../../src/flows/judging-thread.ts";
import { compileRules } from "../../src/rules/compile.ts";
import { evaluate } from "../../src/rules/evaluate.ts";
import { said } from "../support/store-fixtures.ts";

const files = new Map([["a.yaml", "pack: test\nrules:\n  - { id: mild, match: { terms: [damn] } }\n"]]);
const task = (text: string) => ({ files, exemptSenders: [], message: said("k1", { text }).message });

describe("judging on a thread of its own", function () {
  this.timeout(10_000);

  it("comes to the decision that is come to here", async () => {
    const long = task("damn 🙂 ".repeat(3_000));
    const compiled = compileRules(files, { exemptSenders: [] });
    assert.ok(compiled.ok);
    const decision = await judgeOnThread(long, new AbortController().signal);
    assert.deepEqual(decision, evaluate(compiled.ruleSet, long.message));
    assert.equal(decision.edits[0]?.edits.length, 3_000);
  });

  it("leaves the event loop to others meanwhile", async () => {
    let turns = 0;
    const counting = setInterval(() => turns++, 1);
    await judgeOnThread(task("damn ".repeat(20_000)), new AbortController().signal);
    clearInterval(counting);
    assert.ok(turns > 20, `${turns} turns`);
  });

  it("ends when it is interrupted", async () => {
    const ending = new AbortController();
    const judging = judgeOnThread(task("damn ".repeat(40_000)), ending.signal);
    ending.abort();
    await assert.rejects(judging, /interrupted/);
  });

  it("says so when the rules cannot be compiled", async () => {
    const broken = { ...task("damn"), files: new Map([["a.yaml", "pack: ["]]) };
    await assert.rejects(judgeOnThread(broken, new AbortController().signal), /do not compile/);
  });
});
