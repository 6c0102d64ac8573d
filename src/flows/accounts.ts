/** Who may use the console: accounts are made, changed and never deleted, each time with a line in the audit log. */
import type { Account, AccountId, Refusal, Role } from "../domain/account.ts";
import { accountName, refusePassword } from "../domain/account.ts";
import type { AuditEntry } from "../domain/audit.ts";
import type { Clock } from "../domain/time.ts";
import { epochMs } from "../domain/time.ts";
import type { AccountStore, ApiToken, Identity, NewAccount, SessionId } from "../ports/accounts.ts";
import type { Passwords } from "./passwords.ts";
import { digestOf, randomToken } from "./random-token.ts";
import { byAccount } from "./sign-in.ts";

export type AddOutcome =
  | { readonly kind: "added"; readonly account: Account }
  | { readonly kind: "name_taken" | "link_invalid" }
  | { readonly kind: "refused"; readonly field: "name" | "password"; readonly refusal: Refusal };

export type ChangeOutcome = "changed" | "unknown" | "last_admin" | "not_by_password" | Refusal;

export interface Accounts {
  list(): Promise<readonly Account[]>;
  /** @param actor as the audit log is to call whoever does it */
  add(actor: string, draft: { name: string; role: Role; password: string }): Promise<AddOutcome>;
  /** The account of somebody whom an OpenID provider vouches for, made at the first sign-in; the role is as it says now. */
  vouched(identity: Identity, name: string, role: Role): Promise<Account | "disabled" | "last_admin">;
  changeRole(actor: string, id: AccountId, role: Role): Promise<ChangeOutcome>;
  setDisabled(actor: string, id: AccountId, disabled: boolean): Promise<ChangeOutcome>;
  /**
   * Ends every session of the account but `keep`, and forgives its failed tries.
   *
   * @returns with "changed" the token that `keep` has from now on
   */
  setPassword(
    actor: string,
    account: Account,
    password: string,
    keep?: SessionId,
  ): Promise<{ readonly outcome: ChangeOutcome; readonly token: string | undefined }>;

  /** A token that makes the first account, good for a day; undefined when there is an account. */
  setupLink(): Promise<string | undefined>;
  setUp(token: string, draft: { name: string; password: string }): Promise<AddOutcome>;
}

export type AccountsParts = {
  readonly store: AccountStore;
  readonly passwords: Passwords;
  readonly clock: Pick<Clock, "now">;
};

/** Long enough for the installation to be begun today and ended tomorrow. */
const SETUP_LINK_MS = 24 * 3_600_000;

