/** Bearer tokens of programs. A revoked one stays as a row: the audit log names it. */
import type { AccountId, Role } from "../domain/account.ts";
import type { AuditEntry } from "../domain/audit.ts";
import type { SdkAppId } from "../domain/message.ts";
import type { EpochMs } from "../domain/time.ts";
import { epochMs } from "../domain/time.ts";
import type { AccountStore, ApiToken, NewApiToken, TokenId } from "../ports/accounts.ts";
import { orUndefined } from "./sqlite-accounts.ts";
import type { Sqlite } from "./sqlite-open.ts";

type AppendAudit = (entries: readonly AuditEntry[]) => void;

type TokenRow = {
  readonly id: number;
  readonly name: string;
  readonly role: Role;
  readonly made_by: string;
  readonly account_id: number | null;
  readonly created_at: number;
  readonly last_used_at: number | null;
  readonly revoked_at: number | null;
};

const TOKEN_COLUMNS = "id, name, role, made_by, account_id, created_at, last_used_at, revoked_at";

const tokenFrom = (row: TokenRow): ApiToken => ({
  id: row.id as TokenId,
  name: row.name,
  role: row.role,
  madeBy: row.made_by,
  createdAt: epochMs(row.created_at),
  lastUsedAt: orUndefined(row.last_used_at),
  revokedAt: orUndefined(row.revoked_at),
  accountId: row.account_id === null ? undefined : (row.account_id as AccountId),
});

type Tokens = Pick<AccountStore, "addToken" | "token" | "tokens" | "used" | "revokeToken">;

export function createSqliteTokens(db: Sqlite, sdkAppId: SdkAppId, appendAudit: AppendAudit): Tokens {
  const select = <Params extends unknown[]>(where: string) =>
    db.prepare<Params, TokenRow>(`SELECT ${TOKEN_COLUMNS} FROM api_token WHERE sdk_app_id = ${sdkAppId} ${where}`);
  const byId = select<[number]>("AND id = ?");
  const byName = select<[string]>("AND name = ? AND revoked_at IS NULL");
  const byDigest = select<[Buffer]>("AND digest = ? AND revoked_at IS NULL");
  const all = select<[]>("ORDER BY id DESC");
  const insert = db.prepare(
    `INSERT INTO api_token (sdk_app_id, name, role, digest, made_by, account_id, created_at)
     VALUES (${sdkAppId}, @name, @role, @digest, @madeBy, @accountId, @createdAt)`,
  );
  const setUsed = db.prepare("UPDATE api_token SET last_used_at = ? WHERE id = ?");
  const setRevoked = db.prepare("UPDATE api_token SET revoked_at = ? WHERE id = ?");

  const add = db.transaction((token: NewApiToken, audit: readonly AuditEntry[]): ApiToken | "name_taken" => {
    if (byName.get(token.name) !== undefined) return "name_taken";
    const { lastInsertRowid } = insert.run({ ...token, accountId: token.accountId ?? null });
    const row = byId.get(Number(lastInsertRowid));
    if (row === undefined) throw new Error("A token was written and cannot be read.");
    appendAudit(audit);
    return tokenFrom(row);
  });
  const revoke = db.transaction((...[id, at, audit]: Parameters<AccountStore["revokeToken"]>) => {
    const row = byId.get(id);
    if (row === undefined || row.revoked_at !== null) return undefined;
    setRevoked.run(at, id);
    const token = tokenFrom(row);
    appendAudit(audit(token));
    return token;
  });

  return {
    addToken: async (...asked) => add.immediate(...asked),
    async token(digest) {
      const row = byDigest.get(digest);
      return row && tokenFrom(row);
    },
    tokens: async () => all.all().map(tokenFrom),
    async used(id, at) {
      setUsed.run(at, id);
    },
    revokeToken: async (...asked) => revoke.immediate(...asked),
  };
}

/** @returns a function that revokes the tokens behind which an account stands; for the transaction that changes it */
export function createTokenRevoker(db: Sqlite, sdkAppId: SdkAppId): RevokeTokensOf {
  const ofAccount = db.prepare<[number], TokenRow>(
    `SELECT ${TOKEN_COLUMNS} FROM api_token WHERE sdk_app_id = ${sdkAppId} AND account_id = ? AND revoked_at IS NULL ORDER BY id`,
  );
  const revoke = db.prepare("UPDATE api_token SET revoked_at = ? WHERE id = ?");
  return (account, at, isTooMuch) => {
    const revoked = ofAccount.all(account).filter(({ role }) => isTooMuch(role));
    for (const { id } of revoked) revoke.run(at, id);
    return revoked.map(tokenFrom);
  };
}

export type RevokeTokensOf = (
  account: AccountId,
  at: EpochMs,
  isTooMuch: (role: Role) => boolean,
) => readonly ApiToken[];
