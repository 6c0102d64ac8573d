/**
 * The record, as the flows need it. Every method is one whole durable step: when its promise resolves, what it says is on
 * disk and survives a kill and a power cut; when it rejects, or the process dies in the middle, nothing of it happened.
 * There is no `transaction(fn)`: a step that has a name is easier to promise than a block that is passed.
 */
import type { AuditEntry } from "../domain/audit.ts";
import type { Decision } from "../domain/decision.ts";
import type { Message, SdkAppId } from "../domain/message.ts";
import type { ModifyApi, Outcome } from "../domain/modification.ts";
import type { OrderDraft, Origin } from "../domain/plan.ts";
import type { Fingerprint, Prints } from "../domain/fingerprint.ts";
import type { EpochMs, MonotonicMs } from "../domain/time.ts";
import type { EditStore } from "./edits.ts";

export type MessageId = number & { readonly brand: "message id" };

/** What the rules said and what follows from it; the flows' half of a record. */
export type Judgement = {
  readonly decision: Decision;
  readonly order: OrderDraft | undefined;
  /** What the order's payload is about; by these our own change is recognised when it comes back. */
  readonly prints?: Prints | undefined;
  readonly audit: readonly AuditEntry[];
};

export type IntakeEntry = {
  readonly message: Message;
  readonly command: string;
  /** The callback's body, byte for byte. */
  readonly callback: Buffer;
  readonly origin: Origin;
  readonly receivedAt: EpochMs;
  /** Undefined: the budget ran out; it is to be judged later. */
  readonly judgement: Judgement | undefined;
};

/** A message that was committed without a decision. */
export type Undecided = {
  readonly id: MessageId;
  readonly sdkAppId: SdkAppId;
  readonly command: string;
  readonly callback: Buffer;
  readonly origin: Origin;
};

export type ClaimedOrder = {
  readonly id: string;
  readonly messageId: MessageId;
  readonly api: ModifyApi;
  readonly payload: string;
  readonly payloadRevision: number;
  /** How many calls ended how, before this claim. Each kind of trouble has a patience of its own. */
  readonly tries: Readonly<Partial<Record<Outcome["kind"], number>>>;
  /** Somebody changed the message meanwhile: read it back before anything is sent. */
  readonly readFirst: boolean;
  readonly createdAt: EpochMs;
  /** Names this claim: an answer that comes with an older fence changes nothing. */
  readonly fence: number;
  /** Nothing of it can stand at Tencent: nothing was sent yet, or it was not there when the message was read last. */
  readonly unsent: boolean;
  /** A restore of many ordered it, which may be paused or cancelled at any moment. */
  readonly isOfMany: boolean;
};

export type Bodies = {
  /** What the order writes. */
  readonly own: Fingerprint;
  /** What other orders for the same message have written, or may have. */
  readonly others: readonly Fingerprint[];
  /** The order puts back what a person wrote. */
  readonly putsBack: boolean;
  /** Ids of orders for the same message that have left their note, or may have. */
  readonly noted: readonly string[];
  /** A reviewer has decided by hand about exactly this content, and about no other. */
  readonly decidedFor?: { readonly body: Fingerprint; readonly data: Fingerprint } | undefined;
};

export type Settlement = {
  readonly id: string;
  readonly fence: number;
  /** Tencent's code, or the transport's word; undefined when no call was made. */
  readonly code: string | undefined;
  /** The outcome that counts against the order's patience; undefined for what is not its fault. */
  readonly counted: Outcome["kind"] | undefined;
  /** This claim leaves nothing at Tencent that was not there before it. */
  readonly unsent?: boolean;
  readonly at: EpochMs;
  readonly result:
    | {
        readonly kind: "end";
        readonly state: "applied" | "refused" | "given_up" | "cancelled";
        readonly reason: string;
      }
    | { readonly kind: "retry"; readonly dueAt: EpochMs; readonly readFirst: boolean }
    /** The next payload, stored before it is sent. */
    | {
        readonly kind: "revise";
        readonly payload: string;
        readonly reason: string;
        readonly dueAt: EpochMs;
        /** Undefined: it is about the same body as before. */
        readonly prints?: Prints | undefined;
      }
    /** No call was made and none will be by this claim: as if it had not been claimed. */
    | { readonly kind: "give_back" };
  readonly audit: readonly AuditEntry[];
};

export interface IntakeStore {
  /**
   * Records messages, their findings, orders and audit entries in one commit. A message that is known already changes
   * nothing.
   *
   * @returns for each entry whether it was new
   * @throws when it cannot be written; then none of them is
   */
  recordIntake(entries: readonly IntakeEntry[]): Promise<readonly boolean[]>;