export function createAccounts({ store, passwords, clock }: AccountsParts): Accounts {
  const entry = (actor: string, act: AuditEntry["act"], detail: AuditEntry["detail"]): readonly AuditEntry[] => [
    { at: clock.now(), actor, act, detail },
  ];
  /** The change, and the tokens that went with it. */
  const entries =
    (actor: string, act: AuditEntry["act"], detail: AuditEntry["detail"]) =>
    (revoked: readonly ApiToken[]): readonly AuditEntry[] => [
      ...entry(actor, act, detail),
      ...revoked.flatMap(({ name }) => entry(actor, "token_revoked", { token: name, with: detail["account"] })),
    ];
  const byId = async (id: AccountId): Promise<Account | undefined> =>
    (await store.accounts()).find((account) => account.id === id);

  /** @returns the draft as the store takes it, or why not */
  const prepare = async (draft: { name: string; role: Role; password: string }): Promise<NewAccount | AddOutcome> => {
    const name = accountName(draft.name);
    if (!name.ok) return { kind: "refused", field: "name", refusal: name.error };
    const refusal = refusePassword(draft.password, name.value);
    if (refusal !== undefined) return { kind: "refused", field: "password", refusal };
    const passwordHash = await passwords.hash(draft.password);
    return { name: name.value, role: draft.role, at: clock.now(), passwordHash };
  };
  const outcomeOf = (added: Account | "name_taken" | "link_invalid"): AddOutcome =>
    typeof added === "object" ? { kind: "added", account: added } : { kind: added };

  return {
    list: () => store.accounts(),
    async add(actor, draft) {
      const account = await prepare(draft);
      if ("kind" in account) return account;
      const { name, role } = account;
      return outcomeOf(await store.addAccount(account, entry(actor, "account_added", { account: name, role })));
    },
    async vouched(identity, wanted, role) {
      const known = await store.accountOf(identity);
      if (known?.disabledAt !== undefined) return "disabled";
      if (known === undefined) {
        for (const name of namesFor(identity, wanted)) {
          const detail = { account: name, role, issuer: identity.issuer };
          const draft = { name, role, at: clock.now(), identity };
          const added = await store.addAccount(draft, entry("emend", "account_added", detail));
          if (added !== "name_taken") return added;
        }
        throw new Error("No name was free for an account.");
      }
      if (known.role === role) return known;
      const detail = { account: known.name, role, was: known.role, issuer: identity.issuer };
      const audit = entries("emend", "account_changed", detail);
      const changed = await store.changeAccount(known.id, { kind: "role", role }, clock.now(), audit);
      return changed === "last_admin" ? "last_admin" : { ...known, role };
    },
    async changeRole(actor, id, role) {
      const account = await byId(id);
      if (account === undefined) return "unknown";
      if (account.role === role) return "changed";
      const audit = entries(actor, "account_changed", { account: account.name, role, was: account.role });
      return store.changeAccount(id, { kind: "role", role }, clock.now(), audit);
    },
    async setDisabled(actor, id, disabled) {
      const account = await byId(id);
      if (account === undefined) return "unknown";
      if ((account.disabledAt !== undefined) === disabled) return "changed";
      const disabledAt = disabled ? clock.now() : undefined;
      const audit = entries(actor, "account_changed", { account: account.name, disabled });
      return store.changeAccount(id, { kind: "disabled", disabledAt }, clock.now(), audit);
    },
    async setPassword(actor, account, password, session) {
      if (account.signsInBy !== "password") return { outcome: "not_by_password", token: undefined };
      const refusal = refusePassword(password, account.name);
      if (refusal !== undefined) return { outcome: refusal, token: undefined };
      const passwordHash = await passwords.hash(password);
      const { token, digest } = randomToken();
      const keep = session === undefined ? undefined : { session, digest };
      const audit = entries(actor, "password_changed", { account: account.name });
      const outcome = await store.changeAccount(
        account.id,
        { kind: "password", passwordHash, keep },
        clock.now(),
        audit,
      );
      if (outcome === "changed") await store.forgive(byAccount(account.name).digest, undefined);
      return { outcome, token: outcome === "changed" && keep !== undefined ? token : undefined };
    },
    async setupLink() {
      if ((await store.accounts()).length > 0) return undefined;
      const { token, digest } = randomToken();
      const now = clock.now();
      const expiresAt = epochMs(now + SETUP_LINK_MS);
      await store.addSetupLink(digest, now, expiresAt, entry("emend", "setup_link", { expiresAt }));
      return token;
    },
    async setUp(token, draft) {
      const link = digestOf(token);
      // Before anything is hashed: anybody may ask.
      if (!(await store.isSetupLink(link, clock.now()))) return { kind: "link_invalid" };
      const account = await prepare({ ...draft, role: "admin" });
      if ("kind" in account) return account;
      const detail = { account: account.name, role: account.role, how: "setup link" };
      return outcomeOf(await store.addFirstAccount(link, account, entry(account.name, "account_added", detail)));
    },
  };
}

/** What the provider calls somebody may be taken here, or no name of ours: then the end tells the two apart. */
function namesFor(identity: Identity, wanted: string): readonly string[] {
  const own = accountName(wanted);
  const end = digestOf(`${identity.issuer}\0${identity.subject}`).toString("hex");
  const base = own.ok ? own.value.slice(0, 48) : "user";
  return [...(own.ok ? [own.value] : []), `${base}-${end.slice(0, 6)}`, `user-${end.slice(0, 32)}`];
}
