/**
 * Judges messages on a thread of its own, for texts so long that everybody's callbacks would wait. The thread is started
 * by the first such message, kept while the rules stay what they are, and replaced by the next message after they changed:
 * handing over a great word list takes far longer than judging.
 *
 * One message at a time. A message that the thread dies of, or that takes too long, is rejected alone; those behind it
 * get a new thread.
 */
import { Worker } from "node:worker_threads";
import type { Decision } from "../domain/decision.ts";
import type { Message } from "../domain/message.ts";
import type { RuleSetParts } from "../rules/rule-set.ts";
import type { JudgingOptions } from "./judge.ts";
import { threadProgram } from "./thread-program.ts";

export type JudgingTask = { readonly message: Message; readonly options: JudgingOptions };
export type JudgingAnswer =
  | { readonly kind: "ready" }
  | { readonly kind: "decision"; readonly decision: Decision }
  | { readonly kind: "fault"; readonly fault: string };

export interface JudgingThread extends AsyncDisposable {
  /** Rejects when the rules throw or take too long; with {@link NotJudgedYet} when the message had no part in it. */
  judge(message: Message, options: JudgingOptions): Promise<Decision>;
}

/** The thread could not be had: the message may well be judged another time. */
export class NotJudgedYet extends Error {
  override readonly name = "NotJudgedYet";
}

export type JudgingLimits = {
  readonly startingMaxMs: number;
  readonly judgingMaxMs: number;
  readonly heapMaxMb: number;
  readonly waitingMax: number;
};

const LIMITS: JudgingLimits = {
  // A quarter of a second from the source; the rest is for a machine that is busy elsewhere.
  startingMaxMs: 30_000,
  // The longest body of 256 KiB, full of hits, takes some seconds. What takes longer would take for ever.
  judgingMaxMs: 30_000,
  // As for compiling; what one message takes is little beside the rules.
  heapMaxMb: 512,
  // Bodies of up to 256 KiB each. Whoever asks keeps the messages on disk and asks again.
  waitingMax: 64,
};

type Waiting = JudgingTask & { resolve(decision: Decision): void; reject(reason: Error): void };
type Running = { readonly thread: Worker; readonly revision: string; isReady: boolean };

/** @param rules those that are live now */
export function createJudgingThread(rules: () => RuleSetParts, limits: JudgingLimits = LIMITS): JudgingThread {
  const waiting: Waiting[] = [];
  let active: Waiting | undefined;
  let running: Running | undefined;
  let patience: NodeJS.Timeout | undefined;
  let isDisposed = false;

  const end = async ({ thread }: Running): Promise<void> => {
    running = undefined;
    thread.removeAllListeners();
    // What comes while it dies is nobody's any more.
    thread.on("error", () => undefined);
    await thread.terminate();
  };

  const settle = (how: (task: Waiting) => void): void => {
    clearTimeout(patience);
    const done = active;
    active = undefined;
    if (done) how(done);
    next();
  };
  /** The thread is gone or has to go. Before it was ready, that was no message's fault. */
  const fail = (why: string): void => {
    const wasReady = running?.isReady === true;
    if (running) void end(running);
    settle(({ reject }) => reject(wasReady ? new Error(why) : new NotJudgedYet(why)));
  };
  const within = (ms: number, why: string): void => {
    clearTimeout(patience);
    patience = setTimeout(() => fail(why), ms);
  };

  const ask = ({ thread }: Running, { message, options }: Waiting): void => {
    within(limits.judgingMaxMs, "Judging took too long");
    thread.postMessage({ message, options } satisfies JudgingTask);
  };

  const onAnswer = (from: Running, answer: JudgingAnswer): void => {
    switch (answer.kind) {
      case "ready":
        from.isReady = true;
        if (active) ask(from, active);
        return;
      case "decision":
        return settle(({ resolve }) => resolve(answer.decision));
      case "fault":
        return settle(({ reject }) => reject(new Error(`The rules threw ${answer.fault}`)));
      default:
        return answer satisfies never;
    }
  };

  const start = (): void => {
    const task = rules();
    const thread = new Worker(threadProgram("judging-worker"), {
      workerData: task,
      resourceLimits: { maxOldGenerationSizeMb: limits.heapMaxMb },
    });
    const started: Running = { thread, revision: task.revision, isReady: false };
    running = started;
    thread.on("message", (answer: JudgingAnswer) => onAnswer(started, answer));
    thread.once("error", () => fail("Judging ended with a fault"));
    thread.once("exit", () => fail("Judging ended without a decision"));
    within(limits.startingMaxMs, "The judging thread did not start");
  };

  const next = (): void => {
    if (active !== undefined) return;
    active = waiting.shift();
    if (active === undefined) return;
    if (running !== undefined && running.revision !== rules().revision) void end(running);
    if (running !== undefined) return ask(running, active);
    try {
      start();
    } catch {
      // No thread to be had: no memory, most likely. The message waits on disk; those behind it are not kept either.
      settle(({ reject }) => reject(new NotJudgedYet("A thread could not be started")));
    }
  };

  return {
    judge: (message, options) =>
      new Promise((resolve, reject) => {
        if (isDisposed) return reject(new NotJudgedYet("Judging has ended"));
        if (waiting.length >= limits.waitingMax) return reject(new NotJudgedYet("Too many messages wait already"));
        waiting.push({ message, options, resolve, reject });
        next();
      }),
    async [Symbol.asyncDispose]() {
      isDisposed = true;
      clearTimeout(patience);
      const left = [...(active ? [active] : []), ...waiting.splice(0)];
      active = undefined;
      for (const { reject } of left) reject(new NotJudgedYet("Judging was interrupted"));
      if (running) await end(running);
    },
  };
}
