/**
 * Wires the service together by hand: the only file that knows everyone. What it makes is started once and disposed of
 * once; the order of both is written out below.
 */
import { monotonicFactory } from "ulid";
import { createCleanUp } from "./clean-up.ts";
import type { Config, TencentConfig } from "./config.ts";
import { createCounters } from "./counters.ts";
import type { Decision } from "./domain/decision.ts";
import type { Edit } from "./domain/edit.ts";
import type { Message, UserId } from "./domain/message.ts";
import type { Origin } from "./domain/plan.ts";
import { planPutBack } from "./domain/plan.ts";
import type { Clock } from "./domain/time.ts";
import { backfill } from "./flows/backfill.ts";
import { compileOnThread } from "./flows/compiling-thread.ts";
import { createDispatcher } from "./flows/dispatcher.ts";
import { createEditIntake, createHistoryTurns, judgeEdits } from "./flows/edits.ts";
import { createIntake, isLong, nameOf } from "./flows/intake.ts";
import type { Judge, JudgingOptions } from "./flows/judge.ts";
import { createConclude, createJudge, withSenderWindow } from "./flows/judge.ts";
import { judgeLater } from "./flows/judge-later.ts";
import { createJudgingThread } from "./flows/judging-thread.ts";
import { loadRules } from "./flows/live-rules.ts";
import { createRecallIntake } from "./flows/recalls.ts";
import { createReconsider } from "./flows/reconsider.ts";
import { forgetOldTexts } from "./flows/retention.ts";
import { createRewriteLimits } from "./flows/rewrite-limits.ts";
import { createSenderWindow, SENDER_WINDOW } from "./flows/sender-window.ts";
import { createBell } from "./flows/wake.ts";
import type { Readiness } from "./http/callback-listener.ts";
import { createCallbackServer } from "./http/callback-listener.ts";
import { createCallbackHandler } from "./http/callbacks.ts";
import { closeServer, listen } from "./http/listen.ts";
import type { OpenEdit } from "./ports/edits.ts";
import type { Logger } from "./ports/logger.ts";
import type { Judgement, Undecided } from "./ports/store.ts";
import { createProcessLock } from "./store/process-lock.ts";
import { createSqliteStore } from "./store/sqlite-store.ts";
import { rewriteBody, withContent } from "./tencent/body.ts";
import { decodeMessage, isEditCommand, tellsMessage } from "./tencent/callback.ts";
import { decodeEdit } from "./tencent/edit-callback.ts";
import { nextStepFor } from "./tencent/error-codes.ts";
import { createHistoryClient } from "./tencent/history-client.ts";
import { spellPayload, withoutNote } from "./tencent/payload.ts";
import { CALLS_IN_FLIGHT_MAX, createRestClient } from "./tencent/rest-client.ts";
import { createUserSig } from "./tencent/user-sig.ts";

export type ServiceParts = {
  readonly tencent: TencentConfig;
  readonly service: Config["service"];
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
};

export interface Service {
  /** Where callbacks are posted, path included. */
  readonly callbackUrl: string;
  /** Resolves when the service has stopped: everything acknowledged is on disk and the database is closed. */
  readonly stopped: Promise<void>;
}

/** How often a process that stands by looks whether the one that sends is gone. */
const STANDBY_LOOK_MS = 1_000;
const READINESS_KEPT_MS = 1_000;
/** Counts are written to the log this often, when there are new ones. */
const COUNTS_EVERY_MS = 60_000;

/**
 * Starts the service; it stops when `signal` is aborted.
 *
 * @throws OperatorError when it cannot start; nothing is left open then
 */
