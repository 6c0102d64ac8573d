/**
 * The working parts of the service, put together: from a callback to what is recorded, from an order to the call. What they
 * stand on is handed in (record, Tencent, clock, chance, rules), so that a program without sockets and files runs the same
 * service: `compose.ts` hands in the real ones, the simulation its own.
 */
import { monotonicFactory } from "ulid";
import type { Config, TencentConfig } from "./config.ts";
import type { Decision } from "./domain/decision.ts";
import type { Message, UserId } from "./domain/message.ts";
import type { Origin } from "./domain/plan.ts";
import { planPutBack } from "./domain/plan.ts";
import type { Clock } from "./domain/time.ts";
import { backfill } from "./flows/backfill.ts";
import { createDispatcher } from "./flows/dispatcher.ts";
import { createEditIntake, createHistoryTurns, judgeEdits } from "./flows/edits.ts";
import { createIntake, isLong, nameOf } from "./flows/intake.ts";
import type { Judge, JudgingOptions } from "./flows/judge.ts";
import { createConclude, createJudge, withSenderWindow } from "./flows/judge.ts";
import { judgeLater } from "./flows/judge-later.ts";
import type { JudgingThread } from "./flows/judging-thread.ts";
import type { LiveRules } from "./flows/live-rules.ts";
import { createRecallIntake } from "./flows/recalls.ts";
import { createReconsider } from "./flows/reconsider.ts";
import type { Forgetting } from "./flows/retention.ts";
import { forgetOldTexts } from "./flows/retention.ts";
import { createRewriteLimits } from "./flows/rewrite-limits.ts";
import { createSenderWindow, SENDER_WINDOW } from "./flows/sender-window.ts";
import { createBell } from "./flows/wake.ts";
import type { CallbackParts } from "./http/callbacks.ts";
import { createRefusals } from "./http/refusals.ts";
import type { WhyStopped } from "./ports/console.ts";
import type { OpenEdit } from "./ports/edits.ts";
import type { GapStore, HistoryClient } from "./ports/history.ts";
import type { ImClient } from "./ports/im-client.ts";
import type { Logger } from "./ports/logger.ts";
import type { Judgement, Store } from "./ports/store.ts";
import type { ProcessLock } from "./store/process-lock.ts";
import { rewriteBody, withContent } from "./tencent/body.ts";
import { nextStepFor } from "./tencent/error-codes.ts";
import { spellPayload, withoutNote } from "./tencent/payload.ts";
import { CALLS_IN_FLIGHT_MAX } from "./tencent/rest-client.ts";
import { decodeStored } from "./tencent/stored.ts";

export type AssembleParts = {
  readonly tencent: Pick<TencentConfig, "sdkAppId" | "admin" | "callbackToken" | "callsPerSecond">;
  readonly service: Config["service"];
  readonly store: Store & GapStore;
  readonly lock: Pick<ProcessLock, "tryAcquire">;
  /** Whether the lock was free at the first try. */
  readonly isFirst: boolean;
  readonly client: ImClient;
  readonly historyClient: HistoryClient;
  readonly rules: LiveRules;
  readonly longTexts: Pick<JudgingThread, "judge">;
  readonly count: (name: string) => void;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
};

export interface Assembled {
  /** What the callback path needs. */
  readonly callbacks: CallbackParts;
  /** There may be orders to send. */
  readonly wakeDispatcher: () => void;
  /** How the forgetting of what is past keeping goes. */
  readonly forgetting: () => Forgetting;
  /** Why nothing is sent by this API; undefined while sending goes on. */
  readonly whyStopped: WhyStopped;
  /**
   * Starts everything that goes on by itself.
   *
   * @returns promises that resolve once `signal` is aborted and what was under way has ended
   */
  run(signal: AbortSignal): readonly Promise<void>[];
}

/** How often a process that stands by looks whether the one that sends is gone. */
const STANDBY_LOOK_MS = 1_000;

