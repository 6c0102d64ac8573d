/**
 * The console's own file, beside the database: what the record says, arranged for search, lists and counts. Everything in
 * it can be made again from the record, so it is no part of a backup, and its schema has no steps: one that is not of this
 * version, or not of this record, is emptied and filled anew.
 *
 * It is a file of its own because a database has one writer at a time. The thread that fills this one never takes the lock
 * that callbacks need.
 *
 *     fact     what can be said of a message in a word: sent by anna, masked by this rule, restored
 *     posting  of which messages it holds, by number
 *     tally    of how many, by quarter of an hour: there are zones whose hours begin at half past
 *     entry    the message's texts as search compares them, and which facts hold
 *     gram     hashes of pairs and triples of characters → messages (FTS5)
 */
import { closeSync, existsSync, openSync, rmSync } from "node:fs";
import Database from "better-sqlite3";
import type { Sqlite } from "../sqlite-open.ts";

/** Counts up whenever what is kept, or how texts are folded and cut, changes. */
const VERSION = 3;
/** Nobody waits for this file but the console; an erasure may hold it for a step. */
const BUSY_TIMEOUT_MS = 5_000;
const WAL_BYTES_KEPT = 16 * 1024 * 1024;

const SCHEMA = `
  CREATE TABLE fact (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
  CREATE TABLE posting (fact INTEGER NOT NULL, message INTEGER NOT NULL, PRIMARY KEY (fact, message)) WITHOUT ROWID;
  CREATE TABLE tally (slot INTEGER NOT NULL, fact INTEGER NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (fact, slot)) WITHOUT ROWID;
  CREATE TABLE entry (
    message INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    facts TEXT NOT NULL,
    -- NULL: nothing that may be shown to everyone. The original is there only where it differs.
    masked TEXT,
    original TEXT
  );
  -- Which rows of the record were written in which hour. Numbers go up as time does, but for a clock that was set back.
  CREATE TABLE stretch (
    kind TEXT NOT NULL CHECK (kind IN ('message', 'audit')),
    hour INTEGER NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    PRIMARY KEY (kind, hour)
  ) WITHOUT ROWID;
  CREATE TABLE progress (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE VIRTUAL TABLE gram USING fts5 (grams, content='', columnsize=0, detail=none, tokenize='ascii');
  -- What is taken out is gone from the bytes as well, not marked as gone.
  INSERT INTO gram (gram, rank) VALUES ('secure-delete', 1);
  PRAGMA user_version = ${VERSION};
`;

export const indexPathFor = (databasePath: string): string => `${databasePath}-console`;

/** @returns the file, empty where it is new, of another version, or not to be read */
export function openIndexFile(path: string): Sqlite {
  try {
    const db = open(path);
    if (db.pragma("user_version", { simple: true }) === VERSION) return db;
    db.close();
  } catch (thrown) {
    if (!(thrown instanceof Database.SqliteError && /^SQLITE_(CORRUPT|NOTADB)/.test(thrown.code))) throw thrown;
  }
  removeIndexFile(path);
  const db = open(path);
  db.transaction(() => db.exec(SCHEMA)).immediate();
  return db;
}

/** Texts of people lie in it: nobody but the owner reads it. */
function open(path: string): Sqlite {
  closeSync(openSync(path, "a", 0o600));
  const db = new Database(path, { timeout: BUSY_TIMEOUT_MS });
  try {
    db.pragma("journal_mode = WAL");
    // A power cut may take the last steps away; how far the file has come is written in the same step, so they are done again.
    db.pragma("synchronous = NORMAL");
    db.pragma("secure_delete = ON");
    db.pragma("trusted_schema = OFF");
    db.pragma(`journal_size_limit = ${WAL_BYTES_KEPT}`);
    return db;
  } catch (thrown) {
    db.close();
    throw thrown;
  }
}

export function removeIndexFile(path: string): void {
  for (const suffix of ["", "-wal", "-shm"]) rmSync(path + suffix, { force: true });
}

export const hasIndexFile = (databasePath: string): boolean => existsSync(indexPathFor(databasePath));
