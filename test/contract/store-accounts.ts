import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import type { Account, AccountId, Role } from "../../src/domain/account.ts";
import { freeTries, TRIES_KEPT_MS } from "../../src/domain/account.ts";
import type { AuditEntry } from "../../src/domain/audit.ts";
import { epochMs } from "../../src/domain/time.ts";
import type { AccountStore, ApiToken, NewAccount, SessionId, TokenId } from "../../src/ports/accounts.ts";
import { NOW } from "../support/store-fixtures.ts";
import type { StoreHarness } from "./store-harness.ts";
import { itAfterRestart } from "./store-harness.ts";

const at = (ms: number) => epochMs(NOW + ms);
const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
const audit = (act: AuditEntry["act"]): readonly AuditEntry[] => [{ at: NOW, actor: "anna", act, detail: {} }];
const draft = (name: string, role: Role = "viewer"): NewAccount => ({
  name,
  role,
  at: NOW,
  passwordHash: "$argon2id$",
});
const nothing = (): readonly AuditEntry[] => [];
const never = { lastSeen: epochMs(0), signedIn: epochMs(0), most: 20 };

async function added(store: AccountStore, name: string, role: Role = "viewer"): Promise<Account> {
  const account = await store.addAccount(draft(name, role), []);
  assert.ok(account !== "name_taken");
  return account;
}

function open(store: AccountStore, accountId: AccountId, token: string, signedInAt = NOW, over = never) {
  const session = { accountId, digest: digest(token), device: "Firefox", address: "127.0.0.1", signedInAt };
  return store.openSession(session, over, audit("sign_in"));
}

