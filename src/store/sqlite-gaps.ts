/** Holes and looks: what is to be read of Tencent's history, and how far that has come. */
import { crashPoint } from "../crash-point.ts";
import type { AuditEntry } from "../domain/audit.ts";
import type { GroupId, Message, SdkAppId, UserId } from "../domain/message.ts";
import type { EpochMs } from "../domain/time.ts";
import { epochMs } from "../domain/time.ts";
import type { ConversationId, Gap, GapStore, GroupPlace, Stirred } from "../ports/history.ts";
import type { Sqlite } from "./sqlite-open.ts";

/** Nothing here waits longer. What seems to was written before the clock was set back, and is due. */
const WAIT_LONGEST_MS = 600_000;
/** Groups put off in one step: the rest has its turn at the next look. */
const PUT_OFF_MAX = 1_000;

type PlaceRow = { readonly first: string; readonly second: string; readonly group_type: string | null };
type GapRow = PlaceRow & {
  readonly id: number;
  readonly conversation_id: number;
  readonly first_seq: number;
  readonly last_seq: number;
  readonly found_at: number;
  readonly attempts: number;
  readonly recovered: number;
};
type StirredRow = PlaceRow & {
  readonly conversation_id: number;
  readonly highest_seq: number | null;
  readonly spoke_at: number;
  readonly stirred_at: number;
  readonly looked_until: number | null;
  readonly attempts: number;
};

