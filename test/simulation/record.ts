/** What a simulated world asks the record, in SQL of its own: it trusts no code that it is to test. */
import type { StoredMessage } from "../../src/simulator/world.ts";
import type { Look } from "./instance.ts";

type Address = {
  readonly where: string;
  readonly values: readonly (string | number)[];
};

/** Rows `x` that have a message's address; `x` has a conversation. */
const addressOf = ({ identity, from }: StoredMessage): Address =>
  identity.kind === "c2c"
    ? {
        where: "x.msg_key = ? AND x.sender = ?",
        values: [identity.msgKey, from],
      }
    : {
        where: "c.first = ? AND c.second = ? AND x.msg_seq = ?",
        values: [identity.groupId, identity.topicId ?? "", identity.msgSeq],
      };

function countIn(look: Look, table: "edit" | "recall" | "message", message: StoredMessage, more = ""): number {
  const { where, values } = addressOf(message);
  const [row] = look<{ n: number }>(
    `SELECT count(*) AS n FROM ${table} x JOIN conversation c ON c.id = x.conversation_id WHERE ${where} ${more}`,
    ...values,
  );
  return row?.n ?? 0;
}

export const timesRecorded = (look: Look, message: StoredMessage): number => countIn(look, "message", message);
export const isRecallRecorded = (look: Look, message: StoredMessage): boolean => countIn(look, "recall", message) > 0;
export const isEditRecorded = (look: Look, message: StoredMessage, eventAt: number): boolean =>
  countIn(look, "edit", message, `AND x.event_at = ${eventAt}`) > 0;

/** How often these very bytes are in store to be sent. */
export const timesStored = (look: Look, payload: string): number =>
  look<{ n: number }>("SELECT count(*) AS n FROM payload WHERE CAST(body AS TEXT) = ?", payload)[0]?.n ?? 0;

/** The state of the restore of many that these bytes belong to. */
export const restoreStateOf = (look: Look, payload: string): string | undefined =>
  look<{ state: string }>(
    `SELECT j.state FROM payload p JOIN modification o ON o.id = p.modification_id JOIN restore_job j ON j.id = o.job_id
     WHERE o.state = 'claimed' AND CAST(p.body AS TEXT) = ?`,
    payload,
  )[0]?.state;

export type OpenCount = { readonly what: string; readonly n: number };

/** What is left to do. @param saidAt when somebody last said something */
export const openIn = (look: Look, saidAt: number): readonly OpenCount[] =>
  look<OpenCount>(
    `SELECT 'orders' AS what, count(*) AS n FROM modification WHERE state IN ('pending', 'claimed')
     UNION ALL SELECT 'undecided', count(*) FROM message WHERE decision = 'undecided'
     UNION ALL SELECT 'edits', count(*) FROM edit WHERE outcome = 'open'
     UNION ALL SELECT 'restores of many', count(*) FROM restore_job WHERE state = 'running'
     UNION ALL SELECT 'holes', count(*) FROM gap
     UNION ALL SELECT 'looks', count(*) FROM sighting WHERE stirred_at IS NOT NULL
       AND (kind = 'c2c' OR ifnull(looked_until, 0) < ${saidAt + 1_000})`,
  ).filter(({ n }) => n > 0);

export type OrderRow = {
  readonly id: string;
  readonly state: string;
  readonly reason: string;
  readonly without_note: number;
};

/** The number of a message in the record. */
export function numberOf(look: Look, message: StoredMessage): number | undefined {
  const { where, values } = addressOf(message);
  const [row] = look<{ id: number }>(
    `SELECT x.id FROM message x JOIN conversation c ON c.id = x.conversation_id WHERE ${where}`,
    ...values,
  );
  return row?.id;
}

/** The orders of a message, the oldest first; undefined when it is not in the record. */
export function ordersOf(look: Look, message: StoredMessage): readonly OrderRow[] | undefined {
  const id = numberOf(look, message);
  if (id === undefined) return undefined;
  return look<OrderRow>(
    `SELECT id, state, reason, EXISTS (SELECT 1 FROM payload p WHERE p.modification_id = o.id AND p.reason LIKE 'without_note%')
       AS without_note FROM modification o WHERE message_id = ? ORDER BY ordinal`,
    id,
  );
}

/** Whether a callback has told of this group or topic. */
export const isGroupKnown = (
  look: Look,
  group: { readonly groupId: string; readonly topicId: string | undefined },
): boolean =>
  look(
    `SELECT 1 FROM message m JOIN conversation c ON c.id = m.conversation_id WHERE c.first = ? AND c.second = ?
       AND m.origin = 'after_send' LIMIT 1`,
    ...[group.groupId, group.topicId ?? ""],
  ).length > 0;

export const claimOf = (look: Look, order: string): { readonly state: string; readonly fence: number } | undefined =>
  look<{ state: string; fence: number }>("SELECT state, fence FROM modification WHERE id = ?", order)[0];
