/** Bearer tokens for programs: named, with a role of their own, shown once. */
import { timingSafeEqual } from "node:crypto";
import type { AccountId, Role } from "../domain/account.ts";
import type { Secret } from "../domain/secret.ts";
import type { Clock } from "../domain/time.ts";
import type { AccountStore, ApiToken, TokenId } from "../ports/accounts.ts";
import { digestOf, randomToken } from "./random-token.ts";

export type Bearer = {
  readonly actor: string;
  readonly role: Role;
  /** Who stands behind it; undefined for the configured one. */
  readonly account: AccountId | undefined;
};

export interface ApiTokens {
  list(): Promise<readonly ApiToken[]>;
  /** @param by who makes it, as the audit log says, and which account stands behind it: what ends that, ends the token */
  add(
    by: { readonly actor: string; readonly account: AccountId | undefined },
    name: string,
    role: Role,
  ): Promise<{ readonly token: string; readonly made: ApiToken } | "name_taken">;
  /** @returns false: there is none, or it was revoked before */
  revoke(actor: string, id: TokenId): Promise<boolean>;
  bearer(token: string): Promise<Bearer | undefined>;
}

export type ApiTokensParts = {
  readonly store: AccountStore;
  /** Of EMEND_API_TOKEN: an admin that nobody made here. */
  readonly configured: Secret | undefined;
  readonly clock: Pick<Clock, "now">;
};

/** Of a token, so that one that leaked is recognised by people and by scanners of repositories. */
const MARK = "emend_";
/** What the audit log calls the configured one. */
const CONFIGURED = "token:EMEND_API_TOKEN";
/** How exactly the last use is known: each is a commit. */
const USED_EVERY_MS = 60_000;

export function createApiTokens({ store, configured, clock }: ApiTokensParts): ApiTokens {
  const configuredDigest = configured && digestOf(configured.reveal());
  return {
    list: () => store.tokens(),
    async add(by, name, role) {
      const { token, digest } = randomToken(MARK);
      const at = clock.now();
      const draft = { name, role, madeBy: by.actor, accountId: by.account, createdAt: at, digest };
      const made = await store.addToken(draft, [
        { at, actor: by.actor, act: "token_added", detail: { token: name, role } },
      ]);
      return made === "name_taken" ? made : { token, made };
    },
    async revoke(actor, id) {
      const at = clock.now();
      const revoked = await store.revokeToken(id, at, ({ name }) => [
        { at, actor, act: "token_revoked", detail: { token: name } },
      ]);
      return revoked !== undefined;
    },
    async bearer(token) {
      const digest = digestOf(token);
      if (configuredDigest !== undefined && timingSafeEqual(digest, configuredDigest)) {
        return { actor: CONFIGURED, role: "admin", account: undefined };
      }
      const found = await store.token(digest);
      if (found === undefined) return undefined;
      const now = clock.now();
      if (now - (found.lastUsedAt ?? 0) >= USED_EVERY_MS) {
        // Good to know, and no reason to refuse a program while the disk is full.
        await store.used(found.id, now).catch(() => undefined);
      }
      return { actor: `token:${found.name}`, role: found.role, account: found.accountId };
    },
  };
}
