/**
 * What the console asks of the record. Questions are answered by a thread of its own, from a connection that can only read,
 * so that no callback ever waits for one; each is bounded in what it looks at. Answers are plain values.
 *
 * `sight` is what the asker may see: `masked` texts, as everybody may, or the `original` ones as well. It is applied where
 * the answer is made. What is hidden does not leave the thread.
 */
import type { ElementKind, Place } from "../domain/message.ts";
import type { ModifyApi } from "../domain/modification.ts";
import type { Sight } from "../domain/sight.ts";

/** What is kept of one message to search, list and count by; see `store/console/index-file.ts`. */
export type IndexEntry = {
  readonly message: number;
  readonly at: number;
  /** `sender:anna`, `rule:spam.zh`, `state:applied` … */
  readonly facts: readonly string[];
  /** Facts that nobody searches by and that are only counted. */
  readonly counted: readonly string[];
  /** Folded as search compares it; null where there is nothing that everybody may see. */
  readonly masked: string | null;
  /** The same of what was written, where it differs. */
  readonly original: string | null;
};

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

export type ConversationName = {
  readonly id: number;
  readonly kind: "c2c" | "group";
  /** The two people of a chat; a group and, in communities, its topic. */
  readonly first: string;
  readonly second: string;
};

export type MessageItem = {
  readonly id: number;
  readonly conversation: ConversationName;
  readonly sender: string;
  readonly sentAt: number | null;
  readonly receivedAt: number;
  readonly origin: string;
  readonly decision: string;
  readonly rules: readonly string[];
  /** Of the newest modification. */
  readonly state: string | null;
  readonly reason: string | null;
  readonly purpose: string | null;
  readonly verdict: string | null;
  readonly editCount: number;
  readonly recalled: boolean;
  /**
   * The newest words of a person's that everybody may see: those of an edit, where there was one. What is hidden is three
   * stars, whatever its length. Null: past keeping, or not judged yet and not to be seen.
   */
  readonly text: string | null;
};

/** A part of a message; what is not text is named by Tencent's type alone. */
export type ElementView = {
  readonly kind: ElementKind;
  readonly texts: readonly { readonly part: string; readonly text: string }[];
  readonly type: string | null;
};

export type FindingView = {
  readonly rule: string;
  readonly category: string;
  readonly severity: string;
  readonly effect: string;
  readonly place: Place;
  readonly start: number;
  readonly end: number;
  readonly edit: number | null;
};

export type PayloadView = {
  readonly revision: number;
  readonly reason: string;
  readonly createdAt: number;
  /** Null: past keeping, or hidden. */
  readonly body: string | null;
  /** What it writes into the custom data, where the note is. Null: nothing; or there is no body here. */
  readonly customData: string | null;
};

export type ModificationItem = {
  readonly id: string;
  readonly messageId: number;
  readonly ordinal: number;
  readonly api: string;
  readonly purpose: string;
  readonly lane: string;
  readonly action: string;
  readonly state: string;
  readonly reason: string;
  readonly lastCode: string | null;
  readonly attempts: number;
  readonly createdAt: number;
  readonly dueAt: number;
  readonly endedAt: number | null;
};

export type EditView = {
  readonly id: number;
  readonly operator: string;
  readonly at: number;
  readonly outcome: string;
  readonly revision: string | null;
  readonly modificationId: string | null;
  readonly elements: readonly ElementView[] | null;
  /** As it came. Null: past keeping, or hidden. */
  readonly callback: string | null;
};

export type VerdictView = {
  readonly account: string;
  readonly verdict: string;
  /** It may quote what was said: empty for whom originals are hidden from. */
  readonly note: string;
  readonly at: number;
};

/** One line of a message's story, oldest first. Ids, codes and names; texts stand elsewhere. */
export type HistoryLine = {
  readonly at: number;
  readonly what:
    | "sent"
    | "received"
    | "judged"
    | "ordered"
    | "read_back"
    | "answered"
    | "ended"
    | "edited"
    | "guarded"
    | "restored"
    | "recalled"
    | "reviewed"
    | "looked"
    | "noted";
  readonly who: string;
  readonly modificationId: string | null;
  readonly detail: Readonly<Record<string, unknown>>;
};

