/**
 * Forgets one user's texts, in the rows and in the bytes of the files. Identities, times and decisions stay: the search for
 * missed messages counts on them, and the audit log never held a text.
 *
 * What is erased is overwritten with zeros where it lay (`secure_delete`), and the write-ahead log that still has the old
 * pages is emptied. It works beside a running service, in small steps that keep no callback waiting.
 */
import { createHash } from "node:crypto";
import type { SdkAppId, UserId } from "../domain/message.ts";
import type { Secret } from "../domain/secret.ts";
import type { EpochMs } from "../domain/time.ts";
import { OperatorError } from "../errors.ts";
import type { Erased } from "../ports/erasures.ts";
import { createAuditAppender } from "./audit-chain.ts";
import { forgetInIndex } from "./console/forget.ts";
import type { Sqlite } from "./sqlite-open.ts";

/** Rows looked at in one step: a few milliseconds of the write lock, so that no callback waits for it. */
const STEP_ROWS = 1_000;
/** Between two steps others get their turn. */
const STEP_PAUSE_MS = 5;
/** A reader that is always there keeps the write-ahead log from being emptied; past this somebody has to look. */
const EMPTYING_PATIENCE_MS = 30_000;
const EMPTYING_PAUSE_MS = 100;
/** While a checkpoint waits for a reader nobody can write. A callback's commit waits 250 ms before it is answered with 503. */
const EMPTYING_HOLD_MS = 50;

export type EraseParts = {
  readonly db: Sqlite;
  readonly sdkAppId: SdkAppId;
  readonly auditKey: Secret;
  readonly now: () => EpochMs;
  readonly wait: (ms: number) => Promise<void>;
};

/** What `erase` would reach; changes nothing. */
export function countTextsOf({ db, sdkAppId }: Pick<EraseParts, "db" | "sdkAppId">, user: UserId): Erased {
  const count = (sql: string): number =>
    db.prepare<{ app: number; user: string }, { n: number }>(sql).get({ app: sdkAppId, user })?.n ?? 0;
  const theirs = "(SELECT id FROM message WHERE sdk_app_id = @app AND sender = @user)";
  return {
    messages: count(
      `SELECT count(*) AS n FROM message m WHERE sdk_app_id = @app AND sender = @user AND (callback IS NOT NULL OR EXISTS
         (SELECT 1 FROM modification o JOIN payload p ON p.modification_id = o.id WHERE o.message_id = m.id AND p.body <> x''))`,
    ),
    edits: count(
      `SELECT count(*) AS n FROM edit WHERE sdk_app_id = @app AND callback IS NOT NULL
         AND (operator = @user OR sender = @user OR message_id IN ${theirs})`,
    ),
    orders: count(
      `SELECT count(*) AS n FROM modification WHERE sdk_app_id = @app AND state IN ('pending', 'claimed')
         AND (message_id IN ${theirs} OR id IN (SELECT modification_id FROM edit WHERE operator = @user))`,
    ),
    undecodable: count("SELECT count(*) AS n FROM undecodable WHERE sdk_app_id = @app AND @user IS NOT NULL"),
  };
}

/**
 * @returns what was erased. Killed in the middle, what is done stays done: run it again.
 * @throws OperatorError when the files could not be cleaned because another reader was always there
 */
export async function eraseUser(parts: EraseParts, user: UserId): Promise<Erased> {
  const found = countTextsOf(parts, user);
  await eraseFromRecord(parts, user, { actor: "operator", found });
  await eraseFromFiles(parts, user);
  return found;
}

export type EraseTold = {
  /** For the audit log: who wanted it, and what there was. */
  readonly actor: string;
  readonly found: Erased;
  /** What else is written with the audit entry, in the same commit. */
  readonly alongside?: (at: EpochMs) => void;
  /** @param share of the rows that were looked at */
  readonly onProgress?: (share: number) => void;
};

