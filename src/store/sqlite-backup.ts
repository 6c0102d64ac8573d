/**
 * A copy of the record while a service writes to it: SQLite's online backup, in small steps inside one read snapshot, so
 * that writers neither wait for it nor make it begin anew (https://www.sqlite.org/backup.html, §3). What it holds is the
 * state of the moment at which it began: every acknowledgement older than that.
 */
import { closeSync, existsSync, fsyncSync, linkSync, openSync, rmSync, statSync } from "node:fs";
import { dirname } from "node:path";
import Database from "better-sqlite3";
import { OperatorError } from "../errors.ts";
import { openSqlite } from "./sqlite-open.ts";

export type BackupProgress = { readonly pagesDone: number; readonly pages: number };
export type BackupReport = { readonly bytes: number; readonly messages: number; readonly auditHead: string };

/** Four megabytes: some ten milliseconds of reading, and ends soon when somebody presses Ctrl-C. */
const PAGES_A_STEP = 1_024;

/**
 * @param from the database, which another process may be using
 * @param to a file that does not exist yet; it appears when the copy is whole, synced and checked, and not before
 * @throws OperatorError when `from` is missing, `to` exists, the disk is full, or the copy is damaged; nothing is left then
 */
export async function backUp(
  from: string,
  to: string,
  onProgress: (progress: BackupProgress) => void,
  signal: AbortSignal,
): Promise<BackupReport> {
  if (!existsSync(from)) {
    throw new OperatorError("BACKUP_NO_DATABASE", `There is no database at ${from}.`, "Check EMEND_DATABASE_URL.");
  }
  if (existsSync(to)) throw alreadyThere(to);
  const unfinished = `${to}.unfinished-${process.pid}`;
  try {
    closeSync(openSync(unfinished, "wx", 0o600));
    await copy(from, unfinished, onProgress, signal);
    const report = check(unfinished);
    sync(unfinished);
    // Unlike a rename this never replaces what somebody else has put there meanwhile.
    linkSync(unfinished, to);
    sync(dirname(to));
    return report;
  } catch (thrown) {
    throw inWords(thrown, to);
  } finally {
    for (const path of [unfinished, `${unfinished}-journal`, `${unfinished}-wal`, `${unfinished}-shm`]) {
      rmSync(path, { force: true });
    }
  }
}

async function copy(
  from: string,
  to: string,
  onProgress: (progress: BackupProgress) => void,
  signal: AbortSignal,
): Promise<void> {
  const db = openSqlite(from);
  try {
    // The snapshot: whatever is committed from here on is not in it.
    db.exec("BEGIN");
    db.prepare("SELECT count(*) FROM sqlite_schema").get();
    await db.backup(to, {
      progress({ totalPages, remainingPages }) {
        signal.throwIfAborted();
        onProgress({ pages: totalPages, pagesDone: totalPages - remainingPages });
        return PAGES_A_STEP;
      },
    });
    db.exec("COMMIT");
  } finally {
    db.close();
  }
}

function check(path: string): BackupReport {
  const db = new Database(path);
  try {
    // A copy has no write-ahead log to look for.
    db.pragma("journal_mode = DELETE");
    const found = db.pragma("integrity_check(1)", { simple: true });
    if (found !== "ok") {
      throw new OperatorError(
        "BACKUP_DAMAGED",
        `The copy is damaged (${String(found)}), so the database may be.`,
        "Run `sqlite3 FILE 'PRAGMA integrity_check'` on the database itself, keep older backups, and see docs/operations.md.",
      );
    }
    const { messages } = db.prepare<[], { messages: number }>("SELECT count(*) AS messages FROM message").get() ?? {
      messages: 0,
    };
    const head = db.prepare<[], { seal: Buffer }>("SELECT seal FROM audit ORDER BY id DESC LIMIT 1").get();
    return { messages, auditHead: head?.seal.toString("hex") ?? "", bytes: statSync(path).size };
  } finally {
    db.close();
  }
}

function sync(path: string): void {
  const file = openSync(path, "r");
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

const alreadyThere = (path: string): OperatorError =>
  new OperatorError("BACKUP_FILE_EXISTS", `${path} exists; a backup never replaces a file.`, "Name another one.");

function inWords(thrown: unknown, to: string): unknown {
  if (thrown instanceof OperatorError || !(thrown instanceof Error)) return thrown;
  if (thrown.name === "AbortError") {
    return new OperatorError(
      "BACKUP_INTERRUPTED",
      "The backup was interrupted; nothing was written.",
      "Start it again.",
    );
  }
  const code = "code" in thrown ? String(thrown.code) : "unknown";
  if (code === "EEXIST") return alreadyThere(to);
  const next =
    code === "ENOSPC" || code === "SQLITE_FULL"
      ? "Free some room, or name a file on another disk."
      : "Check that the folder exists and can be written to.";
  return new OperatorError("BACKUP_FAILED", `The backup to ${to} failed (${code}): ${thrown.message}.`, next);
}
