/** Judges what was committed without a decision: a crash, a burst or a very long text must not let a message through. */
import type { Message } from "../domain/message.ts";
import type { Origin } from "../domain/plan.ts";
import type { Clock } from "../domain/time.ts";
import type { Logger } from "../ports/logger.ts";
import type { IntakeStore, Judgement, MessageId, Undecided } from "../ports/store.ts";
import { nameOf } from "./intake.ts";
import { NotJudgedYet } from "./judging-thread.ts";
import type { Bell } from "./wake.ts";

/** Rows read at a time: their bodies are up to 256 KiB each. */
const READ_MAX = 16;
/** Messages under way at once. Those that a thread judges wait there and keep nobody who is quick. */
const UNDER_WAY_MAX = 32;
/** Nobody rings for what a killed process left behind, or after a failed write. */
const LOOK_AGAIN_MS = 1_000;
/** How often a message waits for a thread that cannot be had, before it stands in the way of those behind it. */
const WAITS_MAX = 3;

export type JudgeLaterParts = {
  readonly store: Pick<IntakeStore, "undecided" | "recordJudgement" | "recordJudgingFailed">;
  readonly judge: (message: Message, origin: Origin) => Promise<Judgement>;
  /** Reads a recorded callback again; undefined when it no longer decodes. */
  readonly decode: (recorded: Undecided) => Message | undefined;
  readonly clock: Pick<Clock, "now">;
  readonly log: Logger;
  readonly bell: Bell;
  readonly wakeDispatcher: () => void;
};

/** Runs until aborted. Each message is one durable step; between two, the event loop gets its turn. */
export async function judgeLater(parts: JudgeLaterParts, signal: AbortSignal): Promise<void> {
  const { store, bell, log } = parts;
  const underWay = new Map<MessageId, Promise<void>>();
  const waits = new Map<MessageId, number>();

  const begin = (recorded: Undecided): void => {
    const { id } = recorded;
    const waited = waits.get(id) ?? 0;
    const judging = judgeOne(parts, recorded, signal, waited >= WAITS_MAX).then(
      (isDone) => {
        underWay.delete(id);
        if (!isDone) return void waits.set(id, waited + 1);
        waits.delete(id);
        bell.ring();
      },
      (thrown: unknown) => {
        underWay.delete(id);
        log.error({ fault: nameOf(thrown) }, "A judgement could not be written down; trying again.");
      },
    );
    underWay.set(id, judging);
  };

  while (!signal.aborted) {
    let begun = 0;
    try {
      // Those under way stand among the oldest, so as many more are asked for.
      const undecided = await store.undecided(READ_MAX + underWay.size);
      for (const recorded of undecided.filter(({ id }) => !underWay.has(id))) {
        if (underWay.size >= UNDER_WAY_MAX) break;
        // First whoever waits for an answer: it was this message's own sender who rang.
        await new Promise((resolve) => setImmediate(resolve));
        if (signal.aborted) break;
        begin(recorded);
        begun += 1;
      }
    } catch (thrown) {
      log.error({ fault: nameOf(thrown) }, "Undecided messages could not be read; trying again.");
    }
    // A full read may have left some behind; otherwise whoever ends rings.
    if (begun < READ_MAX || underWay.size >= UNDER_WAY_MAX) await bell.sleep(LOOK_AGAIN_MS, signal);
  }
  await Promise.all(underWay.values());
}

/** @returns whether it is off the list of the undecided */
async function judgeOne(
  parts: JudgeLaterParts,
  recorded: Undecided,
  signal: AbortSignal,
  isLastTry: boolean,
): Promise<boolean> {
  const judged = await tryJudging(parts, recorded, signal);
  // Interrupted, not failed: the next process judges it.
  if (judged === "not yet" && (signal.aborted || !isLastTry)) return false;
  const at = parts.clock.now();
  if (judged === "never" || judged === "not yet") {
    const detail = { next: "look at the message by hand" };
    const entry = { at, actor: "emend", act: "judging_failed", detail } as const;
    await parts.store.recordJudgingFailed(recorded.id, [entry], at);
    return true;
  }
  await parts.store.recordJudgement(recorded.id, judged, at);
  if (judged.order?.state === "pending") parts.wakeDispatcher();
  return true;
}

async function tryJudging(
  parts: JudgeLaterParts,
  recorded: Undecided,
  signal: AbortSignal,
): Promise<Judgement | "not yet" | "never"> {
  const { log } = parts;
  try {
    const message = parts.decode(recorded);
    if (message !== undefined) return await parts.judge(message, recorded.origin);
    log.error({ message: recorded.id }, "A recorded message no longer decodes; it is left to a person.");
  } catch (thrown) {
    if (signal.aborted) return "not yet";
    const fields = { message: recorded.id, fault: nameOf(thrown) };
    if (thrown instanceof NotJudgedYet) {
      log.error({ ...fields, reason: thrown.message }, "A long message has to wait for its judging.");
      return "not yet";
    }
    log.error(fields, "Judging failed; the message is left to a person.");
  }
  return "never";
}
