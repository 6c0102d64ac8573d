import assert from "node:assert/strict";
import { freePorts, occupy, runEmend, startEmend } from "../support/emend-process.ts";
import type { TempFolder } from "../support/temp-folder.ts";
import { createTempFolder } from "../support/temp-folder.ts";

const PASSWORD = "four green words here";
const API_TOKEN = "t0ken-of-a-script-".padEnd(40, "x");

async function environmentOf(folder: TempFolder): Promise<Record<string, string>> {
  const [port, consolePort] = await freePorts(2);
  return {
    ...{ TENCENT_SDK_APP_ID: "1400000000", TENCENT_SECRET_KEY: "c4n4ry-secret-key" },
    ...{ TENCENT_BASE_URL: "http://127.0.0.1:9", EMEND_DATABASE_URL: `sqlite:${folder.file("emend.db")}` },
    ...{ EMEND_HOST: "127.0.0.1", EMEND_PORT: String(port), EMEND_CONSOLE_PORT: String(consolePort) },
    EMEND_API_TOKEN: API_TOKEN,
  };
}

describe("the console of emend serve", function () {
  this.timeout(40_000);

  it("is opened with a link from the log, outlives a restart, and is on no other port", async () => {
    using folder = createTempFolder();
    const environment = await environmentOf(folder);
    const at = `http://127.0.0.1:${environment["EMEND_CONSOLE_PORT"]}/api/v1`;
    let cookie: string;
    {
      await using service = startEmend(["serve"], { cwd: folder.path, environment });
      const [, link = "", token = ""] = await service.says(/"open":"(http:[^"#]+)#([\w-]{43})"/);
      assert.equal(link, `http://127.0.0.1:${environment["EMEND_CONSOLE_PORT"]}/setup`);
      await service.says(/Ready for callbacks/);
      const made = await fetch(`${at}/setup`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ token, name: "anna", password: PASSWORD }),
      });
      assert.equal(made.status, 200);
      cookie = made.headers.getSetCookie()[0]?.split(";")[0] ?? "";
      const elsewhere = await fetch(`http://127.0.0.1:${environment["EMEND_PORT"]}/api/v1/session`);
      assert.equal(elsewhere.status, 404, "the callback listener serves nothing of it");
      const events = await fetch(`${at}/events`, { headers: { cookie } });
      assert.equal(events.status, 200);
      const { code } = await service.end();
      assert.equal(code, 0, "an open stream does not hold up the end");
    }
    {
      await using service = startEmend(["serve"], { cwd: folder.path, environment });
      await service.says(/Ready for callbacks/);
      const who = async (headers: Record<string, string>): Promise<unknown> =>
        ((await (await fetch(`${at}/session`, { headers })).json()) as { account: unknown }).account;
      assert.deepEqual(await who({ cookie }), { name: "anna", role: "admin", signsInBy: "password" });
      const script = { name: "token:EMEND_API_TOKEN", role: "admin", signsInBy: "token" };
      assert.deepEqual(await who({ authorization: `Bearer ${API_TOKEN}` }), script);
      const reset = await runEmend(["user", "reset-password", "anna"], { cwd: folder.path, environment });
      assert.equal(reset.code, 0, reset.err);
      assert.equal(await who({ cookie }), null, "another process's change counts at once");
      const { out, err } = await service.end();
      assert.doesNotMatch(out + err, /setup#|four green|t0ken/);
    }
    const verified = await runEmend(["audit", "verify"], { cwd: folder.path, environment });
    assert.equal(verified.code, 0, verified.err);
  });

  it("says when its port is taken, and leaves nothing running", async () => {
    using folder = createTempFolder();
    await using taken = await occupy(0);
    const environment = { ...(await environmentOf(folder)), EMEND_CONSOLE_PORT: String(taken.port) };
    const { code, err } = await runEmend(["serve"], { cwd: folder.path, environment });
    assert.equal(code, 1);
    assert.match(err, /^PORT_IN_USE {2}.*EMEND_CONSOLE_PORT/m);
  });
});
