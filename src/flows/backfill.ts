/**
 * Finds the messages whose callbacks never came: Tencent does not repeat one, whatever we answer. Two loops with budgets of
 * their own, one for groups and one for one-to-one chats. What they find goes through the same intake as a callback, so a
 * callback that comes after all is a duplicate. Everything that is still to be read is in the record: a restart goes on
 * where this was.
 */
import { QUIET_MS, SWEEP_EVERY_MIN_MS } from "../domain/gaps.ts";
import type { Clock, EpochMs } from "../domain/time.ts";
import { epochMs } from "../domain/time.ts";
import type { GapStore, HistoryClient } from "../ports/history.ts";
import type { Logger } from "../ports/logger.ts";
import { createChatSweep } from "./chat-sweep.ts";
import { createGroupGaps } from "./group-gaps.ts";
import { nameOf } from "./intake.ts";
import { createPacedReading } from "./paced-reading.ts";
import type { RecoverParts } from "./recover.ts";
import { createRecover } from "./recover.ts";

export type BackfillParts = {
  readonly store: GapStore & RecoverParts["store"];
  readonly client: HistoryClient;
  readonly intake: RecoverParts["intake"];
  readonly count: RecoverParts["count"];
  readonly keepUndecodable: boolean;
  readonly nextStepFor: (code: string) => string;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
  /** Of each of the two history APIs; 0: nothing is searched for. */
  readonly callsPerSecond: number;
  /** How often a one-to-one chat is read while somebody speaks in it; 0: never. */
  readonly c2cEveryMs: number;
};

/** What is due is asked for this often: a fraction of the time that a hole is given to settle. */
const LOOK_EVERY_MS = 1_000;
/** Groups that spoke within this are looked at when a process begins. */
const SPOKE_LATELY_MS = 24 * 3_600_000;
/** Conversations under way at once: a call that hangs must not hold up all. */
const AT_ONCE = 8;

/** Runs until aborted; then lets the calls under way finish. */
export async function backfill(parts: BackfillParts, signal: AbortSignal): Promise<void> {
  if (parts.callsPerSecond === 0) return;
  const recover = createRecover(parts);
  const groups = createGroupGaps({ ...parts, recover, read: createPacedReading({ ...parts, what: "group" }) });
  const everyMs = Math.max(parts.c2cEveryMs, SWEEP_EVERY_MIN_MS);
  const sweep = createChatSweep({ ...parts, everyMs, recover, read: createPacedReading({ ...parts, what: "c2c" }) });
  const { store } = parts;

  const groupRound = async (since: EpochMs, now: EpochMs): Promise<readonly Promise<boolean>[]> => {
    // What is known to be missing goes first.
    const gaps = await store.gapsDue(now, AT_ONCE);
    const stirred =
      gaps.length < AT_ONCE ? await store.quietGroups(epochMs(now - QUIET_MS), now, AT_ONCE - gaps.length) : [];
    return [
      ...gaps.map((gap) => groups.fill(gap, since, signal)),
      ...stirred.map((group) => groups.look(group, since, signal)),
    ];
  };
  const chatRound = async (since: EpochMs, now: EpochMs): Promise<readonly Promise<boolean>[]> => {
    const chats = await store.stirredPairs(epochMs(now - everyMs), now, AT_ONCE);
    return chats.map((chat) => sweep(chat, since, signal));
  };
  await lookAfterPause(parts);
  await Promise.all([
    repeat(parts, "group", groupRound, signal),
    parts.c2cEveryMs > 0 ? repeat(parts, "c2c", chatRound, signal) : Promise.resolve(),
  ]);
}

/** While nobody was here callbacks went nowhere, and a group that has fallen silent since has no number to show it. */
async function lookAfterPause({ store, clock, log }: BackfillParts): Promise<void> {
  const now = clock.now();
  try {
    await store.stirGroups(epochMs(now - SPOKE_LATELY_MS), now);
  } catch (thrown) {
    log.error({ fault: nameOf(thrown) }, "Groups that spoke lately could not be marked for a look.");
  }
}

type Round = (since: EpochMs, now: EpochMs) => Promise<readonly Promise<boolean>[]>;

async function repeat(parts: BackfillParts, what: string, round: Round, signal: AbortSignal): Promise<void> {
  const { store, clock, log } = parts;
  while (!signal.aborted) {
    let busy = false;
    try {
      const now = clock.now();
      const underWay = await round(await store.watchingSince(now), now);
      const endings = await Promise.allSettled(underWay);
      const fault = endings.find((ending) => ending.status === "rejected");
      if (fault !== undefined) throw fault.reason;
      // There may be more of what was asked for; what has to wait is not due.
      busy = endings.some((ending) => ending.status === "fulfilled" && ending.value);
    } catch (thrown) {
      log.error({ what, fault: nameOf(thrown) }, "What was missed could not be looked for; trying again.");
    }
    if (!busy) await clock.wait(LOOK_EVERY_MS, signal);
  }
}