  /** Keeps a callback that we should have understood; the newest fifty are kept. */
  recordUndecodable(command: string, reason: string, body: Buffer, at: EpochMs): Promise<void>;

  /** Messages without a decision, oldest first. */
  undecided(limit: number): Promise<readonly Undecided[]>;

  /** Writes a later judgement down, unless the message has been decided meanwhile. */
  recordJudgement(id: MessageId, judgement: Judgement, at: EpochMs): Promise<void>;

  /** The rules could not judge this message: a person has to. It is not tried again by itself. */
  recordJudgingFailed(id: MessageId, audit: readonly AuditEntry[], at: EpochMs): Promise<void>;
}

export interface OrderStore {
  /**
   * Takes orders that are due by `dueBy` (now, unless told otherwise), each lane its share of the limit and oldest first,
   * never one whose message has an earlier order still open, or an edit that is not judged yet: it may be the newer word. They belong to the caller for the time of a lease, a minute, or until settled; after a crash
   * `takeOver` frees them at once.
   */
  claimOrders(api: ModifyApi, limit: number, now: EpochMs, dueBy?: EpochMs): Promise<readonly ClaimedOrder[]>;

  /**
   * An order that was superseded while it was under way ends here, whatever its answer asks for.
   *
   * @returns for each whether it counted; false: the claim was lost, and nothing changed
   */
  settleOrders(settlements: readonly Settlement[]): Promise<readonly boolean[]>;

  /**
   * Ends a claimed order, of which nothing was sent, where the restore of many that it belongs to was paused or cancelled
   * since it was claimed. To be asked right before a call.
   *
   * @returns whether it did
   */
  endIfStopped(order: Pick<ClaimedOrder, "id" | "fence" | "unsent" | "isOfMany">, at: EpochMs): Promise<boolean>;

  /**
   * When there is something to claim for this API: the next order is due, or a lease runs out. Undefined when none is
   * open. It only reads, so it waits for nobody's lock.
   */
  nextDue(api: ModifyApi, now: EpochMs): Promise<EpochMs | undefined>;

  /** Makes orders that wait for a later try due now, the earliest thousand: what they waited for has passed. */
  hasten(api: ModifyApi, now: EpochMs): Promise<void>;

  /**
   * Frees the orders of a process that is gone. Only for the holder of the process lock: nobody else can have claims.
   *
   * @returns how many there were
   */
  takeOver(now: EpochMs): Promise<number>;

  /**
   * Sets `count` slots of the pace aside, one every `gapMs`, for the caller alone. Slots that are not used are lost: after
   * a kill the next process starts behind them.
   *
   * @returns when the first one is
   */
  reserveSlots(api: ModifyApi, count: number, gapMs: number, now: MonotonicMs): Promise<MonotonicMs>;

  /** What was recorded for an order's message, for judging it again; undefined when its body is past keeping. */
  recorded(id: MessageId): Promise<Undecided | undefined>;

  /** Undefined for an order that writes no body, and for one of a rescan, whose payload was never meant to be sent unread. */
  bodiesFor(order: string): Promise<Bodies | undefined>;

  auditOnly(entries: readonly AuditEntry[]): Promise<void>;
}

export type StoredRules = { readonly revision: string; readonly files: ReadonlyMap<string, string> };

export interface RuleStore {
  saveRules(rules: StoredRules, at: EpochMs): Promise<void>;
  /** The revision that was loaded last. */
  lastRules(): Promise<StoredRules | undefined>;
}

export interface RetentionStore {
  /**
   * Drops the bodies of messages received before the given times: `bodies` for those that no rule objected to, `originals`
   * for the rest. One small step; the audit log says how many went, where any did.
   *
   * @returns whether there is more to do
   */
  purge(before: { readonly bodies: EpochMs; readonly originals: EpochMs }, at: EpochMs): Promise<boolean>;

  /** When the newest message was sent, as Tencent says; undefined where none says so. */
  newestSentAt(): Promise<EpochMs | undefined>;

  /** Begins at the oldest message again: what was undecided or had an open order when `purge` went past is seen then. */
  purgeAnew(): Promise<void>;
}

export interface Store extends IntakeStore, EditStore, OrderStore, RuleStore, RetentionStore, Disposable {
  /** The newest seal of the audit log. Written elsewhere, it shows later whether rows were cut off. */
  auditHead(): Promise<string>;

  /** Rejects, with a reason for people, when nothing can be written. */
  checkWritable(now: EpochMs): Promise<void>;
}
