/** Who is signed in, and how often somebody failed to get in. */
import type { AccountId } from "../domain/account.ts";
import { stillCounts, TRIES_KEPT_MS, waitAfter } from "../domain/account.ts";
import type { AuditEntry } from "../domain/audit.ts";
import type { SdkAppId } from "../domain/message.ts";
import { epochMs } from "../domain/time.ts";
import type { AccountStore, NewSession, Session, SessionId } from "../ports/accounts.ts";
import type { AccountRow } from "./sqlite-accounts.ts";
import { ACCOUNT_COLUMNS, accountFrom } from "./sqlite-accounts.ts";
import type { Sqlite } from "./sqlite-open.ts";

type AppendAudit = (entries: readonly AuditEntry[]) => void;

type SessionRow = {
  readonly session_id: number;
  readonly account_id: number;
  readonly device: string;
  readonly address: string;
  readonly signed_in_at: number;
  readonly last_seen_at: number;
};

const SESSION_COLUMNS = "s.id AS session_id, s.account_id, s.device, s.address, s.signed_in_at, s.last_seen_at";

const sessionFrom = (row: SessionRow): Session => ({
  id: row.session_id as SessionId,
  accountId: row.account_id as AccountId,
  device: row.device,
  address: row.address,
  signedInAt: epochMs(row.signed_in_at),
  lastSeenAt: epochMs(row.last_seen_at),
});

type Sessions = Pick<AccountStore, "openSession" | "session" | "sessionsOf" | "seen" | "endSession">;

export function createSqliteSessions(db: Sqlite, sdkAppId: SdkAppId, appendAudit: AppendAudit): Sessions {
  const app = `sdk_app_id = ${sdkAppId}`;
  const enabled = db.prepare<[number], { id: number }>(
    `SELECT id FROM account WHERE ${app} AND id = ? AND disabled_at IS NULL`,
  );
  const signedIn = db.prepare("UPDATE account SET last_sign_in_at = ? WHERE id = ?");
  const insert = db.prepare(
    `INSERT INTO session (sdk_app_id, account_id, digest, device, address, signed_in_at, last_seen_at)
     VALUES (${sdkAppId}, @accountId, @digest, @device, @address, @signedInAt, @signedInAt)`,
  );
  const dropOver = db.prepare(
    `DELETE FROM session WHERE ${app} AND (last_seen_at <= @lastSeen OR signed_in_at <= @signedIn)`,
  );
  const dropOldest = db.prepare(
    `DELETE FROM session WHERE account_id = @id AND id NOT IN
       (SELECT id FROM session WHERE account_id = @id ORDER BY id DESC LIMIT @most)`,
  );
  const byDigest = db.prepare<[Buffer], SessionRow & AccountRow>(
    `SELECT ${SESSION_COLUMNS}, ${ACCOUNT_COLUMNS} FROM session s JOIN account a ON a.id = s.account_id
     WHERE s.${app} AND s.digest = ? AND a.disabled_at IS NULL`,
  );
  const ofAccount = db.prepare<[number], SessionRow>(
    `SELECT ${SESSION_COLUMNS} FROM session s WHERE s.${app} AND s.account_id = ? ORDER BY s.id DESC`,
  );
  const seen = db.prepare(`UPDATE session SET last_seen_at = @at WHERE ${app} AND id = @id AND last_seen_at < @at`);
  const drop = db.prepare(`DELETE FROM session WHERE ${app} AND id = ? AND account_id = ?`);

  type Open = Parameters<AccountStore["openSession"]>;
  const open = db.transaction((...[session, over, audit]: Open): SessionId | undefined => {
    const { accountId, digest, device, address, signedInAt }: NewSession = session;
    if (enabled.get(accountId) === undefined) return undefined;
    dropOver.run({ lastSeen: over.lastSeen, signedIn: over.signedIn });
    const { lastInsertRowid } = insert.run({ accountId, digest, device, address, signedInAt });
    dropOldest.run({ id: accountId, most: over.most });
    signedIn.run(signedInAt, accountId);
    appendAudit(audit);
    return Number(lastInsertRowid) as SessionId;
  });
  const end = db.transaction((id: SessionId, account: AccountId, audit: readonly AuditEntry[]) => {
    const ended = drop.run(id, account).changes === 1;
    if (ended) appendAudit(audit);
    return ended;
  });

  return {
    openSession: async (...asked) => open.immediate(...asked),
    async session(digest) {
      const row = byDigest.get(digest);
      return row && { session: sessionFrom(row), account: accountFrom(row) };
    },
    sessionsOf: async (id) => ofAccount.all(id).map(sessionFrom),
    async seen(id, at) {
      seen.run({ id, at });
    },
    endSession: async (...asked) => end.immediate(...asked),
  };
}

type Tries = Pick<AccountStore, "takeTry" | "forgive">;

/** Old rows that one try clears away, so that no try waits for the clearing of a long siege. */
const CLEARED_AT_ONCE_MAX = 100;

export function createSqliteTries(db: Sqlite, sdkAppId: SdkAppId): Tries {
  const app = `sdk_app_id = ${sdkAppId}`;
  const select = db.prepare<[Buffer], { failures: number; last_at: number; blocked_until: number }>(
    `SELECT failures, last_at, blocked_until FROM sign_in_try WHERE ${app} AND digest = ?`,
  );
  const upsert = db.prepare(
    `INSERT INTO sign_in_try (sdk_app_id, digest, failures, last_at, blocked_until)
     VALUES (${sdkAppId}, @digest, @failures, @at, @until)
     ON CONFLICT (sdk_app_id, digest) DO UPDATE SET failures = @failures, last_at = @at, blocked_until = @until`,
  );
  const dropOld = db.prepare(
    `DELETE FROM sign_in_try WHERE (sdk_app_id, digest) IN
       (SELECT sdk_app_id, digest FROM sign_in_try WHERE last_at <= ? LIMIT ${CLEARED_AT_ONCE_MAX})`,
  );
  const drop = db.prepare(`DELETE FROM sign_in_try WHERE ${app} AND digest = ?`);
  const refund = db.prepare(
    `UPDATE sign_in_try SET failures = failures - 1, blocked_until = 0 WHERE ${app} AND digest = ? AND failures > 0`,
  );

  const take = db.transaction((...[keys, at]: Parameters<AccountStore["takeTry"]>) => {
    dropOld.run(at - TRIES_KEPT_MS);
    const known = keys.map((key) => {
      const row = select.get(key.digest);
      return { ...key, row: row !== undefined && stillCounts(epochMs(row.last_at), at) ? row : undefined };
    });
    const until = Math.max(...known.map(({ row }) => row?.blocked_until ?? 0));
    if (until > at) return epochMs(until);
    for (const { digest, free, row } of known) {
      const failures = (row?.failures ?? 0) + 1;
      upsert.run({ digest, failures, at, until: at + waitAfter(failures, free) });
    }
    return undefined;
  });
  const forgive = db.transaction((cleared: Buffer, refunded: Buffer | undefined) => {
    drop.run(cleared);
    if (refunded !== undefined) refund.run(refunded);
  });

  return {
    takeTry: async (...asked) => take.immediate(...asked),
    forgive: async (...asked) => forgive.immediate(...asked),
  };
}
