/** Messages come in: one transaction for all that arrived in one turn of the event loop. */
import { crashPoint } from "../crash-point.ts";
import type { Decision } from "../domain/decision.ts";
import type { AuditEntry } from "../domain/audit.ts";
import type { Message, SdkAppId } from "../domain/message.ts";
import type { Origin } from "../domain/plan.ts";
import type { EpochMs } from "../domain/time.ts";
import type { IntakeEntry, IntakeStore, Judgement, MessageId, Undecided } from "../ports/store.ts";
import { createConsequences } from "./sqlite-consequences.ts";
import type { Sqlite } from "./sqlite-open.ts";
import type { NoteSighting } from "./sqlite-sightings.ts";

type AppendAudit = (entries: readonly AuditEntry[], messageId?: number) => void;

/** Ids of conversations that speak now. A chat service has millions of them; the busy ones fit. */
const CONVERSATIONS_CACHED_MAX = 50_000;
/** For `emend doctor`: enough to see a pattern, too few to fill a disk. */
const UNDECODABLE_KEPT = 50;

export function createSqliteIntake(
  db: Sqlite,
  sdkAppId: SdkAppId,
  appendAudit: AppendAudit,
  settings: { readonly keepPassedBodies: boolean },
  noteSighting: NoteSighting,
): IntakeStore {
  const conversations = createConversations(db, sdkAppId);
  const insertMessage = db.prepare(
    `INSERT INTO message (sdk_app_id, conversation_id, msg_key, msg_seq, digest, sender, operator, group_type, origin,
       sent_at, event_at, received_at, unmodifiable, command, callback, decision, revision, decided_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
  );
  const { recordFindings, recordOrder } = createConsequences(db, sdkAppId);
  const decide = db.prepare(
    `UPDATE message SET decision = ?, revision = ?, decided_at = ?, callback = CASE WHEN ? THEN callback END
     WHERE id = ? AND decision = 'undecided'`,
  );
  const selectUndecided = db.prepare<[number, number], UndecidedRow>(
    `SELECT id, sdk_app_id, command, callback, origin FROM message
     WHERE sdk_app_id = ? AND decision = 'undecided' ORDER BY id LIMIT ?`,
  );
  const insertUndecodable = db.prepare(
    "INSERT INTO undecodable (sdk_app_id, at, command, reason, body) VALUES (?, ?, ?, ?, ?)",
  );
  const trimUndecodable = db.prepare(
    "DELETE FROM undecodable WHERE id <= (SELECT id FROM undecodable ORDER BY id DESC LIMIT 1 OFFSET ?)",
  );

  const recordConsequences = (messageId: number, judgement: Judgement, at: EpochMs): void => {
    recordFindings(messageId, judgement.decision.findings);
    if (judgement.order !== undefined) recordOrder(messageId, judgement.order, judgement.prints, at);
    appendAudit(judgement.audit, messageId);
  };

  const keepsBody = (decision: Decision | undefined): boolean =>
    settings.keepPassedBodies || decision === undefined || decision.kind !== "pass";

  const recordOne = (entry: IntakeEntry): boolean => {
    const { message, judgement } = entry;
    const { ref } = message;
    const decision = judgement?.decision;
    const conversation = conversations.idOf(message);
    const inserted = insertMessage.run(
      sdkAppId,
      conversation,
      ref.kind === "c2c" ? ref.msgKey : null,
      ref.kind === "group" ? ref.msgSeq : null,
      ref.kind === "unnumbered" ? Buffer.from(ref.digest, "hex") : null,
      message.sender,
      message.operator ?? null,
      message.groupType ?? null,
      entry.origin,
      message.sentAt ?? null,
      message.eventAt ?? null,
      entry.receivedAt,
      message.unmodifiable ?? null,
      entry.command,
      keepsBody(decision) ? entry.callback : null,
      decision?.kind ?? "undecided",
      decision?.revision ?? null,
      decision === undefined ? null : entry.receivedAt,
    );
    if (inserted.changes === 0) return false;
    noteSighting(conversation, entry);
    crashPoint("intake.message_inserted");
    if (judgement !== undefined) recordConsequences(Number(inserted.lastInsertRowid), judgement, entry.receivedAt);
    return true;
  };

  const recordAll = db.transaction((entries: readonly IntakeEntry[]) => {
    const isNew = entries.map(recordOne);
    crashPoint("intake.before_commit");
    return isNew;
  });
  const recordLater = db.transaction((id: MessageId, judgement: Judgement, at: EpochMs) => {
    const { kind, revision } = judgement.decision;
    const changed = decide.run(kind, revision, at, keepsBody(judgement.decision) ? 1 : 0, id);
    crashPoint("judgement.decided");
    if (changed.changes === 1) recordConsequences(id, judgement, at);
    crashPoint("judgement.before_commit");
  });
  const recordFailed = db.transaction((id: MessageId, audit: readonly AuditEntry[], at: EpochMs) => {
    if (decide.run("failed", null, at, 1, id).changes === 1) appendAudit(audit, id);
  });
  const keepUndecodable = db.transaction((command: string, reason: string, body: Buffer, at: EpochMs) => {
    insertUndecodable.run(sdkAppId, at, command, reason, body);
    trimUndecodable.run(UNDECODABLE_KEPT);
    crashPoint("undecodable.before_commit");
  });

  return {
    async recordIntake(entries) {
      try {
        return recordAll.immediate(entries);
      } catch (thrown) {
        // Conversations made in the transaction are gone with it.
        conversations.forget();
        throw thrown;
      }
    },
    async recordUndecodable(command, reason, body, at) {
      keepUndecodable.immediate(command, reason, body, at);
    },
    async undecided(limit) {
      return selectUndecided.all(sdkAppId, limit).map(toUndecided);
    },
    async recordJudgement(id, judgement, at) {
      recordLater.immediate(id, judgement, at);
      crashPoint("judgement.recorded");
    },
    async recordJudgingFailed(id, audit, at) {
      recordFailed.immediate(id, audit, at);
    },
  };
}

export type UndecidedRow = {
  readonly id: number;
  readonly sdk_app_id: number;
  readonly command: string;
  readonly callback: Buffer;
  readonly origin: string;
};

export const toUndecided = (row: UndecidedRow): Undecided => ({
  id: row.id as MessageId,
  sdkAppId: row.sdk_app_id as SdkAppId,
  command: row.command,
  callback: row.callback,
  origin: row.origin as Origin,
});

/** Conversations have small integer ids: they make the message table and its indexes a third smaller than names would. */
export function createConversations(
  db: Sqlite,
  sdkAppId: SdkAppId,
): { idOf(message: Pick<Message, "ref">): number; forget(): void } {
  const select = db.prepare<[number, string, string, string], { id: number }>(
    "SELECT id FROM conversation WHERE sdk_app_id = ? AND kind = ? AND first = ? AND second = ?",
  );
  const insert = db.prepare("INSERT INTO conversation (sdk_app_id, kind, first, second) VALUES (?, ?, ?, ?)");
  const cache = new Map<string, number>();

  return {
    idOf({ ref }) {
      const [kind, first, second] = nameOf(ref);
      // A NUL stands in no id.
      const name = `${kind}\0${first}\0${second}`;
      const known = cache.get(name);
      if (known !== undefined) return known;
      const id =
        select.get(sdkAppId, kind, first, second)?.id ??
        Number(insert.run(sdkAppId, kind, first, second).lastInsertRowid);
      if (cache.size >= CONVERSATIONS_CACHED_MAX) cache.clear();
      cache.set(name, id);
      return id;
    },
    forget: () => cache.clear(),
  };
}

function nameOf(ref: Message["ref"]): readonly [string, string, string] {
  if (ref.kind === "c2c") return ref.from < ref.to ? ["c2c", ref.from, ref.to] : ["c2c", ref.to, ref.from];
  return ["group", ref.groupId, ref.kind === "group" ? (ref.topicId ?? "") : ""];
}
