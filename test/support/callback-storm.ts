/** A storm of callbacks that something is the matter with, however they are carried, and what must be true after it. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import type { CallbackService } from "./callback-service.ts";
import type { Chance } from "./mutations.ts";
import { chanceFrom, ruined } from "./mutations.ts";
import type { Sample } from "./tencent-samples.ts";
import { samples } from "./tencent-samples.ts";

export type Ruined = {
  readonly sample: Sample;
  readonly body: Buffer;
  readonly how: string;
  /** For whoever has more to decide about this callback. */
  readonly chance: Chance;
};
export type Carried = {
  /** 0 where the sender went away without waiting. */
  readonly status: number;
  /** What the service must have taken for the body. */
  readonly body: Buffer;
};
/** Carries callbacks one after another. */
export interface Carrier extends Disposable {
  carry(callback: Ruined): Promise<Carried>;
}

export type Storm = {
  readonly seed: number;
  readonly count: number;
  readonly senders: number;
  readonly carrier: () => Promise<Carrier>;
};

type Accepted = { readonly command: string; readonly body: Buffer };
export type Weathered = {
  readonly answered: ReadonlyMap<number, number>;
  /** What was answered with 200 and is of a command that leaves something in the record. */
  readonly accepted: readonly Accepted[];
};

const MESSAGES = ["C2C.CallbackAfterSendMsg", "Group.CallbackAfterSendMsg"];
const EDITS = ["C2C.CallbackAfterModifyMsg", "Group.CallbackAfterModifyMsg"];
const RECALLS = ["C2C.CallbackAfterMsgWithDraw", "Group.CallbackAfterRecallMsg"];
const RECORDED = new Set([...MESSAGES, ...EDITS, ...RECALLS]);
/** What a sender may be told. None of it is our own fault. */
const STATUSES = new Set([0, 200, 400, 403, 404, 405, 408, 413, 417, 431]);
/** Nothing else may stand in the log. */
const EXPECTED_LINES = /could not be decoded|Messages were recalled|turned away/;
/** Spreads the numbers of callbacks over the seeds of their chances. */
const GOLDEN = 2_654_435_761;

/** Each sender has its share of the numbers; what is the matter with a callback follows from seed and number alone. */
export async function weather({ seed, count, senders, carrier }: Storm): Promise<Weathered> {
  const usable = samples.filter(({ name }) => name !== "c2c-very-long-text");
  const answered = new Map<number, number>();
  const accepted: Accepted[] = [];
  const sendShare = async (sender: number): Promise<void> => {
    using way = await carrier();
    for (let number = sender; number < count; number += senders) {
      const chance = chanceFrom(seed + number * GOLDEN);
      const sample = chance.pick(usable);
      const { how, body: sent } = ruined(renumbered(sample, number), chance, chance.pick(usable).body);
      const { status, body } = await way.carry({ sample, body: sent, how, chance }).catch((reason: unknown) => {
        throw new Error(`callback ${number} of seed ${seed} got no answer: ${how}`, { cause: reason });
      });
      assert.ok(STATUSES.has(status), `callback ${number} of seed ${seed} was answered ${status}: ${how}`);
      answered.set(status, (answered.get(status) ?? 0) + 1);
      if (status === 200 && RECORDED.has(sample.command)) accepted.push({ command: sample.command, body });
    }
  };
  await Promise.all(Array.from({ length: senders }, (_, sender) => sendShare(sender)));
  return { answered, accepted };
}

