/**
 * Carries orders to Tencent, one loop per API: claim → slot → call → what next? → settle. Every judgement in it is a table
 * in `domain`; what is here is the walking. Orders are claimed only while sending is allowed, so a backlog waits on disk,
 * not in memory.
 */
import { crashPoint } from "../crash-point.ts";
import type { AuditEntry } from "../domain/audit.ts";
import type { ModifyApi, NextStep, Outcome } from "../domain/modification.ts";
import { afterOutcome, modifyApis } from "../domain/modification.ts";
import type { Breaker } from "../domain/throttle.ts";
import { afterCall, afterOverLimit, closedBreaker, paceShare, WARM_UP } from "../domain/throttle.ts";
import type { Clock, EpochMs } from "../domain/time.ts";
import { epochMs } from "../domain/time.ts";
import type { ImClient } from "../ports/im-client.ts";
import type { Logger } from "../ports/logger.ts";
import type { ClaimedOrder, OrderStore, Settlement } from "../ports/store.ts";
import { createBatch } from "./batch.ts";
import { nameOf } from "./intake.ts";
import { createPacer } from "./pacer.ts";
import type { Reconsider } from "./reconsider.ts";
import type { Bell } from "./wake.ts";
import { createBell } from "./wake.ts";

export type DispatcherParts = {
  readonly store: OrderStore;
  readonly client: Pick<ImClient, "modify">;
  readonly reconsider: Reconsider;
  /** The same payload with its body alone; undefined where that is nothing. */
  readonly withoutNote: (payload: string) => string | undefined;
  readonly nextStepFor: (code: string) => string;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
  readonly callsPerSecond: number;
  readonly callsInFlightMax: number;
};

export interface Dispatcher {
  /** Runs until aborted; then lets the calls under way finish, gives back what was not sent, and resolves. */
  run(signal: AbortSignal): Promise<void>;
  /** There may be orders to send. */
  wake(): void;
  breaker(api: ModifyApi): Breaker;
  /** Tencent warns that an API is called too often, by us or by others; undefined: one that we do not call. */
  overLimit(warning: OverLimitWarning): void;
}

export type OverLimitWarning = {
  readonly api: ModifyApi | undefined;
  /** In the second that Tencent looked at. */
  readonly calls: number;
  readonly callsMax: number;
};

/** Orders taken in one step: a sixth of a second's worth. */
const CLAIM_MAX = 32;
/** Nobody wakes us for what another part of the program may have left behind. */
const LOOK_AGAIN_MS = 1_000;
const SETTLE_MAX = 256;
/** Nobody waits for an answer to be written down, and each writing waits for the disk: a few calls' answers share one. */
const SETTLE_REST_MS = 25;

export function createDispatcher(parts: DispatcherParts): Dispatcher {
  const settle = createBatch(
    (settlements: readonly Settlement[]) => parts.store.settleOrders(settlements),
    SETTLE_MAX,
    () => parts.clock.wait(SETTLE_REST_MS, ending),
  );
  let ending: AbortSignal | undefined;
  const senders = new Map(modifyApis.map((api) => [api, createSender(api, parts, settle)]));
  return {
    async run(signal) {
      ending = signal;
      await Promise.all([...senders.values()].map((sender) => sender.run(signal)));
    },
    wake() {
      for (const sender of senders.values()) sender.bell.ring();
    },
    breaker: (api) => senders.get(api)?.breaker() ?? closedBreaker,
    overLimit(warning) {
      if (warning.api !== undefined) senders.get(warning.api)?.overLimit(warning);
    },
  };
}

type Sender = {
  readonly bell: Bell;
  run(signal: AbortSignal): Promise<void>;
  breaker(): Breaker;
  overLimit(warning: OverLimitWarning): void;
};

