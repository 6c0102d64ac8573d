/**
 * What the console asks of the record. Questions are answered by a thread of its own, from a connection that can only read,
 * so that no callback ever waits for one; each is bounded in what it looks at. Answers are plain values.
 *
 * `sight` is what the asker may see: `masked` texts, as everybody may, or the `original` ones as well. It is applied where
 * the answer is made. What is hidden does not leave the thread.
 */
import type { ModifyApi } from "../domain/modification.ts";
import type { Sight } from "../domain/sight.ts";
import type { RetentionFigures, Stats, StatsQuery } from "./console-figures.ts";
import type { MessageItem, ModificationItem, MessageDetail } from "./console-views.ts";

/** @template Cursor where the next page begins: the number or the id of the last row that was looked at */
export type PageQuery<Cursor = number> = { readonly limit: number; readonly cursor: Cursor | undefined };
/**
 * Newest first. A page may be short, even empty, and still have a `next`: then as much was looked at as one question may,
 * and the next page goes on from there.
 */
export type Page<Row, Cursor = number> = { readonly items: readonly Row[]; readonly next: Cursor | null };

export type MessageFilters = {
  readonly q?: string | undefined;
  readonly rule?: string | undefined;
  readonly state?: string | undefined;
  /** Its number, or `group:ID`, `group:ID/TOPIC`, `c2c:A|B`. */
  readonly conversation?: string | undefined;
  readonly sender?: string | undefined;
  readonly since?: number | undefined;
  readonly until?: number | undefined;
  readonly verdict?: string | undefined;
  readonly origin?: string | undefined;
  readonly edited?: string | undefined;
  readonly decision?: string | undefined;
};
export type MessageQuery = PageQuery & MessageFilters & { readonly sight: Sight };

export type ModificationQuery = PageQuery<string> & {
  readonly state?: string | undefined;
  readonly lane?: string | undefined;
};

export type OutboxSummary = {
  /** Orders that wait or are under way. */
  readonly backlog: readonly {
    readonly api: string;
    readonly lane: string;
    readonly waiting: number;
    readonly underWay: number;
    readonly oldestAt: number | null;
  }[];
  /** Calls that were answered in the last minute, a second. */
  readonly calls: readonly { readonly api: ModifyApi; readonly perSecond: number }[];
  readonly deadLetters: readonly ReasonCount[];
  readonly refused: readonly ReasonCount[];
  /** Messages that no callback brought. */
  readonly recovered: number;
  readonly guarded: number;
};
export type ReasonCount = { readonly reason: string; readonly count: number };

export type AuditFilters = {
  readonly act?: string | undefined;
  readonly actor?: string | undefined;
  readonly since?: number | undefined;
  readonly until?: number | undefined;
  readonly message?: number | undefined;
};
export type AuditQuery = PageQuery & AuditFilters;
/** A page of an export: written where callbacks do not wait for it. */
export type WrittenPage = { readonly text: string; readonly next: number | null };
export type AuditItem = {
  readonly id: number;
  readonly at: number;
  readonly actor: string;
  readonly act: string;
  readonly messageId: number | null;
  readonly modificationId: string | null;
  readonly detail: Readonly<Record<string, unknown>>;
  /** The row's link in the chain, in hex. */
  readonly seal: string;
};

/** How far a watcher has seen: the newest row of the audit log, and the newest message. */
export type EventPosition = { readonly audit: number; readonly message: number };
export type TailQuery = { readonly after: EventPosition | undefined; readonly limit: number };
export type Tail = {
  readonly position: EventPosition;
  /** Messages that came since; what they say is asked for when somebody wants to see it. */
  readonly messages: number;
  readonly rows: readonly AuditItem[];
};

/** Name, question and answer of everything that can be asked. */
export type ConsoleQuestions = {
  readonly messages: { readonly asks: MessageQuery; readonly answers: Page<MessageItem> };
  readonly message: {
    readonly asks: { readonly id: number; readonly sight: Sight };
    readonly answers: MessageDetail | null;
  };
  readonly modifications: { readonly asks: ModificationQuery; readonly answers: Page<ModificationItem, string> };
  readonly outbox: { readonly asks: { readonly now: number }; readonly answers: OutboxSummary };
  readonly stats: { readonly asks: StatsQuery; readonly answers: Stats };
  readonly retention: { readonly asks: Record<never, never>; readonly answers: RetentionFigures };
  readonly audit: { readonly asks: AuditQuery; readonly answers: Page<AuditItem> };
  readonly writtenAudit: {
    readonly asks: AuditQuery & { readonly format: "csv" | "jsonl" };
    readonly answers: WrittenPage;
  };
  readonly tail: { readonly asks: TailQuery; readonly answers: Tail };
};
export type QuestionName = keyof ConsoleQuestions;

/** Why nothing is sent by an API of Tencent's, and what to do; undefined while sending goes on. */
export type WhyStopped = (
  api: ModifyApi,
) => { readonly why: "unreachable" | "misconfigured"; readonly code: string; readonly next: string } | undefined;

export interface ConsoleReads {
  /**
   * Rejects with an `OperatorError`: `CONSOLE_BUSY` when too many questions wait, `CONSOLE_SLOW` when this one took too
   * long, `CONSOLE_CLOSED` while the service stops; with the signal's reason when it is aborted.
   */
  ask<Name extends QuestionName>(
    name: Name,
    question: ConsoleQuestions[Name]["asks"],
    signal?: AbortSignal,
  ): Promise<ConsoleQuestions[Name]["answers"]>;
}

export type Verdict = "confirmed" | "false_positive";
export type Retried = "retried" | "unknown" | "not_given_up" | "recalled" | "decided_anew" | "past_keeping";

/** What the console writes. Each step is on disk, audit entry included, when its promise resolves. */
export interface ConsoleWrites {
  /** @returns false: there is no such message */
  recordVerdict(verdict: {
    readonly messageId: number;
    readonly account: string;
    readonly verdict: Verdict;
    readonly note: string;
    readonly at: number;
  }): Promise<boolean>;

  retryOrder(id: string, account: string, at: number): Promise<Retried>;

  /** Forgets notes of changes that the console's file has dealt with; a few at a time. */
  trimTouched(upTo: number): Promise<boolean>;
}
