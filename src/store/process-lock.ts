/**
 * Keeps two processes from sending for one database. The lock is a SQLite lock on a file beside it, held by an open
 * transaction: the operating system drops it with the process, so a kill leaves nothing to clean up.
 */
import type Database from "better-sqlite3";
import { crashPoint } from "../crash-point.ts";
import { OperatorError } from "../errors.ts";
import { isBusy, openLockFile } from "./sqlite-open.ts";

export interface ProcessLock extends Disposable {
  /**
   * Tries once, without waiting. True when this process holds it, now or already; false when another one does.
   *
   * @throws OperatorError when the lock file is none
   */
  tryAcquire(): boolean;
}

/** @param databasePath of the database to guard; `:memory:` is nobody else's and needs no lock */
export function createProcessLock(databasePath: string): ProcessLock {
  if (databasePath === ":memory:") return { tryAcquire: () => true, [Symbol.dispose]: () => undefined };
  let held: Database.Database | undefined;
  return {
    tryAcquire() {
      if (held !== undefined) return true;
      const path = `${databasePath}.lock`;
      let db: Database.Database | undefined;
      try {
        db = openLockFile(path);
        db.exec("BEGIN EXCLUSIVE");
        held = db;
        crashPoint("lock.acquired");
        return true;
      } catch (thrown) {
        db?.close();
        if (isBusy(thrown)) return false;
        const why = thrown instanceof Error ? thrown.message : String(thrown);
        throw new OperatorError(
          "STORE_LOCK_BROKEN",
          `The lock file ${path} cannot be used: ${why}.`,
          "Remove it while no Emend is running; the next start makes a new one.",
        );
      }
    },
    [Symbol.dispose]() {
      held?.close();
      held = undefined;
    },
  };
}
