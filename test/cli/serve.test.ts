import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { startSimulator } from "../../src/simulator/server.ts";
import { openSqlite } from "../../src/store/sqlite-open.ts";
import { postCallbacks } from "../support/callback-load.ts";
import { dumpState } from "../support/dump-state.ts";
import { freePorts, occupy, runEmend, startEmend } from "../support/emend-process.ts";
import { createTempFolder } from "../support/temp-folder.ts";
import { eventually } from "../support/turns.ts";

async function portsAsVariables(): Promise<Record<string, string>> {
  const [port, consolePort, simulatorPort] = await freePorts(3);
  return {
    EMEND_HOST: "127.0.0.1",
    EMEND_PORT: String(port),
    EMEND_CONSOLE_PORT: String(consolePort),
    EMEND_SIMULATOR_PORT: String(simulatorPort),
  };
}

const credentials = { TENCENT_SDK_APP_ID: "1400000000", TENCENT_SECRET_KEY: "c4n4ry-secret-key" };

describe("emend serve, without credentials", () => {
  it("says that it starts the sandbox, shows a masked chat and the console to its account, and leaves nothing behind", async () => {
    using folder = createTempFolder();
    const environment = await portsAsVariables();
    await using service = startEmend(["serve"], { cwd: folder.path, environment });
    await service.says(/No credentials are set .*: starting the sandbox\./);
    const [, chat = ""] = await service.says(/before and after: {2}(http:\S+)\//);
    const page = await fetch(`${chat}/`);
    assert.equal(page.status, 200);
    assert.match(page.headers.get("content-type") ?? "", /^text\/html/);
    const [, console = ""] = await service.says(/take it back: {2,}(http:\S+)\//);
    assert.equal(console, `http://127.0.0.1:${environment["EMEND_CONSOLE_PORT"]}`);
    const [, name, password] = await service.says(/Sign in there as: {2,}(\S+), password (\S+)/);
    const signedIn = await fetch(`${console}/api/v1/session`, {
      method: "POST",
      headers: { "content-type": "application/json", origin: console },
      body: JSON.stringify({ name, password }),
    });
    assert.equal(((await signedIn.json()) as { account: { role: string } }).account.role, "admin");
    const ready = await fetch(`http://127.0.0.1:${environment["EMEND_PORT"]}/readyz`);
    assert.equal(ready.status, 200);
    await eventually("the curses of the little chat are masked", async () => {
      const conversation = encodeURIComponent("group:weekend-hike");
      const answer = await fetch(`${chat}/simulator/conversations/${conversation}/messages`);
      return (await answer.text()).includes("****, I have to work until noon.");
    });
    const { code, err } = await service.end();
    assert.equal(code, 0);
    assert.doesNotMatch(err, /"level":(40|50|60)|Warning/);
    assert.deepEqual(
      readdirSync(folder.path).filter((name) => name.startsWith("emend-sandbox")),
      [],
    );
    assert.equal(existsSync(folder.file("data")), false);
  });
});

describe("emend simulate", () => {
  it("answers like Tencent and shows the chat, until it is ended", async () => {
    using folder = createTempFolder();
    await using simulator = startEmend(["simulate", "--port", "0"], { cwd: folder.path });
    const [, url = ""] = await simulator.says(/a stand-in for Tencent IM at (http:\S+)/);
    const refused = await fetch(`${url}/v4/openim/modify_c2c_msg`, { method: "POST", body: "{}" });
    assert.equal(refused.status, 200);
    assert.equal(((await refused.json()) as { ActionStatus: string }).ActionStatus, "FAIL");
    assert.equal((await fetch(`${url}/`)).status, 200);
    assert.equal((await simulator.end("SIGINT")).code, 0);
  });
});

describe("a port that is in use", () => {
  it("is named in one sentence with a next step, and the exit code is 1", async () => {
    using folder = createTempFolder();
    await using taken = await occupy(0);
    const port = String(taken.port);
    const free = await portsAsVariables();
    const run = (words: readonly string[], environment: Record<string, string>) =>
      runEmend(words, { cwd: folder.path, environment });
    const [service, sandbox, simulator] = await Promise.all([
      run(["serve"], { ...free, ...credentials, EMEND_PORT: port }),
      run(["sandbox"], { ...free, EMEND_SIMULATOR_PORT: port }),
      run(["simulate", "--port", port], {}),
    ]);
    for (const { code, out, err } of [service, sandbox, simulator]) {
      assert.deepEqual([code, out], [1, ""]);
      assert.match(err, new RegExp(`\\b${port}\\b.* (in use|already taken)`));
      assert.doesNotMatch(err, /^\s+at /m);
    }
    assert.match(service.err, /^PORT_IN_USE {2}.*EMEND_PORT/m);
    assert.match(sandbox.err, /EMEND_SIMULATOR_PORT/);
  });
});

describe("emend serve, asked to end while messages pour in", () => {
  it("ends with 0 within ten seconds: the database closed, no order held, no acknowledged message lost", async () => {
    using folder = createTempFolder();
    const secretKey = credentials.TENCENT_SECRET_KEY;
    await using simulator = await startSimulator({
      sdkAppId: 1_400_000_000,
      secretKey,
      admin: "administrator",
      port: 0,
    });
    // Calls are under way when the end comes.
    simulator.faults.set([{ on: "modify_c2c_msg", kind: "delay", ms: 400 }]);
    const ports = await portsAsVariables();
    const environment = {
      ...ports,
      ...credentials,
      TENCENT_BASE_URL: simulator.url,
      EMEND_DATABASE_URL: "sqlite:emend.db",
    };
    await using service = startEmend(["serve"], { cwd: folder.path, environment });
    await service.says(/Ready for callbacks/);
    const load = postCallbacks(`http://127.0.0.1:${ports["EMEND_PORT"]}/callback`, { senders: 16, text: "damn it" });
    await eventually("a good load has come in", () => load.acknowledged().length > 800);
    const askedAt = performance.now();
    const { code, err } = await service.end();
    const took = performance.now() - askedAt;
    const acknowledged = await load.stop();

    assert.equal(code, 0, err);
    assert.ok(took < 10_000, `${took} ms`);
    assert.match(err, /"message":"Stopped\."/);
    assert.doesNotMatch(err, /Warning|c4n4ry|damn/);
    assert.equal(existsSync(folder.file("emend.db-wal")), false);
    const db = openSqlite(folder.file("emend.db"));
    const { message, modification } = dumpState(db, { message: "msg_key decision", modification: "state" });
    db.close();
    const recorded = new Set(message.map((row) => row.split(" ")[0]));
    // What the last turn had no time to judge is judged after the next start.
    const judged = message.filter((row) => !row.endsWith(" undecided"));
    assert.deepEqual(
      acknowledged.filter((key) => !recorded.has(key)),
      [],
    );
    assert.ok(acknowledged.length > 800);
    assert.equal(modification.length, judged.length);
    assert.equal(modification.includes("claimed"), false);
    assert.ok(modification.includes("pending"));
  });
});
