/**
 * Somebody edited a message. The edit is recorded and answered at once, and judged right after, away from the callback:
 * what follows depends on what stands at Tencent now, and of a group message that has to be read first.
 *
 * Our own modifications come back as edits too; the record recognises them, and nothing follows.
 */
import type { AuditEntry } from "../domain/audit.ts";
import type { Edit, EditVerdict } from "../domain/edit.ts";
import { asExhausted, asGuard, edited, verdictOn } from "../domain/edit.ts";
import { fingerprint, textFingerprint } from "../domain/fingerprint.ts";
import type { Message, UserId } from "../domain/message.ts";
import type { Change, OrderDraft, Origin } from "../domain/plan.ts";
import type { Clock, EpochMs } from "../domain/time.ts";
import { epochMs } from "../domain/time.ts";
import type { EditEnding, EditId, EditReceipt, EditStore, OpenEdit } from "../ports/edits.ts";
import type { ReadBack } from "../ports/im-client.ts";
import type { Logger } from "../ports/logger.ts";
import type { Judgement } from "../ports/store.ts";
import { createBatch } from "./batch.ts";
import { nameOf } from "./intake.ts";
import { NotJudgedYet } from "./judging-thread.ts";
import type { Bell } from "./wake.ts";

export type EditArrival = { readonly edit: Edit; readonly command: string; readonly callback: Buffer };

/** Edits in one commit: under load most are our own echoes, as many as there are modifications. */
const COMMIT_ENTRIES_MAX = 256;
const COMMIT_REST_MS = 10;
/** Edits read from the record at a time: their bodies are up to 256 KiB each. */
const READ_MAX = 16;
/** Nobody rings for what a killed process left behind, or for what was put off. */
const LOOK_AGAIN_MS = 1_000;
/** An edit may overtake its message's own callback. Past this that one is lost, not late. */
const MESSAGE_WAIT_MS = 3_000;
/** A group message that no callback brought is found by the search for missed ones; past this it will not be. */
const MESSAGE_GIVE_UP_MS = 10 * 60_000;
const MESSAGE_LOOK_MS = 5_000;
/** Looking into a group's history, in vain. After some four seconds the mask is worth more than the note. */
const HISTORY_TRIES_MAX = 4;
const HISTORY_RETRY_FIRST_MS = 300;
/** Where no rule objects nothing is in a hurry: what we may have overwritten is asked for during some five minutes. */
const HISTORY_TRIES_UNHURRIED_MAX = 17;
const HISTORY_RETRY_LONGEST_MS = 30_000;
/** An edit waits for a call of ours that is under way on its message: only then it is known which of the two came last. */
const CALL_LOOK_MS = 250;
/** Edits under way at once. */
const UNDER_WAY_MAX = 32;
/** Fifty reads a second: a quarter of what Tencent allows; the rest is for whoever looks for missed messages. */
const HISTORY_GAP_MS = 20;

/** @returns a function that lets one reading of history begin after another, never two close together */
export function createHistoryTurns(clock: Pick<Clock, "wait">): (signal: AbortSignal) => Promise<void> {
  let last = Promise.resolve();
  return (signal) => (last = last.then(() => clock.wait(HISTORY_GAP_MS, signal)));
}

/** @returns a function whose promise resolves once the edit is on disk. Rejects when it is not. */
export function createEditIntake(parts: {
  readonly store: Pick<EditStore, "recordEdits">;
  readonly admin: UserId;
  readonly clock: Pick<Clock, "now" | "wait">;
  /** There are edits to judge. */
  readonly wake: () => void;
}): (arrival: EditArrival) => Promise<EditReceipt> {
  const record = async (arrivals: readonly EditArrival[]): Promise<readonly EditReceipt[]> => {
    const receivedAt = parts.clock.now();
    const receipts = await parts.store.recordEdits(
      arrivals.map((arrival) => ({ ...arrival, receivedAt, byAdmin: arrival.edit.operator === parts.admin })),
    );
    if (receipts.includes("new")) parts.wake();
    return receipts;
  };
  return createBatch(record, COMMIT_ENTRIES_MAX, () => parts.clock.wait(COMMIT_REST_MS));
}

export type JudgeEditsParts = {
  readonly store: Pick<EditStore, "openEdits" | "settleEdit">;
  readonly judge: (message: Message, origin: Origin) => Promise<Judgement>;
  /** Reads a recorded callback again; undefined when it no longer decodes. */
  readonly decode: (recorded: OpenEdit) => Edit | undefined;
  /** What Tencent stores for a message now. Undefined where nothing may be sent, not even a question. */
  readonly read: ((ref: Edit["ref"]) => Promise<ReadBack>) | undefined;
  /** The same message with what Tencent stores for it now. */
  readonly withContent: (message: Message, body: string, customData: string | undefined) => Message;
  /** The same payload with its body alone; undefined where that is nothing. */
  readonly withoutNote: (payload: string) => string | undefined;
  /** Writes what a person wrote as they wrote it, where a call of ours has overwritten it. */
  readonly putBack: (ref: Edit["ref"], written: Required<Pick<Change, "body">> & Change) => OrderDraft;
  /**
   * Records a message that only its edit has told of. `known`: it has come meanwhile, by itself or by another edit, so this
   * one is still to be judged. `untold`: the edit tells too little.
   */
  readonly adopt: (edit: OpenEdit) => Promise<"adopted" | "known" | "untold">;
  /** Resolves when history may be read once. */
  readonly historyTurn: (signal: AbortSignal) => Promise<void>;
  readonly clock: Pick<Clock, "now">;
  readonly log: Logger;
  readonly bell: Bell;
  readonly wakeDispatcher: () => void;
};