/** The rows, and the audit entry when all of them are done. The bytes of the files come next: `eraseFromFiles`. */
export async function eraseFromRecord(parts: EraseParts, user: UserId, told: EraseTold): Promise<void> {
  const { db, sdkAppId, now, wait } = parts;
  const appendAudit = createAuditAppender(db, sdkAppId, parts.auditKey);
  const steps = createSteps(db, sdkAppId, user);
  const [messages, edits] = [steps.messages.last(), steps.edits.last()];
  for (const { step, last, before } of [
    { step: steps.messages, last: messages, before: 0 },
    { step: steps.edits, last: edits, before: messages },
  ]) {
    for (let from = 0; from < last; from += STEP_ROWS) {
      told.onProgress?.((before + from) / (messages + edits));
      if (!step.concerns(from, from + STEP_ROWS)) continue;
      db.transaction(() => step.forget(from, from + STEP_ROWS, now())).immediate();
      await wait(STEP_PAUSE_MS);
    }
  }
  db.transaction(() => {
    steps.undecodable();
    const at = now();
    const detail = { user: createHash("sha256").update(user).digest("hex"), ...told.found };
    appendAudit([{ at, actor: told.actor, act: "erase", detail }]);
    told.alongside?.(at);
  }).immediate();
}

/**
 * What the record has been emptied of lies in the console's file and in the write-ahead logs until this is done.
 *
 * @throws OperatorError when another reader was always there
 */
export async function eraseFromFiles({ db, sdkAppId, wait }: Omit<EraseParts, "auditKey" | "now">, user: UserId) {
  const pause = (): Promise<void> => wait(STEP_PAUSE_MS);
  await forgetInIndex(db, messagesOf(db, sdkAppId, user), pause, (file) => emptyWriteAheadLog(file, wait));
  await emptyWriteAheadLog(db, wait);
}

/** Messages in which texts of the user stood: their own, and those that they edited. */
const messagesOf = (db: Sqlite, sdkAppId: SdkAppId, user: UserId): readonly number[] =>
  db
    .prepare<{ app: number; user: string }, number>(
      `SELECT id FROM message WHERE sdk_app_id = @app AND sender = @user
       UNION SELECT message_id FROM edit WHERE sdk_app_id = @app AND operator = @user AND message_id IS NOT NULL`,
    )
    .pluck()
    .all({ app: sdkAppId, user });

type Step = {
  readonly last: () => number;
  readonly concerns: (from: number, to: number) => boolean;
  readonly forget: (from: number, to: number, at: EpochMs) => void;
};

