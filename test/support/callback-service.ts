/**
 * The callback listener on a real socket, with everything behind it up to the store: codecs, rules, intake, SQLite in
 * memory. Nothing is sent to anybody. Only the clock is ours.
 */
import type { Server } from "node:http";
import type { SdkAppId, UserId } from "../../src/domain/message.ts";
import type { Secret } from "../../src/domain/secret.ts";
import type { Clock } from "../../src/domain/time.ts";
import { epochMs } from "../../src/domain/time.ts";
import { systemClock } from "../../src/clock.ts";
import { createCounters } from "../../src/counters.ts";
import { createEditIntake } from "../../src/flows/edits.ts";
import { createIntake } from "../../src/flows/intake.ts";
import { createRecallIntake } from "../../src/flows/recalls.ts";
import { createConclude, createJudge } from "../../src/flows/judge.ts";
import type { Readiness } from "../../src/http/callback-listener.ts";
import { createCallbackServer } from "../../src/http/callback-listener.ts";
import type { CallbackHandler } from "../../src/http/callbacks.ts";
import { createCallbackHandler } from "../../src/http/callbacks.ts";
import { createRefusals } from "../../src/http/refusals.ts";
import { closeServer, listen } from "../../src/http/listen.ts";
import type { Logger } from "../../src/ports/logger.ts";
import type { IntakeStore } from "../../src/ports/store.ts";
import { compileRules } from "../../src/rules/compile.ts";
import { evaluate } from "../../src/rules/evaluate.ts";
import type { Sqlite } from "../../src/store/sqlite-open.ts";
import { createSqliteStore } from "../../src/store/sqlite-store.ts";
import { rewriteBody } from "../../src/tencent/body.ts";
import { spellPayload } from "../../src/tencent/payload.ts";

export const SDK_APP_ID = 1400000000 as SdkAppId;
const RULES = `pack: words
rules:
  - { id: words, match: { terms: [badword, 坏词] }, scope: { jsonPaths: [data.title] } }
  - { id: phones, mode: flag, match: { named: [cn-mobile] } }
`;

export interface CallbackService extends AsyncDisposable {
  readonly port: number;
  readonly server: Server;
  /** What the server calls for each callback. */
  readonly onCallback: CallbackHandler;
  readonly db: Sqlite;
  /** How often each thing was counted. */
  counts(): Readonly<Record<string, number>>;
  /** Every line of the log, as JSON. */
  readonly logged: readonly string[];
}

export type CallbackServiceSettings = {
  readonly token?: Secret;
  readonly callbackPath?: string;
  readonly keepUndecodable?: boolean;
  readonly now?: () => number;
  readonly readiness?: () => Promise<Readiness>;
  /** Takes the place of the store's own methods. */
  readonly store?: Partial<IntakeStore>;
};

export async function callbackService(settings: CallbackServiceSettings = {}): Promise<CallbackService> {
  const compiled = compileRules(new Map([["words.yaml", RULES]]), { exemptSenders: ["administrator"] });
  if (!compiled.ok) throw new Error("The rules of the test are broken");
  const { ruleSet } = compiled;
  const sqlite = createSqliteStore({
    ...{ path: ":memory:", sdkAppId: SDK_APP_ID, auditKey: undefined, keepPassedBodies: true },
  });
  const store: IntakeStore = { ...sqlite, ...settings.store };
  const now = settings.now ?? Date.now;
  const clock: Clock = { ...systemClock, now: () => epochMs(now()) };
  const logged: string[] = [];
  const write = (fields: object, sentence: string): void => void logged.push(JSON.stringify({ ...fields, sentence }));
  const log: Logger = { info: write, warn: write, error: write };
  const counters = createCounters();
  let orders = 0;
  const conclude = createConclude({
    planSettings: { mode: "enforce", noteKey: "moderation", nonJson: "leave", rewriteBody, spellPayload },
    clock,
    newId: () => `order-${String(++orders).padStart(8, "0")}`,
  });
  const judge = createJudge((message) => evaluate(ruleSet, message), conclude);
  const nothing = (): void => {};
  const intake = createIntake({ store, judge, clock, log, wakeDispatcher: nothing, wakeLater: nothing });
  const refused = createRefusals({ clock, count: counters.count, log });
  const onCallback = createCallbackHandler({
    settings: { sdkAppId: SDK_APP_ID, token: settings.token },
    ...{ intake, store, log, count: counters.count, now: clock.now, refused },
    takeEdit: createEditIntake({ store: sqlite, admin: "administrator" as UserId, clock, wake: nothing }),
    takeRecall: createRecallIntake({ store: sqlite, clock, log }),
    onOverLimit: nothing,
    keepUndecodable: settings.keepUndecodable ?? true,
  });
  const server = createCallbackServer({
    callbackPath: settings.callbackPath ?? "/callback",
    ...{ onCallback, refused },
    readiness: settings.readiness ?? (async () => ({ ready: true, reason: "rules" })),
  });
  const { port } = await listen(server, "127.0.0.1", 0, "EMEND_PORT");
  return {
    ...{ port, server, onCallback, logged, db: sqlite.db, counts: counters.all },
    async [Symbol.asyncDispose]() {
      await closeServer(server);
      sqlite[Symbol.dispose]();
    },
  };
}
