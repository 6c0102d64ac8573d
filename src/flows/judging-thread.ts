/**
 * Judges a message on a thread of its own, for texts so long that everybody's callbacks would wait. Such messages are rare
 * (Tencent's own end at 12 K bytes), so a thread is made for each and ends with it.
 */
import { Worker } from "node:worker_threads";
import type { Decision } from "../domain/decision.ts";
import type { Message } from "../domain/message.ts";
import type { RuleFiles } from "../rules/compile.ts";

export type JudgingTask = {
  readonly files: RuleFiles;
  readonly exemptSenders: readonly string[];
  readonly message: Message;
};

/** The longest body of 256 KiB, full of hits, takes some seconds. What takes longer would take for ever. */
const JUDGING_MAX_MS = 60_000;

const compiled = new URL("./judging-worker.js", import.meta.url);

/** Where the source runs as it is, the thread needs the loader that this thread was started with. */
function fromSource(): URL {
  const source = new URL("./judging-worker.ts", import.meta.url).href;
  const loader = import.meta.resolve("tsx/esm/api");
  const program = `import { register } from ${JSON.stringify(loader)}; register(); await import(${JSON.stringify(source)});`;
  return new URL(`data:text/javascript,${encodeURIComponent(program)}`);
}

const worker = import.meta.url.endsWith(".ts") ? fromSource() : compiled;

/** Rejects when the rules throw or take too long; aborting ends the thread. */
export function judgeOnThread(task: JudgingTask, signal: AbortSignal): Promise<Decision> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(worker, { workerData: task });
    const end = (reason: Error): void => {
      reject(reason);
      void thread.terminate();
    };
    const onAbort = (): void => end(new Error("Judging was interrupted"));
    const late = setTimeout(() => end(new Error("Judging took too long")), JUDGING_MAX_MS);
    signal.addEventListener("abort", onAbort, { once: true });
    thread.once("message", resolve);
    thread.once("error", reject);
    thread.once("exit", () => {
      clearTimeout(late);
      signal.removeEventListener("abort", onAbort);
      reject(new Error("Judging ended without a decision"));
    });
  });
}
