/**
 * Compiles a rules folder where it can hold up nobody: a hundred thousand entries take a second, and what somebody else
 * wrote may take for ever or all the memory there is. Then the thread is ended and the folder has a problem like any
 * other; the rules that are live stay.
 */
import { Worker } from "node:worker_threads";
import type { Compilation, RuleDefaults, RuleFiles } from "../rules/compile.ts";
import type { Problem } from "../rules/rule.ts";
import { createRuleSet, type RuleSetParts } from "../rules/rule-set.ts";
import { nameOf } from "./intake.ts";
import { threadProgram } from "./thread-program.ts";

export type CompilingTask = { readonly files: RuleFiles; readonly defaults: RuleDefaults };

/** What comes back from the thread: plain data. */
export type CompilingAnswer =
  | { readonly ok: true; readonly parts: RuleSetParts; readonly warnings: readonly Problem[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

export type CompilingLimits = { readonly timeMaxMs: number; readonly heapMaxMb: number };

const LIMITS: CompilingLimits = {
  // As many entries as are loaded at all take some two seconds; the rest is for a machine that is busy elsewhere.
  timeMaxMs: 30_000,
  // As many entries as are loaded at all fit into 100, their tables not counted; the rest is for packs without end.
  heapMaxMb: 512,
};

/** Rejects only when aborted: whatever goes wrong with the thread is a problem of the folder. */
export async function compileOnThread(
  files: RuleFiles,
  defaults: RuleDefaults,
  signal: AbortSignal,
  limits: CompilingLimits = LIMITS,
): Promise<Compilation> {
  const answer = await answerOf({ files, defaults }, signal, limits);
  if (!answer.ok) return answer;
  try {
    return { ...answer, ruleSet: createRuleSet(answer.parts) };
  } catch (thrown) {
    return { ok: false, problems: [ofFolder(faultOf(thrown, limits))] };
  }
}

function answerOf(task: CompilingTask, signal: AbortSignal, limits: CompilingLimits): Promise<CompilingAnswer> {
  return new Promise((resolve, reject) => {
    const { timeMaxMs, heapMaxMb } = limits;
    const thread = new Worker(threadProgram("compiling-worker"), {
      workerData: task,
      resourceLimits: { maxOldGenerationSizeMb: heapMaxMb },
    });
    const refuse = (message: string): void => resolve({ ok: false, problems: [ofFolder(message)] });
    const onAbort = (): void => {
      reject(new Error("Compiling was interrupted"));
      void thread.terminate();
    };
    const late = setTimeout(() => {
      refuse(`The rules took longer than ${timeMaxMs} ms to compile. Take out what was added last, or shorten it.`);
      void thread.terminate();
    }, timeMaxMs);
    thread.once("message", resolve);
    thread.once("error", (thrown) => refuse(faultOf(thrown, limits)));
    thread.once("exit", () => {
      clearTimeout(late);
      signal.removeEventListener("abort", onAbort);
      refuse("Compiling the rules ended without a result. Save one of the files again for another try.");
    });
    signal.addEventListener("abort", onAbort, { once: true });
    if (signal.aborted) onAbort();
  });
}

function faultOf(thrown: unknown, { heapMaxMb }: CompilingLimits): string {
  if (thrown instanceof Error && "code" in thrown && thrown.code === "ERR_WORKER_OUT_OF_MEMORY") {
    return `The rules took more than ${heapMaxMb} MB of memory to compile. Take out what was added last, or split it up.`;
  }
  return `The rules could not be compiled (${nameOf(thrown)}). Take out what was added last and report the fault.`;
}

const ofFolder = (message: string): Problem => ({ file: ".", line: 1, column: 1, message, severity: "error" });
