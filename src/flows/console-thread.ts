/**
 * Asks the console's thread, one question after another. A question that nobody waits for any more is taken out of the row,
 * or stopped where it has begun; one that takes too long is given up, and the thread with it if it does not let go: a new one
 * goes on where its file says.
 */
import { Worker } from "node:worker_threads";
import { OperatorError } from "../errors.ts";
import type { ConsoleQuestions, ConsoleReads, QuestionName } from "../ports/console.ts";
import type { Logger } from "../ports/logger.ts";
import { threadProgram } from "./thread-program.ts";

export type ThreadSettings = {
  readonly databasePath: string;
  readonly sdkAppId: number;
  /** One number, shared: 1 stops the question under way. */
  readonly stop: SharedArrayBuffer;
};
/** Any question by its name, and with it what that one asks. */
export type ThreadQuestion<Name extends QuestionName = QuestionName> = {
  readonly [Each in Name]: {
    readonly id: number;
    readonly name: Each;
    readonly question: ConsoleQuestions[Each]["asks"];
  };
}[Name];
export type ThreadAnswer =
  | { readonly kind: "ready" }
  | { readonly kind: "answer"; readonly id: number; readonly answer: unknown }
  | { readonly kind: "failed"; readonly id: number; readonly fault: string }
  /** Notes of changes are dealt with up to here. */
  | { readonly kind: "caught_up"; readonly touchedTo: number }
  | { readonly kind: "fault"; readonly fault: string };

export type ConsoleThreadLimits = {
  /** Questions that wait. Each takes milliseconds; a person waits for two or three. */
  readonly waitingMax: number;
  /** From the moment it is asked. */
  readonly answerMaxMs: number;
  /** What is stopped ends within a stretch of a search; past this the thread is stuck. */
  readonly lettingGoMaxMs: number;
  /** The file of a million messages opens in milliseconds; the rest is for a machine that is busy elsewhere. */
  readonly startingMaxMs: number;
  /** A thread that cannot start is not tried all the time: each pause is twice the one before, up to the longest. */
  readonly startAgainAfterMs: number;
  readonly startAgainAfterMaxMs: number;
  readonly heapMaxMb: number;
};
const LIMITS: ConsoleThreadLimits = {
  waitingMax: 64,
  answerMaxMs: 5_000,
  lettingGoMaxMs: 5_000,
  startingMaxMs: 30_000,
  startAgainAfterMs: 1_000,
  startAgainAfterMaxMs: 60_000,
  heapMaxMb: 256,
};

export interface ConsoleThread extends ConsoleReads, AsyncDisposable {}

type Waiting = {
  readonly question: ThreadQuestion;
  settle(outcome: { readonly answer: unknown } | { readonly error: Error }): void;
  isOver: boolean;
};

export type ConsoleThreadParts = {
  readonly databasePath: string;
  readonly sdkAppId: number;
  /** Called when notes of changes have been dealt with. */
  readonly onCaughtUp: (touchedTo: number) => void;
  readonly log: Logger;
};

