import assert from "node:assert/strict";
import { compileOnThread } from "../../src/flows/compiling-thread.ts";
import { compileRules, problemLine } from "../../src/rules/compile.ts";
import { evaluate } from "../../src/rules/evaluate.ts";
import { said } from "../support/store-fixtures.ts";

const DEFAULTS = { exemptSenders: [] };
const packOf = (terms: string): ReadonlyMap<string, string> =>
  new Map([["a.yaml", `pack: test\nrules:\n  - { id: mild, match: { terms: [${terms}] } }\n`]]);
const never = (): AbortSignal => new AbortController().signal;

describe("compiling on a thread of its own", function () {
  this.timeout(20_000);

  it("comes to the rule set that is come to here", async () => {
    const there = await compileOnThread(packOf("damn"), DEFAULTS, never());
    const here = compileRules(packOf("damn"), DEFAULTS);
    assert.ok(there.ok && here.ok);
    assert.equal(there.ruleSet.revision, here.ruleSet.revision);
    const { message } = said("k1", { text: "damn it" });
    assert.deepEqual(evaluate(there.ruleSet, message), evaluate(here.ruleSet, message));
    assert.deepEqual(there.warnings, here.warnings);
  });

  it("brings back every problem with its place", async () => {
    const files = new Map([["a.yaml", "pack: test\nrules:\n  - { id: mild, match: { terms: damn } }\n"]]);
    const there = await compileOnThread(files, DEFAULTS, never());
    const here = compileRules(files, DEFAULTS);
    assert.ok(!there.ok && !here.ok);
    assert.deepEqual(there.problems, here.problems);
    assert.match(there.problems.map(problemLine).join("\n"), /^a\.yaml:3:\d+: /);
  });

  for (const [sentence, limits, expected] of [
    [
      "takes too long",
      { timeMaxMs: 1, heapMaxMb: 64 },
      /took longer than 1 ms to compile\. Take out what was added last/,
    ],
    ["takes too much memory", { timeMaxMs: 20_000, heapMaxMb: 8 }, /more than 8 MB of memory to compile\. Take out/],
  ] as const) {
    it(`refuses a folder that ${sentence}, with a next step`, async () => {
      const words = Array.from({ length: 20_000 }, (_, i) => `w${(i * 7919).toString(36)}`).join(", ");
      const compilation = await compileOnThread(packOf(words), DEFAULTS, never(), limits);
      assert.ok(!compilation.ok);
      assert.equal(compilation.problems.length, 1);
      assert.match(compilation.problems.map(problemLine)[0] ?? "", expected);
    });
  }

  it("rejects when it is interrupted, before or meanwhile", async () => {
    const ending = new AbortController();
    const compiling = compileOnThread(packOf("damn"), DEFAULTS, ending.signal);
    ending.abort();
    await assert.rejects(compiling, /interrupted/);
    await assert.rejects(compileOnThread(packOf("damn"), DEFAULTS, ending.signal), /interrupted/);
  });
});