export function assemble(parts: AssembleParts): Assembled {
  const { tencent, service, store, lock, client, historyClient, rules, longTexts, count, clock, random, log } = parts;
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
  const judgeAnywhere = async (message: Message, origin: Origin, orderId?: string): Promise<Judgement> => {
    if (!isLong(message)) return judge(message, origin, orderId);
    return conclude(message, await longTexts.judge(message, options()), origin, orderId);
  };
  const judgeRecorded = async (message: Message, origin: Origin): Promise<Judgement> =>
    counted(await judgeAnywhere(message, origin));

  const dispatcher = createDispatcher({
    store,
    client,
    reconsider: createReconsider({ store, client, judge: judgeAnywhere, decode: decodeStored.message, withContent }),
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
  const decodeRecordedEdit = ({ command, callback }: OpenEdit) => decodeStored.edit(command, callback);
  const adopt = async ({ sdkAppId, command, callback }: OpenEdit): Promise<"adopted" | "known" | "untold"> => {
    const message = decodeStored.message({ sdkAppId, command, callback });
    if (message === undefined) return "untold";
    return (await intake({ message, command, callback, origin: "after_edit" })) ? "adopted" : "known";
  };

  const callbacks: CallbackParts = {
    settings: { sdkAppId: tencent.sdkAppId, token: tencent.callbackToken },
    intake,
    takeEdit,
    takeRecall,
    onOverLimit: (alert) => dispatcher.overLimit(alert),
    store,
    keepUndecodable: service.keepBodiesMs > 0,
    now: () => clock.now(),
    count,
    refused: createRefusals({ clock, count, log }),
    log,
  };
  let forgetting: Forgetting = "not_yet";
  const whyStopped: WhyStopped = (api) => {
    const breaker = dispatcher.breaker(api);
    if (breaker.kind !== "open") return undefined;
    return { why: breaker.why, code: breaker.code, next: nextStepFor(breaker.code) };
  };
  return { callbacks, wakeDispatcher, whyStopped, forgetting: () => forgetting, run };

  function run(signal: AbortSignal): readonly Promise<void>[] {
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
      if (!parts.isFirst) log.warn({}, "Another process works for this database; standing by until it is gone.");
      while (!signal.aborted && !(await takeOver())) await clock.wait(STANDBY_LOOK_MS, signal);
    };
    const first = becomeFirst();
    const send = async (): Promise<void> => {
      await first;
      if (!signal.aborted) await dispatcher.run(signal);
    };
    const findMissed = async (): Promise<void> => {
      await first;
      const search = {
        ...{ store, client: historyClient, intake, count, nextStepFor, clock, random, log },
        keepUndecodable: service.keepBodiesMs > 0,
        callsPerSecond: service.backfillCallsPerSecond,
        c2cEveryMs: service.backfillC2cEveryMs,
      };
      if (!signal.aborted) await backfill(search, signal);
    };
    return [
      // In shadow mode nothing is sent, not even what an earlier run in another mode left behind.
      service.mode === "enforce" ? send() : Promise.resolve(),
      findMissed(),
      judgeLater(
        { store, judge: judgeRecorded, decode: decodeStored.message, clock, log, bell: laterBell, wakeDispatcher },
        signal,
      ),
      judgeEdits(
        {
          ...{ store, judge: judgeAnywhere, decode: decodeRecordedEdit, withContent, withoutNote, adopt, clock, log },
          read: service.mode === "enforce" ? (ref) => client.read(ref) : undefined,
          historyTurn: createHistoryTurns(clock),
          putBack: (ref, written) => planPutBack(ref, written, newId(clock.now()), spellPayload),
          ...{ bell: editBell, wakeDispatcher },
        },
        signal,
      ),
      forgetOldTexts({ ...service, store, clock, log, tell: (how) => (forgetting = how) }, signal),
      rules.watch(signal),
    ];
  }
}
