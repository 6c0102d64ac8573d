/** Retention over a record in memory; its texts are counted and erased on this thread, or by whoever stands in for it. */
import { createErasures } from "../../src/flows/erasures.ts";
import { createBell } from "../../src/flows/wake.ts";
import type { RetentionRouteParts } from "../../src/http/routes-retention.ts";
import type { ConsoleReads } from "../../src/ports/console.ts";
import type { ErasingThread } from "../../src/ports/erasures.ts";
import type { People } from "./console-people.ts";
import { createRecordingLog } from "./recording-log.ts";

export const DAY_MS = 24 * 3_600_000;
const NOTHING = { messages: 0, edits: 0, orders: 0, undecodable: 0 };

/** Of nobody there is anything. */
export const idleThread: ErasingThread = {
  count: async () => NOTHING,
  eraseFromRecord: async () => undefined,
  eraseFromFiles: async () => undefined,
};

export function retentionForTests(
  { store, clock }: Pick<People, "store" | "clock">,
  reads: ConsoleReads,
  thread: ErasingThread = idleThread,
): RetentionRouteParts {
  const log = createRecordingLog();
  return {
    ...{ reads, keepBodiesMs: 7 * DAY_MS, keepOriginalsMs: 180 * DAY_MS, forgetting: () => "going" },
    erasures: createErasures({ store, thread, isFirst: () => true, clock, bell: createBell(clock), log }),
  };
}
