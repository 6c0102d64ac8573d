/** Has a user's texts counted and erased on a thread that lives as long as one task. */
import { Worker } from "node:worker_threads";
import type { SdkAppId, UserId } from "../domain/message.ts";
import type { Erased, Erasure, ErasingThread } from "../ports/erasures.ts";
import { ErasingFailed } from "../ports/erasures.ts";
import { nameOf } from "./intake.ts";
import { threadProgram } from "./thread-program.ts";

export type ErasingSettings = {
  readonly databasePath: string;
  readonly sdkAppId: SdkAppId;
  /** As configured; undefined: the key lies beside the database. */
  readonly auditKey: string | undefined;
};
export type ErasingTask = ErasingSettings &
  (
    | { readonly kind: "count"; readonly user: UserId }
    | { readonly kind: "record"; readonly erasure: Erasure & { readonly found: Erased } }
    | { readonly kind: "files"; readonly user: UserId }
  );
export type ErasingAnswer =
  | { readonly kind: "progress"; readonly share: number }
  | { readonly kind: "counted"; readonly found: Erased }
  | { readonly kind: "done" }
  | { readonly kind: "failed"; readonly fault: string };

/** Numbers of one user's messages, a million of them. */
const HEAP_MAX_MB = 256;

export function createErasingThread(settings: ErasingSettings): ErasingThread {
  /** Settles once the thread is over, so that whoever stops the service knows the files let go of. */
  const run = (task: ErasingTask, hear: (answer: ErasingAnswer) => void, signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      let fault: string | undefined = "ended";
      const thread = new Worker(threadProgram("../erasing-worker"), {
        workerData: task,
        resourceLimits: { maxOldGenerationSizeMb: HEAP_MAX_MB },
      });
      const onAbort = (): void => void thread.terminate();
      thread.on("message", (answer: ErasingAnswer) => {
        hear(answer);
        if (answer.kind === "done") fault = undefined;
        else if (answer.kind === "failed") fault = answer.fault;
      });
      thread.once("error", (thrown) => (fault = nameOf(thrown)));
      thread.once("exit", () => {
        signal.removeEventListener("abort", onAbort);
        if (fault === undefined) return resolve();
        reject(signal.aborted ? asError(signal.reason) : new ErasingFailed(fault));
      });
      signal.addEventListener("abort", onAbort, { once: true });
      if (signal.aborted) onAbort();
    });

  return {
    async count(user, signal) {
      let found: Erased | undefined;
      const hear = (answer: ErasingAnswer): void => {
        if (answer.kind === "counted") found = answer.found;
      };
      await run({ ...settings, kind: "count", user }, hear, signal);
      if (found === undefined) throw new ErasingFailed("ended");
      return found;
    },
    async eraseFromRecord(erasure, onProgress, signal) {
      const hear = (answer: ErasingAnswer): void => {
        if (answer.kind === "progress") onProgress(answer.share);
      };
      await run({ ...settings, kind: "record", erasure }, hear, signal);
    },
    eraseFromFiles: (user, signal) => run({ ...settings, kind: "files", user }, () => undefined, signal),
  };
}

const asError = (reason: unknown): Error => (reason instanceof Error ? reason : new Error("Erasing was interrupted"));
