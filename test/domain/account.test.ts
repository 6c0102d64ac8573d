import assert from "node:assert/strict";
import fc from "fast-check";
import { accountName, highestOf, isOver, nameKey, reaches, refusePassword, roles } from "../../src/domain/account.ts";
import { waitAfter } from "../../src/domain/account.ts";
import { epochMs } from "../../src/domain/time.ts";

describe("roles", () => {
  it("reach what stands before them, and themselves", () => {
    const reached = roles.map((role) => roles.filter((least) => reaches(role, least)).length);
    assert.deepEqual(reached, [1, 2, 3]);
    assert.deepEqual([highestOf(["viewer", "admin", "reviewer"]), highestOf([])], ["admin", undefined]);
  });
});

describe("the wait after failed tries", () => {
  it("is none for the free ones, then doubles from a second to a quarter of an hour", () => {
    const waits = [0, 5, 6, 7, 8, 15, 16, 17, 1_000_000].map((failures) => waitAfter(failures, 5) / 1_000);
    assert.deepEqual(waits, [0, 0, 1, 2, 4, 512, 900, 900, 900]);
  });
});

describe("a session", () => {
  const limits = { idleMs: 10, longestMs: 100 };
  for (const [sentence, signedInAt, lastSeenAt, expected] of [
    ["goes on while it is used", 910, 995, false],
    ["is over when it was idle for as long as it may", 950, 990, true],
    ["is over when it has lasted as long as it may, however busy it is", 900, 1_000, true],
    ["goes on when the clock was set back", 1_500, 1_500, false],
  ] as const) {
    it(sentence, () => {
      const session = { signedInAt: epochMs(signedInAt), lastSeenAt: epochMs(lastSeenAt) };
      assert.equal(isOver(session, epochMs(1_000), limits), expected);
    });
  }
});

describe("names of accounts", () => {
  it("are taken in every script, and kept in one spelling", () => {
    for (const name of ["anna", "王芳", "anna@example.com", "Ａｎｎａ", "o.k-1_x+y"])
      assert.ok(accountName(name).ok, name);
    assert.deepEqual(accountName(" Ａｎｎａ "), { ok: true, value: "Anna" });
    assert.equal(nameKey("Ａｎｎａ"), nameKey("ANNA "));
  });

  it("never hold what could be taken for another actor of the audit log, or for markup", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 80, unit: "binary" }), (text) => {
        const name = accountName(text);
        if (!name.ok) return;
        assert.doesNotMatch(name.value, /[\s:<>"'&/\\]|^(emend|operator|token)$/i);
        assert.deepEqual(accountName(name.value), name, "a name that is taken is taken again");
      }),
    );
  });
});

describe("passwords", () => {
  it("are counted in characters as people see them, and refused where they are the name", () => {
    assert.equal(refusePassword("密码很长很长很长吗是的呢", "anna"), undefined);
    assert.ok(refusePassword("🙂🙃😀😁😂🤣", "anna"), "six, though twelve units");
    assert.ok(refusePassword("annaannaanna1", "anna"));
    assert.equal(refusePassword("anna likes green tea", "anna"), undefined);
  });

  it("are refused where they are known from every list, and not where they only hold such a word", () => {
    for (const password of [
      ...[
        "password1234",
        "PasswordPassword",
        "123456789012",
        "qwertyuiop123",
        "1qaz2wsx3edc4rfv",
        "abcdefgh12345678",
        "iloveyouiloveyou",
      ],
      ...["hahahahahahe", "adminadmin123!", "welcome12345"],
    ]) {
      assert.ok(refusePassword(password, "anna"), password);
    }
    for (const password of [
      "correct horse battery staple",
      "a dragon eats abc soup",
      "xK9$welcome#Tq2z",
      "路口交通安全第一请看红绿灯",
    ]) {
      assert.equal(refusePassword(password, "anna"), undefined, password);
    }
  });
});
