/**
 * Who is there: tries to sign in, and the sessions that follow. A try is counted as failed before the password is looked
 * at and forgiven when it was right, so that many at the same time count too; a restart forgives none. Whether a name
 * exists shows neither in the answer nor in the time it takes.
 */
import { isIPv6 } from "node:net";
import type { Account, AccountId, SessionLimits } from "../domain/account.ts";
import { freeTries, isOver, nameKey, sessionBounds } from "../domain/account.ts";
import type { AuditEntry } from "../domain/audit.ts";
import type { Clock, EpochMs } from "../domain/time.ts";
import type { AccountStore, Session, SessionId, TryKey } from "../ports/accounts.ts";
import type { OrderStore } from "../ports/store.ts";
import type { Passwords } from "./passwords.ts";
import { digestOf, randomToken } from "./random-token.ts";

/** The other end of a connection. */
export type From = { readonly device: string; readonly address: string };

export type SignedIn = { readonly token: string; readonly session: SessionId; readonly account: Account };
export type SignInOutcome =
  | ({ readonly kind: "signed_in" } & SignedIn)
  /** Wrong name, wrong password or a disabled account: nobody is told which. */
  | { readonly kind: "refused" }
  | { readonly kind: "wait"; readonly until: EpochMs };

export type Visit = { readonly session: Session; readonly account: Account };

export interface SignIn {
  withPassword(name: string, password: string, from: From): Promise<SignInOutcome>;
  /** For an account that has just proved who it is in another way. Undefined: it was disabled meanwhile. */
  open(account: Account, from: From, how: string): Promise<SignedIn | undefined>;
  /** Who has this token; a look at it keeps the session from falling idle. */
  visit(token: string): Promise<Visit | undefined>;
  /** Whether it still is somebody's session, without keeping it alive. */
  lasts(token: string): Promise<boolean>;
  sessionsOf(account: AccountId): Promise<readonly Session[]>;
  signOut(visit: Visit): Promise<void>;
  /** @returns false: the account has no such session */
  revoke(account: Account, session: SessionId): Promise<boolean>;
  /** One more check of a password of somebody who is signed in: counted like a try to sign in. */
  prove(account: Account, password: string, from: From): Promise<"right" | "refused" | { readonly until: EpochMs }>;
}

export type SignInParts = {
  readonly store: AccountStore & Pick<OrderStore, "auditOnly">;
  readonly passwords: Passwords;
  readonly limits: SessionLimits;
  readonly clock: Pick<Clock, "now">;
};

/** Every device of one person, and some forgotten ones. */
const SESSIONS_MAX = 20;
/** How exactly `lastSeenAt` is known: each is a commit, and no page is worth one with every request. */
const SEEN_EVERY_MS = 60_000;
const DEVICE_LENGTH_MAX = 200;

export function createSignIn({ store, passwords, limits, clock }: SignInParts): SignIn {
  const open: SignIn["open"] = async (account, from, how) => {
    const now = clock.now();
    const { token, digest } = randomToken();
    const device = from.device.slice(0, DEVICE_LENGTH_MAX);
    const draft = { accountId: account.id, digest, device, address: from.address, signedInAt: now };
    const over = { ...sessionBounds(now, limits), most: SESSIONS_MAX };
    const detail = { how, address: from.address };
    const entry: AuditEntry = { at: now, actor: account.name, act: "sign_in", detail };
    const session = await store.openSession(draft, over, [entry]);
    return session === undefined ? undefined : { token, session, account };
  };

  /** @returns the account when the password is its own */
  const check = async (
    name: string,
    password: string,
    from: From,
  ): Promise<Account | "refused" | { until: EpochMs }> => {
    // A crowd at the form must not cost anybody a try.
    passwords.demandRoom();
    const [account, address] = [byAccount(name), byAddress(from.address)];
    const until = await store.takeTry([account, address], clock.now());
    if (until !== undefined) return { until };
    const known = await store.accountNamed(name);
    const right = await passwords.verify(known?.passwordHash, password);
    if (right && known !== undefined && known.account.disabledAt === undefined) {
      await store.forgive(account.digest, address.digest);
      return known.account;
    }
    const entry = { at: clock.now(), actor: "emend", act: "sign_in_failed" } as const;
    // Only names that exist: what else was typed there may be a password.
    const detail = { account: known?.account.name ?? "unknown", address: from.address };
    await store.auditOnly([{ ...entry, detail }]);
    return "refused";
  };

  const find = async (token: string): Promise<Visit | undefined> => {
    const found = await store.session(digestOf(token));
    return found !== undefined && !isOver(found.session, clock.now(), limits) ? found : undefined;
  };

  const end = (account: Account, session: SessionId, act: "sign_out" | "session_revoked"): Promise<boolean> => {
    const entry: AuditEntry = { at: clock.now(), actor: account.name, act, detail: { session } };
    return store.endSession(session, account.id, [entry]);
  };

  return {
    open,
    async withPassword(name, password, from) {
      const checked = await check(name, password, from);
      if (checked === "refused") return { kind: "refused" };
      if ("until" in checked) return { kind: "wait", until: checked.until };
      const signedIn = await open(checked, from, "password");
      return signedIn === undefined ? { kind: "refused" } : { kind: "signed_in", ...signedIn };
    },
    async prove(account, password, from) {
      const checked = await check(account.name, password, from);
      return checked === "refused" || "until" in checked ? checked : "right";
    },
    async visit(token) {
      const found = await find(token);
      const now = clock.now();
      if (found !== undefined && now - found.session.lastSeenAt >= SEEN_EVERY_MS) {
        // Whoever comes to see why the disk is full is let in all the same.
        await store.seen(found.session.id, now).catch(() => undefined);
      }
      return found;
    },
    lasts: async (token) => (await find(token)) !== undefined,
    sessionsOf: async (account) =>
      (await store.sessionsOf(account)).filter((session) => !isOver(session, clock.now(), limits)),
    async signOut({ session, account }) {
      await end(account, session.id, "sign_out");
    },
    revoke: (account, session) => end(account, session, "session_revoked"),
  };
}

/** Tries of everybody who gives this name. */
export const byAccount = (name: string): TryKey => ({
  digest: digestOf(`account\0${nameKey(name)}`),
  free: freeTries.account,
});
const byAddress = (address: string): TryKey => ({
  digest: digestOf(`address\0${network(address)}`),
  free: freeTries.address,
});

/** Whoever has an IPv6 address has 2^64 of them: they count as one. */
export function network(address: string): string {
  if (!isIPv6(address)) return address;
  if (/^::ffff:\d+\./i.test(address)) return address.slice("::ffff:".length);
  const [head = "", tail] = address.split("::");
  const groups = (text: string): readonly string[] => (text === "" ? [] : text.split(":"));
  const [front, back] = [groups(head), groups(tail ?? "")];
  const missing = tail === undefined ? 0 : Math.max(0, 8 - front.length - back.length);
  const all = [...front, ...Array.from({ length: missing }, () => "0"), ...back];
  return all
    .slice(0, 4)
    .map((group) => parseInt(group, 16).toString(16))
    .join(":");
}
