/** What each message that comes in says about those that have not: written in the commit that records the message. */
import type { AuditEntry } from "../domain/audit.ts";
import type { Highest, SeqRange, Sighting } from "../domain/gaps.ts";
import { readablePart, SETTLE_MS, sightingOf } from "../domain/gaps.ts";
import type { SdkAppId } from "../domain/message.ts";
import type { EpochMs } from "../domain/time.ts";
import { epochMs } from "../domain/time.ts";
import type { IntakeEntry } from "../ports/store.ts";
import type { Sqlite } from "./sqlite-open.ts";

/** Notes that a message came that was not known. To be called inside the transaction that records it. */
export type NoteSighting = (conversation: number, entry: IntakeEntry) => void;

export function createSightings(
  db: Sqlite,
  sdkAppId: SdkAppId,
  appendAudit: (entries: readonly AuditEntry[]) => void,
): NoteSighting {
  const select = db.prepare<[number], { highest_seq: number | null; highest_sent_at: number | null }>(
    "SELECT highest_seq, highest_sent_at FROM sighting WHERE conversation_id = ?",
  );
  const insert = db.prepare(
    `INSERT INTO sighting (conversation_id, sdk_app_id, kind, highest_seq, highest_sent_at, group_type, spoke_at, stirred_at)
     VALUES (@conversation, ${sdkAppId}, @kind, @seq, @sentAt, @groupType, @at, @at)`,
  );
  // A look that was put far off because nobody spoke; one that failed waits on.
  const soon = "CASE WHEN attempts = 0 THEN 0 ELSE due_at END";
  const stir = db.prepare(
    `UPDATE sighting SET spoke_at = @at, stirred_at = coalesce(stirred_at, @at), due_at = ${soon},
       group_type = coalesce(@groupType, group_type) WHERE conversation_id = @conversation`,
  );
  const raise = db.prepare(
    "UPDATE sighting SET highest_seq = @seq, highest_sent_at = @sentAt WHERE conversation_id = @conversation",
  );
  // Both in one: nearly every message of a group takes this way.
  const stirAndRaise = db.prepare(
    `UPDATE sighting SET spoke_at = @at, stirred_at = coalesce(stirred_at, @at), due_at = ${soon},
       group_type = coalesce(@groupType, group_type), highest_seq = @seq, highest_sent_at = @sentAt
     WHERE conversation_id = @conversation`,
  );
  const beginLife = db.prepare(
    `UPDATE sighting SET earlier_life_until = highest_sent_at, highest_seq = @seq, highest_sent_at = @sentAt,
       looked_until = NULL WHERE conversation_id = @conversation`,
  );
  const dropGaps = db.prepare("DELETE FROM gap WHERE conversation_id = ?");
  const insertGap = db.prepare(
    `INSERT INTO gap (sdk_app_id, conversation_id, first_seq, last_seq, found_at, due_at)
     VALUES (${sdkAppId}, @conversation, @first, @last, @at, @dueAt)`,
  );

  const noteHole = (conversation: number, hole: SeqRange, at: EpochMs): void => {
    const { range, left } = readablePart(hole);
    insertGap.run({ conversation, ...range, at, dueAt: at + SETTLE_MS });
    if (left === undefined) return;
    const detail = { conversation, ...left, reason: "too_wide" };
    appendAudit([{ at, actor: "emend", act: "gap_given_up", detail }]);
  };

  return (conversation, { message, origin, receivedAt: at }) => {
    const { ref, groupType = null } = message;
    // A live group keeps no history: what is missing there cannot be read.
    if (ref.kind === "unnumbered" || message.unmodifiable === "live_group") return;
    const row = select.get(conversation);
    const seq = ref.kind === "group" ? ref.msgSeq : null;
    const sentAt = message.sentAt ?? at;
    const kind = ref.kind;
    if (row === undefined) return void insert.run({ conversation, kind, seq, sentAt, groupType, at });
    // What reading found asks for no other look, and the hole that it goes through is written down already.
    const told = origin !== "backfill";
    const sighting: Sighting = seq === null ? { kind: "late" } : sightingOf(highestOf(row), seq, sentAt);
    switch (sighting.kind) {
      case "first":
      case "next":
      case "hole":
        if (told) stirAndRaise.run({ conversation, groupType, at, seq, sentAt });
        else raise.run({ conversation, seq, sentAt });
        if (told && sighting.kind === "hole") noteHole(conversation, sighting.range, at);
        return;
      case "new_life":
        dropGaps.run(conversation);
        beginLife.run({ conversation, seq, sentAt });
        return void (told && stir.run({ conversation, groupType, at }));
      case "late":
        return void (told && stir.run({ conversation, groupType, at }));
      default:
        sighting satisfies never;
    }
  };
}

function highestOf(row: {
  readonly highest_seq: number | null;
  readonly highest_sent_at: number | null;
}): Highest | undefined {
  const { highest_seq: seq, highest_sent_at: sentAt } = row;
  return seq === null ? undefined : { seq, sentAt: epochMs(sentAt ?? 0) };
}
