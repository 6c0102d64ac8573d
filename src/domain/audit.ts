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
    | "purge"
    | "retry"
    | "rescan"
    | "sign_in"
    | "sign_in_failed"
    | "sign_out"
    | "session_revoked"
    | "account_added"
    | "account_changed"
    | "password_changed"
    | "token_added"
    | "token_revoked"
    | "setup_link"
    | "verdict"
    | "look"
    | "export"
    | "restore"
    | "mask_by_hand"
    | "bulk_restore"
    | "allow_phrase";
  /** Filled in by the store where the entry belongs to a message that is recorded with it. */
  readonly messageId?: number;
  readonly modificationId?: string;
  readonly detail: Readonly<Record<string, unknown>>;
};
