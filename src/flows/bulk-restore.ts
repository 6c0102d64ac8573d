/**
 * Restores of many messages: what a rule has masked in a time, or messages that somebody names. It goes step by step, each
 * one commit together with how far it has come, so that a killed service goes on behind it. Orders are let out a few at a
 * time, and each reads its message back before anything is sent. Whoever pauses or cancels stops all that were not sent.
 */
import type { AuditEntry } from "../domain/audit.ts";
import { textFingerprint } from "../domain/fingerprint.ts";
import { isMaskOf } from "../domain/restore.ts";
import type { Clock } from "../domain/time.ts";
import type { JobId, LeftAlone, Masked, OrderByHand, RestoreJob, Wanted } from "../ports/desk.ts";
import type { Logger } from "../ports/logger.ts";
import type { MessageId } from "../ports/store.ts";
import type { ByHandParts, TellParts } from "./by-hand.ts";
import { tell } from "./by-hand.ts";
import { nameOf } from "./intake.ts";
import { isGone, restoreOrder } from "./restore.ts";
import type { Bell } from "./wake.ts";

/** Messages in one step of a restore. */
const STEP_MESSAGES = 100;
/** Messages looked at for a preview without a turn for others: a few milliseconds. */
const PREVIEW_MESSAGES = 25;
const NEWEST_SHOWN = 10;
/** Orders of a restore that wait or are under way; the lane sends some twenty a second at the least. */
const OPEN_MAX = 300;
const LOOK_AGAIN_MS = 1_000;
/** Between two steps callbacks have the record to themselves. */
const STEP_PAUSE_MS = 20;
const OPEN_LOOK_MS = 250;
export const JOBS_SHOWN_MAX = 100;

export type Preview = {
  /** Messages that would be restored. */
  readonly count: number;
  /** The ten of them that were recorded last. */
  readonly newest: readonly { readonly messageId: MessageId; readonly sentAt: number | null }[];
  readonly leftAlone: RestoreJob["leftAlone"];
};

export type Begun =
  | { readonly kind: "begun"; readonly job: RestoreJob; readonly preview: Preview }
  | { readonly kind: "shadow_mode" }
  | { readonly kind: "nothing_to_restore"; readonly leftAlone: RestoreJob["leftAlone"] };

export type Change = "pause" | "resume" | "cancel";

export interface BulkRestore {
  preview(wanted: Wanted, signal: AbortSignal): Promise<Preview>;
  begin(actor: string, wanted: Wanted, signal: AbortSignal): Promise<Begun>;
  /** The newest first. */
  jobs(): Promise<readonly RestoreJob[]>;
  job(id: JobId): Promise<RestoreJob | undefined>;
  /** @returns the job as it is now; `as_it_is`: it has ended, or is in this state already */
  change(actor: string, id: JobId, change: Change): Promise<RestoreJob | "unknown" | "as_it_is">;
  /** Carries restores out until aborted. */
  run(signal: AbortSignal): Promise<void>;
}

export type BulkRestoreParts = Omit<ByHandParts, "clock"> & {
  readonly clock: Pick<Clock, "now" | "wait">;
  readonly bell: Bell;
  readonly log: Logger;
};

const stateAfter = { pause: "paused", resume: "running", cancel: "cancelled" } as const;

