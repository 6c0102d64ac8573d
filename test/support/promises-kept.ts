/** What must hold once the dust has settled, however often the service was ended on the way. */
import { existsSync, readFileSync } from "node:fs";
import Database from "better-sqlite3";
import { Secret } from "../../src/domain/secret.ts";
import type { MessageView } from "../../src/simulator/views.ts";
import { verifyAudit } from "../../src/store/audit-chain.ts";
import type { Expectation } from "../world/oracle.ts";
import { expectedFor, faultIn } from "../world/oracle.ts";
import { RULE, WORDS } from "../world/running.ts";

export type Witnessed = {
  readonly message: MessageView;
  /** A 200 was read for it. */
  readonly acknowledged: boolean;
  /** How often the service was ended since it was said. Each may repeat one call. */
  readonly crashes: number;
};

type Row = {
  readonly ref: string;
  readonly orders: string | null;
  readonly states: string | null;
  readonly without_note: number;
};

/** @returns what is wrong, one line each; empty when every promise was kept */
export function brokenPromises(database: string, messages: readonly Witnessed[]): readonly string[] {
  const db = new Database(database, { readonly: true });
  try {
    const rows = recorded(db);
    return [...faultsOfFile(db, database), ...messages.flatMap((each) => faultsOf(each, rows))];
  } finally {
    db.close();
  }
}

function recorded(db: Database.Database): ReadonlyMap<string, Row> {
  const rows = db.prepare<[], Row>(
    `SELECT coalesce(m.msg_key, c.first || '/' || c.second || '/' || m.msg_seq) AS ref,
       (SELECT group_concat(id) FROM modification o WHERE o.message_id = m.id) AS orders,
       (SELECT group_concat(state || ' ' || reason) FROM modification o WHERE o.message_id = m.id) AS states,
       EXISTS (SELECT 1 FROM payload p JOIN modification o ON o.id = p.modification_id
         WHERE o.message_id = m.id AND p.reason LIKE 'without_note%') AS without_note
     FROM message m JOIN conversation c ON c.id = m.conversation_id`,
  );
  return new Map(rows.all().map((row) => [row.ref, row]));
}

function faultsOfFile(db: Database.Database, database: string): readonly string[] {
  const integrity = db.pragma("integrity_check", { simple: true });
  const strays = db.pragma("foreign_key_check") as readonly unknown[];
  const keyFile = `${database}.audit-key`;
  const key = existsSync(keyFile) ? new Secret(readFileSync(keyFile, "utf8").trim()) : undefined;
  const chain = key === undefined ? undefined : verifyAudit(db, key);
  return [
    ...(integrity === "ok" ? [] : [`integrity_check says ${String(integrity)}`]),
    ...(strays.length === 0 ? [] : [`${strays.length} rows refer to nothing`]),
    ...(chain?.ok === true ? [] : ["the audit log's chain does not verify"]),
  ];
}

function faultsOf({ message, acknowledged, crashes }: Witnessed, rows: ReadonlyMap<string, Row>): readonly string[] {
  const { ref } = message;
  const row = rows.get(ref.kind === "c2c" ? ref.msgKey : `${ref.groupId}/${ref.topicId ?? ""}/${ref.msgSeq}`);
  const says = (fault: string): string => `message ${message.id} (orders: ${row?.states ?? "none"}): ${fault}`;
  if (row === undefined && acknowledged) return [says("it was acknowledged and is not in the record")];
  const fault = faultIn(message.original, message.current, expectation(message, row), RULE);
  const calls = message.versions - 1;
  const noteId = /"v":1,"id":"(\w+)"/.exec(message.current.customData ?? "")?.[1];
  return [
    ...(fault === undefined ? [] : [says(fault)]),
    ...(calls <= 1 + crashes ? [] : [says(`${calls} calls, and ${crashes} crashes`)]),
    ...(noteId === undefined || row?.orders === noteId
      ? []
      : [says(`its note is ${noteId}, its order ${row?.orders}`)]),
  ];
}

function expectation(message: MessageView, row: Row | undefined): Expectation {
  // It was never recorded, so nobody may touch it.
  if (row === undefined) return { kind: "untouched" };
  const expected = expectedFor(message.original, message.modifiable, WORDS);
  return expected.kind === "changed" && row.without_note === 1 ? { ...expected, noted: false } : expected;
}
