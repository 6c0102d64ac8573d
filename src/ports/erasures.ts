/**
 * Forgetting what one user wrote, as the console orders it. The order is in the record from the click until the last byte is
 * gone, so a service that ends on the way goes on with it when it starts again. There is one at a time.
 */
import type { UserId } from "../domain/message.ts";
import type { EpochMs } from "../domain/time.ts";

export type Erased = {
  /** Messages of the user whose text was kept. */
  readonly messages: number;
  /** Edits of those messages, and edits by the user of other people's. */
  readonly edits: number;
  /** Orders that followed from those and were still to be sent. */
  readonly orders: number;
  /** Callbacks that nobody understood and that may be anybody's: they all go. */
  readonly undecodable: number;
};

export type Erasure = {
  /** Known as long as there is something to do; the audit log has a digest. */
  readonly user: UserId;
  /** An account, or `token:NAME`. */
  readonly by: string;
  readonly at: EpochMs;
  /** What there was before anything was erased. Undefined: not counted yet. */
  readonly found?: Erased;
  /** Since then the record has none of it, and the audit log says so. Bytes of it may still lie in the files. */
  readonly recordedAt?: EpochMs;
};

export interface ErasureStore {
  /** @returns false: another one is not done yet, and nothing was ordered */
  orderErasure(order: Pick<Erasure, "user" | "by" | "at">): Promise<boolean>;
  openErasure(): Promise<Erasure | undefined>;
  /** Kept before the first text goes: what is told afterwards is what there was, however often the service ended on the way. */
  countedErasure(found: Erased): Promise<void>;
  endErasure(): Promise<void>;
}

/**
 * The work itself, where no callback waits for it. Each step may be done again; it rejects with the signal's reason once it
 * has let go of the files, and with an `ErasingFailed` when it could not be done.
 */
export interface ErasingThread {
  count(user: UserId, signal: AbortSignal): Promise<Erased>;
  /** Resolves when the record has none of it; the audit entry and `recordedAt` are written with the last step. */
  eraseFromRecord(
    erasure: Erasure & { readonly found: Erased },
    onProgress: (share: number) => void,
    signal: AbortSignal,
  ): Promise<void>;
  /** Resolves when no byte of it is left in the write-ahead log and the console's file. */
  eraseFromFiles(user: UserId, signal: AbortSignal): Promise<void>;
}

/** `message` is a code: of an OperatorError, of SQLite, or the name of whatever was thrown. */
export class ErasingFailed extends Error {
  override readonly name = "ErasingFailed";
}
