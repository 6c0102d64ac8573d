/** Rules that would cost too much, rules that are broken, and texts that are too long, while people go on writing. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import http from "node:http";
import { join } from "node:path";
import { compileOnThread } from "../../src/flows/compiling-thread.ts";
import { createIntake } from "../../src/flows/intake.ts";
import { createConclude, createJudge } from "../../src/flows/judge.ts";
import { loadRules } from "../../src/flows/live-rules.ts";
import { compileRules } from "../../src/rules/compile.ts";
import { rewriteBody } from "../../src/tencent/body.ts";
import { spellPayload } from "../../src/tencent/payload.ts";
import { BROKEN_FOLDERS, breakFolder, mendFolder } from "../support/broken-folders.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { createRecordingLog } from "../support/recording-log.ts";
import { memoryStore } from "../support/sending-bench.ts";
import { said } from "../support/store-fixtures.ts";
import { createTempFolder } from "../support/temp-folder.ts";
import { eventually } from "../support/turns.ts";
import { answering, dustSettled, environmentOf, freePort, look, scene, SDK_APP_ID, start } from "./running.ts";

/** As many patterns as are loaded at all, each of the kind whose states double with every step. */
const EXPLOSIVE = `pack: hostile\nrules:\n${Array.from(
  { length: 200 },
  (_, i) => `  - { id: hostile.${i}, match: { patterns: ['[ab]*a[ab]{${10 + (i % 10)}}c${i}'] } }\n`,
).join("")}`;

const MESSAGES_MIN = 1_500;
const SENDERS = 8;
/** Every so many messages, one of 8,000 characters: on what the patterns above do worst with. */
const LONG_EVERY = 20;
const REFUSED = /"problem":"hostile\.yaml:\d+:\d+: /;
const PATIENCE_MS = 40_000;

describe("while rules are offered that would cost too much, and texts come that are long", function () {
  this.timeout(180_000);

  it("every message is answered, and judged by the rules that were good", async () => {
    using at = scene();
    const port = await freePort();
    const { TENCENT_CALLBACK_TOKEN: _, ...environment } = environmentOf(at, port, "http://127.0.0.1:9");
    const service = start(["serve"], { ...environment, EMEND_MODE: "shadow" }, at.folder);
    const poster = createPoster(port);
    try {
      await answering(`http://127.0.0.1:${port}/readyz`, service);
      const quiet = await poster.post(() => poster.posted() < MESSAGES_MIN);

      writeFileSync(join(at.rules, "hostile.yaml"), EXPLOSIVE);
      const [until, enough] = [Date.now() + PATIENCE_MS, poster.posted() + MESSAGES_MIN];
      const isRefused = (): boolean => REFUSED.test(service.printed());
      const hostile = await poster.post(() => (poster.posted() < enough || !isRefused()) && Date.now() < until);
      assert.ok(isRefused(), `The costly rules were never refused:\n${service.printed()}`);
      const ready = await (await fetch(`http://127.0.0.1:${port}/readyz`)).text();
      assert.match(ready, /the rules folder has \d+ problem/);

      await dustSettled(at.database, PATIENCE_MS);
      assert.deepEqual(poster.notAcknowledged(), []);
      assert.deepEqual(faultsIn(at.database, poster.expected()), []);
      const figures = { quiet: percentiles(quiet), hostile: percentiles(hostile) };
      console.log(`        answers to short messages, in ms: ${JSON.stringify(figures)}`);
    } finally {
      poster.end();
      service.process.kill("SIGKILL");
      await service.ended;
    }
  });
});

type Expected = { readonly decision: "pass" | "rewrite"; readonly isLong: boolean };

interface Poster {
  /** Posts messages from several senders for as long as it is told. @returns how long each short one took, in ms */
  post(goesOn: () => boolean): Promise<readonly number[]>;
  posted(): number;
  expected(): ReadonlyMap<string, Expected>;
  notAcknowledged(): readonly string[];
  end(): void;
}

