/** One process of the service, with everything handed in; and its death, at any moment or at a crash point. */
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Assembled } from "../../src/assemble.ts";
import { assemble } from "../../src/assemble.ts";
import type { Config } from "../../src/config.ts";
import type { CrashPoint } from "../../src/crash-point.ts";
import { onCrashPoint } from "../../src/crash-point.ts";
import type { Desk } from "../../src/desk.ts";
import { createDesk } from "../../src/desk.ts";
import type { Message, UserId } from "../../src/domain/message.ts";
import { Secret } from "../../src/domain/secret.ts";
import type { JudgingOptions } from "../../src/flows/judge.ts";
import { decide, decideOnRun } from "../../src/flows/judge.ts";
import type { LiveRules } from "../../src/flows/live-rules.ts";
import type { ConsoleReads } from "../../src/ports/console.ts";
import type { DeskStore } from "../../src/ports/desk.ts";
import type { GapStore } from "../../src/ports/history.ts";
import type { Logger } from "../../src/ports/logger.ts";
import type { Store } from "../../src/ports/store.ts";
import { compileRules } from "../../src/rules/compile.ts";
import type { Random } from "../../src/simulator/random.ts";
import { createSqliteStore } from "../../src/store/sqlite-store.ts";
import { createHistoryClient } from "../../src/tencent/history-client.ts";
import type { RestCaller } from "../../src/tencent/rest-call.ts";
import { createRestClient } from "../../src/tencent/rest-client.ts";
import { decodeStored } from "../../src/tencent/stored.ts";
import { RULE, WORDS } from "../world/running.ts";
import type { Living, Scheduler } from "./scheduler.ts";
import { ADMIN, APP, TOKEN } from "./tencent.ts";

export const AUDIT_KEY = new Secret("a key that every process of a simulated world has");

const FILES = new Map([
  ["test.yaml", `pack: test\nrules:\n  - id: ${RULE}\n    match: { terms: [${WORDS.join(", ")}] }\n`],
]);
const CONFIG: Config["service"] = {
  mode: "enforce",
  ...{
    host: "",
    port: 0,
    callbackPath: "/",
    consoleHost: "",
    consolePort: 0,
    consoleOrigin: undefined,
    trustedProxies: [],
    sessionIdleMs: 0,
    oidc: undefined,
    apiToken: undefined,
  },
  ...{
    databasePath: "",
    rulesDir: "",
    auditKey: undefined,
    logLevel: undefined,
  },
  ...{ noteKey: "moderation", nonJson: "leave" },
  ...{
    keepBodiesMs: 7 * 24 * 3_600_000,
    keepOriginalsMs: 180 * 24 * 3_600_000,
  },
  ...{ backfillCallsPerSecond: 20, backfillC2cEveryMs: 30_000 },
};

/** Memory where there is some: syncing is nothing there, and a simulated crash loses no page of the system's. */
const ROOT = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();

export type Disk = { readonly database: string } & Disposable;

