/** Sending, with the desk at which people decide about messages. Tencent and time are in the test's hand. */
import { Secret } from "../../src/domain/secret.ts";
import type { ByHandParts } from "../../src/flows/by-hand.ts";
import type { DeskStore } from "../../src/ports/desk.ts";
import { createAuditAppender } from "../../src/store/audit-chain.ts";
import { createSqliteDesk } from "../../src/store/sqlite-desk.ts";
import { withContent } from "../../src/tencent/body.ts";
import { spellPayload } from "../../src/tencent/payload.ts";
import { decodeStored } from "../../src/tencent/stored.ts";
import { textBody } from "./edit-fixtures.ts";
import type { SendingBench, SendingSettings } from "./sending-bench.ts";
import { createSendingBench } from "./sending-bench.ts";
import { APP } from "./store-fixtures.ts";

export const AUDIT_KEY = new Secret("0123456789abcdef0123456789abcdef");

export type DeskBench = SendingBench & {
  readonly desk: DeskStore;
  readonly parts: ByHandParts;
  /** What Tencent stores for every message from now on. */
  shows(text: string, customData?: string): void;
  /** Sends what waits. */
  sent(): Promise<void>;
  /** What was written last, as far as it concerns people. */
  lastCall(): { readonly text: string | undefined; readonly customData: string | undefined };
  /** Lines of the audit log: who and what. */
  audit(): readonly string[];
};

export function createDeskBench(settings: SendingSettings = {}): DeskBench {
  const bench = createSendingBench(settings);
  const { store, client, clock } = bench;
  const desk = createSqliteDesk(store.db, APP, createAuditAppender(store.db, APP, AUDIT_KEY), decodeStored.payloadData);
  let orders = 0;
  const parts: ByHandParts = {
    store: { ...desk, auditOnly: store.auditOnly },
    decode: decodeStored.message,
    decodeEdit: decodeStored.edit,
    decodePayload: decodeStored.payload,
    payloadData: decodeStored.payloadData,
    noteKey: "moderation",
    withContent,
    read: (ref) => client.read(ref),
    spellPayload,
    newId: () => `p${String(++orders).padStart(4, "0")}`,
    clock,
    wakeDispatcher: () => bench.dispatcher.wake(),
  };
  return {
    ...bench,
    desk,
    parts,
    shows: (text, customData) => client.show({ kind: "found", body: textBody(text), customData }),
    async sent() {
      bench.dispatcher.wake();
      await clock.advance(3_000);
    },
    lastCall() {
      const said = JSON.parse(client.calls.at(-1)?.payload ?? "{}") as {
        readonly MsgBody?: readonly { readonly MsgContent: { readonly Text?: string } }[];
        readonly CloudCustomData?: string;
      };
      return { text: said.MsgBody?.[0]?.MsgContent.Text, customData: said.CloudCustomData };
    },
    audit: () => store.db.prepare<[], string>("SELECT actor || ' ' || act FROM audit ORDER BY id").pluck().all(),
  };
}
