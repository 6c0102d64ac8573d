import assert from "node:assert/strict";
import type { Account, Role } from "../../src/domain/account.ts";
import { freeTries } from "../../src/domain/account.ts";
import type { Passwords } from "../../src/flows/passwords.ts";
import { createPasswords, TooBusy } from "../../src/flows/passwords.ts";
import { network } from "../../src/flows/sign-in.ts";
import type { SessionId, TokenId } from "../../src/ports/accounts.ts";
import type { People } from "../support/console-people.ts";
import { CONFIGURED_TOKEN, createPeople, limits, PASSWORD } from "../support/console-people.ts";

const from = { device: "Firefox", address: "10.0.0.7" };

async function add({ accounts }: People, name: string, role: Role = "viewer"): Promise<Account> {
  const added = await accounts.add("operator", { name, role, password: PASSWORD });
  assert.ok(added.kind === "added", added.kind);
  return added.account;
}

async function enter({ signIn }: People, name: string, password = PASSWORD): Promise<string> {
  const outcome = await signIn.withPassword(name, password, from);
  assert.ok(outcome.kind === "signed_in", outcome.kind);
  return outcome.token;
}

describe("signing in", () => {
  it("opens a session for the right password, and says no more than no for everything else", async () => {
    using people = createPeople({ hashing: true });
    await add(people, "anna");
    await add(people, "root", "admin");
    const gone = await add(people, "gone");
    await people.accounts.setDisabled("root", gone.id, true);
    const token = await enter(people, "ANNA ");
    assert.equal((await people.signIn.visit(token))?.account.name, "anna");
    for (const [name, password] of [
      ["anna", `${PASSWORD} `],
      ["anna", ""],
      ["nobody", PASSWORD],
      ["gone", PASSWORD],
      ["", ""],
    ] as const) {
      assert.deepEqual(await people.signIn.withPassword(name, password, from), { kind: "refused" }, name);
    }
    assert.equal(await people.signIn.visit("guess"), undefined);
    const failures = people.audit().filter((line) => line.includes("sign_in_failed"));
    assert.deepEqual(failures, [
      'emend sign_in_failed {"account":"anna","address":"10.0.0.7"}',
      'emend sign_in_failed {"account":"anna","address":"10.0.0.7"}',
      'emend sign_in_failed {"account":"unknown","address":"10.0.0.7"}',
      'emend sign_in_failed {"account":"gone","address":"10.0.0.7"}',
      'emend sign_in_failed {"account":"unknown","address":"10.0.0.7"}',
    ]);
    assert.doesNotMatch(people.audit().join("\n"), /green/, "no password is written down");
  });

  it("takes the same password in either spelling of Unicode", async () => {
    using people = createPeople({ hashing: true });
    await people.accounts.add("operator", { name: "zoe", role: "viewer", password: "Zoë drinks café au lait" });
    await enter(people, "zoe", "Zoe\u0308 drinks cafe\u0301 au lait");
  });

  it("waits after some failures, whether there is such an account or not, the right password too", async () => {
    using people = createPeople();
    await add(people, "anna");
    for (const name of ["anna", "nobody"]) {
      for (let n = 0; n <= freeTries.account; n++) {
        assert.equal((await people.signIn.withPassword(name, "wrong", from)).kind, "refused");
      }
      const outcome = await people.signIn.withPassword(name, PASSWORD, { ...from, address: "10.0.0.8" });
      assert.deepEqual(outcome, { kind: "wait", until: people.clock.now() + 1_000 });
    }
    await people.clock.advance(1_000);
    await enter(people, "anna");
    for (let n = 0; n < freeTries.account; n++) await people.signIn.withPassword("anna", "wrong", from);
    await enter(people, "anna");
  });

  it("does the same work whoever is named, so that time tells nothing", async () => {
    const looked: string[] = [];
    const counting: Passwords = {
      demandRoom: () => undefined,
      hash: async () => "a hash",
      verify: async (hash) => {
        looked.push(hash ?? "nobody's");
        return false;
      },
    };
    using people = createPeople({ passwords: counting });
    await add(people, "anna");
    await add(people, "root", "admin");
    await people.accounts.setDisabled("root", (await add(people, "gone")).id, true);
    await people.accounts.vouched({ issuer: "https://id.example", subject: "42" }, "elsewhere", "viewer");
    for (const name of ["anna", "nobody", "gone", "elsewhere", ""]) {
      const { length } = people.audit();
      assert.deepEqual(await people.signIn.withPassword(name, "guess", from), { kind: "refused" });
      assert.equal(people.audit().length, length + 1, "one commit more");
    }
    assert.deepEqual(looked, ["a hash", "nobody's", "a hash", "nobody's", "nobody's"]);
  });

  it("counts tries that run side by side", async () => {
    using people = createPeople({ hashing: true });
    await add(people, "anna");
    const guesses = [...Array.from({ length: 19 }, () => "wrong"), PASSWORD];
    const outcomes = await Promise.all(guesses.map((guess) => people.signIn.withPassword("anna", guess, from)));
    assert.equal(outcomes.filter(({ kind }) => kind === "refused").length, freeTries.account + 1);
    assert.equal(outcomes.at(-1)?.kind, "wait", "the right one among them is not even looked at");
  });

  it("holds up an address that tries one name after another, and all of an IPv6 network with it", async () => {
    using people = createPeople();
    for (let n = 0; n <= freeTries.address; n++) {
      const address = `2001:db8:1:2::${n.toString(16)}`;
      assert.equal((await people.signIn.withPassword(`name${n}`, "wrong", { ...from, address })).kind, "refused");
    }
    const other = { ...from, address: "2001:db8:1:2:ffff::1" };
    assert.equal((await people.signIn.withPassword("another", "wrong", other)).kind, "wait");
    const elsewhere = { ...from, address: "2001:db8:1:3::1" };
    assert.equal((await people.signIn.withPassword("another", "wrong", elsewhere)).kind, "refused");
  });

  for (const [address, expected] of [
    ["10.1.2.3", "10.1.2.3"],
    ["::ffff:10.1.2.3", "10.1.2.3"],
    ["::1", "0:0:0:0"],
    ["2001:db8::1", "2001:db8:0:0"],
    ["2001:0DB8:0001:0002:3:4:5:6", "2001:db8:1:2"],
    ["1:2:3:4:5:6:7::", "1:2:3:4"],
  ] as const) {
    it(`counts ${address} as ${expected}`, () => assert.equal(network(address), expected));
  }

  it("lets sixty-six wait for their hash and turns the next away at once", async () => {
    const passwords = createPasswords();
    const asked = Array.from({ length: 67 }, () => passwords.verify(undefined, "x"));
    const results = await Promise.allSettled(asked);
    const busy = results.filter((result) => result.status === "rejected");
    assert.equal(busy.length, 1);
    assert.ok(busy[0]?.reason instanceof TooBusy);
    assert.equal(await passwords.verify(await passwords.hash("y"), "y"), true, "and goes on");
  });

  it("costs nobody a try while a crowd stands at the form", async () => {
    const passwords = createPasswords();
    using people = createPeople({ passwords });
    await add(people, "anna");
    const crowd = Array.from({ length: 66 }, () => passwords.verify(undefined, "x"));
    for (let n = 0; n <= freeTries.account; n++) {
      await assert.rejects(people.signIn.withPassword("anna", PASSWORD, from), TooBusy);
    }
    await Promise.all(crowd);
    await enter(people, "anna");
  });
});

