/** What people and the service do, done on the real thing, and the line of the audit log that each of it leaves. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../../src/clock.ts";
import { runCli } from "../../src/cli/program.ts";
import type { Service } from "../../src/compose.ts";
import { startService } from "../../src/compose.ts";
import { readConfig } from "../../src/config.ts";
import type { Role } from "../../src/domain/account.ts";
import type { AuditEntry } from "../../src/domain/audit.ts";
import type { Simulator } from "../../src/simulator/server.ts";
import { createRecordingLog } from "../support/recording-log.ts";
import type { Scene } from "./running.ts";
import { dustSettled, environmentOf, look, RULE, scene, simulate, TOKEN } from "./running.ts";

const PATIENCE_MS = 20_000;
const DIRTY = "you badword";

type Row = {
  readonly id: number;
  readonly act: AuditEntry["act"];
  readonly actor: string;
  readonly message: number | null;
  readonly modification: string | null;
  readonly detail: string;
};

const rowsOf = ({ database }: Scene): readonly Row[] =>
  look<Row>(
    database,
    "SELECT id, act, actor, message_id AS message, modification_id AS modification, detail FROM audit ORDER BY id",
  );

/** Somebody with a browser. */
type Person = { readonly name: string; ask(method: string, path: string, body?: object): Promise<Response> };

