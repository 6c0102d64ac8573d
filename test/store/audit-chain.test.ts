import assert from "node:assert/strict";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import fc from "fast-check";
import type { AuditEntry } from "../../src/domain/audit.ts";
import { Secret } from "../../src/domain/secret.ts";
import { auditKey, createAuditAppender, verifyAudit } from "../../src/store/audit-chain.ts";
import { migrate } from "../../src/store/migrate.ts";
import type { Sqlite } from "../../src/store/sqlite-open.ts";
import { openSqlite } from "../../src/store/sqlite-open.ts";
import { APP, NOW } from "../support/store-fixtures.ts";
import { createTempFolder } from "../support/temp-folder.ts";

const KEY = new Secret("0123456789abcdef0123456789abcdef");
const ROWS = 40;

const entryOf = (n: number): AuditEntry => ({
  at: NOW,
  actor: n % 7 === 0 ? "operator" : "emend",
  act: n % 2 === 0 ? "decision" : "answer",
  detail: { n, words: "“quoted”, 坏词" },
  ...(n % 3 === 0 ? { modificationId: `o${n}` } : {}),
});

function chainOf(rows: number, key = KEY): Sqlite {
  const db = openSqlite(":memory:");
  migrate(db);
  const append = createAuditAppender(db, APP, key);
  append(Array.from({ length: rows }, (_, i) => entryOf(i + 1)).slice(0, rows / 2), 5);
  append(Array.from({ length: rows }, (_, i) => entryOf(i + 1)).slice(rows / 2));
  return db;
}

const columns = ["at", "actor", "act", "message_id", "modification_id", "detail", "sdk_app_id"] as const;
const row = fc.integer({ min: 1, max: ROWS });
/** What somebody with access to the file, and without the key, might do. */
const edits = fc.oneof(
  fc.record({ kind: fc.constant("change" as const), row, column: fc.constantFrom(...columns) }),
  fc.record({ kind: fc.constant("change one bit of the seal" as const), row, bit: fc.integer({ min: 0, max: 255 }) }),
  // The newest rows are not in it: what is cut off at the end shows against a head that was noted before.
  fc.record({ kind: fc.constant("delete" as const), row: fc.integer({ min: 1, max: ROWS - 1 }) }),
  fc.record({ kind: fc.constant("delete and close the gap" as const), row: fc.integer({ min: 1, max: ROWS - 1 }) }),
  fc.record({ kind: fc.constant("swap" as const), row, with: row }).filter((swap) => swap.row !== swap.with),
  fc.record({ kind: fc.constant("cut out of the middle" as const), row: fc.integer({ min: 2, max: ROWS - 2 }) }),
  fc.record({ kind: fc.constant("copy the row before over it" as const), row: fc.integer({ min: 2, max: ROWS }) }),
);

function carryOut(db: Sqlite, edit: typeof edits extends fc.Arbitrary<infer Edit> ? Edit : never): void {
  const everything = "sdk_app_id, at, actor, act, message_id, modification_id, detail, seal";
  switch (edit.kind) {
    case "change":
      db.prepare(`UPDATE audit SET ${edit.column} = ifnull(${edit.column}, '') || '1' WHERE id = ?`).run(edit.row);
      break;
    case "change one bit of the seal": {
      const seal = db.prepare<[number], Buffer>("SELECT seal FROM audit WHERE id = ?").pluck().get(edit.row);
      assert.ok(seal);
      seal[edit.bit >> 3] = (seal[edit.bit >> 3] ?? 0) ^ (1 << (edit.bit & 7));
      db.prepare("UPDATE audit SET seal = ? WHERE id = ?").run(seal, edit.row);
      break;
    }
    case "delete":
      db.prepare("DELETE FROM audit WHERE id = ?").run(edit.row);
      break;
    case "delete and close the gap":
      db.prepare("DELETE FROM audit WHERE id = ?").run(edit.row);
      db.prepare("UPDATE audit SET id = -(id - 1) WHERE id > ?").run(edit.row);
      db.exec("UPDATE audit SET id = -id WHERE id < 0");
      break;
    case "swap":
      db.prepare("UPDATE audit SET id = -1 WHERE id = ?").run(edit.row);
      db.prepare("UPDATE audit SET id = ? WHERE id = ?").run(edit.row, edit.with);
      db.prepare("UPDATE audit SET id = ? WHERE id = -1").run(edit.with);
      break;
    case "cut out of the middle":
      db.prepare("DELETE FROM audit WHERE id >= ? AND id < ?").run(edit.row, ROWS);
      break;
    case "copy the row before over it":
      db.prepare(`UPDATE audit SET (${everything}) = (SELECT ${everything} FROM audit WHERE id = ?) WHERE id = ?`).run(
        edit.row - 1,
        edit.row,
      );
      break;
    default:
      edit satisfies never;
  }
}

