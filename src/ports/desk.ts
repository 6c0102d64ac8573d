/** What people decide about a message, in the record: a restore, a mask by hand, and restores of many at once. */
import type { AuditEntry } from "../domain/audit.ts";
import type { Finding, RuleId } from "../domain/decision.ts";
import type { Fingerprint, Prints } from "../domain/fingerprint.ts";
import type { SdkAppId } from "../domain/message.ts";
import type { ModificationState, Purpose } from "../domain/modification.ts";
import type { OrderDraft, Origin } from "../domain/plan.ts";
import type { EpochMs } from "../domain/time.ts";
import type { MessageId } from "./store.ts";

/** A message about which a person decides. */
export type Subject = {
  readonly id: MessageId;
  readonly sdkAppId: SdkAppId;
  readonly origin: Origin;
  readonly command: string;
  /** Undefined: past keeping. */
  readonly callback: Buffer | undefined;
  readonly sentAt: EpochMs | undefined;
  readonly receivedAt: EpochMs;
  /** Why nothing can be ordered now. `being_judged`: it, or an edit of it, is about to be. */
  readonly passedOver: "recalled" | "unmodifiable" | "being_judged" | undefined;
  /** The newest edit by a person that says something else than what we wrote; its callback undefined: past keeping. */
  readonly edit:
    | {
        readonly id: number;
        readonly command: string;
        readonly callback: Buffer | undefined;
        readonly print: Fingerprint;
        readonly eventAt: EpochMs;
      }
    | undefined;
  /** Bodies with masks that calls of ours have written, or may have. */
  readonly masks: readonly Fingerprint[];
  /** What each of them was made of. */
  readonly made: readonly { readonly sent: Fingerprint; readonly judged: Fingerprint }[];
  /** Ids of all its orders: notes of ours bear them. */
  readonly orders: ReadonlySet<string>;
  /** The newest order. */
  readonly lastOrder:
    | {
        readonly id: string;
        readonly purpose: Purpose;
        readonly action: OrderDraft["action"];
        readonly state: ModificationState;
        readonly reason: string;
      }
    | undefined;
  /** A mask waits, or is under way. */
  readonly maskOpen: boolean;
  /** The newest payload that was sent, or may have been, and writes a body. Undefined: none, or past keeping. */
  readonly ours: string | undefined;
  /** The same of those that write custom data. */
  readonly noted: string | undefined;
  /** What the newest body of ours says, in fingerprints, and whether it puts words back. */
  readonly lastWritten: { readonly sent: Fingerprint; readonly putsBack: boolean } | undefined;
  /** Changes with each order, edit and recall of the message. */
  readonly version: string;
};

export type OrderByHand = {
  readonly subject: Pick<Subject, "id" | "version" | "edit">;
  readonly order: OrderDraft;
  readonly prints: Prints | undefined;
  /** It is about exactly what stands there now: were that another text, nothing would be sent. */
  readonly decidedForThis: boolean;
  /** Where a person says that something has to be covered. */
  readonly findings: readonly Finding[];
  readonly audit: AuditEntry;
};

export type JobId = number & { readonly brand: "restore job id" };
export type JobState = "running" | "paused" | "done" | "cancelled";

/** Which messages are to be restored: those that a rule masked in a time, or those that are named. */
export type Wanted =
  | {
      readonly kind: "rule";
      readonly rule: RuleId;
      readonly revision: string | undefined;
      /** Of the mask, and not of the message: a rescan masks what is old. */
      readonly since: EpochMs;
      /** Exclusive. */
      readonly until: EpochMs;
    }
  | { readonly kind: "messages"; readonly messages: readonly MessageId[] };

/** Why a message of a restore was left alone; `by_others`: another rule has masked it too. */
export type LeftAlone =
  | NonNullable<Subject["passedOver"]>
  | "original_not_kept"
  | "no_longer_stored"
  | "not_masked"
  | "already_restored"
  | "edited"
  | "by_others"
  | "meanwhile";

