/** Opens SQLite the one way that keeps what was acknowledged through a power cut, and proves that it is so. */
import { closeSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import Database from "better-sqlite3";
import { OperatorError } from "../errors.ts";

export type Sqlite = Database.Database;

/** How long a statement waits for another process's lock while nobody waits for us: at start, and in commands. */
const BUSY_TIMEOUT_MS = 5_000;
const LOOK_AGAIN_MS = 10;
/** A write-ahead log that grew in a busy hour is cut back to this. */
const WAL_BYTES_KEPT = 64 * 1024 * 1024;

/** @param path of the file, or `:memory:` */
export function openSqlite(path: string): Sqlite {
  if (path !== ":memory:") prepareFile(path);
  let db: Sqlite;
  try {
    db = new Database(path, { timeout: BUSY_TIMEOUT_MS });
  } catch (thrown) {
    throw cannotOpen(path, thrown);
  }
  try {
    switchToWal(db);
    // The build falls back to NORMAL on every open but the first: https://www.sqlite.org/compile.html#default_wal_synchronous.
    db.pragma("synchronous = FULL");
    db.pragma("foreign_keys = ON");
    db.pragma("secure_delete = ON");
    db.pragma("trusted_schema = OFF");
    db.pragma(`journal_size_limit = ${WAL_BYTES_KEPT}`);
    const journal = db.pragma("journal_mode", { simple: true });
    const synchronous = db.pragma("synchronous", { simple: true });
    if ((journal !== "wal" && path !== ":memory:") || synchronous !== 2) {
      throw new OperatorError(
        "STORE_NOT_DURABLE",
        `The database ${path} runs with journal_mode=${String(journal)}, synchronous=${String(synchronous)}; Emend needs WAL and FULL (2).`,
        "Put it on a local disk: network file systems often refuse WAL.",
      );
    }
    return db;
  } catch (thrown) {
    db.close();
    throw thrown instanceof OperatorError ? thrown : cannotOpen(path, thrown);
  }
}

/** Processes that start together on a new file get in each other's way here, and SQLite does not wait by itself. */
function switchToWal(db: Sqlite): void {
  const deadline = performance.now() + BUSY_TIMEOUT_MS;
  for (;;) {
    try {
      db.pragma("journal_mode = WAL");
      return;
    } catch (thrown) {
      if (!isBusy(thrown) || performance.now() > deadline) throw thrown;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOOK_AGAIN_MS);
    }
  }
}

/** Whether another process's lock is all that is wrong. */
export const isBusy = (thrown: unknown): boolean =>
  thrown instanceof Error && "code" in thrown && String(thrown.code).startsWith("SQLITE_BUSY");

/** A file that is only there to be locked: nothing is written to it, and a lock that is taken is not waited for. */
export function openLockFile(path: string): Sqlite {
  prepareFile(path);
  return new Database(path, { timeout: 0 });
}

/** Originals of people's messages lie in it: nobody but the owner reads the file or looks into its folder. */
function prepareFile(path: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    closeSync(openSync(path, "a", 0o600));
  } catch (thrown) {
    throw cannotOpen(path, thrown);
  }
}

function cannotOpen(path: string, thrown: unknown): OperatorError {
  const why = thrown instanceof Error ? thrown.message : String(thrown);
  return new OperatorError(
    "STORE_CANNOT_OPEN",
    `The database ${path} cannot be opened: ${why}.`,
    "Check EMEND_DATABASE_URL, that the folder can be written to, and that the file is a SQLite database.",
  );
}