function createSender(
  api: ModifyApi,
  parts: DispatcherParts,
  settle: (settlement: Settlement) => Promise<boolean>,
): Sender {
  const { clock, store, log } = parts;
  const bell = createBell(clock);
  const inFlight = new Set<Promise<void>>();
  let breaker: Breaker = closedBreaker;
  let reachedAgainAt = -Infinity;
  const share = (): number => paceShare(breaker, clock.monotonic());
  const slot = createPacer({
    store,
    clock,
    api,
    callsPerSecond: parts.callsPerSecond,
    // While it is open only probes ask, one at a time; they take their slots from the full grid.
    share: () => Math.min(share() || 1, clock.monotonic() < reachedAgainAt + WARM_UP.forMs ? WARM_UP.share : 1),
  });

  const learn = async (outcome: Outcome): Promise<void> => {
    const before = breaker;
    breaker = afterCall(before, outcome, clock.monotonic());
    if (breaker.kind === "open" && before.kind !== "open") {
      const next = parts.nextStepFor(breaker.code);
      log.error({ api, why: breaker.why, code: breaker.code, next }, "Sending has stopped; orders wait, probes go on.");
    } else if (breaker.kind === "slow" && before.kind !== "slow") {
      log.warn({ api, code: outcome.code }, "Tencent says too often; sending slower for a while.");
    } else if (before.kind === "open" && breaker.kind !== "open") {
      log.info({ api }, "Tencent answers again; sending goes on.");
      if (before.why === "unreachable") reachedAgainAt = clock.monotonic();
      await store.hasten(api, clock.now());
      crashPoint("dispatch.hastened");
      bell.ring();
    }
  };

  /** Claims to be given back as soon as the store takes writes: not sent, or sent and the answer not written down. */
  const owed = new Set<ClaimedOrder>();

  const send = async (order: ClaimedOrder): Promise<void> => {
    try {
      const settlement = order.readFirst ? await readAgain(order) : await callOnce(order);
      const counted = await settle(settlement);
      crashPoint("dispatch.settled");
      if (!counted)
        log.warn({ api, modification: order.id }, "An answer came after its claim was lost; nothing changed.");
      const { result, code } = settlement;
      if (result.kind === "end" && result.state !== "applied" && result.state !== "cancelled") {
        const { state, reason } = result;
        log[state === "given_up" ? "error" : "warn"](
          { api, modification: order.id, code, state, reason },
          ending[state],
        );
      }
    } catch (thrown) {
      // The store could not write the answer down. The claim stays; the order is repeated once it has been given back.
      log.error({ api, modification: order.id, fault: nameOf(thrown) }, "An answer could not be written down.");
      owed.add({ ...order, unsent: false });
    } finally {
      bell.ring();
    }
  };

  const callOnce = async (order: ClaimedOrder): Promise<Settlement> => {
    crashPoint("dispatch.before_call");
    const outcome = await parts.client.modify(api, order.payload);
    crashPoint("dispatch.answered");
    await learn(outcome);
    // While Tencent is away an order is a probe: what befalls it is not its own fault.
    const blameless = faultless.has(outcome.kind) || (outcome.kind === "retryable" && breaker.kind === "open");
    const settlement = settlementFor(order, outcome, blameless, stepAfter(order, outcome), parts);
    const { result } = settlement;
    // No answer says for certain that nothing was done. What may be stopped at any moment is looked at before it is sent again.
    return order.isOfMany && result.kind === "retry"
      ? { ...settlement, result: { ...result, readFirst: true } }
      : settlement;
  };

  const readAgain = async (order: ClaimedOrder): Promise<Settlement> => {
    const read = await parts.reconsider(order, clock.now());
    crashPoint("dispatch.read_back");
    if (read.kind !== "unread" && read.kind !== "unjudged") {
      // Whatever was sent before, it does not stand there.
      return { ...settlementOf(order, undefined, undefined, read, clock.now()), unsent: true };
    }
    const outcome = read.kind === "unread" ? afterRead(read.outcome) : NOT_JUDGED;
    // That nobody answers is news of every call; what Tencent says of reading this message is not.
    if (read.kind === "unread" && read.outcome.kind === "retryable") await learn(outcome);
    const step = stepAfter(order, outcome);
    const result = resultOf(order, step, parts, clock.now());
    const again: Settlement["result"] = result.kind === "retry" ? { ...result, readFirst: true } : result;
    return { ...settlementOf(order, outcome, outcome.kind, again, clock.now()), unsent: order.unsent };
  };

  const stepAfter = (order: ClaimedOrder, outcome: Outcome): NextStep => {
    const attempts = (order.tries[outcome.kind] ?? 0) + 1;
    return afterOutcome({ attempts, createdAt: order.createdAt }, outcome, clock.now(), parts.random());
  };

  const giveBack = async (): Promise<void> => {
    if (owed.size === 0) return;
    const orders = [...owed];
    const at = clock.now();
    await store.settleOrders(
      orders.map(({ id, fence, unsent }) => ({
        id,
        fence,
        unsent,
        code: undefined,
        counted: undefined,
        at,
        result: { kind: "give_back" },
        audit: [],
      })),
    );
    crashPoint("dispatch.given_back");
    for (const order of orders) owed.delete(order);
  };

  const sendAll = async (orders: readonly ClaimedOrder[], probing: boolean, signal: AbortSignal): Promise<void> => {
    const mayNotSend = (): boolean => signal.aborted || (share() === 0 && !probing);
    // Whatever goes wrong from here on: what was not sent is given back.
    for (const order of orders) owed.add(order);
    for (const order of orders) {
      while (inFlight.size >= parts.callsInFlightMax && !signal.aborted) await Promise.race(inFlight);
      // Asked again behind the slot: the answer that stops us may have come while we waited for it.
      if (mayNotSend() || !(await slot(signal)) || mayNotSend()) continue;
      const isStopped = await store.endIfStopped(order, clock.now());
      owed.delete(order);
      if (isStopped) continue;
      const call = send(order).finally(() => inFlight.delete(call));
      inFlight.add(call);
      if (probing) await call;
    }
    await giveBack();
  };

  /** One round. @returns how long to sleep before the next one. */
  const round = async (signal: AbortSignal): Promise<number> => {
    await giveBack();
    const state = breaker;
    const probing = state.kind === "open";
    const now = clock.now();
    // Looked at before it is claimed: claiming takes the store's write lock, and mostly there is nothing to claim.
    const due = await store.nextDue(api, now);
    if (due === undefined) return LOOK_AGAIN_MS;
    const wait = state.kind === "open" ? state.probeAt - clock.monotonic() : due - now;
    if (wait > 0) return Math.min(LOOK_AGAIN_MS, wait);
    // A probe may be any order, due or not: what is wrong is not the order's fault.
    const orders = await store.claimOrders(api, probing ? 1 : CLAIM_MAX, now, probing ? epochMs(Infinity) : now);
    crashPoint("dispatch.claimed");
    await sendAll(orders, probing, signal);
    // Nothing, though something is due: it waits for an earlier order of its message.
    return orders.length > 0 ? 0 : LOOK_AGAIN_MS;
  };

  return {
    bell,
    breaker: () => breaker,
    overLimit(warning) {
      if (breaker.kind === "closed") {
        const { calls, callsMax } = warning;
        log.warn({ api, calls, callsMax }, "Tencent warns of too many calls; sending slower for a while.");
      }
      breaker = afterOverLimit(breaker, warning, clock.monotonic());
    },
    async run(signal) {
      while (!signal.aborted) {
        let sleep = LOOK_AGAIN_MS;
        try {
          sleep = await round(signal);
        } catch (thrown) {
          log.error({ api, fault: nameOf(thrown) }, "Orders could not be read or written; trying again.");
        }
        if (sleep > 0) await bell.sleep(sleep, signal);
      }
      await Promise.all(inFlight);
      try {
        await giveBack();
      } catch (thrown) {
        log.error({ api, fault: nameOf(thrown) }, "Orders could not be given back; the next process takes them up.");
      }
    },
  };
}

