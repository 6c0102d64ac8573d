import assert from "node:assert/strict";
import { runCli } from "../../src/cli/program.ts";
import { Secret } from "../../src/domain/secret.ts";
import { createPasswords } from "../../src/flows/passwords.ts";
import { createSqliteStore } from "../../src/store/sqlite-store.ts";
import { runEmend } from "../support/emend-process.ts";
import { APP } from "../support/store-fixtures.ts";
import type { TempFolder } from "../support/temp-folder.ts";
import { createTempFolder } from "../support/temp-folder.ts";

const AUDIT_KEY = "0123456789abcdef0123456789abcdef";
const environmentOf = (folder: TempFolder): Record<string, string> => ({
  EMEND_DATABASE_URL: `sqlite:${folder.file("emend.db")}`,
  EMEND_AUDIT_KEY: AUDIT_KEY,
  TENCENT_SDK_APP_ID: String(APP),
  TENCENT_SECRET_KEY: "k".repeat(64),
});

/** The command without a process around it, which takes a second to start. */
async function user(folder: TempFolder, ...words: readonly string[]) {
  let [out, err] = ["", ""];
  const code = await runCli(["user", ...words], {
    environment: environmentOf(folder),
    out: (text) => (out += text),
    say: (text) => (err += `${text}\n`),
    signal: new AbortController().signal,
  });
  return { code, out, err };
}

describe("emend user", () => {
  it("makes accounts whose password is printed once, lists them, and lets them out and in", async () => {
    using folder = createTempFolder();
    const empty = await user(folder, "list");
    assert.deepEqual([empty.code, empty.out], [0, ""]);
    assert.match(empty.err, /no accounts yet/);
    const root = await user(folder, "add", "root", "--role", "admin");
    assert.equal(root.code, 0);
    assert.match(root.out, /^[\w-]{20}\n$/);
    const anna = await user(folder, "add", "Anna", "--role", "reviewer");
    assert.notEqual(anna.out, root.out);
    assert.equal((await user(folder, "add", "ANNA", "--role", "viewer")).code, 1);
    assert.equal((await user(folder, "disable", "anna")).code, 0);
    const listed = await user(folder, "list");
    assert.match(
      listed.out,
      /^Anna {2}reviewer {2}disabled {2}password {2}made \S+ {2}last sign-in -\nroot {2}admin {2}active /,
    );
    assert.equal((await user(folder, "enable", "anna")).code, 0);
    assert.match((await user(folder, "list")).out, /^Anna {2}reviewer {2}active/);

    const path = folder.file("emend.db");
    const store = createSqliteStore({ path, sdkAppId: APP, auditKey: new Secret(AUDIT_KEY), keepPassedBodies: true });
    const known = await store.accountNamed("anna");
    assert.equal(await createPasswords().verify(known?.passwordHash, anna.out.trim()), true);
    store[Symbol.dispose]();
  });

  it("gives whoever is locked out another password", async () => {
    using folder = createTempFolder();
    const first = await user(folder, "add", "root", "--role", "admin");
    const reset = await user(folder, "reset-password", "root");
    assert.equal(reset.code, 0);
    assert.match(reset.out, /^[\w-]{20}\n$/);
    assert.notEqual(reset.out, first.out);
  });

  it("says what is wrong, and what to do", async () => {
    using folder = createTempFolder();
    await user(folder, "add", "root", "--role", "admin");
    for (const [words, code, sentence] of [
      [["disable", "root"], 1, /the last admin\. Make another one first/],
      [["disable", "nobody"], 1, /no account "nobody"\. See: emend user list/],
      [["reset-password", "nobody"], 1, /no account "nobody"/],
      [["add", "anna", "--role", "king"], 2, /no role "king"\. Roles: viewer, reviewer, admin\./],
      [["add", "a:b", "--role", "viewer"], 2, /A name has 1 to 64 letters/],
      [["add", "anna"], 2, /--role/],
    ] as const) {
      const { code: ended, out, err } = await user(folder, ...words);
      assert.deepEqual([ended, out], [code, ""], words.join(" "));
      assert.match(err, sentence);
    }
  });

  it("takes up with the database that serve would use, as a process, and needs an app", async function () {
    this.timeout(40_000);
    using folder = createTempFolder();
    const made = await runEmend(["user", "add", "anna", "--role", "admin"], {
      cwd: folder.path,
      environment: environmentOf(folder),
    });
    assert.equal(made.code, 0);
    assert.match(made.out, /^[\w-]{20}\n$/);
    assert.match(made.err, /password of anna \(admin\)/);
    const none = await runEmend(["user", "list"], { cwd: folder.path });
    assert.equal(none.code, 1);
    assert.match(none.err, /No app is configured/);
  });
});
