/** Edits that wait for their judgement, with all that the judgement depends on. */
import type { RuleId } from "../domain/decision.ts";
import type { Standing } from "../domain/edit.ts";
import type { Fingerprint } from "../domain/fingerprint.ts";
import type { GroupId, MessageRef, SdkAppId, Unmodifiable, UserId } from "../domain/message.ts";
import { epochMs } from "../domain/time.ts";
import type { EpochMs } from "../domain/time.ts";
import type { EditId, OpenEdit } from "../ports/edits.ts";
import type { MessageId } from "../ports/store.ts";
import { sameAddress } from "./sqlite-consequences.ts";
import type { Sqlite } from "./sqlite-open.ts";

/** Where Tencent says a message is: the key and the sender in one-to-one chats, the number in groups. */
export type Address = {
  readonly conversation: number;
  readonly msgKey: string | null;
  readonly msgSeq: number | null;
  readonly sender: string | null;
};

/** @returns a function that finds the message of an address, where it has been told */
export function createMessageLookup(db: Sqlite): (address: Address) => number | undefined {
  const byKey = db.prepare<[number, string, string], { id: number }>(
    "SELECT id FROM message WHERE conversation_id = ? AND msg_key = ? AND sender = ?",
  );
  // A group that was made anew has numbers twice; what comes now is about the younger one.
  const bySeq = db.prepare<[number, number], { id: number }>(
    "SELECT id FROM message WHERE conversation_id = ? AND msg_seq = ? ORDER BY ifnull(sent_at, 0) DESC, id DESC LIMIT 1",
  );
  return ({ conversation, msgKey, msgSeq, sender }) =>
    (msgKey === null ? bySeq.get(conversation, msgSeq ?? 0) : byKey.get(conversation, msgKey, sender ?? ""))?.id;
}

/** Edits without a message that are looked at in one step; there are hardly ever any. */
const ORPHANS_MAX = 64;
/** No edit waits longer for its next look. One that seems to was put off before the clock was set back, and is due. */
const WAIT_LONGEST_MS = 60_000;

type EditRow = {
  readonly id: number;
  readonly command: string;
  readonly callback: Buffer;
  readonly event_at: number;
  readonly received_at: number;
  readonly tries: number;
  readonly message_id: number | null;
};

type MessageRow = {
  readonly id: number;
  readonly kind: string;
  readonly first: string;
  readonly second: string;
  readonly msg_key: string | null;
  readonly msg_seq: number | null;
  readonly sender: string;
  readonly operator: string | null;
  readonly group_type: string | null;
  readonly sent_at: number | null;
  readonly event_at: number | null;
  readonly unmodifiable: string | null;
  readonly recalled: number;
};

