/** The thread's side of `judging-thread.ts`: one rule set, then one decision for each message. */
import { parentPort, workerData } from "node:worker_threads";
import { createRuleSet, type RuleSetParts } from "../rules/rule-set.ts";
import { nameOf } from "./intake.ts";
import { decide } from "./judge.ts";
import type { JudgingAnswer, JudgingTask } from "./judging-thread.ts";

const ruleSet = createRuleSet(workerData as RuleSetParts);
const answer = (what: JudgingAnswer): void => parentPort?.postMessage(what);

parentPort?.on("message", ({ message, options }: JudgingTask) => {
  try {
    answer({ kind: "decision", decision: decide(ruleSet, message, options) });
  } catch (thrown) {
    // Without its message, which could quote what people wrote.
    answer({ kind: "fault", fault: nameOf(thrown) });
  }
});
answer({ kind: "ready" });
