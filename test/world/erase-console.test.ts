import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import type { SdkAppId } from "../../src/domain/message.ts";
import { createSqliteStore } from "../../src/store/sqlite-store.ts";
import { postCallbacks } from "../support/callback-load.ts";
import type { RunningEmend } from "../support/emend-process.ts";
import { freePorts, runEmend, startEmend } from "../support/emend-process.ts";
import { entryOf, objected, passed, said } from "../support/store-fixtures.ts";
import { createTempFolder } from "../support/temp-folder.ts";
import { look } from "./running.ts";

const API_TOKEN = "t0ken-of-a-script-".padEnd(40, "x");
const APP = 1_400_000_000 as SdkAppId;
/** Stands in everything that is hers. */
const MARK = "heliotrope-quagga 墨尔本";
/** Some ten steps. */
const MESSAGES = 9_000;
const BATCH = 500;

type Open = { readonly stage: string } | null;

/** A record in which every third message is hers, and the service over it. */
async function scene() {
  const folder = createTempFolder();
  const database = folder.file("emend.db");
  const [port, consolePort] = await freePorts(2);
  {
    const store = createSqliteStore({ path: database, sdkAppId: APP, auditKey: undefined, keepPassedBodies: true });
    const now = Date.now();
    for (let from = 0; from < MESSAGES; from += BATCH) {
      const entries = Array.from({ length: BATCH }, (_, index) => {
        const n = from + index;
        const isHers = n % 3 === 0;
        const message = said(`k${n}`, { from: isHers ? "zoe" : "carl", text: isHers ? `${MARK} ${n}` : `hello ${n}` });
        const masked = objected(`o${n}`, { state: "cancelled", reason: "shadow_mode" });
        return entryOf(message, n % 30 === 0 ? masked : passed, now);
      });
      await store.recordIntake(entries);
    }
    store[Symbol.dispose]();
  }
  const environment = {
    ...{ TENCENT_SDK_APP_ID: String(APP), TENCENT_SECRET_KEY: "c4n4ry-secret-key" },
    ...{ TENCENT_BASE_URL: "http://127.0.0.1:9", EMEND_DATABASE_URL: `sqlite:${database}`, EMEND_MODE: "shadow" },
    ...{ EMEND_HOST: "127.0.0.1", EMEND_PORT: String(port), EMEND_CONSOLE_PORT: String(consolePort) },
    EMEND_API_TOKEN: API_TOKEN,
  };
  const ask = async (method: "GET" | "POST", path: string, body?: object): Promise<unknown> => {
    const headers = { authorization: `Bearer ${API_TOKEN}`, "content-type": "application/json" };
    const answer = await fetch(`http://127.0.0.1:${consolePort}/api/v1${path}`, {
      ...{ method, headers, ...(body && { body: JSON.stringify(body) }) },
    });
    const told: unknown = await answer.json();
    assert.ok(answer.ok, `${path}: ${JSON.stringify(told)}`);
    return told;
  };
  return {
    ...{ folder, database, environment, ask },
    callbackUrl: `http://127.0.0.1:${port}/callback`,
    async start(): Promise<RunningEmend> {
      const service = startEmend(["serve"], { cwd: folder.path, environment });
      await service.says(/Ready for callbacks/);
      return service;
    },
    open: async () => ((await ask("GET", "/erasures")) as { open: Open }).open,
    async indexed(): Promise<void> {
      while (((await ask("GET", "/retention")) as { behind: number }).behind > 0) await pause(100);
    },
    async done(): Promise<void> {
      while ((await this.open()) !== null) await pause(20);
    },
    /** Files in whose bytes it stands. */
    marked: (): readonly string[] =>
      readdirSync(folder.path)
        .filter((name) => name.startsWith("emend.db"))
        .filter((name) => {
          const bytes = readFileSync(join(folder.path, name));
          return MARK.split(" ").some((piece) => bytes.includes(piece));
        }),
    erasuresTold: () => {
      const digest = createHash("sha256").update("zoe").digest("hex");
      return look<{ actor: string; detail: string }>(database, "SELECT actor, detail FROM audit WHERE act = 'erase'")
        .map(({ actor, detail }) => ({ actor, ...(JSON.parse(detail) as { user: string; messages: number }) }))
        .filter(({ user }) => user === digest)
        .map(({ actor, messages }) => [actor, messages]);
    },
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

/** As long as somebody reads what was there before, the last bytes cannot be cleaned, and no erasure comes to its end. */
function readerOf(database: string): Disposable {
  const reader = new Database(database, { readonly: true });
  reader.exec("BEGIN");
  reader.prepare("SELECT count(*) FROM message").get();
  return { [Symbol.dispose]: () => reader.close() };
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe("erasing a user from the console", function () {
  this.timeout(120_000);

  it("leaves none of their text in any byte, while callbacks come in without pause and each is answered", async () => {
    using at = await scene();
    await using service = await at.start();
    while (!at.marked().includes("emend.db-console")) await pause(100);
    const load = postCallbacks(at.callbackUrl, { senders: 4, text: "nothing of hers" });
    const preview = (await at.ask("GET", "/erasures/preview?user=zoe")) as { messages: number };
    assert.equal(preview.messages, MESSAGES / 3);
    const before = load.acknowledged().length;
    await at.ask("POST", "/erasures", { user: "zoe", confirm: "zoe" });
    await at.done();
    const during = load.acknowledged().length - before;
    const leftOver = at.marked();
    const acknowledged = await load.stop();
    assert.deepEqual(leftOver, []);
    assert.ok(during > 0, "callbacks were answered meanwhile");
    assert.deepEqual(load.refused(), [], "and none was put off");
    const kept = look<{ n: number }>(at.database, "SELECT count(*) AS n FROM message WHERE sender = 'anna'");
    assert.equal(kept[0]?.n, acknowledged.length);
    assert.deepEqual(at.erasuresTold(), [["token:EMEND_API_TOKEN", MESSAGES / 3]]);
    const carls = look<{ n: number }>(
      at.database,
      "SELECT count(*) AS n FROM message WHERE sender = 'carl' AND callback IS NOT NULL",
    );
    assert.equal(carls[0]?.n, (MESSAGES * 2) / 3);
    await at.indexed();
    assert.deepEqual(at.marked(), [], "what the index looks at again brings nothing back");
    const { code, out, err } = await service.end();
    assert.equal(code, 0, err);
    assert.doesNotMatch(out + err, /zoe/, "the log does not say who it was");
    const verified = await runEmend(["audit", "verify"], { cwd: at.folder.path, environment: at.environment });
    assert.equal(verified.code, 0, verified.err);
  });

  it("goes on after a kill in the middle, as often as it takes, and is told once and of all of it", async () => {
    using at = await scene();
    let kills = 0;
    {
      using _reader = readerOf(at.database);
      await using service = await at.start();
      await at.ask("POST", "/erasures", { user: "zoe", confirm: "zoe" });
      while ((await at.open())?.stage === "counting") await pause(2);
      await service.end("SIGKILL");
      kills++;
    }
    assert.notDeepEqual(at.marked(), [], "it was in the middle");
    for (const afterMs of [0, 150, 400]) {
      await using service = await at.start();
      await pause(afterMs);
      await service.end("SIGKILL");
      kills++;
    }
    await using service = await at.start();
    await at.done();
    assert.equal(kills, 4);
    assert.deepEqual(at.marked(), []);
    assert.deepEqual(at.erasuresTold(), [["token:EMEND_API_TOKEN", MESSAGES / 3]]);
    const { code, err } = await service.end();
    assert.equal(code, 0, err);
    const verified = await runEmend(["audit", "verify"], { cwd: at.folder.path, environment: at.environment });
    assert.equal(verified.code, 0, verified.err);
  });

  it("lets the service stop in the middle, and goes on when it starts again", async () => {
    using at = await scene();
    {
      using _reader = readerOf(at.database);
      await using service = await at.start();
      await at.ask("POST", "/erasures", { user: "zoe", confirm: "zoe" });
      while ((await at.open())?.stage !== "files") await pause(20);
      const { code, err } = await service.end();
      assert.equal(code, 0, err);
    }
    assert.notDeepEqual(at.marked(), []);
    await using _service = await at.start();
    await at.done();
    assert.deepEqual(at.marked(), []);
  });
});