export function describeAccounts(harness: StoreHarness): void {
  const { fresh } = harness;

  describe("accounts", () => {
    it("are found by name however it is spelt, and each name is given once", async () => {
      using bench = fresh();
      const anna = await added(bench.store, "Anna", "admin");
      assert.equal(await bench.store.addAccount(draft("ANNA"), audit("account_added")), "name_taken");
      assert.deepEqual(await bench.store.accountNamed(" anna "), { account: anna, passwordHash: "$argon2id$" });
      assert.equal(await bench.store.accountNamed("ben"), undefined);
      assert.deepEqual(await bench.store.accounts(), [anna]);
      assert.deepEqual(bench.dump({ audit: "act" }).audit, [], "a refused account leaves no entry");
    });

    it("that sign in elsewhere are found by who they are there", async () => {
      using bench = fresh();
      const identity = { issuer: "https://id.example", subject: "42" };
      const eve = await bench.store.addAccount({ name: "eve", role: "viewer", at: NOW, identity }, []);
      assert.ok(eve !== "name_taken");
      assert.equal(eve.signsInBy, "oidc");
      assert.deepEqual(await bench.store.accountOf(identity), eve);
      assert.equal(await bench.store.accountOf({ ...identity, issuer: "https://other.example" }), undefined);
      const faster = await bench.store.addAccount(
        { name: "eva", role: "viewer", at: NOW, identity },
        audit("account_added"),
      );
      assert.deepEqual(faster, eve, "of two first sign-ins at the same time one makes the account");
      const change = { kind: "password", passwordHash: "x", keep: undefined } as const;
      assert.equal(
        await bench.store.changeAccount(eve.id, change, NOW, nothing),
        "unknown",
        "no password is put beside it",
      );
    });

    it("lose their sessions with a new role, and tokens that may do more; those that are disabled lose all tokens", async () => {
      using bench = fresh();
      const { store } = bench;
      await added(store, "root", "admin");
      const { id } = await added(store, "anna", "admin");
      await open(store, id, "one");
      const token = { name: "export", role: "viewer", madeBy: "anna", createdAt: NOW, accountId: id } as const;
      await store.addToken({ ...token, digest: digest("t") }, []);
      await store.addToken({ ...token, name: "all", role: "admin", digest: digest("u") }, []);
      const gone: string[] = [];
      const noting = (revoked: readonly ApiToken[]) => {
        gone.push(...revoked.map(({ name }) => name));
        return [];
      };
      assert.equal(await store.changeAccount(id, { kind: "role", role: "reviewer" }, NOW, noting), "changed");
      assert.deepEqual(await store.sessionsOf(id), []);
      assert.equal((await store.token(digest("t")))?.name, "export");
      assert.equal(await store.token(digest("u")), undefined, "it may do more than the account behind it");
      await open(store, id, "two");
      await store.changeAccount(id, { kind: "disabled", disabledAt: at(5) }, at(5), noting);
      assert.deepEqual(gone, ["all", "export"]);
      assert.equal(await store.session(digest("two")), undefined);
      assert.equal(await store.token(digest("t")), undefined);
      assert.equal(await open(store, id, "three"), undefined, "and get no new ones");
      await store.changeAccount(id, { kind: "disabled", disabledAt: undefined }, at(6), nothing);
      assert.equal((await store.accountNamed("anna"))?.account.disabledAt, undefined);
    });

    it("keep an admin: the last one is neither disabled nor given another role", async () => {
      using bench = fresh();
      const { store } = bench;
      const { id } = await added(store, "anna", "admin");
      await added(store, "ben", "reviewer");
      await open(store, id, "one");
      for (const change of [
        { kind: "role", role: "reviewer" },
        { kind: "disabled", disabledAt: NOW },
      ] as const) {
        assert.equal(await store.changeAccount(id, change, NOW, () => audit("account_changed")), "last_admin");
      }
      assert.deepEqual(bench.dump({ account: "name role disabled_at" }).account, ["anna admin -", "ben reviewer -"]);
      assert.equal((await store.sessionsOf(id)).length, 1);
      assert.equal(
        await store.changeAccount(99 as AccountId, { kind: "role", role: "admin" }, NOW, nothing),
        "unknown",
      );
    });

    it("keep the one session that a new password names, under a new token", async () => {
      using bench = fresh();
      const { store } = bench;
      const { id } = await added(store, "anna");
      const session = await open(store, id, "here");
      await open(store, id, "elsewhere");
      assert.ok(session);
      const keep = { session, digest: digest("here, anew") };
      await store.changeAccount(id, { kind: "password", passwordHash: "new", keep }, NOW, () =>
        audit("password_changed"),
      );
      assert.equal(await store.session(digest("here")), undefined);
      assert.equal((await store.session(digest("here, anew")))?.session.id, session);
      assert.equal((await store.sessionsOf(id)).length, 1);
      assert.equal((await store.accountNamed("anna"))?.passwordHash, "new");
    });
  });

  describe("the link that makes the first account", () => {
    it("works once, in time, and only while there is no account", async () => {
      using bench = fresh();
      const { store } = bench;
      await store.addSetupLink(digest("old"), NOW, at(1_000), []);
      await store.addSetupLink(digest("new"), NOW, at(5_000), audit("setup_link"));
      assert.equal(await store.isSetupLink(digest("old"), at(1_000)), false);
      assert.equal(await store.isSetupLink(digest("new"), at(1_000)), true);
      const first = { ...draft("anna", "admin"), at: at(1_000) };
      assert.equal(await store.addFirstAccount(digest("old"), first, []), "link_invalid");
      assert.equal(await store.addFirstAccount(digest("guess"), first, []), "link_invalid");
      const anna = await store.addFirstAccount(digest("new"), first, audit("account_added"));
      assert.ok(typeof anna === "object");
      assert.equal(anna.role, "admin");
      assert.equal(await store.addFirstAccount(digest("new"), { ...first, name: "eve" }, []), "link_invalid");
      await store.addSetupLink(digest("late"), NOW, at(5_000), []);
      assert.equal(await store.isSetupLink(digest("late"), NOW), false);
      assert.deepEqual(bench.dump({ audit: "id act" }).audit, ["1 setup_link", "2 account_added"]);
    });
  });

  describe("sessions", () => {
    it("are found by their token, seen later and later, and end one by one", async () => {
      using bench = fresh();
      const { store } = bench;
      const { id } = await added(store, "anna");
      const other = await added(store, "ben");
      const session = await open(store, id, "one");
      assert.ok(session);
      await store.seen(session, at(60_000));
      await store.seen(session, at(30_000));
      const found = await store.session(digest("one"));
      assert.deepEqual([found?.account.name, found?.session.lastSeenAt], ["anna", NOW + 60_000]);
      assert.equal(found?.account.lastSignInAt, NOW);
      assert.equal(await store.endSession(session, other.id, audit("session_revoked")), false, "not by somebody else");
      assert.equal(await store.endSession(session, id, audit("sign_out")), true);
      assert.equal(await store.endSession(session, id, audit("sign_out")), false);
      assert.equal(await store.session(digest("one")), undefined);
      assert.deepEqual(bench.dump({ audit: "id act" }).audit, ["1 sign_in", "2 sign_out"]);
    });

    it("are cleared away when another opens: those that are over, and the oldest past the limit", async () => {
      using bench = fresh();
      const { store } = bench;
      const { id } = await added(store, "anna");
      for (const n of [1, 2, 3, 4]) await open(store, id, `s${n}`, at(n));
      await open(store, id, "s5", at(5), { lastSeen: at(1), signedIn: at(1), most: 3 });
      assert.deepEqual(
        (await store.sessionsOf(id)).map(({ signedInAt }) => signedInAt - NOW),
        [5, 4, 3],
      );
      assert.equal(await store.endSession(99 as SessionId, id, []), false);
    });

    itAfterRestart(harness, "are there after a restart", async () => {
      using bench = fresh();
      const { id } = await added(bench.store, "anna");
      await open(bench.store, id, "one");
      bench.restart();
      assert.equal((await bench.store.session(digest("one")))?.account.name, "anna");
    });
  });

  describe("API tokens", () => {
    it("are found by what only their owner has, until they are revoked; then the name is free again", async () => {
      using bench = fresh();
      const { store } = bench;
      const token = { name: "export", role: "viewer", madeBy: "anna", createdAt: NOW, accountId: undefined } as const;
      const first = await store.addToken({ ...token, digest: digest("a") }, audit("token_added"));
      assert.ok(first !== "name_taken");
      assert.equal(await store.addToken({ ...token, digest: digest("b") }, audit("token_added")), "name_taken");
      await store.used(first.id, at(9));
      assert.equal((await store.token(digest("a")))?.lastUsedAt, NOW + 9);
      assert.equal((await store.revokeToken(first.id, at(10), () => audit("token_revoked")))?.name, "export");
      assert.equal(await store.revokeToken(first.id, at(11), () => audit("token_revoked")), undefined);
      assert.equal(await store.revokeToken(99 as TokenId, at(11), () => audit("token_revoked")), undefined);
      assert.equal(await store.token(digest("a")), undefined);
      const second = await store.addToken({ ...token, digest: digest("c") }, []);
      assert.ok(second !== "name_taken");
      assert.deepEqual(
        (await store.tokens()).map(({ id, revokedAt }) => [id, revokedAt]),
        [
          [second.id, undefined],
          [first.id, NOW + 10],
        ],
      );
      assert.deepEqual(bench.dump({ audit: "id act" }).audit, ["1 token_added", "2 token_revoked"]);
    });
  });

  describe("tries to sign in", () => {
    const account = { digest: digest("anna"), free: freeTries.account };
    const address = { digest: digest("10.0.0.1"), free: freeTries.address };

    async function failing(store: AccountStore, times: number): Promise<void> {
      for (let n = 0; n < times; n++) assert.equal(await store.takeTry([account, address], NOW), undefined);
    }

    it("wait longer with each failure, and what waits is not counted", async () => {
      using bench = fresh();
      const { store } = bench;
      await failing(store, freeTries.account);
      const waits: number[] = [];
      let now = NOW;
      for (let n = 0; n < 13; n++) {
        assert.equal(await store.takeTry([account], now), undefined);
        const until = await store.takeTry([account], now);
        assert.ok(until);
        assert.equal(await store.takeTry([account], epochMs(until - 1)), until);
        waits.push((until - now) / 1_000);
        now = until;
      }
      assert.deepEqual(waits, [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]);
    });

    it("hold one another up by account and by address", async () => {
      using bench = fresh();
      const { store } = bench;
      await failing(store, freeTries.account + 1);
      assert.equal(await store.takeTry([account], NOW), NOW + 1_000);
      assert.equal(await store.takeTry([address], NOW), undefined, "an address has more");
    });

    it("that were good are forgiven, and so is what is a day old", async () => {
      using bench = fresh();
      const { store } = bench;
      await failing(store, freeTries.account + 1);
      await store.forgive(account.digest, address.digest);
      const failures = () => bench.dump({ sign_in_try: "failures" }).sign_in_try;
      assert.deepEqual(failures(), [String(freeTries.account)], "of the address only this one is taken back");
      await store.takeTry([account], at(TRIES_KEPT_MS));
      assert.deepEqual(failures(), ["1"]);
    });

    it("of a clock that ran ahead lock nobody out once it is right, and a clock set back a little forgives none", async () => {
      using bench = fresh();
      const { store } = bench;
      const ahead = at(30 * TRIES_KEPT_MS);
      for (let n = 0; n <= freeTries.account; n++) assert.equal(await store.takeTry([account], ahead), undefined);
      assert.equal(await store.takeTry([account], epochMs(ahead - 60_000)), ahead + 1_000);
      assert.equal(await store.takeTry([account], NOW), undefined);
    });

    itAfterRestart(harness, "are not forgiven by a restart", async () => {
      using bench = fresh();
      await failing(bench.store, freeTries.account + 1);
      bench.restart();
      assert.equal(await bench.store.takeTry([account], NOW), NOW + 1_000);
    });
  });
}
