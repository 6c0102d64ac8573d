/** Accounts of the console: who there is, what they may do, and the link that makes the first one. */
import type { Account, AccountId, Role } from "../domain/account.ts";
import { nameKey, reaches } from "../domain/account.ts";
import type { AuditEntry } from "../domain/audit.ts";
import type { SdkAppId } from "../domain/message.ts";
import type { EpochMs } from "../domain/time.ts";
import { epochMs } from "../domain/time.ts";
import type { AccountStore, ApiToken, NewAccount } from "../ports/accounts.ts";
import type { RevokeTokensOf } from "./sqlite-api-tokens.ts";
import type { Sqlite } from "./sqlite-open.ts";

type AppendAudit = (entries: readonly AuditEntry[]) => void;

export type AccountRow = {
  readonly id: number;
  readonly name: string;
  readonly role: Role;
  readonly password_hash: string | null;
  readonly created_at: number;
  readonly last_sign_in_at: number | null;
  readonly disabled_at: number | null;
};

export const ACCOUNT_COLUMNS = "a.id, a.name, a.role, a.password_hash, a.created_at, a.last_sign_in_at, a.disabled_at";

export const accountFrom = (row: AccountRow): Account => ({
  id: row.id as AccountId,
  name: row.name,
  role: row.role,
  signsInBy: row.password_hash === null ? "oidc" : "password",
  createdAt: epochMs(row.created_at),
  lastSignInAt: orUndefined(row.last_sign_in_at),
  disabledAt: orUndefined(row.disabled_at),
});

export const orUndefined = (ms: number | null): EpochMs | undefined => (ms === null ? undefined : epochMs(ms));

/** Thrown, so that what was changed is taken back. */
class LastAdmin extends Error {}

type Accounts = Pick<
  AccountStore,
  | "accounts"
  | "accountNamed"
  | "accountOf"
  | "addAccount"
  | "addSetupLink"
  | "isSetupLink"
  | "addFirstAccount"
  | "changeAccount"
>;

