/** Shapes that Tencent's pages print or old captures show, beyond the recorded callbacks. */
import assert from "node:assert/strict";
import type { Message, SdkAppId } from "../../src/domain/message.ts";
import type { MessageCommand } from "../../src/tencent/callback.ts";
import { decodeMessage } from "../../src/tencent/callback.ts";
import { sampleNamed } from "../support/tencent-samples.ts";

const C2C = "C2C.CallbackAfterSendMsg";
const GROUP = "Group.CallbackAfterSendMsg";
type Fields = Readonly<Record<string, unknown>>;

function decoded(command: MessageCommand, changes: Fields): Message {
  const { body } = sampleNamed(command === C2C ? "c2c-text-plain" : "group-public-text-at");
  const fields = { ...(JSON.parse(body.toString()) as Fields), ...changes };
  const result = decodeMessage(command, Buffer.from(JSON.stringify(fields)), 1400000000 as SdkAppId);
  assert.ok(result.ok, JSON.stringify(result));
  return result.message;
}

describe("a group's messages", () => {
  for (const [type, unmodifiable] of [
    ...(["Private", "Public", "ChatRoom", "Community", "Work", "Meeting", "SomethingNew"] as const).map(
      (each) => [each, undefined] as const,
    ),
    ...(["AVChatRoom", "BChatRoom", "Live"] as const).map((each) => [each, "live_group"] as const),
  ]) {
    it(`${unmodifiable === undefined ? "can" : "cannot"} be modified in a group of type ${type}`, () => {
      assert.equal(decoded(GROUP, { Type: type }).unmodifiable, unmodifiable);
    });
  }

  it("have the topic in their address where it is one, and none where it is empty or absent", () => {
    for (const [given, topicId] of [
      ["@TOPIC#_x", "@TOPIC#_x"],
      ["", undefined],
      [undefined, undefined],
    ]) {
      assert.deepEqual(decoded(GROUP, { TopicId: given }).ref, {
        ...{ kind: "group", groupId: "@TGS#2EXAMPLE1", topicId, msgSeq: 101 },
      });
    }
  });

  it("name an operator only where it is somebody else than the sender", () => {
    for (const [given, operator] of [
      ["administrator", "administrator"],
      ["user_anna", undefined],
      ["", undefined],
      [undefined, undefined],
    ]) {
      assert.equal(decoded(GROUP, { Operator_Account: given }).operator, operator);
    }
  });
});

describe("the fields of a callback", () => {
  it("may have their numbers in quotes", () => {
    const { ref, sentAt, eventAt, unmodifiable } = decoded(GROUP, {
      ...{ MsgSeq: "101", MsgTime: "1767230145", EventTime: "1767230145321", OnlineOnlyFlag: "1" },
    });
    assert.deepEqual(
      [ref.kind === "group" && ref.msgSeq, sentAt, eventAt, unmodifiable],
      [101, 1_767_230_145_000, 1_767_230_145_321, "online_only"],
    );
  });

  it("make up a key that is missing", () => {
    const { ref } = decoded(C2C, { MsgKey: undefined, MsgSeq: 4294967295, MsgRandom: "4294967295" });
    assert.equal(ref.kind === "c2c" && ref.msgKey, "4294967295_4294967295_1767225660");
  });

  it("are taken without a command in the body, and with others that nobody knows", () => {
    const { sender } = decoded(C2C, { CallbackCommand: undefined, Future: { a: [1] }, __proto__: null });
    assert.equal(sender, "user_anna");
  });

  it("tell a message that was not delivered from one that was", () => {
    for (const [result, unmodifiable] of [
      [0, undefined],
      [undefined, undefined],
      [80001, "send_failed"],
      [-1, "send_failed"],
      ["0", undefined],
      ["20007", "send_failed"],
    ] as const) {
      assert.equal(decoded(C2C, { SendMsgResult: result }).unmodifiable, unmodifiable);
    }
  });

  it("leave the body as it is spelled, the last one where there are two", () => {
    const body = `{"MsgBody":[],"From_Account":"a","To_Account":"b","MsgKey":"1_2_3", "MsgB\\u006fdy" : [ {"MsgType":"\\u0054IMTextElem","n":1.0} ] }`;
    const result = decodeMessage(C2C, Buffer.from(body), 1400000000 as SdkAppId);
    assert.equal(result.ok && result.message.body, `[ {"MsgType":"\\u0054IMTextElem","n":1.0} ]`);
  });
});
