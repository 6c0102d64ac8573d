/** What the console's own file keeps of a message, and what the record says of it to that end. */
import type { FindingView } from "./console-views.ts";

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
