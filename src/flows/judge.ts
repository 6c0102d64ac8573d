/** From a message to what is written down about it: decision, order, audit. No I/O: clock and chance are handed in. */
import type { AuditEntry } from "../domain/audit.ts";
import type { Decision, Finding, RuleId } from "../domain/decision.ts";
import { rulesOf } from "../domain/decision.ts";
import type { Prints } from "../domain/fingerprint.ts";
import { fingerprint, textFingerprint } from "../domain/fingerprint.ts";
import type { Message } from "../domain/message.ts";
import type { OrderDraft, Origin, PlanSettings } from "../domain/plan.ts";
import { planFor } from "../domain/plan.ts";
import { span } from "../domain/span.ts";
import type { Clock, EpochMs } from "../domain/time.ts";
import type { Judgement } from "../ports/store.ts";
import { evaluate } from "../rules/evaluate.ts";
import { judgeMessages } from "../rules/judge.ts";
import type { RuleSet } from "../rules/rule-set.ts";
import { isInScope } from "../rules/scope.ts";
import type { PieceRun, SenderWindow } from "./sender-window.ts";

export type Judge = (message: Message, origin: Origin, orderId?: string) => Judgement;

/** What a decision depends on besides the rules and the message. */
export type JudgingOptions = {
  /** Rules that have expired by then are silent. */
  readonly at: EpochMs;
  /** Rules that flag instead of masking for now. */
  readonly flagOnly: ReadonlySet<RuleId>;
};

/** What a rule says about messages that are read as one; where it hit is the whole of each. */
export type PieceFinding = Pick<Finding, "rule" | "category" | "severity"> & {
  readonly effect: Exclude<Finding["effect"], "mask">;
};

/** The one way to the rules, on whatever thread. */
export const decide = (ruleSet: RuleSet, message: Message, options: JudgingOptions): Decision =>
  evaluate(ruleSet, message, options);

/**
 * What the rules say about messages read as one, as far as the newest has a part in it. Only hits that are made of whole
 * messages count: people who split a word leave nothing over, chance does.
 */
export function decideOnRun(
  ruleSet: RuleSet,
  message: Message,
  { texts, place }: PieceRun,
  { at }: JudgingOptions,
): readonly PieceFinding[] {
  const found = new Map<RuleId, PieceFinding>();
  for (const { rule: index, category, pieces } of judgeMessages(ruleSet, texts)) {
    const rule = ruleSet.rules[index];
    if (rule === undefined || !pieces.some(({ text }) => text === place)) continue;
    if (rule.expires !== undefined && rule.expires <= at) continue;
    if (!rule.scope.elements.includes("text") || !isInScope(rule.scope, message)) continue;
    const effect = rule.mode === "shadow" ? "shadow" : "flag";
    found.set(rule.id, { rule: rule.id, category, severity: rule.severity, effect });
  }
  return [...found.values()];
}

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
    const audit = [entryFor(decision, order, at)];
    if (order === undefined || order.payload === "") return { decision, order, audit };
    return { decision, order, prints: printsOf(message, decision, parts.planSettings), audit };
  };
}

function printsOf(message: Message, decision: Decision, settings: Pick<PlanSettings, "rewriteBody">): Prints {
  const { body, customData } = message;
  const judgedBody = fingerprint(body);
  const sentBody = decision.kind === "rewrite" ? fingerprint(settings.rewriteBody(body, decision.edits)) : judgedBody;
  return { judgedBody, judgedData: textFingerprint(customData), sentBody };
}

/**
 * @param evaluate the rules that are live now
 * @returns a function that may throw when a rule set is at fault; the caller keeps the message undecided then
 */
export function createJudge(evaluate: (message: Message) => Decision, conclude: Conclude): Judge {
  return (message, origin, orderId) => conclude(message, evaluate(message), origin, orderId);
}

/**
 * Also sees what a sender has split over several messages. A message that is clean by itself and completes something
 * goes to review: earlier ones are never masked after the fact, and by themselves they say nothing.
 */
export function withSenderWindow(
  evaluate: (message: Message) => Decision,
  window: SenderWindow,
  evaluateRun: (message: Message, run: PieceRun) => readonly PieceFinding[],
): (message: Message) => Decision {
  return (message) => {
    const run = window.add(message);
    const alone = evaluate(message);
    if (run === undefined || alone.kind !== "pass") return alone;
    const found = evaluateRun(message, run);
    if (found.length === 0) return alone;
    const findings = [...alone.findings, ...found.flatMap((finding) => onWholeTexts(message, finding))];
    return { ...alone, kind: found.some(({ effect }) => effect === "flag") ? "review" : "pass", findings };
  };
}

const onWholeTexts = ({ elements }: Message, finding: PieceFinding): readonly Finding[] =>
  elements.flatMap((element, index) =>
    element.kind === "text" && element.text !== ""
      ? [{ ...finding, place: { element: index, part: "text" }, span: span(0, element.text.length) }]
      : [],
  );

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
