import assert from "node:assert/strict";
import type { Simulator } from "../../src/simulator/server.ts";
import { ADMIN, call, callText, MODIFY_C2C, MODIFY_GROUP, SDK_APP_ID, start, userSig } from "./support.ts";

const TEXT = [{ MsgType: "TIMTextElem", MsgContent: { Text: "****" } }];
const C2C = { From_Account: "anna", To_Account: "ben", MsgKey: "1_2_3", MsgBody: TEXT };
const GROUP = { GroupId: "team", MsgSeq: 1, MsgBody: TEXT };

const without = (fields: object, name: string): object =>
  Object.fromEntries(Object.entries(fields).filter(([key]) => key !== name));

describe("the modify APIs check what comes", () => {
  let simulator: Simulator;
  before(async () => {
    simulator = await start();
    simulator.world.say({ from: "anna", group: "team", text: "hi" });
    simulator.world.say({ from: "anna", group: "show", groupType: "AVChatRoom", text: "hi" });
    simulator.world.say({ from: "anna", group: "live", groupType: "Live", text: "hi" });
    simulator.world.say({ from: "anna", group: "old", groupType: "BChatRoom", text: "hi" });
    simulator.world.say({ from: "anna", group: "town", topic: "town-news", text: "hi" });
    simulator.world.say({ from: "anna", group: "team", text: "typing…", onlineOnly: true });
    simulator.world.recall({ id: simulator.world.say({ from: "anna", group: "team", text: "oops" }).id });
  });
  after(() => simulator.close());

  for (const [sentence, query, code] of [
    ["no sdkappid", { sdkappid: "" }, 60012],
    ["an sdkappid that is no number", { sdkappid: "abc" }, 60006],
    ["an sdkappid of someone else", { sdkappid: String(SDK_APP_ID + 1) }, 70020],
    ["no identifier", { identifier: "" }, 60025],
    ["no usersig", { usersig: "" }, 60025],
    ["another content type", { contenttype: "xml" }, 60025],
    ["a random that is no number", { random: "x" }, 60025],
    ["a random beyond 32 bits", { random: "4294967296" }, 60025],
    ["someone who is no administrator", { identifier: "anna", usersig: userSig("anna") }, 90009],
  ] as const) {
    it(`the URL: ${sentence} gives ${code}`, async () => {
      assert.equal((await call(simulator, MODIFY_C2C, C2C, query)).ErrorCode, code);
    });
  }

  it("the URL: the group service asks for the administrator with a code of its own", async () => {
    const anna = { identifier: "anna", usersig: userSig("anna") };
    const answer = await call(simulator, "group_open_http_svc/group_msg_get_simple", {}, anna);
    assert.equal(answer.ErrorCode, 60010);
  });

  it("the URL: the greatest random of 32 bits is fine", async () => {
    assert.equal((await call(simulator, MODIFY_C2C, C2C, { random: "4294967295" })).ErrorCode, 20026);
  });

  it("the URL: an API that does not exist gives 60002", async () => {
    assert.equal((await call(simulator, "openim/no_such_thing", {})).ErrorCode, 60002);
  });

  it("the URL: only POST is answered", async () => {
    const response = await fetch(`${simulator.url}/v4/openim/modify_c2c_msg?sdkappid=${SDK_APP_ID}`);
    assert.equal(response.status, 200);
    assert.equal(((await response.json()) as { ErrorCode: number }).ErrorCode, 60002);
  });

  const custom = { MsgType: "TIMCustomElem", MsgContent: { Data: "{}" } };
  for (const [sentence, api, body, code] of [
    ["no JSON", MODIFY_C2C, "{", 90001],
    ["nothing", MODIFY_C2C, "", 90001],
    ["an array", MODIFY_C2C, "[]", 90001],
    ["no From_Account", MODIFY_C2C, without(C2C, "From_Account"), 90008],
    ["a From_Account that is no string", MODIFY_C2C, { ...C2C, From_Account: 1 }, 90008],
    ["no To_Account", MODIFY_C2C, without(C2C, "To_Account"), 90003],
    ["a To_Account that is no string", MODIFY_C2C, { ...C2C, To_Account: ["ben"] }, 90003],
    ["no MsgKey", MODIFY_C2C, without(C2C, "MsgKey"), 90054],
    ["a malformed MsgKey", MODIFY_C2C, { ...C2C, MsgKey: "1_2" }, 90054],
    ["a MsgBody that is no array", MODIFY_C2C, { ...C2C, MsgBody: {} }, 90007],
    ["an empty MsgBody", MODIFY_C2C, { ...C2C, MsgBody: [] }, 90002],
    ["an element without MsgType", MODIFY_C2C, { ...C2C, MsgBody: [{ MsgContent: {} }] }, 90010],
    ["an element without MsgContent", MODIFY_C2C, { ...C2C, MsgBody: [{ MsgType: "TIMTextElem" }] }, 90010],
    [
      "a text element without Text",
      MODIFY_C2C,
      { ...C2C, MsgBody: [{ MsgType: "TIMTextElem", MsgContent: {} }] },
      90002,
    ],
    [
      "a Text that is no string",
      MODIFY_C2C,
      { ...C2C, MsgBody: [{ MsgType: "TIMTextElem", MsgContent: { Text: 1 } }] },
      90002,
    ],
    ["two custom elements", MODIFY_C2C, { ...C2C, MsgBody: [custom, custom] }, 90010],
    ["custom data that is no string", MODIFY_C2C, { ...C2C, CloudCustomData: {} }, 20001],
    ["nothing to change", MODIFY_C2C, without(C2C, "MsgBody"), 20001],
    ["a message that does not exist", MODIFY_C2C, C2C, 20026],
    ["no GroupId", MODIFY_GROUP, without(GROUP, "GroupId"), 10004],
    ["no MsgSeq", MODIFY_GROUP, without(GROUP, "MsgSeq"), 10004],
    ["a MsgSeq in quotes", MODIFY_GROUP, { ...GROUP, MsgSeq: "1" }, 10004],
    ["a MsgSeq of 0", MODIFY_GROUP, { ...GROUP, MsgSeq: 0 }, 10004],
    ["a TopicId that is no string", MODIFY_GROUP, { ...GROUP, TopicId: 5 }, 10004],
    ["an empty TopicId", MODIFY_GROUP, { ...GROUP, TopicId: "" }, 110013],
    ["a topic that does not exist", MODIFY_GROUP, { ...GROUP, GroupId: "town", TopicId: "town-olds" }, 110013],
    ["an unknown group", MODIFY_GROUP, { ...GROUP, GroupId: "nobody" }, 10010],
    ["an AVChatRoom", MODIFY_GROUP, { ...GROUP, GroupId: "show" }, 10007],
    ["a live room", MODIFY_GROUP, { ...GROUP, GroupId: "live" }, 10007],
    ["a BChatRoom", MODIFY_GROUP, { ...GROUP, GroupId: "old" }, 10007],
    ["a number that was not given out", MODIFY_GROUP, { ...GROUP, MsgSeq: 99 }, 20026],
    ["a topic's message without its topic", MODIFY_GROUP, { ...GROUP, GroupId: "town" }, 20026],
    ["an online-only message", MODIFY_GROUP, { ...GROUP, MsgSeq: 2 }, 20026],
    ["a recalled message", MODIFY_GROUP, { ...GROUP, MsgSeq: 3 }, 20023],
  ] as const) {
    it(`the request: ${sentence} gives ${code}`, async () => {
      const answer = await call(simulator, api, body);
      assert.deepEqual([answer.ActionStatus, answer.ErrorCode], ["FAIL", code]);
      assert.notEqual(answer.ErrorInfo, "");
    });
  }

  it("the request: bytes that are no UTF-8 give 90001", async () => {
    const url = `${simulator.url}/v4/openim/modify_c2c_msg?${new URLSearchParams({ sdkappid: String(SDK_APP_ID), identifier: ADMIN, usersig: userSig(), random: "1", contenttype: "json" }).toString()}`;
    const response = await fetch(url, { method: "POST", body: Buffer.from([0x7b, 0xff, 0x7d]) });
    assert.equal(((await response.json()) as { ErrorCode: number }).ErrorCode, 90001);
  });

  it("the request: 12 K pass and one byte more gives 80002, counted in bytes and not in letters", async () => {
    const frame = JSON.stringify({ ...without(C2C, "MsgBody"), CloudCustomData: "" }).length;
    const full = { ...without(C2C, "MsgBody"), CloudCustomData: "界".repeat(((12 * 1024 - frame) / 3) | 0) };
    const rest = 12 * 1024 - Buffer.byteLength(JSON.stringify(full));
    const exact = { ...full, CloudCustomData: full.CloudCustomData + "x".repeat(rest) };
    assert.equal(Buffer.byteLength(JSON.stringify(exact)), 12 * 1024);
    assert.equal((await call(simulator, MODIFY_C2C, exact)).ErrorCode, 20026);
    assert.equal(
      (await call(simulator, MODIFY_C2C, { ...exact, CloudCustomData: `${exact.CloudCustomData}x` })).ErrorCode,
      80002,
    );
    assert.equal((await call(simulator, MODIFY_C2C, "x".repeat(3_000_000))).ErrorCode, 80002);
  });
});

