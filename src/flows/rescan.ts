/**
 * What was said before a rule was there: the record is judged again, and what is objected to now is ordered to be changed.
 * A process of its own does this beside the service, which sends. Killed in the middle and run again, it goes on where it
 * was: what has been ordered carries the revision of the rules that it was ordered for.
 */
import type { AuditEntry } from "../domain/audit.ts";
import type { Decision, RuleId } from "../domain/decision.ts";
import { rulesOf } from "../domain/decision.ts";
import type { Edit } from "../domain/edit.ts";
import { edited } from "../domain/edit.ts";
import type { Message } from "../domain/message.ts";
import type { Clock, EpochMs } from "../domain/time.ts";
import type { Recorded, Rescanned, RescanStore } from "../ports/rescan.ts";
import type { MessageId } from "../ports/store.ts";
import type { Conclude } from "./judge.ts";

export type RescanParts = {
  readonly store: RescanStore;
  readonly revision: string;
  readonly evaluate: (message: Message) => Decision;
  readonly conclude: Conclude;
  /** Read recorded callbacks again; undefined when one no longer decodes. */
  readonly decode: (recorded: Pick<Recorded, "command"> & { readonly callback: Buffer }) => Message | undefined;
  readonly decodeEdit: (command: string, callback: Buffer) => Edit | undefined;
  readonly clock: Pick<Clock, "now" | "wait">;
  readonly onProgress: (done: number, all: number) => void;
};

export type RescanRequest = {
  readonly since: EpochMs;
  readonly until: EpochMs;
  /** Only what this rule objects to. */
  readonly rule: RuleId | undefined;
  /** Left out: nothing is written down. */
  readonly apply: boolean;
};

export type Found = {
  readonly message: MessageId;
  readonly kind: "review" | "rewrite";
  readonly rules: readonly RuleId[];
  readonly sentAt: EpochMs | undefined;
};

export type RescanReport = {
  /** Messages that came in the time asked for. */
  looked: number;
  /** Of these: no text is left to judge, or it cannot be read. */
  notKept: number;
  /** Left alone, by reason. `known`: dealt with under these rules, or in this way, before. */
  readonly leftAlone: Map<NonNullable<Recorded["passedOver"]> | "known", number>;
  found: number;
  readonly byRule: Map<RuleId, { masks: number; flags: number }>;
  readonly examples: Found[];
  /** Written down; 0 where nothing was to be. */
  ordered: number;
};

/** Rows in one step: a few milliseconds of reading and judging, and as many of the write lock. */
const STEP_ROWS = 200;
const EXAMPLES_MAX = 10;

/** @returns what was found; when `signal` is aborted, as far as it came */
export async function rescan(parts: RescanParts, request: RescanRequest, signal: AbortSignal): Promise<RescanReport> {
  const { store, clock } = parts;
  const { rule, apply } = request;
  const report: RescanReport = {
    ...{ looked: 0, notKept: 0, found: 0, ordered: 0 },
    ...{ leftAlone: new Map(), byRule: new Map(), examples: [] },
  };
  const last = store.lastMessage();
  const range = { since: request.since, until: request.until, last };
  if (apply) store.audit([entry(clock.now(), "begun", parts, request, {})]);
  for (let at = 0 as MessageId; at < last && !signal.aborted;) {
    const { messages, upTo } = store.recordedAfter(at, range, STEP_ROWS);
    const found = messages.flatMap((recorded) => judgedAgain(parts, recorded, rule, report) ?? []);
    if (apply && found.length > 0) {
      report.ordered += store.recordRescan(found, clock.now()).filter(Boolean).length;
    }
    at = upTo;
    parts.onProgress(at, last);
    // The service and its callbacks first.
    await clock.wait(apply && found.length > 0 ? 1 : 0, signal);
  }
  if (apply) {
    const { looked, ordered } = report;
    store.audit([entry(clock.now(), signal.aborted ? "interrupted" : "ended", parts, request, { looked, ordered })]);
  }
  return report;
}

function judgedAgain(
  parts: RescanParts,
  recorded: Recorded,
  rule: RuleId | undefined,
  report: RescanReport,
): Rescanned | undefined {
  const leaveAlone = (why: NonNullable<Recorded["passedOver"]> | "known"): undefined =>
    void report.leftAlone.set(why, (report.leftAlone.get(why) ?? 0) + 1);
  report.looked++;
  if (recorded.passedOver !== undefined) return leaveAlone(recorded.passedOver);
  if (recorded.revision === parts.revision) return leaveAlone("known");
  const message = newest(parts, recorded);
  if (message === undefined) return void report.notKept++;
  const decision = parts.evaluate(message);
  const rules = rulesOf(decision);
  if (decision.kind === "pass" || (rule !== undefined && !rules.includes(rule))) return undefined;
  const judgement = parts.conclude(message, decision, "rescan");
  const { prints, order } = judgement;
  // The same change by other rules, or only the rules' notes have changed.
  if (prints?.sentBody !== undefined && recorded.written.includes(prints.sentBody)) return leaveAlone("known");
  // Said once, it need not be said under every new set of rules.
  if (order?.state === "refused" && recorded.refused.includes(order.reason)) return leaveAlone("known");
  report.found++;
  for (const id of rules) {
    const counts = report.byRule.get(id) ?? { masks: 0, flags: 0 };
    const masks = decision.findings.some((finding) => finding.rule === id && finding.effect === "mask");
    report.byRule.set(id, { masks: counts.masks + (masks ? 1 : 0), flags: counts.flags + (masks ? 0 : 1) });
  }
  if (report.examples.length < EXAMPLES_MAX) {
    report.examples.push({ message: recorded.id, kind: decision.kind, rules, sentAt: message.sentAt });
  }
  return { recorded, judgement };
}

/** The message with the newest thing that a person wrote in it. */
function newest(parts: RescanParts, { command, callback, edit }: Recorded): Message | undefined {
  if (callback === undefined) return undefined;
  const message = parts.decode({ command, callback });
  if (edit === undefined || message === undefined) return message;
  const told = edit.callback && parts.decodeEdit(edit.command, edit.callback);
  return told && edited(message, told);
}

const entry = (
  at: EpochMs,
  state: "begun" | "ended" | "interrupted",
  { revision }: RescanParts,
  { since, until, rule }: RescanRequest,
  more: Readonly<Record<string, number>>,
): AuditEntry => ({
  ...{ at, actor: "operator", act: "rescan" },
  detail: { state, since, until, ...(rule === undefined ? {} : { rule }), revision, ...more },
});
