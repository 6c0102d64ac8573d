/**
 * Carries orders to Tencent, one loop per API: claim → slot → call → what next? → settle. Every judgement in it is a table
 * in `domain`; what is here is the walking. Orders are claimed only while sending is allowed, so a backlog waits on disk,
 * not in memory.
 */
import type { AuditEntry } from "../domain/audit.ts";
import type { ModifyApi, NextStep, Outcome } from "../domain/modification.ts";
import { afterOutcome, modifyApis } from "../domain/modification.ts";
import type { Breaker } from "../domain/throttle.ts";
import { afterCall, closedBreaker, paceShare, slotGapMs } from "../domain/throttle.ts";
import type { Clock } from "../domain/time.ts";
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
}

/** Orders taken in one step: a sixth of a second's worth. */
const CLAIM_MAX = 32;
/** Nobody wakes us for what another part of the program may have left behind. */
const LOOK_AGAIN_MS = 1_000;
const SETTLE_MAX = 256;

export function createDispatcher(parts: DispatcherParts): Dispatcher {
  const settle = createBatch((settlements: readonly Settlement[]) => parts.store.settleOrders(settlements), SETTLE_MAX);
  const senders = new Map(modifyApis.map((api) => [api, createSender(api, parts, settle)]));
  return {
    async run(signal) {
      await Promise.all([...senders.values()].map((sender) => sender.run(signal)));
    },
    wake() {
      for (const sender of senders.values()) sender.bell.ring();
    },
    breaker: (api) => senders.get(api)?.breaker() ?? closedBreaker,
  };
}

type Sender = { readonly bell: Bell; run(signal: AbortSignal): Promise<void>; breaker(): Breaker };

function createSender(
  api: ModifyApi,
  parts: DispatcherParts,
  settle: (settlement: Settlement) => Promise<boolean>,
): Sender {
  const { clock, store, log } = parts;
  const bell = createBell(clock);
  const inFlight = new Set<Promise<void>>();
  let breaker: Breaker = closedBreaker;
  const share = (): number => paceShare(breaker, clock.monotonic());
  const slot = createPacer({
    store,
    clock,
    api,
    gapMs: slotGapMs(parts.callsPerSecond),
    // While it is open only probes ask, one at a time; they take their slots from the full grid.
    share: () => share() || 1,
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
      await store.hasten(api, clock.now());
      bell.ring();
    }
  };

  /** Claims to be given back as soon as the store takes writes: not sent, or sent and the answer not written down. */
  const owed = new Set<ClaimedOrder>();

  const send = async (order: ClaimedOrder): Promise<void> => {
    try {
      const outcome = await parts.client.modify(api, order.payload);
      await learn(outcome);
      const attempts = order.attempts + 1;
      const step = afterOutcome({ attempts, createdAt: order.createdAt }, outcome, clock.now(), parts.random());
      const settlement = await settlementFor(order, outcome, step, parts);
      const counted = await settle(settlement);
      if (!counted)
        log.warn({ api, modification: order.id }, "An answer came after its claim was lost; nothing changed.");
      if (settlement.result.kind === "end" && settlement.result.state === "given_up") {
        log.error({ api, modification: order.id, code: outcome.code }, "An order was given up; it waits for a person.");
      }
    } catch (thrown) {
      // The store could not write the answer down. The claim stays; the order is repeated once it has been given back.
      log.error({ api, modification: order.id, fault: nameOf(thrown) }, "An answer could not be written down.");
      owed.add(order);
    } finally {
      bell.ring();
    }
  };

  const giveBack = async (): Promise<void> => {
    if (owed.size === 0) return;
    const orders = [...owed];
    const at = clock.now();
    await store.settleOrders(
      orders.map(({ id, fence }) => ({
        id,
        fence,
        code: undefined,
        counts: false,
        at,
        result: { kind: "give_back" },
        audit: [],
      })),
    );
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
      owed.delete(order);
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
    if (state.kind === "open") {
      const wait = state.probeAt - clock.monotonic();
      if (wait > 0) return wait;
    }
    // A probe may be any order, due or not: what is wrong is not the order's fault.
    const now = clock.now();
    const orders = await store.claimOrders(api, probing ? 1 : CLAIM_MAX, now, probing ? epochMs(Infinity) : now);
    if (orders.length > 0) {
      await sendAll(orders, probing, signal);
      return 0;
    }
    const due = await store.nextDue(api);
    return due === undefined ? LOOK_AGAIN_MS : Math.min(LOOK_AGAIN_MS, Math.max(1, due - clock.now()));
  };

  return {
    bell,
    breaker: () => breaker,
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

/** Outcomes that say nothing about the order itself, and cost it no patience. */
const blameless: ReadonlySet<Outcome["kind"]> = new Set(["throttled", "unauthorised", "misconfigured"]);

async function settlementFor(
  order: ClaimedOrder,
  outcome: Outcome,
  step: NextStep,
  parts: Pick<DispatcherParts, "withoutNote" | "reconsider" | "clock">,
): Promise<Settlement> {
  const result = await resultOf(order, step, parts);
  const at = parts.clock.now();
  const audit: AuditEntry = {
    at,
    actor: "emend",
    act: result.kind === "revise" ? "revision" : "answer",
    modificationId: order.id,
    detail: {
      outcome: outcome.kind,
      code: outcome.code,
      payloadRevision: order.payloadRevision,
      next: result.kind === "end" ? result.state : result.kind,
      ...("reason" in result && result.reason !== "" ? { reason: result.reason } : {}),
    },
  };
  return {
    id: order.id,
    fence: order.fence,
    code: outcome.code,
    counts: !blameless.has(outcome.kind),
    at,
    result,
    audit: [audit],
  };
}

async function resultOf(
  order: ClaimedOrder,
  step: NextStep,
  parts: Pick<DispatcherParts, "withoutNote" | "reconsider" | "clock">,
): Promise<Settlement["result"]> {
  switch (step.kind) {
    case "end":
      return step;
    case "retry":
      return { kind: "retry", dueAt: step.at };
    case "drop_note": {
      const payload = parts.withoutNote(order.payload);
      return payload === undefined
        ? { kind: "end", state: "refused", reason: step.otherwise }
        : { kind: "revise", payload, reason: `without_note_${step.otherwise}`, dueAt: parts.clock.now() };
    }
    case "reconsider":
      return parts.reconsider(order, step.at);
    default:
      return step satisfies never;
  }
}