describe("a session", () => {
  it("falls idle without a request, and lasts no longer than a day's work with them", async () => {
    using people = createPeople();
    await add(people, "anna");
    const token = await enter(people, "anna");
    await people.clock.advance(limits.idleMs - 1);
    assert.ok(await people.signIn.visit(token));
    await people.clock.advance(limits.idleMs - 1);
    assert.ok(await people.signIn.lasts(token), "a visit keeps it");
    await people.clock.advance(1);
    assert.equal(await people.signIn.lasts(token), false, "a look from outside does not");
    assert.equal(await people.signIn.visit(token), undefined);

    const busy = await enter(people, "anna");
    for (let ms = 0; ms < limits.longestMs - 60_000; ms += 20 * 60_000) {
      assert.ok(await people.signIn.visit(busy));
      await people.clock.advance(20 * 60_000);
    }
    assert.equal(await people.signIn.visit(busy), undefined);
  });

  it("is one of several, each of which can be ended from another", async () => {
    using people = createPeople();
    const anna = await add(people, "anna");
    const [here, there] = [await enter(people, "anna"), await enter(people, "anna")];
    const [newest, oldest] = await people.signIn.sessionsOf(anna.id);
    assert.ok(newest && oldest);
    assert.equal(newest.device, "Firefox");
    assert.equal(await people.signIn.revoke(anna, newest.id), true);
    assert.equal(await people.signIn.revoke(anna, 99 as SessionId), false);
    assert.equal(await people.signIn.visit(there), undefined);
    const visit = await people.signIn.visit(here);
    assert.ok(visit);
    await people.signIn.signOut(visit);
    assert.equal(await people.signIn.visit(here), undefined);
    assert.deepEqual(people.audit().slice(-2), ['anna session_revoked {"session":2}', 'anna sign_out {"session":1}']);
  });

  it("goes on under a new token when its owner changes the password, and the others end", async () => {
    using people = createPeople();
    const anna = await add(people, "anna");
    const [here, there] = [await enter(people, "anna"), await enter(people, "anna")];
    const visit = await people.signIn.visit(here);
    assert.equal(await people.signIn.prove(anna, "wrong", from), "refused");
    assert.equal(await people.signIn.prove(anna, PASSWORD, from), "right");
    const changed = await people.accounts.setPassword("anna", anna, "five other green words", visit?.session.id);
    assert.equal(changed.outcome, "changed");
    assert.ok(changed.token);
    assert.ok(await people.signIn.visit(changed.token));
    assert.equal(await people.signIn.visit(here), undefined);
    assert.equal(await people.signIn.visit(there), undefined);
    await enter(people, "anna", "five other green words");
  });
});