/** Statements over rows with `from < id <= to`. */
function createSteps(
  db: Sqlite,
  sdkAppId: SdkAppId,
  user: UserId,
): { readonly messages: Step; readonly edits: Step; readonly undecodable: () => void } {
  const lastOf = (table: "message" | "edit") => {
    const statement = db.prepare<[], { last: number | null }>(`SELECT max(id) AS last FROM ${table}`);
    return () => statement.get()?.last ?? 0;
  };
  type Range = { app: number; user: string; from: number; to: number };
  const range = (from: number, to: number): Range => ({ app: sdkAppId, user, from, to });
  const theirs = "id > @from AND id <= @to AND sdk_app_id = @app AND sender = @user";
  const ofTheirs = `message_id IN (SELECT id FROM message WHERE ${theirs})`;

  const anyMessage = db.prepare<Range, { any: number }>(`SELECT EXISTS (SELECT 1 FROM message WHERE ${theirs}) AS any`);
  const cancel = db.prepare<Range & { at: number }>(
    `UPDATE modification SET state = 'cancelled', reason = 'erased', ended_at = @at
     WHERE state IN ('pending', 'claimed') AND ${ofTheirs}`,
  );
  const dropPayloads = db.prepare<Range>(
    `UPDATE payload SET body = x'' WHERE body <> x'' AND modification_id IN (SELECT id FROM modification WHERE ${ofTheirs})`,
  );
  // Whoever answers what a rule did may quote what it was about.
  const dropNotes = db.prepare<Range>(`UPDATE verdict SET note = '' WHERE note <> '' AND ${ofTheirs}`);
  // Not judged yet: there is nothing left to judge.
  const dropBodies = db.prepare<Range>(
    `UPDATE message SET callback = NULL, decision = CASE WHEN decision = 'undecided' THEN 'failed' ELSE decision END
     WHERE ${theirs} AND callback IS NOT NULL`,
  );
  const theirEdits = `id > @from AND id <= @to AND sdk_app_id = @app AND callback IS NOT NULL AND (operator = @user OR sender = @user
     OR EXISTS (SELECT 1 FROM message m WHERE m.id = edit.message_id AND m.sender = @user))`;
  const anyEdit = db.prepare<Range, { any: number }>(`SELECT EXISTS (SELECT 1 FROM edit WHERE ${theirEdits}) AS any`);
  // What they wrote into other people's messages is in the orders that followed from it.
  const cancelOfEdits = db.prepare<Range & { at: number }>(
    `UPDATE modification SET state = 'cancelled', reason = 'erased', ended_at = @at WHERE state IN ('pending', 'claimed')
       AND id IN (SELECT modification_id FROM edit WHERE ${theirEdits})`,
  );
  const dropPayloadsOfEdits = db.prepare<Range>(
    `UPDATE payload SET body = x'' WHERE modification_id IN (SELECT modification_id FROM edit WHERE ${theirEdits})`,
  );
  const dropEdits = db.prepare<Range>(
    `UPDATE edit SET callback = NULL, outcome = CASE WHEN outcome = 'open' THEN 'gone' ELSE outcome END WHERE ${theirEdits}`,
  );
  const dropUndecodable = db.prepare<[number]>("DELETE FROM undecodable WHERE sdk_app_id = ?");

  return {
    messages: {
      last: lastOf("message"),
      concerns: (from, to) => anyMessage.get(range(from, to))?.any === 1,
      forget(from, to, at) {
        const rows = range(from, to);
        cancel.run({ ...rows, at });
        dropPayloads.run(rows);
        dropNotes.run(rows);
        dropBodies.run(rows);
      },
    },
    edits: {
      last: lastOf("edit"),
      concerns: (from, to) => anyEdit.get(range(from, to))?.any === 1,
      forget(from, to, at) {
        const rows = range(from, to);
        cancelOfEdits.run({ ...rows, at });
        dropPayloadsOfEdits.run(rows);
        dropEdits.run(rows);
      },
    },
    undecodable: () => void dropUndecodable.run(sdkAppId),
  };
}

/** The pages as they were before lie in it until it is emptied; the database file itself has been overwritten by then. */
async function emptyWriteAheadLog(db: Sqlite, wait: (ms: number) => Promise<void>): Promise<void> {
  // Most of it, without keeping anybody from writing.
  db.pragma("wal_checkpoint(PASSIVE)");
  for (let waited = 0; ; waited += EMPTYING_PAUSE_MS) {
    if (isEmptied(db)) return;
    if (waited >= EMPTYING_PATIENCE_MS) {
      throw new OperatorError(
        "ERASE_FILES_BUSY",
        "The texts are gone from the record, but the write-ahead log could not be emptied: another program reads the database all the time.",
        "Close what reads it (a backup, a shell) and run erase again.",
      );
    }
    await wait(EMPTYING_PAUSE_MS);
  }
}

/** @returns false: somebody reads or writes just now */
function isEmptied(db: Sqlite): boolean {
  const patience = Number(db.pragma("busy_timeout", { simple: true }));
  db.pragma(`busy_timeout = ${EMPTYING_HOLD_MS}`);
  try {
    const [result] = db.pragma("wal_checkpoint(TRUNCATE)") as readonly { readonly busy: number }[];
    return result?.busy === 0;
  } finally {
    db.pragma(`busy_timeout = ${patience}`);
  }
}
