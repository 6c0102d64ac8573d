/** A message that history knows and the record does not is taken in like any other: judged, recorded, ordered. */
import { isBeforeOurTime } from "../domain/gaps.ts";
import type { EpochMs } from "../domain/time.ts";
import type { ConversationId, GapStore, HistoryLine } from "../ports/history.ts";
import type { IntakeStore } from "../ports/store.ts";
import type { Arrival } from "./intake.ts";

export type RecoverParts = {
  readonly store: Pick<GapStore, "knownMessages"> & Pick<IntakeStore, "recordUndecodable">;
  readonly intake: (arrival: Arrival) => Promise<boolean>;
  /** Counts what was found: `recovered.group`, `recovered.c2c`, `recovered.undecodable`. */
  readonly count: (name: string) => void;
  /** Whether a shape that we should have understood is kept for `doctor`. */
  readonly keepUndecodable: boolean;
};

type MessageLine = Extract<HistoryLine, { kind: "message" }>;

/**
 * @returns how many messages were new. A callback that comes after all finds its message recorded.
 * @throws when they cannot be written; nothing is lost, the page is read again
 */
export type Recover = (
  conversation: ConversationId,
  lines: readonly HistoryLine[],
  since: EpochMs,
  at: EpochMs,
) => Promise<number>;

export function createRecover(parts: RecoverParts): Recover {
  const { store, count } = parts;
  return async (conversation, lines, since, at) => {
    for (const line of lines) {
      if (line.kind !== "unreadable") continue;
      count("recovered.undecodable");
      if (parts.keepUndecodable) await store.recordUndecodable(line.command, line.reason, line.callback, at);
    }
    const messages = lines.filter(
      (line): line is MessageLine => line.kind === "message" && !isBeforeOurTime(line.message.sentAt, since),
    );
    const known = await store.knownMessages(
      conversation,
      messages.map(({ message }) => message),
    );
    const isNew = await Promise.all(
      messages
        .filter((_, index) => known[index] === false)
        .map(async ({ message, command, callback }) => {
          const taken = await parts.intake({ message, command, callback, origin: "backfill" });
          if (taken) count(message.ref.kind === "c2c" ? "recovered.c2c" : "recovered.group");
          return taken;
        }),
    );
    return isNew.filter(Boolean).length;
  };
}
