/**
 * The console's thread: answers what the console asks of the record, and keeps the console's own file up to it, a step at a
 * time and between two questions. It puts together what the thread is made of, as `assemble.ts` does for the service.
 *
 * It has a connection of its own that can only read. Whatever takes long here, callbacks are answered meanwhile.
 *
 * Where the console's file turns out to be damaged it is thrown away and filled anew: all of it follows from the record.
 */
import { setPriority } from "node:os";
import { parentPort, workerData } from "node:worker_threads";
import { createConsoleAnswers } from "./flows/console-answers.ts";
import type { ThreadAnswer, ThreadQuestion, ThreadSettings } from "./flows/console-thread.ts";
import { entryFor } from "./flows/indexing.ts";
import { nameOf } from "./flows/intake.ts";
import type { QuestionName } from "./ports/console.ts";
import { openConsoleStore } from "./store/console/console-store.ts";
import { indexPathFor, removeIndexFile } from "./store/console/index-file.ts";
import { isDamage } from "./store/sqlite-open.ts";
import { decodeStored } from "./tencent/stored.ts";

/** Callbacks and calls come first where the processor is short. A thread has a priority of its own on Linux alone. */
const NICENESS = 5;
if (process.platform === "linux") setPriority(NICENESS);

const settings = workerData as ThreadSettings;
const stopped = new Int32Array(settings.stop);

const goOn = (): void => {
  if (Atomics.load(stopped, 0) === 1) throw new Error("Nobody waits for this answer any more");
};
const open = () => {
  const store = openConsoleStore({
    ...{ databasePath: settings.databasePath, sdkAppId: settings.sdkAppId, goOn },
    entryFor: (source) => entryFor(source, decodeStored.elements),
  });
  const { elements: decode, payload: decodePayload, payloadData } = decodeStored;
  const parts = { decode, decodePayload, payloadData };
  return { store, answers: createConsoleAnswers(store, parts) };
};
const openAnew = () => {
  removeIndexFile(indexPathFor(settings.databasePath));
  mendedAt = performance.now();
  return open();
};
const tell = (what: ThreadAnswer): void => parentPort?.postMessage(what);

/** Nothing is new: the record is looked at this often, so that search is behind by less than a second. */
const LOOK_EVERY_MS = 250;
/** With more to do: questions that have come meanwhile are answered first, and an erasure gets its turn at the file. */
const STEP_PAUSE_MS = 5;
/** A step failed: the disk may be full, and is not asked all the time. */
const AFTER_FAULT_MS = 5_000;
/** Where it is the record that is damaged a new file does not help. */
const MEND_EVERY_MS = 10 * 60_000;

let mendedAt = -Infinity;
let opened = openWhatIsThere();

function openWhatIsThere(): ReturnType<typeof open> {
  try {
    return open();
  } catch (thrown) {
    if (!isDamage(thrown)) throw thrown;
    tell({ kind: "fault", fault: nameOf(thrown) });
    return openAnew();
  }
}

function mend(thrown: unknown): void {
  if (!isDamage(thrown) || performance.now() - mendedAt < MEND_EVERY_MS) return;
  opened.store[Symbol.dispose]();
  opened = openAnew();
}

function catchUp(): void {
  let again = LOOK_EVERY_MS;
  try {
    const { more, touchedTo, changed } = opened.store.catchUp();
    if (changed) tell({ kind: "caught_up", touchedTo });
    if (more) again = STEP_PAUSE_MS;
  } catch (thrown) {
    tell({ kind: "fault", fault: nameOf(thrown) });
    again = AFTER_FAULT_MS;
    mend(thrown);
  }
  setTimeout(catchUp, again);
}

const answerTo = <Name extends QuestionName>({ name, question }: ThreadQuestion<Name>) =>
  opened.answers[name](question);

parentPort?.on("message", (asked: ThreadQuestion) => {
  const { id } = asked;
  try {
    tell({ kind: "answer", id, answer: answerTo(asked) });
  } catch (thrown) {
    // Without its message, which could quote what people wrote.
    tell({ kind: "failed", id, fault: nameOf(thrown) });
    mend(thrown);
  }
});
tell({ kind: "ready" });
catchUp();
