import assert from "node:assert/strict";
import { epochMs } from "../../src/domain/time.ts";
import type { MessageId } from "../../src/ports/store.ts";
import { decodeStored } from "../../src/tencent/stored.ts";
import { createDeskBench } from "../support/desk-bench.ts";
import { changing, editEntry, editOf } from "../support/edit-fixtures.ts";
import { START_MS } from "../support/fake-clock.ts";
import { saidInGroup } from "../support/store-fixtures.ts";

const ONE = 1 as MessageId;
/** Writes no custom data; the message that is forwarded in it has some. */
const forwarding = JSON.stringify({
  GroupId: "hike",
  MsgSeq: 7,
  MsgBody: [{ MsgType: "TIMRelayElem", MsgContent: { MsgList: [{ CloudCustomData: "theirs", MsgBody: [] }] } }],
});

describe("what the desk knows of our own calls", () => {
  it("is the newest that was sent, and the newest of those that write custom data", async () => {
    await using bench = createDeskBench();
    const newest = async () => {
      const subject = await bench.desk.subject(ONE);
      assert.ok(subject);
      const { ours, noted } = subject;
      return { ours, noted: noted === undefined ? undefined : decodeStored.payloadData(noted) };
    };
    await bench.record(saidInGroup(7, { text: "damn it", customData: '{"n":1}' }));
    assert.deepEqual(await newest(), { ours: undefined, noted: undefined });
    bench.start();
    await bench.sent();
    const masked = await newest();
    assert.match(masked.noted ?? "", /^\{"n":1,"moderation":\[/);
    assert.equal(masked.ours, bench.client.calls.at(-1)?.payload);

    await bench.store.recordEdits([editEntry(editOf(7, { text: "damn you", at: 20_000 }))]);
    const [open] = await bench.store.openEdits(9, epochMs(START_MS + 60_000));
    assert.ok(open);
    const order = { purpose: "guard", lane: "guard", api: "group", payload: forwarding } as const;
    await bench.store.settleEdit({
      ...{ id: open.id, at: bench.clock.now(), kind: "judged", verdict: "guard", audit: [] },
      judgement: changing("g1", "damn you", "**** you", order),
    });
    assert.deepEqual(await newest(), masked);
    await bench.sent();
    assert.deepEqual(await newest(), { ...masked, ours: forwarding });

    // Past keeping.
    bench.store.db.exec("UPDATE payload SET body = x''");
    assert.deepEqual(await newest(), { ours: undefined, noted: undefined });
  });
});
