/** The reading side of the console, put together: its thread, who looked at what, who watches. */
import type { AuditEntry } from "./domain/audit.ts";
import type { SdkAppId } from "./domain/message.ts";
import type { Clock } from "./domain/time.ts";
import { createConsoleThread } from "./flows/console-thread.ts";
import { createLooks } from "./flows/looks.ts";
import { trimTouched } from "./flows/trimming.ts";
import { createWatching } from "./flows/watch.ts";
import type { RecordRouteParts } from "./http/routes-records.ts";
import type { ConsoleWrites, WhyStopped } from "./ports/console.ts";
import type { Logger } from "./ports/logger.ts";

export type ConsoleRecordParts = {
  readonly databasePath: string;
  readonly sdkAppId: SdkAppId;
  readonly callsPerSecond: number;
  readonly store: ConsoleWrites & { auditOnly(entries: readonly AuditEntry[]): Promise<void> };
  readonly whyStopped: WhyStopped;
  readonly clock: Clock;
  readonly log: Logger;
};

export interface ConsoleRecords extends AsyncDisposable {
  readonly routeParts: Omit<RecordRouteParts, "now">;
}

/** @param signal ends what goes on by itself */
export function createConsoleRecords(parts: ConsoleRecordParts, signal: AbortSignal): ConsoleRecords {
  const { databasePath, sdkAppId, callsPerSecond, store, whyStopped, clock, log } = parts;
  let touchedTo = 0;
  const reads = createConsoleThread({ databasePath, sdkAppId, log, onCaughtUp: (upTo) => (touchedTo = upTo) });
  const ended = new AbortController();
  const trimming = trimTouched(
    { store, touchedTo: () => touchedTo, clock, log },
    AbortSignal.any([signal, ended.signal]),
  );
  return {
    routeParts: {
      ...{ reads, writes: store, callsPerSecond, whyStopped },
      auditOnly: (entries) => store.auditOnly(entries),
      looks: createLooks({ store, clock }),
      watching: createWatching({ reads, clock }),
    },
    async [Symbol.asyncDispose]() {
      ended.abort();
      await Promise.all([trimming, reads[Symbol.asyncDispose]()]);
    },
  };
}
