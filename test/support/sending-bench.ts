/** Everything that sending needs, with Tencent and time in the test's hand. The record and the judging are the real ones. */
import { createDispatcher } from "../../src/flows/dispatcher.ts";
import type { Dispatcher } from "../../src/flows/dispatcher.ts";
import type { Arrival } from "../../src/flows/intake.ts";
import { createConclude, createJudge } from "../../src/flows/judge.ts";
import { createReconsider } from "../../src/flows/reconsider.ts";
import { Secret } from "../../src/domain/secret.ts";
import type { ModificationState } from "../../src/domain/modification.ts";
import type { Store, Undecided } from "../../src/ports/store.ts";
import { compileRules } from "../../src/rules/compile.ts";
import { evaluate } from "../../src/rules/evaluate.ts";
import type { RuleSet } from "../../src/rules/rule-set.ts";
import type { Sqlite } from "../../src/store/sqlite-open.ts";
import { createSqliteStore } from "../../src/store/sqlite-store.ts";
import { rewriteBody, withContent } from "../../src/tencent/body.ts";
import { decodeMessage, isMessageCommand } from "../../src/tencent/callback.ts";
import { nextStepFor } from "../../src/tencent/error-codes.ts";
import { spellPayload, withoutNote } from "../../src/tencent/payload.ts";
import { countOf, dumpState } from "./dump-state.ts";
import { createFakeClock } from "./fake-clock.ts";
import type { FakeClock } from "./fake-clock.ts";
import { createFakeImClient } from "./fake-im-client.ts";
import type { FakeImClient } from "./fake-im-client.ts";
import { createRecordingLog } from "./recording-log.ts";
import type { RecordingLog } from "./recording-log.ts";
import { APP, entryOf, said } from "./store-fixtures.ts";

export function memoryStore(): Store & { readonly db: Sqlite } {
  const auditKey = new Secret("0123456789abcdef0123456789abcdef");
  return createSqliteStore({ path: ":memory:", sdkAppId: APP, auditKey, keepPassedBodies: true });
}

/** One rule that masks `damn`, one that only asks a person about `hmm`. */
export const rulesForTests = (): RuleSet => {
  const pack = `pack: a
rules:
  - { id: mild, match: { terms: [damn] } }
  - { id: odd, mode: flag, match: { terms: [hmm] } }
`;
  const compiled = compileRules(new Map([["a.yaml", pack]]), { exemptSenders: [] });
  if (!compiled.ok) throw new Error(compiled.problems.map(({ message }) => message).join("\n"));
  return compiled.ruleSet;
};

export function judgeForTests(clock: FakeClock) {
  const ruleSet = rulesForTests();
  let orders = 0;
  const conclude = createConclude({
    planSettings: { mode: "enforce", noteKey: "moderation", nonJson: "leave", rewriteBody, spellPayload },
    clock,
    newId: () => `o${String(++orders).padStart(4, "0")}`,
  });
  return createJudge((message) => evaluate(ruleSet, message), conclude);
}

export function decodeForTests(recorded: Undecided) {
  if (!isMessageCommand(recorded.command)) return undefined;
  const decoded = decodeMessage(recorded.command, recorded.callback, recorded.sdkAppId);
  return decoded.ok ? decoded.message : undefined;
}

export interface SendingBench extends AsyncDisposable {
  readonly clock: FakeClock;
  readonly client: FakeImClient;
  readonly log: RecordingLog;
  readonly store: Store & { readonly db: Sqlite };
  readonly dispatcher: Dispatcher;
  /** Judges and records messages, as intake does. */
  record(...arrivals: readonly Arrival[]): Promise<void>;
  /** That many messages with something to mask, `k1`, `k2` …, or with another name. */
  recordMany(count: number, name?: string): Promise<void>;
  start(): void;
  /** Asks the dispatcher to end; resolves when it has. */
  stop(): Promise<void>;
  /** Rows of `modification`, see `dumpState`. */
  orders(columns: string): readonly string[];
  count(state: ModificationState): number;
}

export type SendingSettings = {
  readonly callsPerSecond?: number;
  readonly callsInFlightMax?: number;
  /** What the dispatcher gets to see of the store. */
  readonly wrap?: (store: Store) => Store;
};

export function createSendingBench(settings: SendingSettings = {}): SendingBench {
  const { callsPerSecond = 200, callsInFlightMax = 256, wrap = (store) => store } = settings;
  const clock = createFakeClock();
  const client = createFakeImClient(clock);
  const log = createRecordingLog();
  const store = memoryStore();
  const judge = judgeForTests(clock);
  const dispatcher = createDispatcher({
    store: wrap(store),
    client,
    reconsider: createReconsider({
      store,
      client,
      judge: async (...asked) => judge(...asked),
      decode: decodeForTests,
      withContent,
    }),
    withoutNote,
    nextStepFor,
    clock,
    random: () => 0.5,
    log,
    callsPerSecond,
    callsInFlightMax,
  });
  const ending = new AbortController();
  let running = Promise.resolve();
  const stop = (): Promise<void> => {
    ending.abort();
    return running;
  };
  const record = async (...arrivals: readonly Arrival[]): Promise<void> => {
    const at = clock.now();
    await store.recordIntake(arrivals.map((each) => entryOf(each, judge(each.message, each.origin), at)));
    dispatcher.wake();
  };
  return {
    clock,
    client,
    log,
    store,
    dispatcher,
    record,
    recordMany: (count, name = "k") =>
      record(...Array.from({ length: count }, (_, i) => said(`${name}${i + 1}`, { text: "damn it" }))),
    start: () => void (running = dispatcher.run(ending.signal)),
    stop,
    orders: (columns) => dumpState(store.db, { modification: columns }).modification,
    count: (state) => countOf(store.db, "modification", `state = '${state}'`),
    async [Symbol.asyncDispose]() {
      await stop();
      store[Symbol.dispose]();
    },
  };
}