describe("the audit log's chain", () => {
  it("is whole as it was written, and its head changes with every row", () => {
    const heads = [0, 2, 40].map((rows) => {
      const db = chainOf(rows);
      const verdict = verifyAudit(db, KEY);
      db.close();
      assert.ok(verdict.ok);
      assert.equal(verdict.rows, rows);
      return verdict.head;
    });
    assert.equal(new Set(heads).size, 3);
  });

  it("shows every one of 500 random edits of somebody without the key", () => {
    const db = chainOf(ROWS);
    try {
      fc.assert(
        fc.property(edits, (edit) => {
          db.exec("BEGIN");
          carryOut(db, edit);
          const verdict = verifyAudit(db, KEY);
          db.exec("ROLLBACK");
          assert.equal(verdict.ok, false);
        }),
        { numRuns: 500 },
      );
      assert.equal(verifyAudit(db, KEY).ok, true);
    } finally {
      db.close();
    }
  });

  it("shows rows that were cut off at the end to whoever noted a head before", () => {
    const db = chainOf(ROWS);
    const whole = verifyAudit(db, KEY);
    assert.ok(whole.ok);
    db.exec(`DELETE FROM audit WHERE id > ${ROWS - 5}`);
    const cut = verifyAudit(db, KEY, whole.head);
    assert.ok(cut.ok && !cut.headFound && cut.rows === ROWS - 5);
    const known = verifyAudit(db, KEY, cut.head);
    assert.ok(known.ok && known.headFound);
    db.close();
  });

  it("says which row is the first that does not fit", () => {
    const db = chainOf(ROWS);
    db.exec("UPDATE audit SET actor = 'nobody' WHERE id = 17");
    assert.deepEqual(verifyAudit(db, KEY), { ok: false, brokenAt: 17 });
    db.close();
  });

  it("is not whole under another key", () => {
    const db = chainOf(ROWS);
    assert.deepEqual(verifyAudit(db, new Secret("another key, as long as the first")), { ok: false, brokenAt: 1 });
    db.close();
  });
});

describe("the key of the audit log's chain", () => {
  it("is made at first start, for the owner alone, and used again", () => {
    using folder = createTempFolder();
    const made = auditKey(undefined, folder.file("emend.db"));
    const path = folder.file("emend.db.audit-key");
    assert.equal(statSync(path).mode & 0o777, 0o600);
    assert.match(made.reveal(), /^[0-9a-f]{64}$/);
    assert.equal(readFileSync(path, "utf8"), made.reveal());
    assert.equal(auditKey(undefined, folder.file("emend.db")).reveal(), made.reveal());
  });

  it("is the configured one where there is one, and then no file is made", () => {
    using folder = createTempFolder();
    assert.equal(auditKey(KEY, folder.file("emend.db")), KEY);
    assert.throws(() => statSync(folder.file("emend.db.audit-key")), { code: "ENOENT" });
  });

  it("is not taken from a file that was cut short", () => {
    using folder = createTempFolder();
    writeFileSync(folder.file("emend.db.audit-key"), "abc\n");
    assert.throws(() => auditKey(undefined, folder.file("emend.db")), { code: "AUDIT_KEY_DAMAGED" });
  });
});
