/** Opens SQLite the one way that keeps what was acknowledged through a power cut, and proves that it is so. */
import { closeSync, mkdirSync, openSync, statSync } from "node:fs";
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

/** A check reads the whole file, some 200 MB a second where it is not in memory; a start is to take two seconds. */
const CHECKED_AT_START_BYTES_MAX = 128 * 1024 * 1024;

/**
 * Looks whether the file is whole, where that is quick; a larger one is checked by `doctor` and by each backup.
 *
 * @throws OperatorError when it is not; the file is left as it is
 */
export function refuseDamage(db: Sqlite, path: string): void {
  if (path === ":memory:" || statSync(path).size > CHECKED_AT_START_BYTES_MAX) return;
  let found: unknown;
  try {
    found = db.pragma("quick_check(1)", { simple: true });
  } catch (thrown) {
    throw isDamage(thrown) ? damaged(path, thrown.message) : thrown;
  }
  if (found !== "ok") throw damaged(path, String(found));
}

/** Whether SQLite says that what lies in the file is not what it wrote. */
export const isDamage = (thrown: unknown): thrown is Error =>
  thrown instanceof Error && "code" in thrown && /^SQLITE_CORRUPT/.test(String(thrown.code));

export const damaged = (path: string, why: string): OperatorError =>
  new OperatorError(
    "STORE_DAMAGED",
    `The database ${path} is damaged: ${why}. Nothing was changed in it.`,
    "Keep it with its -wal and -shm. Move the three away, copy a backup to its place and start again; without a backup start " +
      "anew and let sqlite3's .recover save what it can. See Backup and restore in docs/operations.md.",
  );

function cannotOpen(path: string, thrown: unknown): OperatorError {
  if (isDamage(thrown)) return damaged(path, thrown.message);
  const why = thrown instanceof Error ? thrown.message : String(thrown);
  return new OperatorError(
    "STORE_CANNOT_OPEN",
    `The database ${path} cannot be opened: ${why}.`,
    "Check EMEND_DATABASE_URL, that the folder can be written to, and that the file is a SQLite database. If it was one, keep it and restore a backup: docs/operations.md.",
  );
}