function createPoster(port: number): Poster {
  const agent = new http.Agent({ keepAlive: true, maxSockets: SENDERS });
  const path = `/callback?SdkAppid=${SDK_APP_ID}&CallbackCommand=C2C.CallbackAfterSendMsg&contenttype=json`;
  const expected = new Map<string, Expected>();
  const refused: string[] = [];

  const postOne = (body: string): Promise<number> =>
    new Promise((resolve, reject) => {
      const request = http.request({ host: "127.0.0.1", port, path, method: "POST", agent }, (answer) => {
        answer.resume().once("end", () => resolve(answer.statusCode ?? 0));
        answer.once("error", reject);
      });
      request.once("error", reject);
      request.end(body);
    });

  const say = async (number: number): Promise<number | undefined> => {
    const isLong = number % LONG_EVERY === 0;
    const isBad = number % 3 === 0;
    const filler = isLong ? "ab".repeat(4_000) : `message number ${number}`;
    const MsgKey = `1_${number}_1789000000`;
    expected.set(MsgKey, { decision: isBad ? "rewrite" : "pass", isLong });
    const body = JSON.stringify({
      From_Account: "anna",
      To_Account: `user-${number % 97}`,
      MsgKey,
      MsgTime: 1_789_000_000,
      MsgBody: [{ MsgType: "TIMTextElem", MsgContent: { Text: isBad ? `${filler} badword` : filler } }],
    });
    const from = performance.now();
    const status = await postOne(body);
    if (status !== 200) refused.push(`${MsgKey}: ${status}`);
    return isLong ? undefined : performance.now() - from;
  };

  return {
    async post(goesOn) {
      const took: number[] = [];
      const sender = async (): Promise<void> => {
        while (goesOn()) {
          const ms = await say(expected.size + 1);
          if (ms !== undefined) took.push(ms);
        }
      };
      await Promise.all(Array.from({ length: SENDERS }, sender));
      return took;
    },
    posted: () => expected.size,
    expected: () => expected,
    notAcknowledged: () => refused,
    end: () => agent.destroy(),
  };
}

type Row = { key: string; decision: string; revision: string; received: number; decided: number };

/** What is on disk, against what was said: nothing missing, nothing passed unseen, one revision throughout. */
function faultsIn(database: string, expected: ReadonlyMap<string, Expected>): readonly string[] {
  const rows = look<Row>(
    database,
    "SELECT msg_key AS key, decision, revision, received_at AS received, decided_at AS decided FROM message",
  );
  const revision = rows[0]?.revision;
  const wrong = rows.flatMap((row) => {
    const said = expected.get(row.key);
    if (row.decision !== said?.decision) return [`${row.key} is ${row.decision}, not ${said?.decision}`];
    if (row.revision !== revision) return [`${row.key} was decided by ${row.revision}, not ${revision}`];
    // What is judged within its turn is decided as it is received.
    return said.isLong && row.decided <= row.received ? [`${row.key} is long and held up its turn`] : [];
  });
  return rows.length === expected.size ? wrong : [`${rows.length} of ${expected.size} are on disk`, ...wrong];
}

function percentiles(took: readonly number[]): Readonly<Record<string, number>> {
  const sorted = [...took].sort((a, b) => a - b);
  const at = (share: number): number => Number((sorted[Math.floor(sorted.length * share)] ?? 0).toFixed(1));
  return { messages: sorted.length, p50: at(0.5), p99: at(0.99), max: Number((sorted.at(-1) ?? 0).toFixed(1)) };
}