export function createSqliteGaps(
  db: Sqlite,
  sdkAppId: SdkAppId,
  appendAudit: (entries: readonly AuditEntry[]) => void,
): GapStore {
  const ours = `sdk_app_id = ${sdkAppId}`;
  const firstSight = db.prepare<{ now: number }, { since: number }>(
    `INSERT INTO fact (sdk_app_id, name, value) VALUES (${sdkAppId}, 'watching_since', @now)
     ON CONFLICT (sdk_app_id, name) DO UPDATE SET value = min(CAST(value AS INTEGER), @now) RETURNING CAST(value AS INTEGER) AS since`,
  );
  const selectGaps = db.prepare<{ now: number; limit: number }, GapRow>(
    `SELECT g.*, c.first, c.second, s.group_type FROM gap g
     JOIN conversation c ON c.id = g.conversation_id JOIN sighting s ON s.conversation_id = g.conversation_id
     WHERE g.${ours} AND (g.due_at <= @now OR g.due_at > @now + ${WAIT_LONGEST_MS}) ORDER BY g.due_at, g.id LIMIT @limit`,
  );
  const selectSeqs = db
    .prepare<{ conversation: number; first: number; last: number }, number>(
      `SELECT m.msg_seq FROM message m JOIN sighting s ON s.conversation_id = m.conversation_id
       WHERE m.conversation_id = @conversation AND m.msg_seq BETWEEN @first AND @last
         AND ifnull(m.sent_at, m.received_at) > s.earlier_life_until`,
    )
    .pluck();
  const selectKey = db.prepare(
    "SELECT 1 FROM message WHERE conversation_id = ? AND msg_key = ? AND sender = ? AND msg_key IS NOT NULL",
  );
  const closeGap = db.prepare("DELETE FROM gap WHERE id = ?");
  const narrowGap = db.prepare(
    `UPDATE gap SET first_seq = @first, last_seq = @last, recovered = recovered + @recovered, attempts = 0, due_at = @at
     WHERE id = @id`,
  );
  const retryGap = db.prepare("UPDATE gap SET attempts = attempts + @counted, due_at = @at WHERE id = @id");
  const insertGap = db.prepare(
    `INSERT INTO gap (sdk_app_id, conversation_id, first_seq, last_seq, found_at, due_at)
     VALUES (${sdkAppId}, @conversation, @first, @last, @foundAt, @dueAt)`,
  );
  const raise = db.prepare(
    "UPDATE sighting SET highest_seq = @last WHERE conversation_id = @conversation AND highest_seq < @last",
  );

  const putOff = db.prepare(
    `UPDATE sighting SET stirred_at = spoke_at WHERE conversation_id IN
       (SELECT conversation_id FROM sighting WHERE ${ours} AND kind = 'group' AND stirred_at <= @quietSince
          AND spoke_at > @quietSince AND looked_until IS NOT NULL LIMIT ${PUT_OFF_MAX})`,
  );
  // A stamp from the future is from before the clock was set back.
  const selectStirred = (kind: "c2c" | "group") =>
    db.prepare<{ before: number; now: number; limit: number }, StirredRow>(
      `SELECT s.*, c.first, c.second FROM sighting s JOIN conversation c ON c.id = s.conversation_id
       WHERE s.${ours} AND s.kind = '${kind}' AND (s.stirred_at <= @before OR s.stirred_at > @now)
         AND (s.due_at <= @now OR s.due_at > @now + ${WAIT_LONGEST_MS}) ORDER BY s.stirred_at LIMIT @limit`,
    );
  const selectGroups = selectStirred("group");
  const selectPairs = selectStirred("c2c");
  const settle = db.prepare(
    `UPDATE sighting SET looked_until = coalesce(@until, looked_until), attempts = 0, spoke_at = min(spoke_at, @at),
       due_at = CASE WHEN min(spoke_at, @at) > @settled OR @again IS NULL THEN 0 ELSE @again END,
       stirred_at = CASE WHEN min(spoke_at, @at) > @settled OR @again IS NOT NULL THEN min(spoke_at, @at) END
     WHERE conversation_id = @conversation`,
  );
  const retryLook = db.prepare(
    "UPDATE sighting SET attempts = attempts + @counted, due_at = @at WHERE conversation_id = @conversation",
  );

  const stirAll = db.prepare(
    `UPDATE sighting SET stirred_at = min(coalesce(stirred_at, spoke_at), spoke_at), due_at = 0
     WHERE ${ours} AND kind = 'group' AND spoke_at BETWEEN @since AND @now`,
  );

  const settleGap = db.transaction((id: number, result: Parameters<GapStore["settleGap"]>[1]) => {
    switch (result.kind) {
      case "closed":
      case "given_up":
        closeGap.run(id);
        break;
      case "narrowed":
        narrowGap.run({ id, ...result.range, recovered: result.recovered, at: result.at });
        break;
      case "retry":
        retryGap.run({ id, counted: result.counted ? 1 : 0, at: result.at });
        break;
      default:
        result satisfies never;
    }
    appendAudit(result.audit);
    crashPoint("gap.before_commit");
  });

  const settleLook = db.transaction((look: Stirred, result: Parameters<GapStore["settleLook"]>[1], at: EpochMs) => {
    const { conversation, spokeAt } = look;
    switch (result.kind) {
      case "looked":
        settle.run({ conversation, at, settled: result.settled, until: result.until, again: result.again ?? null });
        if (result.gap !== undefined) {
          const { range, foundAt, dueAt } = result.gap;
          insertGap.run({ conversation, ...range, foundAt, dueAt });
          raise.run({ conversation, last: range.last });
        }
        break;
      case "given_up":
        settle.run({ conversation, at, settled: spokeAt, until: null, again: null });
        break;
      case "retry":
        retryLook.run({ conversation, counted: result.counted ? 1 : 0, at: result.at });
        break;
      default:
        result satisfies never;
    }
    appendAudit(result.audit);
  });

  const isKnown = (conversation: ConversationId, { ref, sender }: Message): boolean => {
    if (ref.kind === "c2c") return selectKey.get(conversation, ref.msgKey, sender) !== undefined;
    if (ref.kind === "unnumbered") return true;
    return selectSeqs.get({ conversation, first: ref.msgSeq, last: ref.msgSeq }) !== undefined;
  };

  return {
    async watchingSince(now) {
      return epochMs(firstSight.get({ now })?.since ?? now);
    },
    async gapsDue(now, limit) {
      return selectGaps.all({ now, limit }).map(toGap);
    },
    async knownSeqs(conversation, range) {
      return selectSeqs.all({ conversation, ...range });
    },
    async knownMessages(conversation, messages) {
      return messages.map((message) => isKnown(conversation, message));
    },
    async settleGap(id, result) {
      settleGap.immediate(id, result);
    },
    async quietGroups(quietSince, now, limit) {
      putOff.run({ quietSince });
      return selectGroups
        .all({ before: quietSince, now, limit })
        .map((row) => ({ ...toStirred(row, now), place: placeOf(row), highest: row.highest_seq ?? undefined }));
    },
    async stirGroups(since, now) {
      return stirAll.run({ since, now }).changes;
    },
    async stirredPairs(stirredBefore, now, limit) {
      return selectPairs
        .all({ before: stirredBefore, now, limit })
        .map((row) => ({ ...toStirred(row, now), pair: [row.first as UserId, row.second as UserId] as const }));
    },
    async settleLook(look, result, at) {
      settleLook.immediate(look, result, at);
    },
  };
}

const placeOf = ({ first, second, group_type }: PlaceRow): GroupPlace => ({
  groupId: first as GroupId,
  topicId: second === "" ? undefined : second,
  groupType: group_type ?? undefined,
});

const toGap = (row: GapRow): Gap => ({
  id: row.id,
  conversation: row.conversation_id as ConversationId,
  place: placeOf(row),
  range: { first: row.first_seq, last: row.last_seq },
  attempts: row.attempts,
  foundAt: epochMs(row.found_at),
  recovered: row.recovered,
});

/** A stamp from the future was written before the clock was set back: it says no more than "until now". */
const toStirred = (row: StirredRow, now: EpochMs): Stirred => ({
  conversation: row.conversation_id as ConversationId,
  stirredAt: epochMs(Math.min(row.stirred_at, now)),
  spokeAt: epochMs(Math.min(row.spoke_at, now)),
  lookedUntil: row.looked_until === null || row.looked_until > now ? undefined : epochMs(row.looked_until),
  attempts: row.attempts,
});