/** A folder with a database whose schema is up to date: made once, copied for each world. */
export function createDisk(): Disk {
  const folder = mkdtempSync(join(ROOT, "emend-simulation-"));
  const database = join(folder, "emend.db");
  copyFileSync(template(), database);
  return {
    database,
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

let made: string | undefined;
function template(): string {
  if (made !== undefined && existsSync(made)) return made;
  const folder = join(ROOT, `emend-simulation-template-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  made = join(folder, "emend.db");
  openStore(made)[Symbol.dispose]();
  return made;
}

function openStore(path: string) {
  const { desk, ...store } = createSqliteStore({
    path,
    sdkAppId: APP,
    auditKey: AUDIT_KEY,
    keepPassedBodies: true,
  });
  return { ...store, ...desk(decodeStored.payloadData) };
}

/** Thrown where a crash point strikes: it undoes the transaction that it strikes in, as a kill does. */
class Killed extends Error {
  override readonly name = "Killed";
}

/** Pages that show the record have a thread of their own, which no simulated world has. */
const nobodyReads: ConsoleReads = {
  ask: () => Promise.reject(new Error("Nobody reads the record here")),
};

export type Machine = {
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly disk: Disk;
  readonly storeFails: () => boolean;
  readonly wayFor: (process: Living) => RestCaller;
  readonly callsPerSecond: number;
  readonly trace: (line: string) => void;
  /** Who holds the process lock. The operating system drops it with its process. */
  lockHolder: Instance | undefined;
  readonly onDeath: () => void;
  /** A step of the store is about to be carried out. @returns what to do with its answer */
  readonly onStep: (step: string, asked: readonly unknown[], look: Look) => (answer: unknown) => void;
  /** Something ended in a process that must not end, whatever befalls it. */
  readonly onFault: (fault: string) => void;
};

/** Looks into the record. */
export type Look = <Row>(sql: string, ...values: readonly (string | number)[]) => readonly Row[];

export interface Instance extends Living {
  readonly number: number;
  readonly assembled: Assembled;
  readonly desk: Desk;
  /** Dies at the `nth` passage of this point. */
  dieAt(point: CrashPoint, nth: number): void;
  /** Nothing is to strike it any more. */
  disarm(): void;
  die(): void;
  /** The world is over. */
  end(): void;
  readonly look: Look;
}

let rules: LiveRules | undefined;
function liveRules(): LiveRules {
  if (rules !== undefined) return rules;
  const compiled = compileRules(FILES, {
    exemptSenders: [ADMIN],
    now: 0 as never,
  });
  if (!compiled.ok) throw new Error("The rules of the simulation do not compile");
  const { ruleSet, parts } = compiled;
  rules = {
    evaluate: (message, options) => decide(ruleSet, message, options),
    evaluateRun: (message, run, options) => decideOnRun(ruleSet, message, run, options),
    revision: () => ruleSet.revision,
    ruleSet: () => ruleSet,
    parts: () => parts,
    rewritesPerHour: () => Infinity,
    problems: () => [],
    watch: async () => undefined,
  };
  return rules;
}

export function startInstance(machine: Machine, number: number): Instance {
  const { scheduler, random, trace } = machine;
  const store = openStore(machine.disk.database);
  const ending = new AbortController();
  let isDead = false;
  let strike: { readonly point: CrashPoint; left: number } | undefined;

  const end = (): void => {
    isDead = true;
    // Not in the middle of a transaction that is being undone.
    setImmediate(() => store[Symbol.dispose]());
  };
  const die = (): void => {
    if (isDead) return;
    if (machine.lockHolder === instance) machine.lockHolder = undefined;
    trace(`process ${number} dies`);
    end();
    machine.onDeath();
  };
  const look: Look = (sql, ...values) => store.db.prepare(sql).all(...values) as never;

  const guarded = new Proxy(store, {
    get(target, name: string) {
      const member = target[name as keyof typeof target] as unknown;
      if (typeof member !== "function") return member;
      return async (...values: readonly unknown[]): Promise<unknown> => {
        // A dead process hears nothing any more.
        if (isDead) return new Promise(() => undefined);
        if (machine.storeFails()) {
          trace(`process ${number}: the disk refuses ${name}`);
          throw Object.assign(new Error("the disk says no"), {
            code: "SQLITE_BUSY",
          });
        }
        scheduler.enter(instance);
        const answered = machine.onStep(name, values, look);
        const answer = await (member as (...all: readonly unknown[]) => Promise<unknown>)(...values);
        if (isDead) return new Promise(() => undefined);
        answered(answer);
        return answer;
      };
    },
  }) as Store & GapStore & DeskStore;

  const instance: Instance = {
    number,
    get isDead() {
      return isDead;
    },
    get assembled() {
      return assembled;
    },
    get desk() {
      return desk;
    },
    dieAt(point, nth) {
      strike = { point, left: nth };
    },
    disarm() {
      strike = undefined;
    },
    passed(point) {
      if (isDead || strike?.point !== point || --strike.left > 0) return;
      trace(`process ${number} is struck at ${point}`);
      die();
      throw new Killed(point);
    },
    ...{ die, end, look },
  };
  onCrashPoint((point) => scheduler.inTurn()?.passed(point));
  const clock = scheduler.clockFor(instance);
  const rest = machine.wayFor(instance);
  const sig = { current: () => "signature", renew: () => true };
  const parts = {
    baseUrl: "",
    sdkAppId: APP,
    admin: ADMIN,
    userSig: sig,
    random,
  };
  const say = (fields: Readonly<Record<string, unknown>>, sentence: string): void =>
    trace(`process ${number}: ${sentence} ${JSON.stringify(fields)}`);
  const log: Logger = { info: say, warn: say, error: say };
  const lock = {
    tryAcquire(): boolean {
      machine.lockHolder ??= instance;
      return machine.lockHolder === instance;
    },
  };
  const client = createRestClient(parts, rest);
  const assembled = assemble({
    tencent: {
      sdkAppId: APP,
      admin: ADMIN,
      callbackToken: TOKEN,
      callsPerSecond: machine.callsPerSecond,
    },
    service: CONFIG,
    store: guarded,
    lock,
    isFirst: lock.tryAcquire(),
    client,
    historyClient: createHistoryClient(parts, rest),
    rules: liveRules(),
    longTexts: {
      judge: async (message: Message, options: JudgingOptions) => liveRules().evaluate(message, options),
    },
    count: () => undefined,
    ...{ clock, random, log },
  });
  const desk = createDesk({
    store: { desk: () => guarded, auditOnly: guarded.auditOnly },
    ...{ service: CONFIG, admin: ADMIN as UserId, client, rules: liveRules(), reads: nobodyReads },
    ...{ clock, random, log, wakeDispatcher: assembled.wakeDispatcher },
  });
  scheduler.enter(instance);
  trace(`process ${number} starts`);
  for (const running of [...assembled.run(ending.signal), desk.run(ending.signal)]) {
    running.catch((thrown: unknown) => {
      if (!isDead) machine.onFault(`a loop of process ${number} ended: ${String(thrown)}`);
    });
  }
  return instance;
}