export type MessageDetail = MessageItem & {
  readonly sight: Sight;
  readonly sdkAppId: number;
  readonly address: { readonly msgKey: string | null; readonly msgSeq: number | null };
  readonly groupType: string | null;
  readonly operator: string | null;
  readonly unmodifiable: string | null;
  readonly revision: string | null;
  readonly decidedAt: number | null;
  /** As it was written; texts masked for whom originals are hidden from. Null: past keeping, or not to be seen yet. */
  readonly elements: readonly ElementView[] | null;
  /** As clients see it now, as far as the record knows. */
  readonly current: readonly ElementView[] | null;
  /** Who wrote the current one: the sender, an edit, or a modification. */
  readonly currentBy: string;
  /** Whose words are the newest: the sender's, or an edit's. Not what was put in for them. */
  readonly writtenBy: string;
  /**
   * Where a hidden word stands would tell how long it is, and so would the place of anything behind it: null for whom
   * something of this text is hidden from.
   */
  readonly findings: readonly (Omit<FindingView, "start" | "end"> & {
    readonly start: number | null;
    readonly end: number | null;
  })[];
  readonly modifications: readonly (ModificationItem & { readonly payloads: readonly PayloadView[] })[];
  readonly edits: readonly EditView[];
  readonly verdicts: readonly VerdictView[];
  readonly history: readonly HistoryLine[];
  /** The callback as it came. Null: past keeping, or hidden. */
  readonly callback: string | null;
};

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

export type StatsQuery = {
  readonly since: number;
  readonly until: number;
  /** Minutes east of UTC: where hours begin. */
  readonly offsetMinutes: number;
};
export type Stats = {
  readonly since: number;
  readonly until: number;
  readonly hours: readonly HourCounts[];
  readonly hoursOfDay: readonly HourCounts[];
  readonly totals: Omit<HourCounts, "at">;
  readonly rules: readonly {
    readonly rule: string;
    readonly messages: number;
    /** Hits of shadow rules, by which nothing was done. */
    readonly shadow: number;
    readonly confirmed: number;
    readonly falsePositives: number;
    /** Of those with a verdict; null where there is none. */
    readonly falsePositiveShare: number | null;
  }[];
  readonly categories: readonly { readonly category: string; readonly messages: number }[];
  readonly states: readonly { readonly state: string; readonly messages: number }[];
  readonly conversations: readonly { readonly conversation: ConversationName; readonly messages: number }[];
  /** From the callback to the change that was applied; upper ends of steps of a tenth. Null: none in this time. */
  readonly appliedAfterMs: { readonly p50: number | null; readonly p95: number | null; readonly count: number };
  readonly backlog: number;
  /** Changes of the record that are not counted yet. */
  readonly behind: number;
};
export type HourCounts = {
  /** The hour's begin, as clocks in the asker's zone show it; of the day: its number. */
  readonly at: number;
  readonly judged: number;
  /** That rules wanted rewritten: some cannot be, or wait, or were only watched. */
  readonly objected: number;
  /** That clients saw masked. */
  readonly rewritten: number;
  readonly flagged: number;
  readonly failed: number;
  readonly recovered: number;
};

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

/** Texts of one kind that are held. */
export type Held = {
  readonly count: number;
  /** There are more: counting ended at this many. */
  readonly isMore: boolean;
  /** Of messages to the quarter of an hour. Null: none is held. */
  readonly oldestAt: number | null;
};
/** What was forgotten at one time, in however many steps. */
export type Forgotten = {
  readonly at: number;
  readonly bodies: number;
  readonly originals: number;
  readonly edits: number;
  readonly undecodable: number;
};
export type RetentionFigures = {
  readonly held: {
    /** Of messages that no rule objected to. */
    readonly bodies: Held;
    /** Of messages that a rule objected to, or that could not be judged. */
    readonly originals: Held;
    readonly edits: Held;
    readonly undecodable: Held;
  };
  /** Newest first. */
  readonly forgotten: readonly Forgotten[];
  readonly bytes: { readonly database: number; readonly log: number; readonly index: number };
  /** Messages and changes that are not counted yet. */
  readonly behind: number;
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

/** What the record says of one message, for its entry. */
export type IndexSource = {
  readonly id: number;
  readonly sender: string;
  readonly conversation: number;
  readonly origin: string;
  readonly decision: string;
  readonly receivedAt: number;
  readonly command: string;
  readonly callback: Buffer | null;
  readonly findings: readonly FindingView[];
  /** The newest ones by people, oldest first. */
  readonly edits: readonly RecordedEdit[];
  readonly state: string | null;
  /** When the first rewrite of a live message was applied. */
  readonly appliedAt: number | null;
  /** Whether a mask was ever applied, restored since or not. */
  readonly isRewritten: boolean;
  readonly verdict: string | null;
};
export type RecordedEdit = {
  readonly id: number;
  readonly outcome: string;
  readonly command: string;
  readonly callback: Buffer | null;
};