describe("accounts", () => {
  for (const [name, password, field] of [
    ["", PASSWORD, "name"],
    ["a:b", PASSWORD, "name"],
    ["<b>", PASSWORD, "name"],
    ["Emend", PASSWORD, "name"],
    ["x".repeat(65), PASSWORD, "name"],
    ["anna", "short", "password"],
    ["anna", "x".repeat(257), "password"],
    ["anna", "abababababababab", "password"],
    ["annalena", "AnnalenaAnnalena1", "password"],
  ] as const) {
    it(`have no ${field} like ${JSON.stringify(field === "name" ? name : password).slice(0, 30)}`, async () => {
      using people = createPeople();
      const outcome = await people.accounts.add("operator", { name, role: "viewer", password });
      assert.ok(outcome.kind === "refused", outcome.kind);
      assert.equal(outcome.field, field);
      assert.deepEqual(people.audit(), []);
    });
  }

  it("begin with a link that is there as long as nobody is", async () => {
    using people = createPeople();
    const link = await people.accounts.setupLink();
    assert.ok(link);
    assert.equal((await people.accounts.setUp("guess", { name: "anna", password: PASSWORD })).kind, "link_invalid");
    assert.equal((await people.accounts.setUp(link, { name: "anna", password: "short" })).kind, "refused");
    assert.equal((await people.accounts.setUp(link, { name: "anna", password: PASSWORD })).kind, "added");
    assert.equal((await people.accounts.setUp(link, { name: "eve", password: PASSWORD })).kind, "link_invalid");
    assert.equal(await people.accounts.setupLink(), undefined);
    assert.doesNotMatch(people.audit().join("\n"), new RegExp(link));
  });

  it("have one who is the first, however many have the link", async () => {
    using people = createPeople();
    const [link, other] = [await people.accounts.setupLink(), await people.accounts.setupLink()];
    assert.ok(link !== undefined && other !== undefined);
    const outcomes = await Promise.all(
      [link, link, other, other].map((token, n) => people.accounts.setUp(token, { name: `a${n}`, password: PASSWORD })),
    );
    assert.deepEqual(
      outcomes.map(({ kind }) => kind),
      ["added", "link_invalid", "link_invalid", "link_invalid"],
    );
    assert.equal((await people.accounts.list()).length, 1);
  });

  it("keep an admin when two disable each other, or themselves, at the same moment", async () => {
    using people = createPeople();
    const [anna, ben] = [await add(people, "anna", "admin"), await add(people, "ben", "admin")];
    const outcomes = await Promise.all([
      people.accounts.setDisabled("anna", ben.id, true),
      people.accounts.setDisabled("ben", anna.id, true),
      people.accounts.changeRole("anna", anna.id, "viewer"),
    ]);
    assert.deepEqual(outcomes, ["changed", "last_admin", "last_admin"]);
    assert.deepEqual(
      (await people.accounts.list()).map(({ name, role, disabledAt }) => [name, role, disabledAt === undefined]),
      [
        ["anna", "admin", true],
        ["ben", "admin", false],
      ],
    );
  });

  it("of people whom a provider vouches for have the role that it says now, and a name of their own", async () => {
    using people = createPeople();
    await add(people, "anna", "admin");
    const identity = { issuer: "https://id.example", subject: "42" };
    const first = await people.accounts.vouched(identity, "Anna", "viewer");
    assert.ok(typeof first === "object");
    assert.match(first.name, /^Anna-[0-9a-f]{6}$/);
    const odd = await people.accounts.vouched({ ...identity, subject: "43" }, "<script>", "viewer");
    assert.ok(typeof odd === "object");
    assert.match(odd.name, /^user-[0-9a-f]{6}$/);
    const again = await people.accounts.vouched(identity, "somebody else", "reviewer");
    assert.deepEqual(
      [typeof again === "object" && again.name, typeof again === "object" && again.role],
      [first.name, "reviewer"],
    );
    const both = await Promise.all(
      [1, 2].map(() => people.accounts.vouched({ ...identity, subject: "44" }, "zoe", "viewer")),
    );
    assert.deepEqual(both[0], both[1], "who signs in twice at once for the first time has one account");
    await people.accounts.setDisabled("anna", first.id, true);
    assert.equal(await people.accounts.vouched(identity, "Anna", "admin"), "disabled");
  });
});

