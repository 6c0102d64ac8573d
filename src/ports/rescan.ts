/** What judging the record again needs of it. */
import type { AuditEntry } from "../domain/audit.ts";
import type { MessageId, Judgement } from "./store.ts";
import type { Origin } from "../domain/plan.ts";
import type { EpochMs } from "../domain/time.ts";

/** A recorded message with the newest thing that a person wrote in it. */
export type Recorded = {
  readonly id: MessageId;
  readonly origin: Origin;
  readonly command: string;
  /** Undefined: past keeping. */
  readonly callback: Buffer | undefined;
  /** The newest edit by a person; its callback undefined: past keeping. */
  readonly edit: { readonly id: number; readonly command: string; readonly callback: Buffer | undefined } | undefined;
  /** The rules that judged this text last. */
  readonly revision: string | undefined;
  /**
   * Why nothing is to be ordered whatever the rules say: it was taken back, Tencent would not change it or has it no more,
   * it is to be judged anyway, an order for it waits, or a person has put it back.
   */
  readonly passedOver: "recalled" | "unmodifiable" | "gone" | "open" | "waiting" | "restored" | undefined;
  /** What orders that were applied, or were given up, have written into it: fingerprints of bodies. */
  readonly written: readonly string[];
  /** Why orders for it were refused. */
  readonly refused: readonly string[];
};

export type Rescanned = { readonly recorded: Recorded; readonly judgement: Judgement };

export interface RescanStore {
  /** Where the messages end now: what comes later is judged by the live rules anyway. */
  lastMessage(): MessageId;
  /**
   * Messages in the order in which they came.
   *
   * @returns those that came between the two times, and how far the search has come: at most `limit` rows are looked at
   */
  recordedAfter(
    after: MessageId,
    range: { readonly since: EpochMs; readonly until: EpochMs; readonly last: MessageId },
    limit: number,
  ): { readonly messages: readonly Recorded[]; readonly upTo: MessageId };
  /**
   * Writes orders down, in one commit. Each reads its message back before anything is sent, so what was written since is
   * judged and never overwritten. What changed in the record since it was read is left alone.
   *
   * @returns for each whether it counted
   */
  recordRescan(found: readonly Rescanned[], at: EpochMs): readonly boolean[];
  audit(entries: readonly AuditEntry[]): void;
}