export function createBulkRestore(parts: BulkRestoreParts): BulkRestore {
  const { store, clock, bell, log } = parts;

  const preview = async (wanted: Wanted, last: MessageId, signal: AbortSignal): Promise<Preview> => {
    const newest: { messageId: MessageId; sentAt: number | null }[] = [];
    const leftAlone: Partial<Record<LeftAlone, number>> = {};
    let count = 0;
    for (let after = 0 as MessageId; after < last;) {
      signal.throwIfAborted();
      const { found, upTo } = await store.masked(wanted, { after, last }, PREVIEW_MESSAGES);
      for (const masked of found) {
        const why = leftAloneBecause(parts, wanted, masked);
        if (typeof why === "string") leftAlone[why] = (leftAlone[why] ?? 0) + 1;
        else {
          count++;
          newest.unshift({ messageId: masked.subject.id, sentAt: masked.subject.sentAt ?? null });
          newest.splice(NEWEST_SHOWN);
        }
      }
      after = upTo;
      await new Promise((resolve) => setImmediate(resolve));
    }
    return { count, newest, leftAlone };
  };
  const lastOf = async (wanted: Wanted): Promise<MessageId> =>
    wanted.kind === "messages" ? (wanted.messages.at(-1) ?? (0 as MessageId)) : store.lastMessage();

  const step = async (job: Omit<RestoreJob, "orders">): Promise<void> => {
    const { wanted, cursor: after, last, madeBy: actor } = job;
    const { found, upTo } = await store.masked(wanted, { after, last }, STEP_MESSAGES);
    const at = clock.now();
    const leftAlone: Partial<Record<LeftAlone, number>> = {};
    const orders: OrderByHand[] = [];
    for (const masked of found) {
      const told = leftAloneBecause(parts, wanted, masked);
      if (typeof told === "string") leftAlone[told] = (leftAlone[told] ?? 0) + 1;
      else {
        const judged = { body: masked.subject.lastWritten?.sent ?? told.words.print, data: textFingerprint(undefined) };
        orders.push(restoreOrder(parts, told, { actor, at, judged, detail: { job: job.id } }));
      }
    }
    await store.stepJob(job, { upTo, looked: found.length, leftAlone, orders }, at);
    if (orders.length > 0) parts.wakeDispatcher();
  };

  /** @returns how long to wait before the next step; undefined: until somebody rings */
  const goOn = async (): Promise<number | undefined> => {
    await store.finishJobs(clock.now());
    const running = await store.runningJobs();
    // Orders that cannot get through keep no other restore waiting.
    const next = running.find(({ job: { cursor, last }, open }) => cursor < last && open < OPEN_MAX);
    if (next === undefined) return running.length === 0 ? undefined : OPEN_LOOK_MS;
    await step(next.job);
    return STEP_PAUSE_MS;
  };

  return {
    preview: async (wanted, signal) => preview(wanted, await lastOf(wanted), signal),
    async begin(actor, wanted, signal) {
      if (parts.read === undefined) return { kind: "shadow_mode" };
      const last = await lastOf(wanted);
      const seen = await preview(wanted, last, signal);
      if (seen.count === 0) return { kind: "nothing_to_restore", leftAlone: seen.leftAlone };
      const madeAt = clock.now();
      const all = seen.count + sumOf(seen.leftAlone);
      const about = { wanted, madeBy: actor, madeAt, all, last };
      const id = await store.addJob(about, (job) => entryOf(actor, madeAt, job, "begun", { ...told(wanted), all }));
      bell.ring();
      const job = await store.job(id);
      if (job === undefined) throw new Error("A restore is there once it is recorded");
      return { kind: "begun", job, preview: seen };
    },
    jobs: () => store.jobs(JOBS_SHOWN_MAX),
    job: (id) => store.job(id),
    async change(actor, id, change) {
      if ((await store.job(id)) === undefined) return "unknown";
      const state = stateAfter[change];
      if (!(await store.changeJob(id, state, entryOf(actor, clock.now(), id, state, {})))) return "as_it_is";
      bell.ring();
      return (await store.job(id)) ?? "unknown";
    },
    async run(signal) {
      while (!signal.aborted) {
        let wait: number | undefined;
        try {
          wait = await goOn();
        } catch (thrown) {
          log.error({ fault: nameOf(thrown) }, "A step of a restore could not be written down; trying again.");
        }
        if (wait === undefined) await bell.sleep(LOOK_AGAIN_MS, signal);
        else await clock.wait(wait, signal);
      }
    },
  };
}

/** @returns the message with its words, or why it is left alone */
export function leftAloneBecause(parts: TellParts, wanted: Wanted, { subject, rules }: Masked) {
  const told = tell(parts, subject);
  if ("why" in told) return told.why as LeftAlone;
  const { lastWritten } = subject;
  if (isGone(subject)) return "no_longer_stored";
  if (lastWritten?.putsBack === true) return "already_restored";
  if (wanted.kind === "rule") {
    // What stands there now is not what the rule has masked.
    if (!rules.includes(wanted.rule)) return "edited";
    // Their masks would come off with it.
    if (rules.length > 1) return "by_others";
  }
  if (rules.length === 0 || lastWritten === undefined || lastWritten.sent === told.words.print) return "not_masked";
  // What the mask covers is not what the record has.
  if (!isMaskOf(lastWritten.sent, told.words.print, subject.made)) return "original_not_kept";
  return told;
}

/** @returns how many messages it is through with: left alone, or their orders have ended otherwise than with the job */
export function endedOf({ leftAlone, orders }: Pick<RestoreJob, "leftAlone" | "orders">): number {
  const { pending: _pending, claimed: _claimed, not_sent: _notSent, ...ended } = orders;
  return sumOf(leftAlone) + sumOf(ended);
}

const sumOf = (counts: Readonly<Partial<Record<string, number>>>): number =>
  Object.values(counts).reduce<number>((sum, count = 0) => sum + count, 0);

const entryOf = (
  actor: string,
  at: AuditEntry["at"],
  job: JobId,
  state: string,
  more: Readonly<Record<string, unknown>>,
): AuditEntry => ({ at, actor, act: "bulk_restore", detail: { job, state, ...more } });

const told = (wanted: Wanted): Readonly<Record<string, unknown>> =>
  wanted.kind === "messages"
    ? { messages: wanted.messages.length }
    : {
        ...{ rule: wanted.rule, since: wanted.since, until: wanted.until },
        ...(wanted.revision === undefined ? {} : { revision: wanted.revision }),
      };
