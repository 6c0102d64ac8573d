/**
 * What the console keeps about those who use it. As with the rest of the record, each method is one whole durable step,
 * and what it writes into the audit log is in the same commit. Tokens of every kind come as SHA-256 digests: they are 256
 * random bits, so whoever reads the database learns none of them.
 */
import type { Account, AccountId, Role } from "../domain/account.ts";
import type { AuditEntry } from "../domain/audit.ts";
import type { EpochMs } from "../domain/time.ts";

export type SessionId = number & { readonly brand: "session id" };
export type TokenId = number & { readonly brand: "token id" };

/** Somebody at an OpenID provider. */
export type Identity = { readonly issuer: string; readonly subject: string };

export type NewAccount = {
  readonly name: string;
  readonly role: Role;
  readonly at: EpochMs;
} & ({ readonly passwordHash: string } | { readonly identity: Identity });

export type AccountChange =
  | { readonly kind: "role"; readonly role: Role }
  | { readonly kind: "disabled"; readonly disabledAt: EpochMs | undefined }
  | {
      readonly kind: "password";
      readonly passwordHash: string;
      /** The session that goes on; under this digest from now on. */
      readonly keep: { readonly session: SessionId; readonly digest: Buffer } | undefined;
    };

export type Session = {
  readonly id: SessionId;
  readonly accountId: AccountId;
  /** What the browser says it is. */
  readonly device: string;
  readonly address: string;
  readonly signedInAt: EpochMs;
  readonly lastSeenAt: EpochMs;
};
export type NewSession = Omit<Session, "id" | "lastSeenAt"> & { readonly digest: Buffer };

export type ApiToken = {
  readonly id: TokenId;
  readonly name: string;
  readonly role: Role;
  /** The name of the account, or what else the audit log calls whoever made it. */
  readonly madeBy: string;
  readonly createdAt: EpochMs;
  /** To the minute. */
  readonly lastUsedAt: EpochMs | undefined;
  readonly revokedAt: EpochMs | undefined;
  /** Who stands behind it: made it, or made the token that made it. Undefined: EMEND_API_TOKEN does. */
  readonly accountId: AccountId | undefined;
};
export type NewApiToken = Pick<ApiToken, "name" | "role" | "madeBy" | "createdAt" | "accountId"> & {
  readonly digest: Buffer;
};

/** Something that tries are counted by. */
export type TryKey = { readonly digest: Buffer; readonly free: number };

export interface AccountStore {
  /** All of them, by name. */
  accounts(): Promise<readonly Account[]>;
  /** The hash is undefined for accounts that sign in elsewhere. */
  accountNamed(
    name: string,
  ): Promise<{ readonly account: Account; readonly passwordHash: string | undefined } | undefined>;
  accountOf(identity: Identity): Promise<Account | undefined>;

  /** @returns of two first sign-ins of one identity that run side by side, to the second the account that the first made */
  addAccount(account: NewAccount, audit: readonly AuditEntry[]): Promise<Account | "name_taken">;

  /** Keeps the digest of a link that makes the first account. It is worth nothing once there is one. */
  addSetupLink(digest: Buffer, now: EpochMs, expiresAt: EpochMs, audit: readonly AuditEntry[]): Promise<void>;
  isSetupLink(digest: Buffer, now: EpochMs): Promise<boolean>;
  /** Makes the first account and uses the link up. `link_invalid`: unknown, expired, used, or there is an account. */
  addFirstAccount(
    link: Buffer,
    account: NewAccount,
    audit: readonly AuditEntry[],
  ): Promise<Account | "link_invalid" | "name_taken">;

  /**
   * Changes an account and ends its sessions: whoever has one has what was given before. Disabling it revokes the API tokens
   * too behind which it stands, a lower role those that may do more than it. The last admin who may sign in stays one.
   *
   * @param audit what to write down, of the change and of the tokens that went with it
   */
  changeAccount(
    id: AccountId,
    change: AccountChange,
    at: EpochMs,
    audit: (revoked: readonly ApiToken[]) => readonly AuditEntry[],
  ): Promise<"changed" | "unknown" | "last_admin">;

  /**
   * Opens a session, which ends the account's oldest ones past `most` and those before the bounds.
   *
   * @returns undefined when the account was disabled meanwhile
   */
  openSession(
    session: NewSession,
    over: { readonly lastSeen: EpochMs; readonly signedIn: EpochMs; readonly most: number },
    audit: readonly AuditEntry[],
  ): Promise<SessionId | undefined>;
  /** With its account. Whether it is over is for the caller to say. */
  session(digest: Buffer): Promise<{ readonly session: Session; readonly account: Account } | undefined>;
  /** The newest first. */
  sessionsOf(id: AccountId): Promise<readonly Session[]>;
  seen(id: SessionId, at: EpochMs): Promise<void>;
  /** @returns false: there is no such session of this account */
  endSession(id: SessionId, account: AccountId, audit: readonly AuditEntry[]): Promise<boolean>;

  /** `name_taken` by a token that is not revoked. */
  addToken(token: NewApiToken, audit: readonly AuditEntry[]): Promise<ApiToken | "name_taken">;
  /** Undefined for a revoked one. */
  token(digest: Buffer): Promise<ApiToken | undefined>;
  /** The newest first, the revoked ones too. */
  tokens(): Promise<readonly ApiToken[]>;
  used(id: TokenId, at: EpochMs): Promise<void>;
  /** @returns the token as it was; undefined when there is none, or it was revoked before */
  revokeToken(
    id: TokenId,
    at: EpochMs,
    audit: (token: ApiToken) => readonly AuditEntry[],
  ): Promise<ApiToken | undefined>;

  /**
   * Counts a try under every key, as failed until `forgive` says otherwise: tries that run side by side count too. While
   * one of the keys has to wait nothing is counted.
   *
   * @returns undefined: go on; otherwise when the next try may be
   */
  takeTry(keys: readonly TryKey[], at: EpochMs): Promise<EpochMs | undefined>;
  /** The try was good: forgets all failures of `cleared`, and the last one of `refunded`. */
  forgive(cleared: Buffer, refunded: Buffer | undefined): Promise<void>;
}
