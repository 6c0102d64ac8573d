/** Rows of messages: the newest, or those that a search has named, and everything about one. */
import { createHash } from "node:crypto";
import type { AuditRow, EditRow, MessageRow, PayloadRow, RecallRow } from "../../ports/console-rows.ts";
import type { MessageRows } from "../../ports/console-store.ts";
import type { ConversationName, ModificationItem, VerdictView } from "../../ports/console-views.ts";
import { isTheirWord, sameAddress } from "../sqlite-consequences.ts";
import type { Sqlite } from "../sqlite-open.ts";
import { auditColumns } from "./audit-rows.ts";
import { modificationColumns } from "./order-rows.ts";
import { findingsOf } from "./source.ts";

/** A message that somebody fights over has some dozens; one that a program edits without end is shown to here. */
const EDITS_SHOWN_MAX = 200;
const AUDIT_SHOWN_MAX = 1_000;

type FlatRow = Omit<
  MessageRow,
  "conversation" | "findings" | "edits" | "modification" | "verdict" | "editCount" | "recalled"
> & {
  readonly conversationId: number;
  readonly kind: "c2c" | "group";
  readonly first: string;
  readonly second: string;
  readonly editCount: number;
  readonly recalled: number;
};

export function createMessageRows(db: Sqlite, sdkAppId: number): MessageRows {
  const columns = `m.id, m.sdk_app_id AS sdkAppId, m.msg_key AS msgKey, m.msg_seq AS msgSeq, m.sender, m.operator,
    m.group_type AS groupType, m.origin, m.sent_at AS sentAt, m.received_at AS receivedAt, m.unmodifiable, m.command,
    m.callback, m.decision, m.revision, m.decided_at AS decidedAt, c.id AS conversationId, c.kind, c.first, c.second,
    (SELECT count(*) FROM edit e WHERE e.message_id = m.id AND e.outcome NOT IN ('echo', 'adopted')) AS editCount,
    EXISTS (SELECT 1 FROM recall r WHERE ${sameAddress("r")}) AS recalled`;
  const selectNewest = db.prepare<[number, number], FlatRow>(
    `SELECT ${columns} FROM message m JOIN conversation c ON c.id = m.conversation_id
     WHERE m.id < ? AND m.sdk_app_id = ${sdkAppId} ORDER BY m.id DESC LIMIT ?`,
  );
  const selectOne = db.prepare<[number], FlatRow>(
    `SELECT ${columns} FROM message m JOIN conversation c ON c.id = m.conversation_id
     WHERE m.id = ? AND m.sdk_app_id = ${sdkAppId}`,
  );
  const selectFindings = findingsOf(db);
  const selectNewestOrder = db.prepare<[number], { state: string; reason: string; purpose: string }>(
    "SELECT state, reason, purpose FROM modification WHERE message_id = ? ORDER BY ordinal DESC LIMIT 1",
  );
  const selectVerdicts = db.prepare<[number], VerdictView>(
    "SELECT account, verdict, note, at FROM verdict WHERE message_id = ? ORDER BY id",
  );
  const selectEdits = db.prepare<[number], Omit<EditRow, "isTheirWord"> & { readonly isTheirWord: number }>(
    `SELECT e.id, e.operator, e.event_at AS eventAt, e.received_at AS receivedAt, e.outcome, e.revision,
       e.modification_id AS modificationId, e.command, e.callback, ${isTheirWord} AS isTheirWord
     FROM edit e JOIN message m ON m.id = e.message_id WHERE e.message_id = ? AND e.outcome NOT IN ('echo', 'adopted')
     ORDER BY e.event_at DESC, e.id DESC LIMIT ${EDITS_SHOWN_MAX}`,
  );
  const selectRecalls = db.prepare<[number], RecallRow>(
    `SELECT r.operator, r.event_at AS eventAt, r.received_at AS receivedAt FROM message m JOIN recall r ON ${sameAddress("r")}
     WHERE m.id = ? ORDER BY r.event_at`,
  );
  const selectOrders = db.prepare<[number], ModificationItem>(
    `SELECT ${modificationColumns} FROM modification WHERE message_id = ? ORDER BY ordinal`,
  );
  const selectPayloads = db.prepare<[number], PayloadRow>(
    `SELECT p.modification_id AS modificationId, p.revision, p.reason, p.created_at AS createdAt, p.body
     FROM modification o JOIN payload p ON p.modification_id = o.id WHERE o.message_id = ? ORDER BY o.ordinal, p.revision`,
  );
  const selectAudit = db.prepare<[number], AuditRow>(
    `SELECT ${auditColumns} FROM audit WHERE message_id = ? ORDER BY id DESC LIMIT ${AUDIT_SHOWN_MAX}`,
  );
  const selectErasures = db.prepare<[number], AuditRow>(
    `SELECT ${auditColumns} FROM audit WHERE sdk_app_id = ${sdkAppId} AND act = 'erase' AND act NOT IN ('decision', 'answer')
       AND at >= ? ORDER BY id`,
  );
  const selectConversation = db.prepare<[number], ConversationName>(
    `SELECT id, kind, first, second FROM conversation WHERE id = ? AND sdk_app_id = ${sdkAppId}`,
  );
  const selectNamed = db
    .prepare<[string, string, string], number>(
      `SELECT id FROM conversation WHERE sdk_app_id = ${sdkAppId} AND kind = ? AND first = ? AND second = ?`,
    )
    .pluck();

  const whole = ({ conversationId: id, kind, first, second, recalled, ...row }: FlatRow): MessageRow => {
    return {
      ...row,
      conversation: { id, kind, first, second },
      findings: selectFindings(row.id),
      edits: row.editCount === 0 ? [] : editsOf(row.id),
      modification: selectNewestOrder.get(row.id) ?? null,
      verdict: selectVerdicts.all(row.id).at(-1)?.verdict ?? null,
      recalled: recalled === 1,
    };
  };
  // The newest ones, oldest first.
  const editsOf = (id: number): readonly EditRow[] =>
    selectEdits
      .all(id)
      .map((edit) => ({ ...edit, isTheirWord: edit.isTheirWord === 1 }))
      .reverse();

  /** Those that took something of this message. The log names whoever was erased by a digest. */
  const erasuresOf = (row: MessageRow): readonly AuditRow[] => {
    const erasures = selectErasures.all(row.receivedAt);
    if (erasures.length === 0) return [];
    const people = [row.sender, ...row.edits.map(({ operator }) => operator)];
    const digests = new Set(people.map((name) => createHash("sha256").update(name).digest("hex")));
    return erasures.filter(({ detail }) => digests.has((JSON.parse(detail) as { readonly user?: string }).user ?? ""));
  };

  return {
    newest: (before, limit) => selectNewest.all(before, limit).map(whole),
    of: (ids) =>
      ids.flatMap((id) => {
        const row = selectOne.get(id);
        return row === undefined ? [] : [whole(row)];
      }),
    record(id) {
      const flat = selectOne.get(id);
      if (flat === undefined) return undefined;
      const row = whole(flat);
      return {
        row,
        recalls: selectRecalls.all(id),
        modifications: selectOrders.all(id),
        payloads: selectPayloads.all(id),
        verdicts: selectVerdicts.all(id),
        audit: [...selectAudit.all(id), ...erasuresOf(row)].sort((a, b) => a.id - b.id),
      };
    },
    conversationId(name) {
      if (/^\d{1,15}$/.test(name)) return Number(name);
      const [, group, topic = ""] = /^group:([^/]+)(?:\/(.*))?$/.exec(name) ?? [];
      if (group !== undefined) return selectNamed.get("group", group, topic);
      const [, one, other] = /^c2c:([^|]+)\|(.+)$/.exec(name) ?? [];
      if (one === undefined || other === undefined) return undefined;
      return one < other ? selectNamed.get("c2c", one, other) : selectNamed.get("c2c", other, one);
    },
    conversation: (id) => selectConversation.get(id),
  };
}