export function createOpenEdits(db: Sqlite, sdkAppId: SdkAppId): (limit: number, now: EpochMs) => readonly OpenEdit[] {
  const messageAt = createMessageLookup(db);
  const link = db.prepare("UPDATE edit SET message_id = ? WHERE id = ?");
  const orphans = db.prepare<[number, number], Address & { readonly id: number }>(
    `SELECT id, conversation_id AS conversation, msg_key AS msgKey, msg_seq AS msgSeq, sender FROM edit
     WHERE sdk_app_id = ? AND outcome = 'open' AND message_id IS NULL ORDER BY due_at LIMIT ?`,
  );
  // The oldest of each message: a newer one is judged by what the older one led to.
  const selectDue = db.prepare<{ app: number; now: number; limit: number }, EditRow>(
    `SELECT e.id, e.command, e.callback, e.event_at, e.received_at, e.tries, e.message_id FROM edit e
     WHERE e.sdk_app_id = @app AND e.outcome = 'open' AND (e.due_at <= @now OR e.due_at > @now + ${WAIT_LONGEST_MS})
       AND (e.message_id IS NULL OR (
         EXISTS (SELECT 1 FROM message m WHERE m.id = e.message_id AND m.decision <> 'undecided')
         AND NOT EXISTS (SELECT 1 FROM edit o WHERE o.message_id = e.message_id AND o.outcome = 'open'
           AND (o.event_at < e.event_at OR (o.event_at = e.event_at AND o.id < e.id)))))
     ORDER BY e.event_at, e.id LIMIT @limit`,
  );
  const selectMessage = db.prepare<[number], MessageRow>(
    `SELECT m.id, c.kind, c.first, c.second, m.msg_key, m.msg_seq, m.sender, m.operator, m.group_type, m.sent_at,
       m.event_at, m.unmodifiable, EXISTS (SELECT 1 FROM recall r WHERE ${sameAddress("r")}) AS recalled
     FROM message m JOIN conversation c ON c.id = m.conversation_id WHERE m.id = ?`,
  );
  const isOvertaken = db.prepare<[number, number], { newer: number }>(
    "SELECT EXISTS (SELECT 1 FROM edit WHERE message_id = ? AND event_at > ? AND outcome NOT IN ('open', 'echo')) AS newer",
  );
  const isUnderWay = db.prepare<[number], { under_way: number }>(
    "SELECT EXISTS (SELECT 1 FROM modification WHERE message_id = ? AND state = 'claimed') AS under_way",
  );
  // Which of two came last no clock can tell: what stands at Tencent can.
  const selectSent = db.prepare<[number], { sent_body: string }>(
    `SELECT DISTINCT p.sent_body FROM modification o JOIN payload_print p ON p.modification_id = o.id
     WHERE o.message_id = ? AND o.action <> 'flag' AND o.fence > 0`,
  );
  const maskedFor = db.prepare<[number, number], { rule: string }>(
    `SELECT DISTINCT rule FROM finding WHERE message_id = ? AND effect = 'mask'
       AND EXISTS (SELECT 1 FROM modification WHERE message_id = ? AND action = 'mask' AND state = 'applied')`,
  );
  const counts = db.prepare<[number], { guards: number | null; exhausted: number | null }>(
    `SELECT sum(purpose = 'guard' AND state IN ('claimed', 'applied', 'given_up')) AS guards,
       sum(reason = 'guard_exhausted') AS exhausted FROM modification WHERE message_id = ?`,
  );
  const orders = db.prepare<
    [number],
    { state: string; action: string; revision: string | null; judged_body: string; judged_data: string }
  >(
    `SELECT o.state, o.action, p.judged_body, p.judged_data,
       coalesce((SELECT e.revision FROM edit e WHERE e.message_id = o.message_id AND e.modification_id = o.id), m.revision)
         AS revision
     FROM modification o JOIN message m ON m.id = o.message_id
       JOIN payload_print p ON p.modification_id = o.id AND p.revision = o.payload_revision
     WHERE o.message_id = ? AND o.state IN ('pending', 'claimed', 'applied', 'given_up') 
       AND (o.state <> 'claimed' OR o.reason = '')
     ORDER BY o.ordinal`,
  );

  const standingOf = (message: number): Standing => {
    const { guards, exhausted } = counts.get(message) ?? { guards: 0, exhausted: 0 };
    return {
      maskedFor: maskedFor.all(message, message).map(({ rule }) => rule as RuleId),
      guards: guards ?? 0,
      withReviewer: (exhausted ?? 0) > 0,
      orders: orders.all(message).map((row) => ({
        state: row.state as Standing["orders"][number]["state"],
        action: row.action as Standing["orders"][number]["action"],
        revision: row.revision ?? undefined,
        judgedBody: row.judged_body as Fingerprint,
        judgedData: row.judged_data as Fingerprint,
      })),
    };
  };

  const ourCallFor = (message: number): OpenEdit["ourCall"] => {
    if (isUnderWay.get(message)?.under_way === 1) return { kind: "under_way" };
    const sentBodies = selectSent.all(message).map(({ sent_body }) => sent_body as Fingerprint);
    return sentBodies.length === 0 ? { kind: "none" } : { kind: "made", sentBodies };
  };

  const toOpen = (row: EditRow): OpenEdit => {
    const message = row.message_id === null ? undefined : selectMessage.get(row.message_id);
    const newer = message !== undefined && isOvertaken.get(message.id, row.event_at)?.newer === 1;
    return {
      id: row.id as EditId,
      sdkAppId,
      command: row.command,
      callback: row.callback,
      eventAt: epochMs(row.event_at),
      receivedAt: epochMs(row.received_at),
      tries: row.tries,
      message: message && messageOf(message, sdkAppId),
      messageId: message && (message.id as MessageId),
      standing: message === undefined ? nothingYet : standingOf(message.id),
      ourCall: message === undefined ? { kind: "none" } : ourCallFor(message.id),
      passedBy: message?.recalled === 1 ? "recalled" : newer ? "overtaken" : undefined,
    };
  };

  return (limit, now) => {
    for (const { id, ...address } of orphans.all(sdkAppId, ORPHANS_MAX)) {
      const message = messageAt(address);
      if (message !== undefined) link.run(message, id);
    }
    return selectDue.all({ app: sdkAppId, now, limit }).map(toOpen);
  };
}

const nothingYet: Standing = { maskedFor: [], guards: 0, withReviewer: false, orders: [] };

function messageOf(row: MessageRow, sdkAppId: SdkAppId): OpenEdit["message"] {
  const optional = (ms: number | null): EpochMs | undefined => (ms === null ? undefined : epochMs(ms));
  const ref: MessageRef =
    row.kind === "c2c"
      ? {
          kind: "c2c",
          from: row.sender as UserId,
          to: (row.sender === row.first ? row.second : row.first) as UserId,
          msgKey: row.msg_key ?? "",
        }
      : {
          kind: "group",
          groupId: row.first as GroupId,
          topicId: row.second === "" ? undefined : row.second,
          msgSeq: row.msg_seq ?? 0,
        };
  return {
    sdkAppId,
    ref,
    sender: row.sender as UserId,
    operator: row.operator ?? undefined,
    groupType: row.group_type ?? undefined,
    sentAt: optional(row.sent_at),
    eventAt: optional(row.event_at),
    unmodifiable: (row.unmodifiable ?? undefined) as Unmodifiable | undefined,
  };
}
