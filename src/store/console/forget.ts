/** Takes texts out of the console's file at once, for whoever has promised that they are gone. */
import type { Sqlite } from "../sqlite-open.ts";
import { hasIndexFile, indexPathFor, openIndexFile } from "./index-file.ts";
import { createSearchIndex } from "./search-index.ts";

/** A transaction of some twenty milliseconds: the console's thread writes in between. */
const MESSAGES_A_STEP = 100;

/**
 * The record itself has been emptied of these texts before. What the console's thread is about to write from an older look
 * at it is written before this begins, or never: both take the file's lock first, the thread before it looks.
 *
 * @param record the database; the file lies beside it
 * @param wait between two steps
 * @param clean empties the write-ahead log, which still has the pages as they were
 */
export async function forgetInIndex(
  record: Sqlite,
  messages: readonly number[],
  wait: () => Promise<void>,
  clean: (file: Sqlite) => Promise<void>,
): Promise<void> {
  if (messages.length === 0 || !hasIndexFile(record.name)) return;
  const file = openIndexFile(indexPathFor(record.name));
  try {
    const index = createSearchIndex(file);
    const step = file.transaction((some: readonly number[]) => index.forgetTexts(some));
    for (let from = 0; from < messages.length; from += MESSAGES_A_STEP) {
      step.immediate(messages.slice(from, from + MESSAGES_A_STEP));
      await wait();
    }
    // What others wrote in the same messages comes back: they are looked at once more.
    const again = record.prepare(
      "INSERT INTO touched (sdk_app_id, message_id) SELECT sdk_app_id, id FROM message WHERE id = ?",
    );
    for (let from = 0; from < messages.length; from += MESSAGES_A_STEP) {
      record.transaction(() => messages.slice(from, from + MESSAGES_A_STEP).forEach((id) => again.run(id))).immediate();
      await wait();
    }
    await clean(file);
  } finally {
    file.close();
  }
}
