/** What the console counts: what was judged and done in a time, and what is held of people's texts. */
import type { ConversationName } from "./console-views.ts";

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