/** Runs until aborted. Each edit is one durable step; edits of one message are judged in the order in which they were made. */
export async function judgeEdits(parts: JudgeEditsParts, signal: AbortSignal): Promise<void> {
  const { store, clock, bell, log } = parts;
  /** Those that wait for Tencent keep nobody who is quick. */
  const underWay = new Map<EditId, Promise<void>>();

  const judgeOne = async (open: OpenEdit): Promise<void> => {
    try {
      const ending = await endingFor(parts, open, signal);
      if (ending === undefined) return;
      const counted = await store.settleEdit(ending);
      // An order of the message that waited for this judgement may go, or a new one.
      if (counted && ending.kind !== "later") parts.wakeDispatcher();
      if (ending.kind !== "later") bell.ring();
    } catch (thrown) {
      log.error(
        { edit: open.id, fault: nameOf(thrown) },
        "What follows from an edit could not be written down; trying again.",
      );
    } finally {
      underWay.delete(open.id);
    }
  };

  while (!signal.aborted) {
    try {
      // Those under way stand among the oldest, so as many more are asked for.
      const open = await store.openEdits(READ_MAX + underWay.size, clock.now());
      for (const edit of open.filter(({ id }) => !underWay.has(id))) {
        if (underWay.size >= UNDER_WAY_MAX) break;
        // First whoever waits for an answer: a turn of the loop between two edits.
        await new Promise((resolve) => setImmediate(resolve));
        if (signal.aborted) break;
        underWay.set(edit.id, judgeOne(edit));
      }
    } catch (thrown) {
      log.error({ fault: nameOf(thrown) }, "Edits could not be read; trying again.");
    }
    await bell.sleep(LOOK_AGAIN_MS, signal);
  }
  await Promise.all(underWay.values());
}

/** @returns undefined when we were interrupted: the next process judges it */
async function endingFor(parts: JudgeEditsParts, open: OpenEdit, signal: AbortSignal): Promise<EditEnding | undefined> {
  const { clock, log } = parts;
  const { id } = open;
  const close = (
    outcome: (EditEnding & { kind: "closed" })["outcome"],
    audit: readonly AuditEntry[] = [],
  ): EditEnding => ({
    ...{ id, at: clock.now(), kind: "closed", outcome, audit },
  });
  if (open.passedBy !== undefined) return close(open.passedBy);
  // Whatever goes wrong in there is the record's fault, and not the edit's.
  if (open.message === undefined) return withoutMessage(parts, open);
  try {
    const edit = parts.decode(open);
    if (edit !== undefined) return await judged(parts, open, edited(open.message, edit), edit, signal);
    log.error({ edit: id }, "A recorded edit no longer decodes; it is left to a person.");
  } catch (thrown) {
    if (signal.aborted) return undefined;
    log.error({ edit: id, fault: nameOf(thrown) }, "An edit could not be judged.");
    if (thrown instanceof NotJudgedYet) return later(open, clock.now(), LOOK_AGAIN_MS, false);
  }
  return close("failed", [entry(clock.now(), "judging_failed", { edit: id, next: "look at the message by hand" })]);
}

async function withoutMessage(parts: JudgeEditsParts, open: OpenEdit): Promise<EditEnding> {
  const at = parts.clock.now();
  const waited = at - open.receivedAt;
  if (waited < MESSAGE_WAIT_MS) return later(open, at, MESSAGE_WAIT_MS - waited, false);
  const closed = { id: open.id, at, kind: "closed" } as const;
  const adoption = await parts.adopt(open);
  if (adoption === "adopted") return { ...closed, outcome: "adopted", audit: [] };
  if (adoption === "known") return later(open, at, 0, false);
  if (waited < MESSAGE_GIVE_UP_MS) return later(open, at, MESSAGE_LOOK_MS, false);
  const audit = [entry(at, "edit", { edit: open.id, outcome: "unknown_message" })];
  return { ...closed, outcome: "unknown_message", audit };
}