/** Most are messages of their own, so that each one that is accepted leaves a row of its own. */
function renumbered({ body }: Sample, number: number): Buffer {
  const text = body.toString().replace(/"MsgSeq":\d+/, `"MsgSeq":${number}`);
  return Buffer.from(text.replace(/"MsgKey":"\d+_/, `"MsgKey":"${number}_`));
}

type Fields = Readonly<Record<string, unknown>>;
const fieldsOf = (body: Buffer): Fields => JSON.parse(body.toString()) as Fields;
const textOf = (fields: Fields, name: string): string => (typeof fields[name] === "string" ? fields[name] : "");
const chatOf = (fields: Fields): readonly string[] =>
  [textOf(fields, "From_Account"), textOf(fields, "To_Account")].sort();

/** How a message is known, read from its bytes without any of our code. */
function nameOf({ command, body }: Accepted): string {
  const fields = fieldsOf(body);
  if (command.startsWith("C2C")) {
    const made = ["MsgSeq", "MsgRandom", "MsgTime"].map((part) => Number(fields[part])).join("_");
    return ["c2c", ...chatOf(fields), textOf(fields, "MsgKey") || made, textOf(fields, "From_Account")].join("\n");
  }
  if (fields["MsgSeq"] === undefined) return `digest\n${createHash("sha256").update(body).digest("hex")}`;
  const sentAt = Number(fields["MsgTime"] ?? 0) * 1_000;
  return ["group", textOf(fields, "GroupId"), textOf(fields, "TopicId"), Number(fields["MsgSeq"]), sentAt].join("\n");
}

/** Which messages an edit or a recall is about. */
function addressesIn({ command, body }: Accepted): readonly string[] {
  const fields = fieldsOf(body);
  if (command.startsWith("C2C")) {
    return [["c2c", ...chatOf(fields), textOf(fields, "MsgKey"), textOf(fields, "From_Account")].join("\n")];
  }
  const listed = fields["MsgSeqList"] as readonly Fields[] | undefined;
  return (listed ?? [fields]).map(({ MsgSeq }) =>
    ["group", textOf(fields, "GroupId"), textOf(fields, "TopicId"), Number(MsgSeq)].join("\n"),
  );
}

type Row = Readonly<Record<"kind" | "first" | "second" | "sender" | "msg_key", string>> & {
  readonly msg_seq: number | null;
  readonly sent_at: number | null;
  readonly digest: Buffer | null;
  readonly callback: Buffer | null;
};

const rowsOf = ({ db }: CallbackService, table: string): readonly Row[] =>
  db.prepare<[], Row>(`SELECT * FROM "${table}" JOIN conversation c ON c.id = conversation_id`).all();

function nameOfRow({ kind, first, second, msg_key, msg_seq, sent_at, sender, digest }: Row): string {
  if (digest !== null) return `digest\n${digest.toString("hex")}`;
  return [kind, first, second, ...(msg_seq === null ? [msg_key, sender] : [msg_seq, sent_at ?? 0])].join("\n");
}

const addressOfRow = ({ kind, first, second, msg_key, msg_seq, sender }: Row): string =>
  [kind, first, second, ...(msg_seq === null ? [msg_key, sender] : [msg_seq])].join("\n");

/**
 * What was acknowledged is in the record, whole and as it came, and nothing else is.
 *
 * @returns the number of messages, edits and recalls there
 */
export function assertRecorded(service: CallbackService, { accepted }: Weathered): number {
  const of = (commands: readonly string[]) => accepted.filter(({ command }) => commands.includes(command));
  const messages = rowsOf(service, "message");
  const edits = rowsOf(service, "edit");
  const recalls = rowsOf(service, "recall");
  assertSame("message", messages.map(nameOfRow), of(MESSAGES).map(nameOf));
  assert.equal(new Set(messages.map(nameOfRow)).size, messages.length, "each message once");
  assertSame("edit", edits.map(addressOfRow), of(EDITS).flatMap(addressesIn));
  assertSame("recall", recalls.map(addressOfRow), of(RECALLS).flatMap(addressesIn));
  const bytes = new Set(accepted.map(({ body }) => body.toString("latin1")));
  for (const row of [...messages, ...edits]) {
    const asItCame = row.callback !== null && bytes.has(row.callback.toString("latin1"));
    assert.ok(asItCame || row.callback === null, `recorded otherwise than it came: ${addressOfRow(row)}`);
  }
  assertWhole(service);
  assert.deepEqual(
    service.logged.filter((line) => !EXPECTED_LINES.test(line)),
    [],
  );
  return messages.length + edits.length + recalls.length;
}

function assertSame(what: string, recorded: readonly string[], accepted: readonly string[]): void {
  const [inRecord, promised] = [new Set(recorded), new Set(accepted)];
  const odd = [
    ...[...inRecord].filter((name) => !promised.has(name)).map((name) => `recorded, never accepted: ${name}`),
    ...[...promised].filter((name) => !inRecord.has(name)).map((name) => `accepted, not recorded: ${name}`),
  ];
  assert.deepEqual(odd.slice(0, 3), [], what);
}

/** What belongs to a message came with it, or did not come. */
function assertWhole({ db }: CallbackService): void {
  const count = (sql: string): unknown => db.prepare(sql).pluck().get();
  assert.deepEqual(db.pragma("foreign_key_check"), []);
  assert.equal(db.pragma("integrity_check", { simple: true }), "ok");
  const objected = "SELECT id FROM message WHERE decision IN ('rewrite', 'review')";
  for (const table of ["finding", "modification", "audit"]) {
    assert.equal(
      count(`SELECT count(*) FROM (${objected}) WHERE id NOT IN (SELECT message_id FROM ${table})`),
      0,
      `half a record: no ${table}`,
    );
    assert.equal(count(`SELECT count(*) FROM ${table} WHERE message_id NOT IN (${objected})`), 0, table);
  }
  const payloads = db.prepare("SELECT body FROM payload").pluck().all() as Buffer[];
  assert.equal(payloads.length, count("SELECT count(*) FROM modification WHERE payload_revision = 1"));
  for (const payload of payloads) JSON.parse(payload.toString());
}

/** The names that every object has by birth, to be compared before and after. */
export const birthNames = (): readonly string[] =>
  [Object.prototype, Array.prototype, Function.prototype, String.prototype].flatMap((each) =>
    Reflect.ownKeys(each).map(String),
  );
