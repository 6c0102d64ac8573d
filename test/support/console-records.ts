/** What the console's routes read of a record that nobody can read, and of one on this thread. */
import { OperatorError } from "../../src/errors.ts";
import { createLooks } from "../../src/flows/looks.ts";
import { createWatching } from "../../src/flows/watch.ts";
import type { RecordRouteParts } from "../../src/http/routes-records.ts";
import type { ConsoleReads } from "../../src/ports/console.ts";
import type { createConsoleRecord } from "./console-record.ts";
import { createFakeClock } from "./fake-clock.ts";

const closed: ConsoleReads = {
  ask: async () => {
    throw new OperatorError("CONSOLE_CLOSED", "Nothing can be read.", "Hand in a record.");
  },
};

export const unreadableRecords: Omit<RecordRouteParts, "now"> = {
  reads: closed,
  writes: { recordVerdict: async () => false, retryOrder: async () => "unknown" },
  ...{ callsPerSecond: 200, whyStopped: () => undefined },
  auditOnly: async () => undefined,
  looks: { note: async () => undefined },
  // A stream that says nothing ends at once.
  watching: { count: () => 0, async *watch() {} },
};

/** Asked here and now, without a thread; what a test has recorded is caught up with first. */
export function readableRecords(
  record: ReturnType<typeof createConsoleRecord>,
  clock: ReturnType<typeof createFakeClock>,
): Omit<RecordRouteParts, "now"> {
  const reads: ConsoleReads = {
    async ask(name, question) {
      record.catchUp();
      return record.answers[name](question);
    },
  };
  return {
    ...{ reads, writes: record.store, callsPerSecond: 200, whyStopped: () => undefined },
    auditOnly: (entries) => record.store.auditOnly(entries),
    looks: createLooks({ store: record.store, clock }),
    watching: createWatching({ reads, clock }),
  };
}
