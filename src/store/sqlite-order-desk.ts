/** Orders as a person handles them: a list to look at, and another try for those that were given up. */
import type { SdkAppId } from "../domain/message.ts";
import type { ModificationState } from "../domain/modification.ts";
import { modificationStates } from "../domain/modification.ts";
import type { Secret } from "../domain/secret.ts";
import type { EpochMs } from "../domain/time.ts";
import { createAuditAppender } from "./audit-chain.ts";
import { sameAddress } from "./sqlite-consequences.ts";
import type { Sqlite } from "./sqlite-open.ts";

export type ListedOrder = {
  readonly id: string;
  readonly messageId: number;
  readonly api: string;
  readonly lane: string;
  readonly purpose: string;
  readonly action: string;
  readonly state: ModificationState;
  readonly reason: string;
  readonly lastCode: string | null;
  readonly attempts: number;
  readonly createdAt: number;
  readonly dueAt: number;
};

/** `not_given_up` names the state it is in instead. */
export type Retried =
  | "retried"
  | "unknown"
  | "not_given_up"
  | "recalled"
  /** A newer order of the same message says what is wanted. */
  | "decided_anew"
  /** Retention or an erasure has taken its payload. */
  | "past_keeping";

export interface OrderDesk {
  /** Newest first. @param before only those with a smaller id, for the next page */
  list(state: ModificationState, limit: number, before?: string): readonly ListedOrder[];
  /** Counts by state. */
  counts(): Readonly<Partial<Record<ModificationState, number>>>;
  /**
   * Lets orders be sent again, as one commit with its audit entries. Each is read back first: what the message says by then
   * is judged, and nothing that came since is overwritten.
   */
  retry(ids: readonly string[], actor: string, at: EpochMs): readonly Retried[];
}

export function createOrderDesk(db: Sqlite, sdkAppId: SdkAppId, auditKey: Secret): OrderDesk {
  const appendAudit = createAuditAppender(db, sdkAppId, auditKey);
  const select = db.prepare<{ state: string; before: string; limit: number }, ListedOrder>(
    `SELECT id, message_id AS messageId, api, lane, purpose, action, state, reason, last_code AS lastCode, attempts,
       created_at AS createdAt, due_at AS dueAt
     FROM modification WHERE sdk_app_id = ${sdkAppId} AND state = @state AND id < @before ORDER BY id DESC LIMIT @limit`,
  );
  const selectCounts = db.prepare<[], { state: ModificationState; n: number }>(
    `SELECT state, count(*) AS n FROM modification WHERE sdk_app_id = ${sdkAppId} GROUP BY state`,
  );
  const selectOne = db.prepare<
    [string],
    { state: string; message: number; recalled: number; newer: number; kept: number | null }
  >(
    `SELECT o.state, o.message_id AS message,
       EXISTS (SELECT 1 FROM recall r WHERE ${sameAddress("r")}) AS recalled,
       EXISTS (SELECT 1 FROM modification n WHERE n.message_id = o.message_id AND n.ordinal > o.ordinal
         AND n.state IN ('pending', 'claimed', 'applied')) AS newer,
       (SELECT length(p.body) > 0 FROM payload p WHERE p.modification_id = o.id AND p.revision = o.payload_revision) AS kept
     FROM modification o JOIN message m ON m.id = o.message_id WHERE o.sdk_app_id = ${sdkAppId} AND o.id = ?`,
  );
  const reopen = db.prepare(
    `UPDATE modification SET state = 'pending', reason = '', due_at = @at, ended_at = NULL, attempts = 0, tries = '{}',
       read_first = 1 WHERE id = @id AND state = 'given_up'`,
  );

  const retryOne = (id: string, actor: string, at: EpochMs): Retried => {
    const row = selectOne.get(id);
    if (row === undefined) return "unknown";
    if (row.state !== "given_up") return "not_given_up";
    if (row.recalled === 1) return "recalled";
    if (row.newer === 1) return "decided_anew";
    if (row.kept !== 1) return "past_keeping";
    reopen.run({ id, at });
    appendAudit([{ at, actor, act: "retry", modificationId: id, detail: { state: "pending" } }], row.message);
    return "retried";
  };
  const retryAll = db.transaction((ids: readonly string[], actor: string, at: EpochMs) =>
    ids.map((id) => retryOne(id, actor, at)),
  );

  return {
    // An id is a ULID: letters and digits, all before this.
    list: (state, limit, before = "~") => select.all({ state, before, limit }),
    counts: () => Object.fromEntries(selectCounts.all().map(({ state, n }) => [state, n])),
    retry: (ids, actor, at) => retryAll.immediate(ids, actor, at),
  };
}

export const isModificationState = (word: string): word is ModificationState =>
  (modificationStates as readonly string[]).includes(word);