async function judged(
  parts: JudgeEditsParts,
  open: OpenEdit,
  told: Message,
  edit: Edit,
  signal: AbortSignal,
): Promise<EditEnding | undefined> {
  const { clock } = parts;
  if (open.ourCall.kind === "under_way") return later(open, clock.now(), CALL_LOOK_MS, false);
  const first = await parts.judge(told, "after_edit");
  // Nothing is written, so nothing that stands beside the text can be lost.
  const isKnown = open.ourCall.kind === "none" && (first.decision.kind === "pass" || edit.customData.told);
  if (isKnown || parts.read === undefined) return conclude(open, told, first, clock.now());
  await parts.historyTurn(signal);
  const now = await parts.read(edit.ref);
  if (signal.aborted) return undefined;
  switch (now.kind) {
    case "found": {
      const { body, customData } = now;
      if (!isOverwritten(open, told.body, body)) {
        const current = parts.withContent(told, body, customData);
        return conclude(open, current, await parts.judge(current, "after_edit"), clock.now());
      }
      if (first.decision.kind === "pass") return putBack(parts, open, edit, first, clock.now());
      // What the person wrote, beside the custom data that are known.
      const written = edit.customData.told ? told : parts.withContent(told, told.body, customData);
      return conclude(open, written, await parts.judge(written, "after_edit"), clock.now());
    }
    case "gone":
      return { id: open.id, at: clock.now(), kind: "closed", outcome: "gone", audit: [] };
    case "failed":
      return open.tries + 1 < (first.decision.kind === "pass" ? HISTORY_TRIES_UNHURRIED_MAX : HISTORY_TRIES_MAX)
        ? later(open, clock.now(), Math.min(HISTORY_RETRY_LONGEST_MS, HISTORY_RETRY_FIRST_MS * 2 ** open.tries), true)
        : conclude(open, told, edit.customData.told ? first : bodyAlone(first, parts.withoutNote), clock.now());
    default:
      return now satisfies never;
  }
}

/** What stands there now is ours, not theirs: a call that was under way came after the edit. */
function isOverwritten({ ourCall }: OpenEdit, bodyWritten: string, bodyNow: string): boolean {
  const now = fingerprint(bodyNow);
  return ourCall.kind === "made" && now !== fingerprint(bodyWritten) && ourCall.sentBodies.includes(now);
}

function putBack(
  parts: Pick<JudgeEditsParts, "putBack">,
  open: OpenEdit,
  { ref, body, customData }: Edit,
  judgement: Judgement,
  at: EpochMs,
): EditEnding {
  // Custom data that nobody told us of are left as they stand.
  const order = parts.putBack(ref, { body, ...(customData.told ? { customData: customData.text ?? "" } : {}) });
  const judgedBody = fingerprint(body);
  const judgedData = textFingerprint(customData.told ? customData.text : undefined);
  const prints = { judgedBody, judgedData, sentBody: judgedBody };
  const audit = [auditOf(open, "put_back", judgement, order, at)];
  return {
    id: open.id,
    at,
    kind: "judged",
    verdict: "put_back",
    judgement: { ...judgement, order, prints, audit },
    audit,
  };
}

/** What stands in the custom data is not known, so it is not touched. */
function bodyAlone(judgement: Judgement, withoutNote: JudgeEditsParts["withoutNote"]): Judgement {
  const { order } = judgement;
  if (order === undefined || order.payload === "") return judgement;
  const payload = withoutNote(order.payload) ?? (order.noteSkipped === undefined ? "" : order.payload);
  const ended = payload === "" ? ({ state: "refused", reason: "nothing_but_a_note" } as const) : {};
  return { ...judgement, order: { ...order, payload, noteSkipped: "not_read", ...ended } };
}

function conclude(open: OpenEdit, content: Message, judgement: Judgement, at: EpochMs): EditEnding {
  const { decision, prints: about } = judgement;
  const prints = { body: fingerprint(content.body), data: textFingerprint(content.customData) };
  const verdict = verdictOn(decision, prints, open.standing);
  const order = orderFor(verdict, judgement.order, open.standing.withReviewer);
  const audit = order === undefined ? [] : [auditOf(open, verdict, judgement, order, at)];
  return { id: open.id, at, kind: "judged", verdict, judgement: { decision, order, prints: about, audit }, audit };
}

function orderFor(verdict: EditVerdict, order: OrderDraft | undefined, withReviewer: boolean): OrderDraft | undefined {
  if (order === undefined) return undefined;
  switch (verdict) {
    case "pass":
    case "unchanged":
      return undefined;
    case "put_back":
    case "review":
    case "rewrite":
      return order;
    case "guard":
      return asGuard(order);
    case "guard_exhausted":
      // A person has been asked already.
      return withReviewer ? undefined : asExhausted(order);
    default:
      return verdict satisfies never;
  }
}

function auditOf(
  open: OpenEdit,
  verdict: EditVerdict,
  { decision, audit }: Judgement,
  order: OrderDraft,
  at: EpochMs,
): AuditEntry {
  const known = audit[0]?.detail ?? { decision: decision.kind, revision: decision.revision };
  const { purpose, state, reason } = order;
  const detail = { ...known, edit: open.id, verdict, purpose, state, reason };
  const act = verdict === "guard_exhausted" ? "guard_exhausted" : "edit";
  return { ...entry(at, act, detail), modificationId: order.id };
}

const entry = (at: EpochMs, act: AuditEntry["act"], detail: AuditEntry["detail"]): AuditEntry => ({
  ...{ at, actor: "emend", act, detail },
});

const later = ({ id }: OpenEdit, at: EpochMs, waitMs: number, inVain: boolean): EditEnding => ({
  ...{ id, at, kind: "later", dueAt: epochMs(at + waitMs), inVain, audit: [] },
});
