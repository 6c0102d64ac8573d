/** Opens the record for reading and the console's file for writing, and puts the parts together. */
import type { ConsoleStore } from "../../ports/console-store.ts";
import type { IndexEntry, IndexSource } from "../../ports/console-index.ts";
import type { Sqlite } from "../sqlite-open.ts";
import { createAuditRows } from "./audit-rows.ts";
import type { CatchUp } from "./catch-up.ts";
import { createCatchUp } from "./catch-up.ts";
import { indexPathFor, openIndexFile, removeIndexFile } from "./index-file.ts";
import { createMessageRows } from "./message-rows.ts";
import { createOrderRows } from "./order-rows.ts";
import { createRetentionFigures } from "./retention.ts";
import { createSearch } from "./search.ts";
import { openForReading } from "./source.ts";
import { createOverviewCounts } from "./stats.ts";

export type ConsoleStoreSettings = {
  readonly databasePath: string;
  readonly sdkAppId: number;
  readonly entryFor: (source: IndexSource) => IndexEntry;
  /** Throws when nobody waits for the answer any more. */
  readonly goOn: () => void;
};

export function openConsoleStore({ databasePath, sdkAppId, entryFor, goOn }: ConsoleStoreSettings): ConsoleStore {
  const main = openForReading(databasePath);
  const { file, catchUp } = closingOnFault(main, () => openFile(main, databasePath, sdkAppId, entryFor));
  const messages = createMessageRows(main, sdkAppId);
  const dataVersion = (): unknown => main.pragma("data_version", { simple: true });
  let seen: unknown;
  return {
    messages,
    orders: createOrderRows(main, sdkAppId),
    audit: createAuditRows(main, file, sdkAppId, goOn),
    overview: createOverviewCounts(file, (id) => messages.conversation(id)),
    retention: createRetentionFigures(main, file, sdkAppId),
    search: createSearch(file, goOn),
    catchUp() {
      // Nobody has written since the last look that found nothing more to do.
      const now = dataVersion();
      if (now === seen) return { more: false, changed: false, touchedTo: 0 };
      const { more, forgot, touchedTo } = catchUp.step();
      if (!more) seen = now;
      if (forgot) file.pragma("wal_checkpoint(TRUNCATE)");
      return { more, changed: true, touchedTo };
    },
    behind: () => catchUp.behind(),
    [Symbol.dispose]() {
      file.close();
      main.close();
    },
  };
}

function openFile(
  main: Sqlite,
  databasePath: string,
  sdkAppId: number,
  entryFor: ConsoleStoreSettings["entryFor"],
): { readonly file: Sqlite; readonly catchUp: CatchUp } {
  const path = indexPathFor(databasePath);
  const file = openIndexFile(path);
  const catchUp = closingOnFault(file, () => createCatchUp(main, file, sdkAppId, entryFor));
  if (catchUp !== undefined) return { file, catchUp };
  file.close();
  removeIndexFile(path);
  const anew = openIndexFile(path);
  const fromNothing = createCatchUp(main, anew, sdkAppId, entryFor);
  if (fromNothing === undefined) throw new Error("A new file is of no record");
  return { file: anew, catchUp: fromNothing };
}

function closingOnFault<T>(db: Sqlite, work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    db.close();
    throw thrown;
  }
}
