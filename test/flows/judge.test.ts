import assert from "node:assert/strict";
import type { Decision } from "../../src/domain/decision.ts";
import type { Message } from "../../src/domain/message.ts";
import { epochMs } from "../../src/domain/time.ts";
import type { JudgingOptions } from "../../src/flows/judge.ts";
import { decide, decideOnRun, withSenderWindow } from "../../src/flows/judge.ts";
import { createSenderWindow, SENDER_WINDOW } from "../../src/flows/sender-window.ts";
import { compileRules } from "../../src/rules/compile.ts";
import { NOW, said, saidInGroup } from "../support/store-fixtures.ts";
import { START_MS } from "../support/fake-clock.ts";

const OPTIONS: JudgingOptions = { at: NOW, flagOnly: new Set() };

/** Judges as intake does, with one rule. */
function createBench(rule = "", options = OPTIONS): (message: Message) => Decision {
  const pack = `pack: a\nrules:\n  - { id: mild, match: { terms: [damn, 加微信] }${rule} }\n`;
  const compiled = compileRules(new Map([["a.yaml", pack]]), { exemptSenders: ["boss"] });
  assert.ok(compiled.ok);
  const { ruleSet } = compiled;
  return withSenderWindow(
    (message) => decide(ruleSet, message, options),
    createSenderWindow(SENDER_WINDOW),
    (message, run) => decideOnRun(ruleSet, message, run, options),
  );
}

let keys = 0;
const say = (text: string, second = 0, from = "anna"): Message =>
  said(`k${++keys}`, { text, from, time: START_MS / 1000 + second }).message;
const kindsOf = (judge: (message: Message) => Decision, ...messages: readonly Message[]): readonly string[] =>
  messages.map((message) => judge(message).kind);

describe("a word that is split over several messages of one sender", () => {
  for (const [sentence, texts, expected] of [
    ["is seen in the message that completes it", ["da", "mn"], ["pass", "review"]],
    ["is seen letter by letter", ["d", "a", "m", "n"], ["pass", "pass", "pass", "review"]],
    ["is seen in Chinese", ["加", "微信"], ["pass", "review"]],
    ["is seen after something else", ["ok", "da", "mn"], ["pass", "pass", "review"]],
    ["is told once, not with every message that follows", ["da", "mn", "ok", "so"], ["pass", "review", "pass", "pass"]],
    ["is no word when letters are left over before it", ["panda", "mn"], ["pass", "pass"]],
    ["is no word when letters are left over behind it", ["da", "mned"], ["pass", "pass"]],
    ["does not keep a whole word from being masked", ["da", "damn"], ["pass", "rewrite"]],
  ] as const) {
    it(sentence, () => {
      const messages = texts.map((text, index) => say(text, index));
      assert.deepEqual(kindsOf(createBench(), ...messages), expected);
    });
  }

  it("is flagged on the whole of the message that completes it, and masks nothing", () => {
    const judge = createBench();
    judge(say("da"));
    const { findings, edits } = judge(say("mn"));
    assert.deepEqual(edits, []);
    assert.deepEqual(findings, [
      {
        ...{ rule: "mild", category: "a", severity: "low", effect: "flag" },
        ...{ place: { element: 0, part: "text" }, span: { start: 0, end: 2 } },
      },
    ]);
  });

  it("is seen when the callback of its first part comes last, and told once", () => {
    const judge = createBench();
    const [first, second, before] = [say("da", 1), say("mn", 2), say("ok", 0)];
    assert.deepEqual(kindsOf(judge, second, first), ["pass", "review"]);
    assert.deepEqual(kindsOf(judge, before), ["pass"]);
  });

  it("is seen when the callback of its last part comes after that of another message", () => {
    const judge = createBench();
    const [first, second, after] = [say("da", 1), say("mn", 2), say("ok", 3)];
    assert.deepEqual(kindsOf(judge, first, after, second), ["pass", "pass", "review"]);
  });

  it("is judged alike when its callback comes again", () => {
    const judge = createBench();
    const [first, second] = [say("da", 1), say("mn", 2)];
    assert.deepEqual(kindsOf(judge, first, second, second), ["pass", "review", "review"]);
  });

  it("is written down only, where the rule is in shadow", () => {
    const judge = createBench(", mode: shadow");
    judge(say("da"));
    const { kind, findings } = judge(say("mn"));
    assert.deepEqual([kind, findings.map(({ effect }) => effect)], ["pass", ["shadow"]]);
  });

  it("is nothing to a rule that is not about this sender, this conversation or texts", () => {
    assert.deepEqual(kindsOf(createBench(), say("da", 0, "boss"), say("mn", 1, "boss")), ["pass", "pass"]);
    const inGroups = createBench(", scope: { conversations: [group] }");
    assert.deepEqual(kindsOf(inGroups, say("da"), say("mn")), ["pass", "pass"]);
    const inGroup = (seq: number, text: string): Message => saidInGroup(seq, { text }).message;
    assert.deepEqual(kindsOf(inGroups, inGroup(1, "da"), inGroup(2, "mn")), ["pass", "review"]);
    assert.deepEqual(kindsOf(createBench(", scope: { elements: [file] }"), say("da"), say("mn")), ["pass", "pass"]);
  });

  it("is nothing to a rule that has expired", () => {
    const pack = "pack: a\nrules:\n  - { id: mild, match: { terms: [damn] } }\n";
    const compiled = compileRules(new Map([["a.yaml", pack]]), { exemptSenders: [] });
    assert.ok(compiled.ok);
    const expiring = compiled.ruleSet.rules.map((rule) => ({ ...rule, expires: NOW }));
    const ruleSet = { ...compiled.ruleSet, rules: expiring };
    const found = (at: number): number =>
      decideOnRun(ruleSet, say("mn"), { texts: ["da", "mn"], place: 1 }, { ...OPTIONS, at: epochMs(at) }).length;
    assert.deepEqual([found(NOW - 1), found(NOW)], [1, 0]);
  });
});