describe("the audit log", function () {
  this.timeout(60_000);
  let at: Scene;
  let simulator: Simulator;
  let service: Service;
  let ending: AbortController;
  let environment: Record<string, string>;
  const people = new Map<Role, Person>();

  async function start(more: Readonly<Record<string, string>> = {}): Promise<void> {
    const reading = readConfig({ ...environment, ...more });
    assert.ok(reading.ok && reading.config.tencent !== undefined);
    ending = new AbortController();
    const parts = { tencent: reading.config.tencent, service: reading.config.service, withConsole: true };
    service = await startService(
      { ...parts, clock: systemClock, random: Math.random, log: createRecordingLog() },
      ending.signal,
    );
    simulator.settings.change({ callbackUrl: service.callbackUrl });
  }
  async function stop(): Promise<void> {
    ending.abort();
    await service.stopped;
  }
  /** Runs a command beside the service. @returns what it wrote to standard output */
  async function emend(...words: readonly string[]): Promise<string> {
    let written = "";
    const out = (text: string): void => void (written += text);
    const code = await runCli(words, { environment, out, say: () => undefined, signal: new AbortController().signal });
    assert.equal(code, 0, words.join(" "));
    return written;
  }
  async function signIn(name: string, password: string): Promise<Person> {
    const at = `${service.consoleUrl}/api/v1`;
    const json = { "content-type": "application/json" };
    const body = JSON.stringify({ name, password });
    const signedIn = await fetch(`${at}/session`, { method: "POST", headers: json, body });
    const { csrf } = (await signedIn.json()) as { csrf?: string };
    const cookie = signedIn.headers.getSetCookie()[0]?.split(";")[0] ?? "";
    const headers = { ...json, cookie, ...(csrf === undefined ? {} : { "x-emend-csrf": csrf }) };
    return {
      name,
      ask: (method, path, sent) =>
        fetch(at + path, { method, headers, ...(sent === undefined ? {} : { body: JSON.stringify(sent) }) }),
    };
  }
  const person = (role: Role): Person => people.get(role) ?? assert.fail(`there is no ${role}`);
  async function done(asked: Promise<Response>, status: number): Promise<void> {
    const answer = await asked;
    assert.equal(answer.status, status, await answer.text());
  }
  const say = (text: string): string => simulator.world.say({ from: "anna", to: "ben", text }).id;
  async function settled(): Promise<void> {
    await simulator.world.quiet();
    await dustSettled(at.database, PATIENCE_MS);
  }
  async function until(what: string, condition: () => boolean): Promise<void> {
    const deadline = Date.now() + PATIENCE_MS;
    while (!condition()) {
      if (Date.now() > deadline) throw new Error(`Waited in vain: ${what}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  before(async () => {
    at = scene();
    simulator = await simulate({ callbackToken: TOKEN, seed: 4 });
    environment = environmentOf(at, 0, simulator.url);
    await start();
    say(DIRTY);
    say("all well");
    await settled();
    for (const role of ["viewer", "reviewer", "admin"] as const) {
      const name = `a-${role}`;
      people.set(role, await signIn(name, (await emend("user", "add", name, "--role", role)).trim()));
    }
  });
  after(async () => {
    await stop();
    await simulator.close();
    at[Symbol.dispose]();
  });

  /** What is done, and the row that has to be there afterwards and was not there before. */
  const acts: readonly (readonly [
    what: string,
    carryOut: () => Promise<void>,
    row: Partial<Row>,
    detail: Readonly<Record<string, unknown>>,
  ])[] = [
    [
      "a decision and the modification that it orders",
      async () => {
        say(DIRTY);
        await settled();
      },
      { act: "decision", actor: "emend", message: 3 },
      { decision: "rewrite", rules: [RULE], action: "mask", state: "pending" },
    ],
    [
      "what Tencent answers",
      async () => {
        say(DIRTY);
        await settled();
      },
      { act: "answer", actor: "emend", message: 4 },
      { outcome: "applied", code: "0" },
    ],
    [
      "a sign-in",
      async () => {
        const password = (await emend("user", "add", "late", "--role", "viewer")).trim();
        await signIn("late", password);
      },
      { act: "sign_in", actor: "late" },
      { how: "password" },
    ],
    [
      "a sign-in that failed",
      async () => void (await signIn("a-viewer", "wrong")),
      { act: "sign_in_failed", actor: "emend" },
      { account: "a-viewer" },
    ],
    [
      "a viewer's look at an original",
      () => done(person("viewer").ask("POST", "/messages/1/reveal"), 200),
      { act: "look", actor: "a-viewer", message: 1 },
      { how: "clicked" },
    ],
    [
      "a reviewer's, who needs no click for it",
      () => done(person("reviewer").ask("GET", "/messages/1"), 200),
      { act: "look", actor: "a-reviewer", message: 1 },
      { how: "opened" },
    ],
    [
      "a verdict",
      () => done(person("reviewer").ask("POST", "/messages/1/verdict", { verdict: "false_positive" }), 204),
      { act: "verdict", actor: "a-reviewer", message: 1 },
      { verdict: "false_positive" },
    ],
    [
      "a restore",
      () => done(person("reviewer").ask("POST", "/messages/1/restore"), 202),
      { act: "restore", actor: "a-reviewer", message: 1 },
      {},
    ],
    [
      "a mask by hand",
      async () => {
        const spans = [{ place: { element: 0, part: "text" }, start: 0, end: 3 }];
        await done(person("reviewer").ask("POST", "/messages/2/mask", { spans }), 202);
      },
      { act: "mask_by_hand", actor: "a-reviewer", message: 2 },
      {},
    ],
    [
      "a phrase that a rule lets pass from now on",
      () => done(person("admin").ask("POST", "/messages/3/allow", { rule: RULE, phrase: "you badword" }), 200),
      { act: "allow_phrase", actor: "a-admin", message: 3 },
      {},
    ],
    [
      "a change of the rules",
      async () => {
        const rule = "pack: test\nrules:\n  - id: other\n    match: { terms: [otherword] }\n";
        writeFileSync(join(at.rules, "test.yaml"), rule);
        const { length } = rowsOf(at);
        await until("the rules are live", () =>
          rowsOf(at)
            .slice(length)
            .some(({ act }) => act === "rules"),
        );
      },
      { act: "rules", actor: "emend" },
      { rules: 1 },
    ],
    [
      "an export",
      () => done(person("reviewer").ask("GET", "/audit/export?format=csv&act=look"), 200),
      { act: "export", actor: "a-reviewer" },
      { format: "csv", act: "look" },
    ],
    [
      "a change of an account",
      async () => void (await emend("user", "disable", "late")),
      { act: "account_changed", actor: "operator" },
      { account: "late", disabled: true },
    ],
    [
      "a purge of what is past keeping",
      async () => {
        say("nothing to see");
        await settled();
        await stop();
        await start({ EMEND_KEEP_BODIES: "0" });
        await until("something was forgotten", () => rowsOf(at).some(({ act }) => act === "purge"));
      },
      { act: "purge", actor: "emend" },
      { bodies: 1, originals: 0 },
    ],
    [
      "the erasure of a user",
      async () => {
        await emend("erase", "--user", "anna");
      },
      { act: "erase", actor: "operator" },
      {},
    ],
  ];

  for (const [what, carryOut, row, detail] of acts) {
    it(`tells of ${what}`, async () => {
      const last = rowsOf(at).at(-1)?.id ?? 0;
      await carryOut();
      await settled();
      const fresh = rowsOf(at).filter(({ id }) => id > last);
      const fits = (each: Row): boolean =>
        Object.entries(row).every(([name, value]) => each[name as keyof Row] === value);
      const found = fresh.find(fits);
      assert.ok(found, `${JSON.stringify(row)} is not in ${JSON.stringify(fresh)}`);
      const told = JSON.parse(found.detail) as Record<string, unknown>;
      assert.deepEqual({ ...told, ...detail }, told);
    });
  }

  it("names every message that a rule objected to, and every modification before anything came of it", () => {
    const rows = rowsOf(at);
    const objected = look<{ id: number }>(at.database, "SELECT DISTINCT message_id AS id FROM finding");
    assert.ok(objected.length >= 4);
    for (const { id } of objected) {
      const first = rows.find(({ message, act }) => message === id && ["decision", "mask_by_hand"].includes(act));
      assert.ok(first, `message ${id}`);
    }
    const orders = look<{ id: string }>(at.database, "SELECT id FROM modification");
    assert.ok(orders.length >= 4);
    for (const { id } of orders) {
      const [first] = rows.filter(({ modification }) => modification === id);
      assert.ok(["decision", "restore", "mask_by_hand"].includes(first?.act ?? ""), `${id}: ${first?.act}`);
    }
  });

  it("is whole after all of it, erasure too, and holds nobody's words", async () => {
    assert.match(await emend("audit", "verify"), /^\d+ entries, whole/);
    for (const { detail } of rowsOf(at)) assert.doesNotMatch(detail, /you badword|all well/);
  });
});