const ending = {
  given_up: "An order was given up; it waits for a person.",
  refused: "A message cannot be rewritten.",
} as const;

/** Outcomes that say nothing about the order itself, and cost it no patience. */
const faultless: ReadonlySet<Outcome["kind"]> = new Set(["throttled", "unauthorised", "misconfigured"]);

const NOT_JUDGED: Outcome = { kind: "retryable", code: "not_judged" };

/** Waits its turn where the fault is that of reading: its API may be off, or slowed down, while the others are well. */
const afterRead = ({ kind, code }: Outcome): Outcome =>
  kind === "refused" || kind === "unknown" ? { kind, code } : { kind: "retryable", code };

function settlementFor(
  order: ClaimedOrder,
  outcome: Outcome,
  blameless: boolean,
  step: NextStep,
  parts: Pick<DispatcherParts, "withoutNote" | "clock">,
): Settlement {
  const at = parts.clock.now();
  return settlementOf(order, outcome, blameless ? undefined : outcome.kind, resultOf(order, step, parts, at), at);
}

function settlementOf(
  order: ClaimedOrder,
  outcome: Outcome | undefined,
  counted: Settlement["counted"],
  result: Settlement["result"],
  at: EpochMs,
): Settlement {
  const audit: AuditEntry = {
    at,
    actor: "emend",
    act: result.kind === "revise" ? "revision" : "answer",
    modificationId: order.id,
    detail: {
      outcome: outcome?.kind ?? "read_back",
      ...(outcome === undefined ? {} : { code: outcome.code }),
      payloadRevision: order.payloadRevision,
      next: result.kind === "end" ? result.state : result.kind,
      ...("reason" in result && result.reason !== "" ? { reason: result.reason } : {}),
    },
  };
  return { id: order.id, fence: order.fence, code: outcome?.code, counted, at, result, audit: [audit] };
}

function resultOf(
  order: ClaimedOrder,
  step: NextStep,
  parts: Pick<DispatcherParts, "withoutNote">,
  at: EpochMs,
): Settlement["result"] {
  switch (step.kind) {
    case "end":
      return step;
    case "retry":
      return { kind: "retry", dueAt: step.at, readFirst: false };
    case "reconsider":
      return { kind: "retry", dueAt: step.at, readFirst: true };
    case "drop_note": {
      const payload = parts.withoutNote(order.payload);
      return payload === undefined
        ? { kind: "end", state: "refused", reason: step.otherwise }
        : { kind: "revise", payload, reason: `without_note_${step.otherwise}`, dueAt: at };
    }
    default:
      return step satisfies never;
  }
}
