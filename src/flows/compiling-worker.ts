/** The thread's side of `compiling-thread.ts`: one folder, one answer. */
import { parentPort, workerData } from "node:worker_threads";
import { compileRules } from "../rules/compile.ts";
import type { CompilingAnswer, CompilingTask } from "./compiling-thread.ts";

const { files, defaults } = workerData as CompilingTask;
const compiled = compileRules(files, defaults);
const answer: CompilingAnswer = compiled.ok
  ? { ok: true, parts: compiled.parts, warnings: compiled.warnings }
  : { ok: false, problems: compiled.problems };
parentPort?.postMessage(answer);
