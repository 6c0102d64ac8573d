/** One line of the audit log: what happened, by whom, to what. Ids, codes and rule names; never text of a message. */
import type { EpochMs } from "./time.ts";

export type AuditEntry = {
  readonly at: EpochMs;
  /** `emend` for the service itself, `operator` for a command, otherwise an account. */
  readonly actor: string;
  readonly act:
    | "decision"
    | "answer"
    | "revision"
    | "rules"
    | "judging_failed"
    | "take_over"
    | "rule_limited"
    | "recovered"
    | "gap_given_up"
    | "edit"
    | "recall"
    | "guard_exhausted"
    | "erase"
    | "retry"
    | "rescan";
  /** Filled in by the store where the entry belongs to a message that is recorded with it. */
  readonly messageId?: number;
  readonly modificationId?: string;
  readonly detail: Readonly<Record<string, unknown>>;
};
