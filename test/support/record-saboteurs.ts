/** What is kept: the record on disk, its backup and what it forgets. */
import type { Sabotage } from "./saboteurs.ts";
import { edit, STORE } from "./saboteurs.ts";

const POWER = "test/world/power-loss.test.ts";

export const recordSaboteurs: readonly Sabotage[] = [
  {
    title: "purges what was never judged",
    edits: [
      edit("src/store/sqlite-keep.ts", "AND decision = 'pass' AND callback IS NOT NULL", "AND callback IS NOT NULL"),
      edit(
        "src/store/sqlite-keep.ts",
        "AND decision <> 'undecided' AND callback IS NOT NULL",
        "AND callback IS NOT NULL",
      ),
    ],
    check: {
      file: STORE,
      title: "in memory.*drops bodies that no rule objected to by one age",
      says: /deep-equal|deepStrictEqual/,
    },
  },
  {
    title: "leaves syncing to the operating system",
    edits: [
      edit("src/store/sqlite-open.ts", "synchronous = FULL", "synchronous = OFF"),
      edit("src/store/sqlite-open.ts", "synchronous !== 2", "synchronous !== 0"),
    ],
    check: { file: POWER, title: "at any of", says: /acknowledged messages are lost|malformed/ },
  },
  {
    title: "takes SQLite's usual setting for a write-ahead log",
    edits: [
      edit("src/store/sqlite-open.ts", "synchronous = FULL", "synchronous = NORMAL"),
      edit("src/store/sqlite-open.ts", "synchronous !== 2", "synchronous !== 1"),
    ],
    check: { file: POWER, title: "at any of", says: /acknowledged messages are lost/ },
  },
  {
    title: "does not sync the audit log's key",
    edits: [edit("src/store/audit-chain.ts", "flush: true", "flush: false")],
    check: { file: POWER, title: "at any of", says: /the audit log's key is gone/ },
  },
  {
    title: "does not overwrite what it forgets",
    edits: [edit("src/store/sqlite-open.ts", "secure_delete = ON", "secure_delete = OFF")],
    check: { file: "test/world/erase.test.ts", title: "leaves none of their text", says: /beside the running service/ },
  },
  {
    title: "erases and leaves the write-ahead log as it is",
    edits: [edit("src/store/sqlite-erase.ts", "await emptyWriteAheadLog(db, wait);", "void emptyWriteAheadLog;")],
    check: { file: "test/world/erase.test.ts", title: "leaves none of their text", says: /beside the running service/ },
  },
  {
    title: "starts from a damaged database",
    edits: [edit("src/store/sqlite-open.ts", 'if (found !== "ok") throw', 'if (found === "never") throw')],
    check: { file: "test/store/damaged.test.ts", title: "a page of messages", says: /Missing expected exception/ },
  },
  {
    title: "backs up without a snapshot",
    edits: [
      edit("src/store/sqlite-backup.ts", 'db.exec("BEGIN");', ""),
      edit("src/store/sqlite-backup.ts", 'db.exec("COMMIT");', ""),
    ],
    check: { file: "test/store/sqlite-backup.test.ts", title: "is the moment at which it began", says: /./ },
  },
];
