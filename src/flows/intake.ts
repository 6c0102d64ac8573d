/**
 * A message came in: judge it, record it with everything that follows, and only then say so. Judging happens within the
 * callback's own turn and a stated budget; past the budget a message is recorded as undecided, answered, and judged later.
 */
import { crashPoint } from "../crash-point.ts";
import type { Message } from "../domain/message.ts";
import type { Origin } from "../domain/plan.ts";
import type { Clock } from "../domain/time.ts";
import type { Logger } from "../ports/logger.ts";
import type { IntakeEntry, IntakeStore, Judgement } from "../ports/store.ts";
import { textUnits } from "../rules/evaluate.ts";
import { createBatch } from "./batch.ts";
import type { Judge } from "./judge.ts";

export type Arrival = {
  readonly message: Message;
  readonly command: string;
  readonly callback: Buffer;
  readonly origin: Origin;
};

/**
 * Everyone who came in one turn waits for all its judging. Nothing is begun past this, so that with the last message,
 * see below, and the commit, the turn costs nobody more than some 50 ms.
 */
const TURN_BUDGET_MS = 25;
/** Text judged within the turn, in UTF-16 units: some 25 ms when it is full of hits. Longer ones get a thread. */
export const TURN_TEXT_UNITS_MAX = 1_024;

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
  /** A judgement leads to nothing: the message was known already, or nothing could be recorded. */
  readonly withdraw?: (judgement: Judgement) => void;
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

  const withdraw = ({ judgement }: IntakeEntry): void => {
    if (judgement !== undefined) parts.withdraw?.(judgement);
  };

  const record = async (entries: readonly IntakeEntry[]): Promise<readonly boolean[]> => {
    try {
      const isNew = await parts.store.recordIntake(entries);
      entries.filter((_, index) => isNew[index] === false).forEach(withdraw);
      return isNew;
    } catch (thrown) {
      entries.forEach(withdraw);
      throw thrown;
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
    crashPoint("intake.judged");
    const recorded = await record(entries);
    crashPoint("intake.recorded");
    if (entries.some((entry) => entry.judgement === undefined)) parts.wakeLater();
    if (entries.some((entry) => entry.judgement?.order?.state === "pending")) parts.wakeDispatcher();
    return recorded;
  }, COMMIT_ENTRIES_MAX);
}

/** The kind of a fault without its message, which could quote what people wrote. */
export const nameOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.name : typeof thrown);