describe("API tokens", () => {
  it("speak for themselves with their own role, and are worth nothing once revoked", async () => {
    using people = createPeople();
    const { tokens } = people;
    const anna = await add(people, "anna", "admin");
    const added = await tokens.add({ actor: "anna", account: anna.id }, "export", "viewer");
    assert.ok(added !== "name_taken");
    assert.match(added.token, /^emend_[\w-]{43}$/);
    assert.equal(await tokens.add({ actor: "anna", account: anna.id }, "export", "admin"), "name_taken");
    assert.deepEqual(await tokens.bearer(added.token), { actor: "token:export", role: "viewer", account: anna.id });
    const configured = { actor: "token:EMEND_API_TOKEN", role: "admin", account: undefined } as const;
    assert.deepEqual(await tokens.bearer(CONFIGURED_TOKEN), configured);
    assert.equal(await tokens.bearer(`${added.token}x`), undefined);
    assert.equal((await tokens.list())[0]?.lastUsedAt, people.clock.now());
    assert.equal(await tokens.revoke("anna", added.made.id), true);
    assert.equal(await tokens.revoke("anna", 99 as TokenId), false);
    assert.equal(await tokens.bearer(added.token), undefined);
    assert.doesNotMatch(people.audit().join("\n"), new RegExp(added.token));
  });
});