describe("a modification", () => {
  const said = async (simulator: Simulator, customData?: string) => {
    const { id, conversation, ref } = simulator.world.say({ from: "anna", to: "ben", text: "damn it", customData });
    assert.ok(ref.kind === "c2c");
    const names = { From_Account: ref.from, To_Account: ref.to, MsgKey: ref.msgKey };
    const now = () => {
      const message = simulator.world.messages(conversation).find((one) => one.id === id);
      assert.ok(message);
      return message;
    };
    return { names, now };
  };

  it("of the body alone keeps the custom data", async () => {
    await using simulator = await start();
    const { names, now } = await said(simulator, '{"k":1}');
    const answer = await call(simulator, MODIFY_C2C, { ...names, MsgBody: TEXT });
    assert.deepEqual([answer.ActionStatus, answer.ErrorCode], ["OK", 0]);
    assert.deepEqual([now().current.text, now().current.customData], ["****", '{"k":1}']);
    assert.deepEqual([now().original.text, now().versions, now().current.how], ["damn it", 2, "modified"]);
  });

  it("of the custom data alone keeps the body", async () => {
    await using simulator = await start();
    const { names, now } = await said(simulator);
    assert.equal(now().current.customData, undefined);
    await call(simulator, MODIFY_C2C, { ...names, CloudCustomData: "note" });
    assert.deepEqual([now().current.text, now().current.customData], ["damn it", "note"]);
    assert.equal(now().current.rawBody, now().original.rawBody);
  });

  it("does not find the message with sender and receiver exchanged", async () => {
    await using simulator = await start();
    const { names } = await said(simulator);
    const swapped = { ...names, From_Account: names.To_Account, To_Account: names.From_Account, MsgBody: TEXT };
    assert.equal((await call(simulator, MODIFY_C2C, swapped)).ErrorCode, 20026);
  });

  it("keeps every byte of the body: big numbers, duplicate keys, spacing, escapes", async () => {
    await using simulator = await start();
    const { names, now } = await said(simulator);
    const body =
      '[ {"MsgType" : "TIMTextElem",\n "MsgContent":{"Text":"\\u4f60\\ud800", "n":12345678901234567890, "k":1, "k":2.10}} ]';
    const names_ = JSON.stringify(names).slice(1, -1);
    await call(
      simulator,
      MODIFY_C2C,
      `{ "MsgBody":${body} , ${names_}, "CloudCustomData":"{\\"n\\":9007199254740993}" }`,
    );
    assert.equal(now().current.rawBody, body);
    assert.equal(now().current.customData, '{"n":9007199254740993}');
    const { conversation } = now();
    const shown = await fetch(`${simulator.url}/simulator/conversations/${encodeURIComponent(conversation)}/messages`);
    const page = (await shown.json()) as { messages: { current: { rawBody: string } }[] };
    assert.equal(page.messages[0]?.current.rawBody, body);
    const history = { Operator_Account: "anna", Peer_Account: "ben", MaxCnt: 10, MinTime: 0, MaxTime: 4_000_000_000 };
    assert.ok((await callText(simulator, "openim/admin_getroammsg", history)).includes(`"MsgBody":${body},`));
  });

  it("reaches a topic's message by its topic", async () => {
    await using simulator = await start();
    const { id } = simulator.world.say({ from: "anna", group: "town", topic: "town-news", text: "damn" });
    const body = { GroupId: "town", TopicId: "town-news", MsgSeq: 1, MsgBody: TEXT };
    assert.equal((await call(simulator, MODIFY_GROUP, body)).ErrorCode, 0);
    assert.equal(simulator.world.message(id)?.current.text, "****");
  });
});