export type RestoreJob = {
  readonly id: JobId;
  readonly wanted: Wanted;
  readonly state: JobState;
  readonly madeBy: string;
  readonly madeAt: EpochMs;
  readonly endedAt: EpochMs | undefined;
  /** Messages of this restore when it was begun, those with them that are left alone. */
  readonly all: number;
  /** Up to which message it has come, and up to which it goes. */
  readonly cursor: MessageId;
  readonly last: MessageId;
  /** Messages looked at so far: as many as were ordered and left alone together. */
  readonly looked: number;
  readonly ordered: number;
  readonly leftAlone: Readonly<Partial<Record<LeftAlone, number>>>;
  /** Its orders by state; `not_sent`: put aside while it is paused, or ended with it when it was cancelled. */
  readonly orders: Readonly<Partial<Record<ModificationState | "not_sent", number>>>;
};

/** A message that a rule has masked, and the rules that masked what stands for it now. */
export type Masked = {
  readonly subject: Subject;
  readonly rules: readonly RuleId[];
  /** The rules' revision that masked it. */
  readonly revision: string | undefined;
  /** When the newest mask was ordered; undefined: none was. */
  readonly maskedAt: EpochMs | undefined;
};

/** Where a rule masked something, in the message as it was sent or, where `edit` is given, in that edit. */
export type MaskedAt = Pick<Finding, "rule" | "place" | "span"> & { readonly edit: number | undefined };

export interface DeskStore {
  /** Undefined: there is no such message. */
  subject(id: MessageId): Promise<Subject | undefined>;
  maskedAt(id: MessageId): Promise<readonly MaskedAt[]>;

  /**
   * Writes down what a person has ordered, in one commit; the message is read back before anything is sent. Orders of the
   * message that wait are superseded, one that is under way is not tried again, and the new one comes after it; unless the
   * new one has ended already.
   *
   * @returns false: the message has changed in the record since it was read, and nothing was written
   */
  recordByHand(entry: OrderByHand, at: EpochMs): Promise<boolean>;

  /**
   * Messages that a rule has masked, or some by name, by number; `upTo` says how far the search has come: a bounded number
   * of rows is looked at.
   */
  masked(
    wanted: Wanted,
    range: { readonly after: MessageId; readonly last: MessageId },
    limit: number,
  ): Promise<{ readonly found: readonly Masked[]; readonly upTo: MessageId }>;
  lastMessage(): Promise<MessageId>;

  /** Begins a restore of many. */
  addJob(
    job: Pick<RestoreJob, "wanted" | "madeBy" | "madeAt" | "all" | "last">,
    audit: (id: JobId) => AuditEntry,
  ): Promise<JobId>;
  job(id: JobId): Promise<RestoreJob | undefined>;
  /** The newest first. */
  jobs(limit: number): Promise<readonly RestoreJob[]>;
  /** Those that run, the oldest first, and how many orders of each wait or are under way. */
  runningJobs(): Promise<readonly { readonly job: Omit<RestoreJob, "orders">; readonly open: number }[]>;

  /**
   * Writes one step of a restore down, in one commit with how far it has come, so that a killed one goes on behind it. Its
   * orders supersede nothing: a mask that waits goes out first, and stands should the restore be cancelled by then.
   *
   * @returns how many orders did not count, because their messages changed meanwhile; undefined: the restore was paused or
   * ended meanwhile, or another process has taken the step, and nothing was written
   */
  stepJob(
    job: Pick<RestoreJob, "id" | "cursor">,
    step: {
      readonly upTo: MessageId;
      readonly looked: number;
      readonly leftAlone: RestoreJob["leftAlone"];
      readonly orders: readonly OrderByHand[];
    },
    at: EpochMs,
  ): Promise<number | undefined>;

  /** Ends the restores that have looked at all their messages and whose orders have all ended. */
  finishJobs(at: EpochMs): Promise<void>;

  /**
   * Another state for a restore, and what it does to those of its orders of which nothing was sent. Paused, they are put
   * aside: ended for everybody else, so that they keep nothing waiting and whatever is decided meanwhile counts. Once it
   * goes on, those whose messages nobody has decided about anew are open again, and are read back anew. Cancelled, they have
   * ended. What may have been sent goes on to its end.
   *
   * @returns false: it has ended, or is in this state already
   */
  changeJob(id: JobId, state: Exclude<JobState, "done">, audit: AuditEntry): Promise<boolean>;
}
