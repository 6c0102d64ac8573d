import assert from "node:assert/strict";
import type { GroupId, UserId } from "../../src/domain/message.ts";
import { spellPayload, withoutNote } from "../../src/tencent/payload.ts";

const c2c = { kind: "c2c", from: 'an"na' as UserId, to: "ben" as UserId, msgKey: "1_2_3" } as const;
const group = { kind: "group", groupId: "@TGS#1" as GroupId, topicId: undefined, msgSeq: 23 } as const;
const body = `[ {"MsgType":"TIMTextElem","MsgContent":{"Text":"\\u0062ad","n":9007199254740993}} ]`;

describe("a request body", () => {
  for (const [sentence, ref, change, expected] of [
    [
      "names both sides and the key of a one-to-one message, and takes the body as it is spelled",
      ...[c2c, { body, customData: '{"a":"b"}' }],
      `{"From_Account":"an\\"na","To_Account":"ben","MsgKey":"1_2_3","MsgBody":${body},"CloudCustomData":"{\\"a\\":\\"b\\"}"}`,
    ],
    [
      "names group and number, and leaves out what keeps its value",
      ...[group, { body }],
      `{"GroupId":"@TGS#1","MsgSeq":23,"MsgBody":${body}}`,
    ],
    [
      "names the topic where there is one",
      ...[{ ...group, topicId: "@TOPIC#_x" }, { customData: "\ud83d" }],
      `{"GroupId":"@TGS#1","MsgSeq":23,"TopicId":"@TOPIC#_x","CloudCustomData":"\\ud83d"}`,
    ],
  ] as const) {
    it(sentence, () => assert.equal(spellPayload(ref, change), expected));
  }

  it("without its note is what it would have been without one from the start", () => {
    for (const ref of [c2c, group, { ...group, topicId: "t" }]) {
      assert.equal(withoutNote(spellPayload(ref, { body, customData: "{}" })), spellPayload(ref, { body }));
    }
  });

  it("that is a note alone has nothing left without it, nor has one that never had a note", () => {
    assert.equal(withoutNote(spellPayload(c2c, { customData: "{}" })), undefined);
    assert.equal(withoutNote(spellPayload(c2c, { body })), undefined);
  });
});
