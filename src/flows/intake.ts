/**
 * A message came in: judge it, record it with everything that follows, and only then say so. Judging happens within the
 * callback's own turn and a stated budget; past the budget a message is recorded as undecided, answered, and judged later.
 */
import type { Message } from "../domain/message.ts";
import type { Origin } from "../domain/plan.ts";
import type { Clock } from "../domain/time.ts";
import type { Logger } from "../ports/logger.ts";
import type { IntakeEntry, IntakeStore } from "../ports/store.ts";
import { textUnits } from "../rules/evaluate.ts";
import { createBatch } from "./batch.ts";
import type { Judge } from "./judge.ts";

export type Arrival = {
  readonly message: Message;
  readonly command: string;
  readonly callback: Buffer;
  readonly origin: Origin;
};

/** Tencent gives a callback 2 s. Everyone who came in one turn waits for all its judging, so a turn may take this long. */
const TURN_BUDGET_MS = 50;
/** Text judged within the turn, in UTF-16 units: at worst some 40 ms. Longer ones get a thread, a moment later. */
export const TURN_TEXT_UNITS_MAX = 4_096;

export const isLong = (message: Message): boolean => textUnits(message) > TURN_TEXT_UNITS_MAX;

/** Messages in one commit: enough to share the disk's wait, few enough to answer the first ones soon. */
const COMMIT_ENTRIES_MAX = 256;

export type IntakeParts = {
  readonly store: Pick<IntakeStore, "recordIntake">;
  readonly judge: Judge;
  readonly clock: Pick<Clock, "now" | "monotonic">;
  readonly log: Logger;
  /** There may be orders to send. */
  readonly wakeDispatcher: () => void;
  /** There are messages to judge later. */
  readonly wakeLater: () => void;
};

/** @returns a function whose promise resolves once the message is on disk: true when it was new. Rejects when it is not. */
export function createIntake(parts: IntakeParts): (arrival: Arrival) => Promise<boolean> {
  const { clock } = parts;

  const judgeWithin = (arrival: Arrival, deadline: number): IntakeEntry["judgement"] => {
    if (clock.monotonic() > deadline || isLong(arrival.message)) return undefined;
    try {
      return parts.judge(arrival.message, arrival.origin);
    } catch (thrown) {
      parts.log.error({ fault: nameOf(thrown) }, "Judging failed; the message is recorded and will be tried again.");
      return undefined;
    }
  };

  return createBatch(async (arrivals: readonly Arrival[]) => {
    const receivedAt = clock.now();
    const deadline = clock.monotonic() + TURN_BUDGET_MS;
    const entries = arrivals.map((arrival): IntakeEntry => ({
      ...arrival,
      receivedAt,
      judgement: judgeWithin(arrival, deadline),
    }));
    const recorded = await parts.store.recordIntake(entries);
    if (entries.some((entry) => entry.judgement === undefined)) parts.wakeLater();
    if (entries.some((entry) => entry.judgement?.order?.state === "pending")) parts.wakeDispatcher();
    return recorded;
  }, COMMIT_ENTRIES_MAX);
}

/** The kind of a fault without its message, which could quote what people wrote. */
export const nameOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.name : typeof thrown);
