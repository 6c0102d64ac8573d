/**
 * The audit log's chain: each row's seal is an HMAC over the row and the seal before it. Whoever changes, deletes, swaps
 * or cuts rows without the key breaks it; a cut at the end shows against a head that was written to the log earlier.
 */
import { createHmac, randomBytes } from "node:crypto";
import { closeSync, existsSync, fsyncSync, linkSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { crashPoint } from "../crash-point.ts";
import type { AuditEntry } from "../domain/audit.ts";
import type { SdkAppId } from "../domain/message.ts";
import { Secret } from "../domain/secret.ts";
import { OperatorError } from "../errors.ts";
import type { Sqlite } from "./sqlite-open.ts";

type AuditRow = {
  readonly id: number;
  readonly sdk_app_id: number;
  readonly at: number;
  readonly actor: string;
  readonly act: string;
  readonly message_id: number | null;
  readonly modification_id: string | null;
  readonly detail: string;
  readonly seal: Buffer;
};

/** The first row has no row before it. */
const ROOT = Buffer.alloc(32);

const sealOf = (key: Secret, previous: Buffer, row: Omit<AuditRow, "seal">): Buffer =>
  createHmac("sha256", key.reveal())
    .update(previous)
    .update(
      JSON.stringify([
        row.id,
        row.sdk_app_id,
        row.at,
        row.actor,
        row.act,
        row.message_id,
        row.modification_id,
        row.detail,
      ]),
    )
    .digest();

/** @returns a function that appends entries; to be called inside the transaction of what they tell about */
export function createAuditAppender(
  db: Sqlite,
  sdkAppId: SdkAppId,
  key: Secret,
): (entries: readonly AuditEntry[], messageId?: number) => void {
  const last = db.prepare<[], { id: number; seal: Buffer }>("SELECT id, seal FROM audit ORDER BY id DESC LIMIT 1");
  const insert = db.prepare(
    "INSERT INTO audit (id, sdk_app_id, at, actor, act, message_id, modification_id, detail, seal) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
  );
  return (entries, messageId) => {
    for (const entry of entries) {
      const previous = last.get();
      const row = {
        id: (previous?.id ?? 0) + 1,
        sdk_app_id: sdkAppId,
        at: entry.at,
        actor: entry.actor,
        act: entry.act,
        message_id: entry.messageId ?? messageId ?? null,
        modification_id: entry.modificationId ?? null,
        detail: JSON.stringify(entry.detail),
      };
      const seal = sealOf(key, previous?.seal ?? ROOT, row);
      insert.run(...(Object.values(row) as (number | string | null)[]), seal);
    }
  };
}

export type AuditVerdict =
  | { readonly ok: true; readonly rows: number; readonly head: string; readonly headFound: boolean }
  | { readonly ok: false; readonly brokenAt: number };

/**
 * Walks the whole chain.
 *
 * @param expected a seal from earlier, in hex, that must be in it; rows cut off at the end show in no other way
 */
export function verifyAudit(db: Sqlite, key: Secret, expected?: string): AuditVerdict {
  let previous: Buffer = ROOT;
  let rows = 0;
  let headFound = expected === undefined;
  for (const row of db.prepare<[], AuditRow>("SELECT * FROM audit ORDER BY id").iterate()) {
    rows++;
    if (row.id !== rows || !sealOf(key, previous, row).equals(row.seal)) return { ok: false, brokenAt: rows };
    previous = row.seal;
    headFound ||= row.seal.toString("hex") === expected;
  }
  return { ok: true, rows, head: previous.toString("hex"), headFound };
}

/**
 * The chain's key: the configured one, or the file beside the database, made at first start. Lost with the file, the old
 * rows can no longer be verified; nothing else depends on it.
 */
export function auditKey(configured: Secret | undefined, databasePath: string): Secret {
  if (configured !== undefined) return configured;
  if (databasePath === ":memory:") return new Secret(randomBytes(32).toString("hex"));
  const path = `${databasePath}.audit-key`;
  if (!existsSync(path)) makeKeyFile(path);
  const key = readFileSync(path, "utf8").trim();
  if (key.length < 32) {
    throw new OperatorError(
      "AUDIT_KEY_DAMAGED",
      `The audit key in ${path} is shorter than 32 characters.`,
      "Restore the file from a backup, or set EMEND_AUDIT_KEY.",
    );
  }
  return new Secret(key);
}

/**
 * The key for a command that writes beside the service. One entry under another key, from a shell without the service's
 * variables, and the chain is broken from there on; so it has to be the key of the newest entry.
 *
 * @throws OperatorError when it is not; nothing is made then
 */
export function serviceAuditKey(db: Sqlite, configured: Secret | undefined, databasePath: string): Secret {
  const [newest, previous] = db.prepare<[], AuditRow>("SELECT * FROM audit ORDER BY id DESC LIMIT 2").all();
  if (newest === undefined) return auditKey(configured, databasePath);
  const isThere = configured !== undefined || databasePath === ":memory:" || existsSync(`${databasePath}.audit-key`);
  const key = isThere ? auditKey(configured, databasePath) : undefined;
  if (key !== undefined && sealOf(key, previous?.seal ?? ROOT, newest).equals(newest.seal)) return key;
  const which = configured === undefined ? `beside ${databasePath}` : "in EMEND_AUDIT_KEY";
  throw new OperatorError(
    "AUDIT_KEY_UNKNOWN",
    `The audit log's newest entry was not sealed with the key ${which}.`,
    "Set EMEND_AUDIT_KEY as the service has it, or unset it as the service has, and see: emend audit verify",
  );
}

/**
 * The file appears whole or not at all, and stays through a power cut: a key that is half there would refuse the next
 * start. Of two processes that make one at the same time, the first wins.
 */
function makeKeyFile(path: string): void {
  const beside = `${path}.${process.pid}.new`;
  writeFileSync(beside, randomBytes(32).toString("hex"), { mode: 0o600, flush: true });
  crashPoint("audit_key.written");
  try {
    linkSync(beside, path);
  } catch (thrown) {
    if (!(thrown instanceof Error && "code" in thrown && thrown.code === "EEXIST")) throw thrown;
  }
  rmSync(beside);
  const folder = openSync(dirname(path), "r");
  fsyncSync(folder);
  closeSync(folder);
}
