/** Twenty thousand callbacks that something is the matter with, over real sockets, and then a look at what was recorded. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import type { CallbackService } from "../support/callback-service.ts";
import { callbackService } from "../support/callback-service.ts";
import { chanceFrom, ruined } from "../support/mutations.ts";
import type { Sample } from "../support/tencent-samples.ts";
import { samples } from "../support/tencent-samples.ts";
import type { Wire } from "../support/wire.ts";
import { openWire, post } from "../support/wire.ts";

const COUNT = 20_000;
const SENDERS = 16;
const MESSAGE_COMMANDS = ["C2C.CallbackAfterSendMsg", "Group.CallbackAfterSendMsg"];
const CHARSETS = ["application/json", "text/plain; charset=gbk", "application/json; charset=utf-16", "multipart/x", ""];

type Sent = { readonly body: Buffer; readonly command: string; readonly how: string; readonly status: number };

/** Each sender has its share of the numbers; what is the matter with a callback follows from seed and number alone. */
async function sendAll(service: CallbackService, seed: number): Promise<readonly Sent[]> {
  const usable = samples.filter(({ name }) => name !== "c2c-very-long-text");
  const sent: Sent[] = [];
  const sendShare = async (sender: number): Promise<void> => {
    let wire: Wire = await openWire(service.port);
    for (let number = sender; number < COUNT; number += SENDERS) {
      const chance = chanceFrom(seed + number * 2_654_435_761);
      const sample = chance.pick(usable);
      const { how, body } = ruined(renumbered(sample, number), chance, chance.pick(usable).body);
      const bytes = post(`/callback?${sample.query}`, body, { "content-type": chance.pick(CHARSETS) });
      const { status } = await wire.send(bytes).catch((reason: unknown) => {
        throw new Error(`callback ${number} of seed ${seed} got no answer: ${how}`, { cause: reason });
      });
      sent.push({ body, command: sample.command, how, status });
      if (!wire.isOpen()) wire = await openWire(service.port);
    }
    wire[Symbol.dispose]();
  };
  await Promise.all(Array.from({ length: SENDERS }, (_, sender) => sendShare(sender)));
  return sent;
}

/** Most are messages of their own, so that each one that is accepted leaves a row of its own. */
function renumbered({ body }: Sample, number: number): Buffer {
  const text = body.toString().replace(/"MsgSeq":\d+/, `"MsgSeq":${number}`);
  return Buffer.from(text.replace(/"MsgKey":"\d+_/, `"MsgKey":"${number}_`));
}

type Fields = Readonly<Record<string, unknown>>;

/** How a message is known, read from its bytes without any of our code. */
function nameOf(command: string, body: Buffer): string {
  const fields = JSON.parse(body.toString()) as Fields;
  const text = (name: string): string => (typeof fields[name] === "string" ? fields[name] : "");
  if (command.startsWith("C2C")) {
    const made = ["MsgSeq", "MsgRandom", "MsgTime"].map((part) => Number(fields[part])).join("_");
    const key = text("MsgKey") || made;
    return ["c2c", ...[text("From_Account"), text("To_Account")].sort(), key, text("From_Account")].join("\n");
  }
  if (fields["MsgSeq"] === undefined) return `digest\n${createHash("sha256").update(body).digest("hex")}`;
  const sentAt = Number(fields["MsgTime"] ?? 0) * 1_000;
  return ["group", text("GroupId"), text("TopicId"), Number(fields["MsgSeq"]), sentAt].join("\n");
}

type Row = Readonly<Record<"kind" | "first" | "second" | "sender" | "msg_key", string>> & {
  readonly msg_seq: number | null;
  readonly sent_at: number | null;
  readonly digest: Buffer | null;
  readonly callback: Buffer;
};

function namesRecorded({ db }: CallbackService): readonly { readonly name: string; readonly callback: Buffer }[] {
  const rows = db.prepare("SELECT * FROM message JOIN conversation c ON c.id = conversation_id").all() as Row[];
  return rows.map(({ kind, first, second, msg_key, msg_seq, sent_at, sender, digest, callback }) => {
    if (digest !== null) return { callback, name: `digest\n${digest.toString("hex")}` };
    const name =
      msg_seq === null ? [kind, first, second, msg_key, sender] : [kind, first, second, msg_seq, sent_at ?? 0];
    return { callback, name: name.join("\n") };
  });
}

describe("a storm of ruined callbacks", () => {
  const seed = Number(process.env["EMEND_TEST_SEED"] ?? 20_261_120);

  it(`breaks nothing, pollutes nothing, and leaves each accepted message whole (seed ${seed})`, async function () {
    this.timeout(60_000);
    await using service = await callbackService();
    const sent = await sendAll(service, seed);
    assert.equal(sent.length, COUNT);

    const odd = sent.filter(({ status }) => ![200, 400, 403, 413].includes(status));
    assert.deepEqual(odd.slice(0, 3), []);
    assert.equal(({} as Fields)["polluted"], undefined);
    assert.deepEqual(
      service.logged.filter((line) => !/could not be decoded|Messages were recalled/.test(line)),
      [],
    );

    const messages = sent.filter(({ command, status }) => status === 200 && MESSAGE_COMMANDS.includes(command));
    const accepted = new Set(messages.map(({ command, body }) => nameOf(command, body)));
    const bytes = new Set(messages.map(({ body }) => body.toString("latin1")));
    const recorded = namesRecorded(service);
    for (const { name, callback } of recorded) {
      assert.ok(accepted.has(name), `recorded, never accepted: ${name}`);
      assert.ok(bytes.has(callback.toString("latin1")), `recorded otherwise than it came: ${name}`);
    }
    const names = new Set(recorded.map(({ name }) => name));
    assert.equal(names.size, recorded.length, "each message once");
    for (const name of accepted) assert.ok(names.has(name), `accepted, not recorded: ${name}`);
    assert.ok(recorded.length > COUNT / 10, `only ${recorded.length} were understood: too few to tell`);
    assertWhole(service);
  });
});

/** What belongs to a message came with it, or did not come. */
function assertWhole({ db }: CallbackService): void {
  const count = (sql: string): unknown => db.prepare(sql).pluck().get();
  assert.deepEqual(db.pragma("foreign_key_check"), []);
  assert.equal(db.pragma("integrity_check", { simple: true }), "ok");
  const objected = "SELECT id FROM message WHERE decision IN ('rewrite', 'review')";
  assert.ok(Number(count(`SELECT count(*) FROM (${objected})`)) > 100);
  for (const table of ["finding", "modification", "audit"]) {
    assert.equal(
      count(`SELECT count(*) FROM message WHERE id IN (${objected}) AND id NOT IN (SELECT message_id FROM ${table})`),
      0,
      table,
    );
    assert.equal(count(`SELECT count(*) FROM ${table} WHERE message_id NOT IN (${objected})`), 0, table);
  }
  const payloads = db.prepare("SELECT body FROM payload").pluck().all() as Buffer[];
  assert.equal(payloads.length, count("SELECT count(*) FROM modification WHERE payload_revision = 1"));
  for (const payload of payloads) JSON.parse(payload.toString());
}