describe("the running service", function () {
  this.timeout(60_000);

  it("lets a rule rewrite no more than it may, and flags a word that is split over two messages", async () => {
    using at = scene();
    const limited = "pack: test\nrules:\n  - { id: l, match: { terms: [badword] }, limits: { rewritesPerHour: 2 } }\n";
    writeFileSync(join(at.rules, "test.yaml"), limited);
    const port = await freePort();
    const { TENCENT_CALLBACK_TOKEN: _, ...environment } = environmentOf(at, port, "http://127.0.0.1:9");
    const service = start(["serve"], { ...environment, EMEND_MODE: "shadow" }, at.folder);
    const query = `SdkAppid=${SDK_APP_ID}&CallbackCommand=C2C.CallbackAfterSendMsg&contenttype=json`;
    try {
      await answering(`http://127.0.0.1:${port}/readyz`, service);
      const texts = [
        "a badword",
        "a badword",
        "a badword",
        `${"so long ".repeat(400)} badword`,
        "bad",
        "word",
        "a good one",
      ];
      for (const [index, Text] of texts.entries()) {
        const MsgKey = `k${index}`;
        const MsgBody = [{ MsgType: "TIMTextElem", MsgContent: { Text } }];
        const body = { From_Account: "anna", To_Account: "ben", MsgKey, MsgTime: 1_789_000_000 + index, MsgBody };
        const url = `http://127.0.0.1:${port}/callback?${query}`;
        assert.equal((await fetch(url, { method: "POST", body: JSON.stringify(body) })).status, 200);
      }
      await dustSettled(at.database, PATIENCE_MS);
      const rows = look<{ decision: string }>(at.database, "SELECT decision FROM message ORDER BY msg_key");
      const decisions = rows.map(({ decision }) => decision);
      assert.deepEqual(decisions, ["rewrite", "rewrite", "review", "review", "pass", "review", "pass"]);
      const acts = look<{ detail: string }>(at.database, "SELECT detail FROM audit WHERE act = 'rule_limited'");
      assert.deepEqual(acts, [{ detail: '{"rule":"l","state":"flags_only","rewritesPerHour":2}' }]);
    } finally {
      service.process.kill("SIGKILL");
      await service.ended;
    }
  });
});

describe(`while ${BROKEN_FOLDERS.length} broken rule folders are dropped in`, function () {
  this.timeout(120_000);

  it("not one verdict changes, and each of them is named with its place", async () => {
    using folder = createTempFolder();
    using store = memoryStore();
    const clock = createFakeClock();
    const log = createRecordingLog();
    const ending = new AbortController();
    mendFolder(folder.path);
    let compiled = 0;
    const rules = await loadRules({
      count: () => undefined,
      dir: folder.path,
      store,
      exemptSenders: [],
      // Looks again as soon as it can.
      clock: { now: clock.now, wait: () => new Promise((resolve) => setImmediate(resolve)) },
      log,
      // A thread for each would take minutes; one for some shows that it makes no difference.
      compile: async (files, defaults, signal) =>
        ++compiled % 75 === 0 ? compileOnThread(files, defaults, signal) : compileRules(files, defaults),
    });
    const good = rules.revision();
    let orders = 0;
    const conclude = createConclude({
      planSettings: { mode: "shadow", noteKey: "moderation", nonJson: "leave", rewriteBody, spellPayload },
      clock,
      newId: () => `order-${String(++orders).padStart(8, "0")}`,
    });
    const judge = createJudge((message) => rules.evaluate(message, { at: clock.now(), flagOnly: new Set() }), conclude);
    const nothing = (): void => {};
    const intake = createIntake({ store, judge, clock, log, wakeDispatcher: nothing, wakeLater: nothing });
    let looks = 0;
    let turn = 0;
    const talk = async (): Promise<void> => {
      // Some messages for each folder, so that the folders are what takes the time.
      if (++looks % 25 !== 0) return new Promise((resolve) => setImmediate(resolve));
      turn += 1;
      await Promise.all([
        intake(said(`bad-${turn}`, { text: "such a badword, really" })),
        intake(said(`fine-${turn}`, { text: "such a good word, really" })),
      ]);
    };

    const watching = rules.watch(ending.signal);
    try {
      for (const broken of BROKEN_FOLDERS) {
        breakFolder(folder.path, broken);
        await eventually(`"${broken.name}" is refused`, () => rules.problems().length > 0, talk);
        for (const problem of rules.problems()) assert.match(problem, /^[^:]+:\d+:\d+: .+\.( .+)?$/s, broken.name);
        mendFolder(folder.path);
        await eventually(`"${broken.name}" is mended`, () => rules.problems().length === 0, talk);
        assert.equal(rules.revision(), good, broken.name);
      }
    } finally {
      ending.abort();
      await watching;
    }
    const verdicts = store.db
      .prepare<[], { kind: string; decision: string; revision: string; count: number }>(
        `SELECT substr(msg_key, 1, instr(msg_key, '-') - 1) AS kind, decision, revision, count(*) AS count
         FROM message GROUP BY 1, 2, 3 ORDER BY 1`,
      )
      .all();
    assert.deepEqual(verdicts, [
      { kind: "bad", decision: "rewrite", revision: good, count: turn },
      { kind: "fine", decision: "pass", revision: good, count: turn },
    ]);
  });
});