export async function startService(parts: ServiceParts, signal: AbortSignal): Promise<Service> {
  const { tencent, service, clock, log, random } = parts;
  await using cleanUp = createCleanUp();

  const store = cleanUp.use(
    createSqliteStore({
      path: service.databasePath,
      sdkAppId: tencent.sdkAppId,
      auditKey: service.auditKey,
      keepPassedBodies: service.keepBodiesMs > 0,
    }),
  );
  const lock = cleanUp.use(createProcessLock(service.databasePath));
  // Asked now, so that a lock that cannot work is told before anybody relies on it.
  const isFirst = lock.tryAcquire();
  const counters = createCounters();
  const rules = await loadRules({
    count: counters.count,
    dir: service.rulesDir,
    store,
    exemptSenders: [tencent.admin as UserId],
    clock,
    log,
    compile: compileOnThread,
  });

  const userSig = createUserSig({ ...tencent, clock });
  const client = cleanUp.use(createRestClient({ ...tencent, userSig, random }));
  const historyClient = cleanUp.use(createHistoryClient({ ...tencent, userSig, random }));
  const newId = monotonicFactory(random);
  const conclude = createConclude({
    planSettings: { ...service, rewriteBody, spellPayload },
    clock,
    newId: (at) => newId(at),
  });
  const limits = createRewriteLimits({ rewritesPerHour: rules.rewritesPerHour, store, clock, log });
  const options = (): JudgingOptions => ({ at: clock.now(), flagOnly: limits.flagOnly() });
  const evaluate = (message: Message): Decision => rules.evaluate(message, options());
  const evaluateInWindow = withSenderWindow(evaluate, createSenderWindow(SENDER_WINDOW), (message, run) =>
    rules.evaluateRun(message, run, options()),
  );
  const judge = createJudge(evaluate, conclude);
  const judgeInWindow = createJudge(evaluateInWindow, conclude);
  const counted = (judgement: Judgement): Judgement => {
    limits.count(judgement.decision);
    return judgement;
  };
  const judgeIncoming: Judge = (message, origin) => counted(judgeInWindow(message, origin));
  const longTexts = cleanUp.use(createJudgingThread(rules.parts));
  const judgeAnywhere = async (message: Message, origin: Origin, orderId?: string): Promise<Judgement> => {
    if (!isLong(message)) return judge(message, origin, orderId);
    return conclude(message, await longTexts.judge(message, options()), origin, orderId);
  };
  const judgeRecorded = async (message: Message, origin: Origin): Promise<Judgement> =>
    counted(await judgeAnywhere(message, origin));
  const decode = (recorded: Undecided): Message | undefined => {
    if (!tellsMessage(recorded.command)) return undefined;
    const decoded = decodeMessage(recorded.command, recorded.callback, recorded.sdkAppId);
    return decoded.ok ? decoded.message : undefined;
  };

  const dispatcher = createDispatcher({
    store,
    client,
    reconsider: createReconsider({ store, client, judge: judgeAnywhere, decode, withContent }),
    withoutNote,
    nextStepFor,
    clock,
    random,
    log,
    callsPerSecond: tencent.callsPerSecond,
    callsInFlightMax: CALLS_IN_FLIGHT_MAX,
  });
  const laterBell = createBell(clock);
  const wakeDispatcher = (): void => dispatcher.wake();
  const intake = createIntake({
    store,
    judge: judgeIncoming,
    clock,
    log,
    wakeDispatcher,
    wakeLater: () => laterBell.ring(),
    withdraw: ({ decision }) => limits.withdraw(decision),
  });

  const editBell = createBell(clock);
  const takeEdit = createEditIntake({ store, admin: tencent.admin as UserId, clock, wake: () => editBell.ring() });
  const takeRecall = createRecallIntake({ store, clock, log });
  const decodeRecordedEdit = (recorded: OpenEdit): Edit | undefined => {
    if (!isEditCommand(recorded.command)) return undefined;
    const decoded = decodeEdit(recorded.command, recorded.callback);
    return decoded.ok ? decoded.value : undefined;
  };
  const adopt = async ({ sdkAppId, command, callback }: OpenEdit): Promise<"adopted" | "known" | "untold"> => {
    if (!tellsMessage(command)) return "untold";
    const decoded = decodeMessage(command, callback, sdkAppId);
    if (!decoded.ok) return "untold";
    return (await intake({ message: decoded.message, command, callback, origin: "after_edit" })) ? "adopted" : "known";
  };

  const writable = recently(async () => store.checkWritable(clock.now()), clock);
  const readiness = async (): Promise<Readiness> => {
    if (signal.aborted) return { ready: false, reason: "the service is stopping" };
    if (!(await writable())) return { ready: false, reason: "the store cannot be written to" };
    const { length: problems } = rules.problems();
    if (problems === 0) return { ready: true, reason: `rules ${rules.revision()}` };
    // Not the problems themselves: they quote entries, and anybody may ask.
    const broken = `the rules folder has ${problems} problem${problems === 1 ? "" : "s"}: see the log, or run rules check`;
    return { ready: true, reason: `rules ${rules.revision()} are live; ${broken}` };
  };
  const onCallback = createCallbackHandler({
    settings: { sdkAppId: tencent.sdkAppId, token: tencent.callbackToken },
    intake,
    takeEdit,
    takeRecall,
    onOverLimit: (alert) => dispatcher.overLimit(alert),
    store,
    keepUndecodable: service.keepBodiesMs > 0,
    now: () => clock.now(),
    count: counters.count,
    log,
  });
  const server = createCallbackServer({ callbackPath: service.callbackPath, onCallback, readiness });
  const { url } = await listen(server, service.host, service.port, "EMEND_PORT");

  // From here on the resources belong to the running service.
  const resources = cleanUp.move();
  const loops = new AbortController();
  /** @returns whether this process is the one that sends */
  const takeOver = async (): Promise<boolean> => {
    try {
      if (!lock.tryAcquire()) return false;
      const freed = await store.takeOver(clock.now());
      if (freed > 0) log.info({ orders: freed }, "Took up the orders of a process that is gone.");
      return true;
    } catch (thrown) {
      log.error({ fault: nameOf(thrown) }, "The orders of the process before could not be taken up; trying again.");
      return false;
    }
  };
  const becomeFirst = async (): Promise<void> => {
    if (!isFirst) log.warn({}, "Another process works for this database; standing by until it is gone.");
    while (!loops.signal.aborted && !(await takeOver())) await clock.wait(STANDBY_LOOK_MS, loops.signal);
  };
  const first = becomeFirst();
  const send = async (): Promise<void> => {
    await first;
    if (!loops.signal.aborted) await dispatcher.run(loops.signal);
  };
  const findMissed = async (): Promise<void> => {
    await first;
    const search = {
      ...{ store, client: historyClient, intake, count: counters.count, nextStepFor, clock, random, log },
      keepUndecodable: service.keepBodiesMs > 0,
      callsPerSecond: service.backfillCallsPerSecond,
      c2cEveryMs: service.backfillC2cEveryMs,
    };
    if (!loops.signal.aborted) await backfill(search, loops.signal);
  };
  const running = [
    // In shadow mode nothing is sent, not even what an earlier run in another mode left behind.
    service.mode === "enforce" ? send() : Promise.resolve(),
    findMissed(),
    judgeLater({ store, judge: judgeRecorded, decode, clock, log, bell: laterBell, wakeDispatcher }, loops.signal),
    judgeEdits(
      {
        ...{ store, judge: judgeAnywhere, decode: decodeRecordedEdit, withContent, withoutNote, adopt, clock, log },
        read: service.mode === "enforce" ? (ref) => client.read(ref) : undefined,
        historyTurn: createHistoryTurns(clock),
        putBack: (ref, written) => planPutBack(ref, written, newId(clock.now()), spellPayload),
        ...{ bell: editBell, wakeDispatcher },
      },
      loops.signal,
    ),
    forgetOldTexts({ ...service, store, clock, log }, loops.signal),
    rules.watch(loops.signal),
    reportCounts(counters.all, clock, log, loops.signal),
  ];

  const stop = async (): Promise<void> => {
    await aborted(signal);
    // Nobody new and nothing new to send; what is under way on both sides ends by itself; then the record.
    loops.abort();
    await Promise.all([closeServer(server), longTexts[Symbol.asyncDispose](), ...running]);
    log.info({ ...counters.all(), auditHead: await store.auditHead() }, "Stopped.");
    await resources[Symbol.asyncDispose]();
  };
  if (tencent.callbackToken === undefined) {
    log.warn({}, "TENCENT_CALLBACK_TOKEN is not set: whoever reaches the callback URL is believed.");
  }
  // Without the path: a secret may be part of it.
  log.info({ url, mode: service.mode, auditHead: await store.auditHead() }, "Ready for callbacks.");
  return { callbackUrl: url + service.callbackPath, stopped: stop() };
}

/** Whether `check` went well, asked once a second at most: anybody may ask, and it writes. */
function recently(check: () => Promise<void>, clock: Pick<Clock, "monotonic">): () => Promise<boolean> {
  let asked = -Infinity;
  let answer = Promise.resolve(false);
  return () => {
    if (clock.monotonic() - asked >= READINESS_KEPT_MS) {
      asked = clock.monotonic();
      answer = check().then(
        () => true,
        () => false,
      );
    }
    return answer;
  };
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });

async function reportCounts(
  counts: () => Readonly<Record<string, number>>,
  clock: Pick<Clock, "wait">,
  log: Logger,
  signal: AbortSignal,
): Promise<void> {
  let reported = "{}";
  while (!signal.aborted) {
    await clock.wait(COUNTS_EVERY_MS, signal);
    const now = JSON.stringify(counts());
    if (now !== reported) log.info(counts(), "Counts since the start.");
    reported = now;
  }
}