export function createSqliteAccounts(
  db: Sqlite,
  sdkAppId: SdkAppId,
  appendAudit: AppendAudit,
  revokeTokensOf: RevokeTokensOf,
): Accounts {
  const app = `sdk_app_id = ${sdkAppId}`;
  const select = <Params extends unknown[]>(where: string) =>
    db.prepare<Params, AccountRow>(`SELECT ${ACCOUNT_COLUMNS} FROM account a WHERE a.${app} ${where}`);
  const all = select<[]>("ORDER BY a.name_key");
  const byKey = select<[string]>("AND a.name_key = ?");
  const byIdentity = select<[string, string]>("AND a.issuer = ? AND a.subject = ?");
  const byId = select<[number]>("AND a.id = ?");
  const insert = db.prepare(
    `INSERT INTO account (sdk_app_id, name, name_key, role, password_hash, issuer, subject, created_at)
     VALUES (${sdkAppId}, @name, @key, @role, @hash, @issuer, @subject, @at)`,
  );
  const setRole = db.prepare("UPDATE account SET role = ? WHERE id = ?");
  const setDisabled = db.prepare("UPDATE account SET disabled_at = ? WHERE id = ?");
  const setPassword = db.prepare("UPDATE account SET password_hash = ? WHERE id = ? AND issuer IS NULL");
  const admins = db.prepare<[], { n: number }>(
    `SELECT count(*) AS n FROM account WHERE ${app} AND role = 'admin' AND disabled_at IS NULL`,
  );
  const endSessions = db.prepare("DELETE FROM session WHERE account_id = ? AND id IS NOT ?");
  const rename = db.prepare("UPDATE session SET digest = ? WHERE id = ? AND account_id = ?");
  const insertLink = db.prepare(`INSERT INTO setup_link (digest, sdk_app_id, expires_at) VALUES (?, ${sdkAppId}, ?)`);
  const dropExpired = db.prepare(`DELETE FROM setup_link WHERE ${app} AND expires_at <= ?`);
  const dropLinks = db.prepare(`DELETE FROM setup_link WHERE ${app}`);
  const liveLink = db.prepare<[Buffer, number], { digest: Buffer }>(
    `SELECT digest FROM setup_link WHERE ${app} AND digest = ? AND expires_at > ?
       AND NOT EXISTS (SELECT 1 FROM account WHERE ${app})`,
  );

  const add = (account: NewAccount, audit: readonly AuditEntry[]): Account | "name_taken" => {
    const key = nameKey(account.name);
    const faster = "identity" in account && byIdentity.get(account.identity.issuer, account.identity.subject);
    if (faster) return accountFrom(faster);
    if (byKey.get(key) !== undefined) return "name_taken";
    const how =
      "identity" in account
        ? { hash: null, ...account.identity }
        : { hash: account.passwordHash, issuer: null, subject: null };
    const { lastInsertRowid } = insert.run({ key, name: account.name, role: account.role, at: account.at, ...how });
    const row = byId.get(Number(lastInsertRowid));
    if (row === undefined) throw new Error("An account was written and cannot be read.");
    appendAudit(audit);
    return accountFrom(row);
  };
  const addInCommit = db.transaction(add);
  const addFirst = db.transaction((link: Buffer, account: NewAccount, audit: readonly AuditEntry[]) => {
    if (liveLink.get(link, account.at) === undefined) return "link_invalid";
    dropLinks.run();
    return add(account, audit);
  });
  const addLink = db.transaction((...[digest, now, expiresAt, audit]: Parameters<AccountStore["addSetupLink"]>) => {
    dropExpired.run(now);
    insertLink.run(digest, expiresAt);
    appendAudit(audit);
  });

  type Change = Parameters<AccountStore["changeAccount"]>;
  const change = db.transaction((...[id, wanted, at, audit]: Change) => {
    if (byId.get(id) === undefined) return "unknown";
    const before = admins.get()?.n ?? 0;
    let kept: number | null = null;
    let revoked: readonly ApiToken[] = [];
    switch (wanted.kind) {
      case "role":
        setRole.run(wanted.role, id);
        revoked = revokeTokensOf(id, at, (role) => !reaches(wanted.role, role));
        break;
      case "disabled":
        setDisabled.run(wanted.disabledAt ?? null, id);
        if (wanted.disabledAt !== undefined) revoked = revokeTokensOf(id, at, () => true);
        break;
      case "password":
        if (setPassword.run(wanted.passwordHash, id).changes === 0) return "unknown";
        if (wanted.keep !== undefined && rename.run(wanted.keep.digest, wanted.keep.session, id).changes === 1) {
          kept = wanted.keep.session;
        }
        break;
      default:
        return wanted satisfies never;
    }
    if (before > 0 && (admins.get()?.n ?? 0) === 0) throw new LastAdmin();
    endSessions.run(id, kept);
    appendAudit(audit(revoked));
    return "changed";
  });

  return {
    accounts: async () => all.all().map(accountFrom),
    async accountNamed(name) {
      const row = byKey.get(nameKey(name));
      return row && { account: accountFrom(row), passwordHash: row.password_hash ?? undefined };
    },
    async accountOf({ issuer, subject }) {
      const row = byIdentity.get(issuer, subject);
      return row && accountFrom(row);
    },
    addAccount: async (account, audit) => addInCommit.immediate(account, audit),
    addSetupLink: async (...asked) => addLink.immediate(...asked),
    isSetupLink: async (digest, now) => liveLink.get(digest, now) !== undefined,
    addFirstAccount: async (link, account, audit) => addFirst.immediate(link, account, audit),
    async changeAccount(...asked) {
      try {
        return change.immediate(...asked);
      } catch (thrown) {
        if (thrown instanceof LastAdmin) return "last_admin";
        throw thrown;
      }
    },
  };
}
