/**
 * Keeps two processes from sending for one database. The lock is a SQLite lock on a file beside it, held by an open
 * transaction: the operating system drops it with the process, so a kill leaves nothing to clean up.
 */
import type Database from "better-sqlite3";
import { openLockFile } from "./sqlite-open.ts";

export interface ProcessLock extends Disposable {
  /** Tries once, without waiting. True when this process holds it, now or already. */
  tryAcquire(): boolean;
}

/** @param databasePath of the database to guard; `:memory:` is nobody else's and needs no lock */
export function createProcessLock(databasePath: string): ProcessLock {
  if (databasePath === ":memory:") return { tryAcquire: () => true, [Symbol.dispose]: () => undefined };
  let held: Database.Database | undefined;
  return {
    tryAcquire() {
      if (held !== undefined) return true;
      const db = openLockFile(`${databasePath}.lock`);
      try {
        db.exec("BEGIN EXCLUSIVE");
        held = db;
        return true;
      } catch {
        db.close();
        return false;
      }
    },
    [Symbol.dispose]() {
      held?.close();
      held = undefined;
    },
  };
}
