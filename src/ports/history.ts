/**
 * What the search for missed messages needs: Tencent's history, page by page, and a record of holes that survives a
 * restart.
 */
import type { AuditEntry } from "../domain/audit.ts";
import type { AfterFailure, SeqRange, SweepWindow } from "../domain/gaps.ts";
import type { GroupId, Message, UserId } from "../domain/message.ts";
import type { Outcome } from "../domain/modification.ts";
import type { EpochMs } from "../domain/time.ts";

export type GroupPlace = {
  readonly groupId: GroupId;
  readonly topicId: string | undefined;
  /** As the last callback spelt it; history does not say. */
  readonly groupType: string | undefined;
};
export type Pair = readonly [UserId, UserId];

/** One line of a page. A message comes as the callback that it should have come with, so that it is recorded as one. */
export type HistoryLine = { readonly seq: number | undefined } & (
  | { readonly kind: "message"; readonly message: Message; readonly command: string; readonly callback: Buffer }
  /** A system message, an empty place, a recalled message. */
  | { readonly kind: "nothing" }
  /** A message of a shape that we should have understood. */
  | { readonly kind: "unreadable"; readonly reason: string; readonly command: string; readonly callback: Buffer }
);

export type HistoryPage = {
  /** Oldest first. */
  readonly lines: readonly HistoryLine[];
  /** Where the next page of one-to-one history begins; undefined behind the last one. */
  readonly after: PageMark | undefined;
  /** Tencent has no more of this: it is past keeping. */
  readonly expired: boolean;
};
export type PageMark = { readonly msgKey: string; readonly until: EpochMs };

export type HistoryReading =
  { readonly kind: "page"; readonly page: HistoryPage } | { readonly kind: "failed"; readonly outcome: Outcome };

/** Neither call ever throws or repeats itself. Both give the newest messages first, a page at a time. */
export interface HistoryClient {
  /** @param upTo the highest number wanted; undefined: from the newest on */
  groupPage(place: GroupPlace, upTo: number | undefined, count: number): Promise<HistoryReading>;

  /** What one of the two sees of their chat. */
  c2cPage(pair: Pair, window: SweepWindow, after: PageMark | undefined): Promise<HistoryReading>;
}

export type ConversationId = number & { readonly brand: "conversation id" };

export type Gap = {
  readonly id: number;
  readonly conversation: ConversationId;
  readonly place: GroupPlace;
  readonly range: SeqRange;
  /** Calls that failed so far. */
  readonly attempts: number;
  readonly foundAt: EpochMs;
  /** Messages that were found in it so far. */
  readonly recovered: number;
};

/** A conversation in which something was said since it was last looked at. */
export type Stirred = {
  readonly conversation: ConversationId;
  /** When the first callback after the last look came. */
  readonly stirredAt: EpochMs;
  /** When the newest came. */
  readonly spokeAt: EpochMs;
  /** Up to where it was read; undefined: never. */
  readonly lookedUntil: EpochMs | undefined;
  readonly attempts: number;
};
export type StirredGroup = Stirred & { readonly place: GroupPlace; readonly highest: number | undefined };
export type StirredPair = Stirred & { readonly pair: Pair };

export type Settled<Done> = (Done | AfterFailure) & { readonly audit: readonly AuditEntry[] };

/**
 * Holes are written down by `IntakeStore.recordIntake`, in the commit of the message that shows them. As with the rest of
 * the record, each method is one whole durable step.
 */
export interface GapStore {
  /** Since when callbacks have been recorded here. The first call writes `now` down, unless messages are older. */
  watchingSince(now: EpochMs): Promise<EpochMs>;

  /** Holes that have settled or wait for another try no longer, the longest waiting first. */
  gapsDue(now: EpochMs, limit: number): Promise<readonly Gap[]>;

  /** Which numbers of the range are recorded; a group's earlier life does not count. */
  knownSeqs(conversation: ConversationId, range: SeqRange): Promise<readonly number[]>;

  /** Which of these messages of one chat are recorded, in order. */
  knownMessages(conversation: ConversationId, messages: readonly Message[]): Promise<readonly boolean[]>;

  /** `narrowed`: some of it is left, and read next. `closed`: every number is accounted for. */
  settleGap(
    id: number,
    result: Settled<
      | { readonly kind: "closed" }
      | { readonly kind: "narrowed"; readonly range: SeqRange; readonly recovered: number; readonly at: EpochMs }
    >,
  ): Promise<void>;

  /**
   * Groups whose newest messages nobody has looked at since they last spoke: quiet since `quietSince`, or never looked at
   * and stirred before it. Groups that go on talking are put off; their own numbers show what is missing.
   */
  quietGroups(quietSince: EpochMs, now: EpochMs, limit: number): Promise<readonly StirredGroup[]>;

  /**
   * Asks for a look at every group in which somebody spoke since `spokeSince`: callbacks may have found nobody.
   *
   * @returns how many there are
   */
  stirGroups(spokeSince: EpochMs, now: EpochMs): Promise<number>;

  /** One-to-one chats in which somebody spoke before `stirredBefore` and that were not read since. */
  stirredPairs(stirredBefore: EpochMs, now: EpochMs, limit: number): Promise<readonly StirredPair[]>;

  /**
   * Writes down that a conversation was looked at, together with the hole that the look showed. Whoever spoke after
   * `settled` asks for the next look.
   */
  settleLook(
    look: Stirred,
    result: Settled<{
      readonly kind: "looked";
      readonly until: EpochMs;
      readonly settled: EpochMs;
      readonly gap: { readonly range: SeqRange; readonly foundAt: EpochMs; readonly dueAt: EpochMs } | undefined;
      /** When the next look is due though nobody speaks; undefined: not before somebody does. */
      readonly again: EpochMs | undefined;
    }>,
    at: EpochMs,
  ): Promise<void>;
}
