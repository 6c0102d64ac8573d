import assert from "node:assert/strict";
import type { EditCommand, RecallCommand } from "../../src/tencent/callback.ts";
import { decodeEdit, decodeOverLimit, decodeRecall } from "../../src/tencent/edit-callback.ts";
import { sampleNamed } from "../support/tencent-samples.ts";

const edit = (name: string) => {
  const sample = sampleNamed(name);
  return decodeEdit(sample.command as EditCommand, sample.body);
};
const recall = (name: string) => {
  const sample = sampleNamed(name);
  return decodeRecall(sample.command as RecallCommand, sample.body);
};
const ref = { kind: "c2c", from: "user_anna", to: "user_ben", msgKey: "609_690_1767229529" };

describe("an edit as Tencent tells it", () => {
  it("names the message, who edited it and what it says now", () => {
    const text = "edited back to badword";
    assert.deepEqual(edit("c2c-after-modify-client"), {
      ok: true,
      value: {
        ref,
        operator: "user_anna",
        eventAt: 1767230027036,
        elements: [{ kind: "text", text }],
        body: JSON.stringify([{ MsgType: "TIMTextElem", MsgContent: { Text: text } }]),
        customData: { told: true, text: '{"v":2}' },
      },
    });
  });

  it("of a group message does not say what its custom data are", () => {
    const read = edit("group-after-modify-client");
    assert.ok(read.ok);
    assert.deepEqual(read.value.ref, { kind: "group", groupId: "@TGS#2EXAMPLE1", topicId: undefined, msgSeq: 101 });
    assert.deepEqual(read.value.customData, { told: false });
  });

  for (const [sentence, change, reason] of [
    ["without a body", { MsgBody: undefined }, /^MsgBody: /],
    ["by nobody", { Operator_Account: "" }, /^Operator_Account: /],
    ["of no message", { MsgKey: undefined }, /^MsgKey: /],
    ["under another command", { CallbackCommand: "Group.CallbackAfterModifyMsg" }, /another command/],
    ["with a time that is none", { EventTime: -1 }, /^EventTime: /],
  ] as const) {
    it(`is not believed ${sentence}`, () => {
      const sample = sampleNamed("c2c-after-modify-client");
      const body = { ...(JSON.parse(sample.body.toString()) as object), ...change };
      const read = decodeEdit("C2C.CallbackAfterModifyMsg", Buffer.from(JSON.stringify(body)));
      assert.ok(!read.ok);
      assert.match(read.reason, reason);
    });
  }

  it("that is no JSON is refused, not thrown", () => {
    for (const odd of ["", "null", "[]", "{", "\u00ff"]) {
      assert.equal(decodeEdit("Group.CallbackAfterModifyMsg", Buffer.from(odd, "latin1")).ok, false);
    }
  });
});

describe("a recall as Tencent tells it", () => {
  it("in a one-to-one chat names one message and nobody who did it", () => {
    const value = { refs: [ref], operator: undefined, eventAt: 1767231111000 };
    assert.deepEqual(recall("c2c-after-withdraw"), { ok: true, value });
  });

  it("in a group may name several, and says who did it", () => {
    const read = recall("group-after-recall");
    assert.ok(read.ok);
    const where = { kind: "group", groupId: "@TGS#_@TGS#cEXAMPLE3", topicId: "@TGS#_@TGS#cEXAMPLE3@TOPIC#_general" };
    assert.deepEqual(read.value.refs, [
      { ...where, msgSeq: 12 },
      { ...where, msgSeq: 13 },
    ]);
    assert.deepEqual([read.value.operator, read.value.eventAt], ["administrator", 1767231222123]);
  });
});

describe("a warning of too many calls", () => {
  it("names the API, how often it was called and how often it may be", () => {
    const read = decodeOverLimit(sampleNamed("alert-request-over-limit").body);
    assert.deepEqual(read, { ok: true, value: { api: "c2c", calls: 170, callsMax: 200 } });
  });

  it("of an API that we do not call names none", () => {
    const read = decodeOverLimit(Buffer.from('{"Command":"sendmsg","Request":1,"Limit":1}'));
    assert.deepEqual(read, { ok: true, value: { api: undefined, calls: 1, callsMax: 1 } });
  });
});
