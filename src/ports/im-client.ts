import type { MessageRef } from "../domain/message.ts";
import type { ModifyApi, Outcome } from "../domain/modification.ts";

/** Tencent IM as the flows need it: two calls, neither of which ever throws or repeats itself. */
export interface ImClient {
  /**
   * Makes one call with exactly this body. Repeating it is harmless: Tencent overwrites. After a time-out or a reset the
   * outcome is `retryable` and the change may have been made.
   */
  modify(api: ModifyApi, payload: string): Promise<Outcome>;

  /** Reads what Tencent stores for the message now. */
  read(ref: MessageRef): Promise<ReadBack>;
}

export type ReadBack =
  | { readonly kind: "found"; readonly body: string; readonly customData: string | undefined }
  /** Not stored any more, or recalled, or with its group. */
  | { readonly kind: "gone" }
  /** What the answer asks of us; never `applied`. */
  | { readonly kind: "failed"; readonly outcome: Outcome };
