/** One-to-one chats: no number shows a hole, so what two people said since the last time is read and compared. */
import type { AuditEntry } from "../domain/audit.ts";
import { afterFailure, settledBy, sweepWindow } from "../domain/gaps.ts";
import type { Clock, EpochMs } from "../domain/time.ts";
import { epochMs } from "../domain/time.ts";
import type { GapStore, HistoryClient, PageMark, StirredPair } from "../ports/history.ts";
import type { Logger } from "../ports/logger.ts";
import type { PacedReading } from "./paced-reading.ts";
import type { Recover } from "./recover.ts";

/** Thirteen kilobytes each: hundreds of messages, more than two people say between two sweeps. */
const PAGES_MAX = 50;

export type ChatSweepParts = {
  readonly store: Pick<GapStore, "settleLook">;
  readonly client: Pick<HistoryClient, "c2cPage">;
  readonly read: PacedReading;
  readonly recover: Recover;
  readonly clock: Pick<Clock, "now">;
  readonly random: () => number;
  /** How often a chat is read while somebody speaks in it. */
  readonly everyMs: number;
  readonly log: Logger;
};

/** @returns a function that reads one chat; its promise says whether anything was asked */
export function createChatSweep(
  parts: ChatSweepParts,
): (chat: StirredPair, since: EpochMs, signal: AbortSignal) => Promise<boolean> {
  const { store, client, clock, log } = parts;

  const entry = (chat: StirredPair, act: "recovered" | "gap_given_up", detail: AuditEntry["detail"]): AuditEntry => ({
    at: clock.now(),
    actor: "emend",
    act,
    detail: { pair: chat.pair, ...detail },
  });
  const givenUp = (chat: StirredPair, reason: string): AuditEntry => {
    log.warn({ what: "c2c", reason }, "A part of history is given up: what was missed there stays unjudged.");
    return entry(chat, "gap_given_up", { reason });
  };

  return async (chat, since, signal) => {
    const window = sweepWindow(chat, since, clock.now());
    if (window === undefined) return false;
    let recovered = 0;
    let after: PageMark | undefined;
    for (let page = 0; page < PAGES_MAX; page++) {
      const from = after;
      const asked = await parts.read(() => client.c2cPage(chat.pair, window, from), signal);
      if (asked === undefined) {
        if (recovered === 0) return false;
        const audit = [entry(chat, "recovered", { messages: recovered })];
        await store.settleLook(chat, { kind: "retry", at: clock.now(), counted: false, audit }, clock.now());
        return true;
      }
      const { reading, counted } = asked;
      if (reading.kind === "failed") {
        const tried = { attempts: chat.attempts, createdAt: chat.stirredAt, counted };
        const step = afterFailure(tried, reading.outcome, clock.now(), parts.random());
        const audit = [
          ...(step.kind === "given_up" ? [givenUp(chat, step.reason)] : []),
          ...(recovered > 0 ? [entry(chat, "recovered", { messages: recovered })] : []),
        ];
        await store.settleLook(chat, { ...step, audit }, clock.now());
        return true;
      }
      recovered += await parts.recover(chat.conversation, reading.page.lines, since, clock.now());
      after = reading.page.after;
      if (after === undefined) break;
    }
    const audit = [
      ...(after === undefined ? [] : [givenUp(chat, "too_long")]),
      ...(recovered > 0 ? [entry(chat, "recovered", { messages: recovered })] : []),
    ];
    const settled = epochMs(Math.min(chat.spokeAt, settledBy(window, parts.everyMs)));
    await store.settleLook(
      chat,
      { kind: "looked", until: window.until, settled, gap: undefined, again: undefined, audit },
      clock.now(),
    );
    return true;
  };
}
