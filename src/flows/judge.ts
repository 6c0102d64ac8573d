/** From a message to what is written down about it: decision, order, audit. No I/O: clock and chance are handed in. */
import type { AuditEntry } from "../domain/audit.ts";
import type { Decision } from "../domain/decision.ts";
import { rulesOf } from "../domain/decision.ts";
import type { Message } from "../domain/message.ts";
import type { OrderDraft, Origin, PlanSettings } from "../domain/plan.ts";
import { planFor } from "../domain/plan.ts";
import type { Clock, EpochMs } from "../domain/time.ts";
import type { Judgement } from "../ports/store.ts";

export type Judge = (message: Message, origin: Origin, orderId?: string) => Judgement;

export type JudgeParts = {
  readonly planSettings: PlanSettings;
  readonly clock: Pick<Clock, "now">;
  readonly newId: (at: EpochMs) => string;
};

/** @returns what is to be written down about a message that the rules have decided on */
export type Conclude = (message: Message, decision: Decision, origin: Origin, orderId?: string) => Judgement;

export function createConclude(parts: JudgeParts): Conclude {
  return (message, decision, origin, orderId) => {
    if (decision.kind === "pass") return { decision, order: undefined, audit: [] };
    const at = parts.clock.now();
    const plan = planFor(message, decision, { id: orderId ?? parts.newId(at), at, origin }, parts.planSettings);
    const order = plan.kind === "order" ? plan.order : undefined;
    return { decision, order, audit: [entryFor(decision, order, at)] };
  };
}

/**
 * @param evaluate the rules that are live now
 * @returns a function that may throw when a rule set is at fault; the caller keeps the message undecided then
 */
export function createJudge(evaluate: (message: Message) => Decision, conclude: Conclude): Judge {
  return (message, origin, orderId) => conclude(message, evaluate(message), origin, orderId);
}

function entryFor(decision: Decision, order: OrderDraft | undefined, at: EpochMs): AuditEntry {
  return {
    at,
    actor: "emend",
    act: "decision",
    ...(order === undefined ? {} : { modificationId: order.id }),
    detail: {
      decision: decision.kind,
      revision: decision.revision,
      rules: rulesOf(decision),
      ...(order === undefined ? {} : { action: order.action, state: order.state, reason: order.reason }),
      ...(order?.noteSkipped === undefined ? {} : { noteSkipped: order.noteSkipped }),
    },
  };
}