export function createConsoleThread(parts: ConsoleThreadParts, limits: ConsoleThreadLimits = LIMITS): ConsoleThread {
  const stop = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  const stopped = new Int32Array(stop);
  const waiting: Waiting[] = [];
  let active: Waiting | undefined;
  let thread: Worker | undefined;
  let isReady = false;
  let isDisposed = false;
  let patience: NodeJS.Timeout | undefined;
  let lastId = 0;
  let pauseMs = limits.startAgainAfterMs;

  const start = (): void => {
    isReady = false;
    const { databasePath, sdkAppId } = parts;
    const started = new Worker(threadProgram("../console-worker"), {
      workerData: { databasePath, sdkAppId, stop } satisfies ThreadSettings,
      resourceLimits: { maxOldGenerationSizeMb: limits.heapMaxMb },
    });
    thread = started;
    started.on("message", onAnswer);
    started.once("error", (thrown) => lose(started, thrown.name));
    started.once("exit", () => lose(started, "exit"));
    within(limits.startingMaxMs, started);
  };
  const within = (ms: number, of: Worker): void => {
    clearTimeout(patience);
    patience = setTimeout(() => lose(of, "stuck"), ms);
  };
  /** The thread is gone, or has to go. The next question starts another one. */
  const lose = (of: Worker, fault: string): void => {
    if (of !== thread) return;
    thread = undefined;
    clearTimeout(patience);
    of.removeAllListeners();
    of.on("error", () => undefined);
    void of.terminate();
    if (isDisposed) return;
    parts.log.error({ fault }, "The console's thread ended; starting another one.");
    const lost = active;
    active = undefined;
    lost?.settle({ error: failed() });
    patience = setTimeout(start, pauseMs);
    pauseMs = Math.min(pauseMs * 2, limits.startAgainAfterMaxMs);
  };

  const onAnswer = (what: ThreadAnswer): void => {
    switch (what.kind) {
      case "ready":
        isReady = true;
        pauseMs = limits.startAgainAfterMs;
        clearTimeout(patience);
        return next();
      case "answer":
        return finish({ answer: what.answer });
      case "failed":
        if (active?.isOver === false) parts.log.error({ fault: what.fault }, "A question of the console failed.");
        return finish({ error: failed() });
      case "caught_up":
        return parts.onCaughtUp(what.touchedTo);
      case "fault":
        return parts.log.error(
          { fault: what.fault },
          "The console's file could not be brought up to date; trying again.",
        );
      default:
        return what satisfies never;
    }
  };
  const finish = (outcome: Parameters<Waiting["settle"]>[0]): void => {
    clearTimeout(patience);
    const done = active;
    active = undefined;
    done?.settle(outcome);
    next();
  };

  const next = (): void => {
    if (active !== undefined || isDisposed) return;
    if (thread === undefined || !isReady) return;
    active = waiting.shift();
    if (active === undefined) return;
    Atomics.store(stopped, 0, 0);
    thread.postMessage(active.question);
  };

  /** Nobody waits for it any more: out of the row, or stopped where it is. */
  const giveUp = (question: Waiting, error: Error): void => {
    const place = waiting.indexOf(question);
    if (place >= 0) waiting.splice(place, 1);
    else if (active === question && thread !== undefined) {
      Atomics.store(stopped, 0, 1);
      within(limits.lettingGoMaxMs, thread);
    }
    question.settle({ error });
  };

  const ask = <Name extends QuestionName>(
    name: Name,
    question: ConsoleQuestions[Name]["asks"],
    signal?: AbortSignal,
  ): Promise<unknown> =>
    new Promise((resolve, reject) => {
      if (isDisposed) return reject(closed());
      if (signal?.aborted === true) return reject(asError(signal.reason));
      if (waiting.length >= limits.waitingMax) return reject(busy());
      const onAbort = (): void => giveUp(asked, asError(signal?.reason));
      const late = setTimeout(() => giveUp(asked, slow()), limits.answerMaxMs);
      const told: ThreadQuestion<Name> = { id: ++lastId, name, question };
      const asked: Waiting = {
        // One of them; that the compiler does not see for a name that is only known when it is called.
        question: told as ThreadQuestion,
        isOver: false,
        settle(outcome) {
          if (asked.isOver) return;
          asked.isOver = true;
          clearTimeout(late);
          signal?.removeEventListener("abort", onAbort);
          if ("error" in outcome) reject(outcome.error);
          else resolve(outcome.answer);
        },
      };
      signal?.addEventListener("abort", onAbort, { once: true });
      waiting.push(asked);
      next();
    });

  start();
  return {
    ask: ask as ConsoleReads["ask"],
    async [Symbol.asyncDispose]() {
      isDisposed = true;
      clearTimeout(patience);
      Atomics.store(stopped, 0, 1);
      for (const each of [...(active ? [active] : []), ...waiting.splice(0)]) each.settle({ error: closed() });
      const ending = thread;
      thread = undefined;
      ending?.removeAllListeners();
      ending?.on("error", () => undefined);
      await ending?.terminate();
    },
  };
}

const asError = (reason: unknown): Error =>
  reason instanceof Error ? reason : new Error("The question was taken back");
const busy = (): OperatorError =>
  new OperatorError("CONSOLE_BUSY", "Too many questions wait for an answer.", "Try again in a moment.");
const slow = (): OperatorError =>
  new OperatorError(
    "CONSOLE_SLOW",
    "This took too long and was given up.",
    "Add a filter, or ask about a shorter time.",
  );
const failed = (): OperatorError =>
  new OperatorError("CONSOLE_FAILED", "The record could not be read.", "Try again; if it stays so, run emend doctor.");
const closed = (): OperatorError =>
  new OperatorError("CONSOLE_CLOSED", "The service is stopping.", "Try again once it has been started.");
