/**
 * Writes down who looked at the original of which message. A page asks for what it shows again and again; within some
 * minutes that is one look.
 */
import type { AuditEntry } from "../domain/audit.ts";
import type { Clock } from "../domain/time.ts";

const ONE_LOOK_MS = 10 * 60_000;
/** Past this the oldest is forgotten, and written down once more at worst. */
const REMEMBERED_MAX = 10_000;

export type LookParts = {
  readonly store: { auditOnly(entries: readonly AuditEntry[]): Promise<void> };
  readonly clock: Pick<Clock, "now" | "monotonic">;
};

export interface Looks {
  /** Resolves once it is on disk: nobody sees what nobody knows of. @param clicked always written down */
  note(account: string, messageId: number, how: "opened" | "clicked"): Promise<void>;
}

export function createLooks({ store, clock }: LookParts): Looks {
  const lately = new Map<string, number>();
  return {
    async note(account, messageId, how) {
      const key = JSON.stringify([account, messageId]);
      const now = clock.monotonic();
      const before = lately.get(key);
      if (how === "opened" && before !== undefined && now - before < ONE_LOOK_MS) return;
      await store.auditOnly([{ at: clock.now(), actor: account, act: "look", messageId, detail: { how } }]);
      lately.delete(key);
      lately.set(key, now);
      const [oldest] = lately.keys();
      if (lately.size > REMEMBERED_MAX && oldest !== undefined) lately.delete(oldest);
    },
  };
}
