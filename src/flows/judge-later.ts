/** Judges what was committed without a decision: a crash, a burst or a very long text must not let a message through. */
import type { Message } from "../domain/message.ts";
import type { Origin } from "../domain/plan.ts";
import type { Clock } from "../domain/time.ts";
import type { Logger } from "../ports/logger.ts";
import type { IntakeStore, Judgement, Undecided } from "../ports/store.ts";
import { nameOf } from "./intake.ts";
import type { Bell } from "./wake.ts";

/** Rows read at a time: their bodies are up to 256 KiB each. */
const READ_MAX = 16;
/** Nobody rings for what a killed process left behind, or after a failed write. */
const LOOK_AGAIN_MS = 1_000;

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
  while (!signal.aborted) {
    try {
      const undecided = await parts.store.undecided(READ_MAX);
      for (const recorded of undecided) {
        // First whoever waits for an answer: it was this message's own sender who rang.
        await new Promise((resolve) => setImmediate(resolve));
        if (signal.aborted) return;
        await judgeOne(parts, recorded, signal);
      }
      if (undecided.length === READ_MAX) continue;
    } catch (thrown) {
      parts.log.error({ fault: nameOf(thrown) }, "Undecided messages could not be read or written; trying again.");
    }
    await parts.bell.sleep(LOOK_AGAIN_MS, signal);
  }
}

async function judgeOne(parts: JudgeLaterParts, recorded: Undecided, signal: AbortSignal): Promise<void> {
  const judgement = await tryJudging(parts, recorded, signal);
  // Interrupted, not failed: the next process judges it.
  if (signal.aborted && judgement === undefined) return;
  const at = parts.clock.now();
  if (judgement === undefined) {
    const detail = { next: "look at the message by hand" };
    const entry = { at, actor: "emend", act: "judging_failed", detail } as const;
    await parts.store.recordJudgingFailed(recorded.id, [entry], at);
    return;
  }
  await parts.store.recordJudgement(recorded.id, judgement, at);
  if (judgement.order?.state === "pending") parts.wakeDispatcher();
}

async function tryJudging(
  parts: JudgeLaterParts,
  recorded: Undecided,
  signal: AbortSignal,
): Promise<Judgement | undefined> {
  try {
    const message = parts.decode(recorded);
    if (message !== undefined) return await parts.judge(message, recorded.origin);
    parts.log.error({ message: recorded.id }, "A recorded message no longer decodes; it is left to a person.");
  } catch (thrown) {
    if (signal.aborted) return undefined;
    parts.log.error(
      { message: recorded.id, fault: nameOf(thrown) },
      "Judging failed; the message is left to a person.",
    );
  }
  return undefined;
}
