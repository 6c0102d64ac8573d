/** The thread's side of `judging-thread.ts`: one message, one decision. */
import { parentPort, workerData } from "node:worker_threads";
import { compileRules } from "../rules/compile.ts";
import { evaluate } from "../rules/evaluate.ts";
import type { JudgingTask } from "./judging-thread.ts";

const { files, exemptSenders, message } = workerData as JudgingTask;
const compiled = compileRules(files, { exemptSenders });
if (!compiled.ok) throw new Error("Rules that were live do not compile");
parentPort?.postMessage(evaluate(compiled.ruleSet, message));
