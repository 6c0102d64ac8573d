import assert from "node:assert/strict";
import type { Simulator } from "../../src/simulator/server.ts";
import type { Said } from "../../src/simulator/simulated-world.ts";
import type { Fields } from "./bench.ts";
import { ADMIN, ask, MODIFY_C2C, MODIFY_GROUP, named, simulate, textBody } from "./bench.ts";

const COMMUNITY = "@TGS#_@TGS#cCOMMUNITY";
const TOPIC = `${COMMUNITY}@TOPIC#_general`;

describe("what the administrator may write", () => {
  let simulator: Simulator;
  beforeEach(async () => {
    simulator = await simulate();
  });
  afterEach(() => simulator.close());

  const c2c = (): Said => simulator.world.say({ from: "anna", to: "ben", text: "hello", customData: '{"a":1}' });
  const inGroup = (): Said =>
    simulator.world.say({ from: "anna", group: "team", text: "hello", customData: '{"a":1}' });

  /** The message's current parts, read back where nothing was sent. */
  function seen({ id }: Said): readonly unknown[] {
    const { current, versions } = simulator.world.message(id) ?? {};
    return [current?.text, current?.customData, versions];
  }
  const UNCHANGED = ["hello", '{"a":1}', 1];

  const element = (MsgType: unknown, MsgContent: unknown): Fields => ({ MsgType, MsgContent });

  /** What both APIs ask of the parts that are to be written. */
  const CONTENT: readonly (readonly [string, Fields, number])[] = [
    ["with neither a body nor custom data", { MsgBody: undefined }, 20001],
    ["with custom data that is an object", { CloudCustomData: { a: 1 } }, 20001],
    ["with custom data that is null", { CloudCustomData: null }, 20001],
    ["with a body that is null", { MsgBody: null }, 90007],
    ["with a body that is one element and no list", { MsgBody: textBody("x")[0] }, 90007],
    ["with a body that is a text", { MsgBody: JSON.stringify(textBody("x")) }, 90007],
    ["with a body without elements", { MsgBody: [] }, 90002],
    ["with a text element without a text", { MsgBody: [element("TIMTextElem", {})] }, 90002],
    ["with a text that is a number", { MsgBody: [element("TIMTextElem", { Text: 5 })] }, 90002],
    ["with a text that is null", { MsgBody: [element("TIMTextElem", { Text: null })] }, 90002],
    ["with a place whose words are a list", { MsgBody: [element("TIMLocationElem", { Desc: [] })] }, 90002],
    ["with custom data in an element that is an object", { MsgBody: [element("TIMCustomElem", { Data: {} })] }, 90002],
    ["with an element that is a text", { MsgBody: ["hello"] }, 90010],
    ["with an element that is null", { MsgBody: [null] }, 90010],
    ["with an element without a type", { MsgBody: [element(undefined, { Text: "x" })] }, 90010],
    ["with an element without content", { MsgBody: [element("TIMTextElem", undefined)] }, 90010],
    ["with an element whose content is a list", { MsgBody: [element("TIMTextElem", ["x"])] }, 90010],
    ["with two custom elements", { MsgBody: [1, 2].map(() => element("TIMCustomElem", { Data: "" })) }, 90010],
  ];

  describe("modify_c2c_msg", () => {
    for (const [sentence, changes, code] of [
      ["without a sender", { From_Account: undefined }, 90008],
      ["with an empty sender", { From_Account: "" }, 90008],
      ["with a sender that is a number", { From_Account: 7 }, 90008],
      ["without a receiver", { To_Account: undefined }, 90003],
      ["with a receiver that is a list", { To_Account: ["ben"] }, 90003],
      ["without a key", { MsgKey: undefined }, 90054],
      ["with a key that is a number", { MsgKey: 1 }, 90054],
      ["with a key of two parts", { MsgKey: "1_2" }, 90054],
      ["with a key of letters", { MsgKey: "a_b_c" }, 90054],
      ["with a key and a line break", { MsgKey: "1_2_3\n" }, 90054],
      ["with the key of no message", { MsgKey: "1_2_3" }, 20026],
      ["with the two accounts swapped", { From_Account: "ben", To_Account: "anna" }, 20026],
      ["with the key in another chat", { To_Account: "carlos" }, 20026],
      ...CONTENT,
    ] as const) {
      it(`${sentence} is ${code} and changes nothing`, async () => {
        const said = c2c();
        const { code: answered } = await ask(simulator, MODIFY_C2C, {
          ...named(said.ref),
          MsgBody: textBody("masked"),
          ...changes,
        });
        assert.equal(answered, code);
        assert.deepEqual(seen(said), UNCHANGED);
      });
    }

    it("of a message that was sent online-only finds nothing", async () => {
      const said = simulator.world.say({ from: "anna", to: "ben", text: "hello", onlineOnly: true });
      assert.equal((await ask(simulator, MODIFY_C2C, { ...named(said.ref), MsgBody: textBody("x") })).code, 20026);
    });
  });

  describe("modify_group_msg", () => {
    for (const [sentence, changes, code] of [
      ["without a group", { GroupId: undefined }, 10004],
      ["with a group that is a number", { GroupId: 12 }, 10004],
      ["in a group that is not there", { GroupId: "nowhere" }, 10010],
      ["without a number", { MsgSeq: undefined }, 10004],
      ["with a number that is a text", { MsgSeq: "1" }, 10004],
      ["with the number 0", { MsgSeq: 0 }, 10004],
      ["with half a number", { MsgSeq: 1.5 }, 10004],
      ["with a number beyond 32 bits", { MsgSeq: 4_294_967_296 }, 10004],
      ["with the number of no message", { MsgSeq: 99 }, 20026],
      ["with a topic that is a number", { TopicId: 1 }, 10004],
      ["with a topic that is not there", { TopicId: "nowhere" }, 110013],
      ...CONTENT,
    ] as const) {
      it(`${sentence} is ${code} and changes nothing`, async () => {
        const said = inGroup();
        const { code: answered } = await ask(simulator, MODIFY_GROUP, {
          ...named(said.ref),
          MsgBody: textBody("masked"),
          ...changes,
        });
        assert.equal(answered, code);
        assert.deepEqual(seen(said), UNCHANGED);
      });
    }

    for (const groupType of ["AVChatRoom", "BChatRoom", "Live"] as const) {
      it(`refuses a group of the type ${groupType} with 10007`, async () => {
        const said = simulator.world.say({ from: "anna", group: "concert", groupType, text: "hello" });
        assert.equal((await ask(simulator, MODIFY_GROUP, { ...named(said.ref), MsgBody: textBody("x") })).code, 10007);
      });
    }

    for (const groupType of ["Private", "Public", "ChatRoom", "Community", "Work", "Meeting"] as const) {
      it(`modifies in a group of the type ${groupType}`, async () => {
        const said = simulator.world.say({ from: "anna", group: "g", groupType, text: "hello" });
        assert.equal((await ask(simulator, MODIFY_GROUP, { ...named(said.ref), MsgBody: textBody("x") })).code, 0);
        assert.equal(seen(said)[0], "x");
      });
    }

    it("keeps a community and its topics apart: the same number is another message", async () => {
      const outside = simulator.world.say({ from: "anna", group: COMMUNITY, groupType: "Community", text: "outside" });
      const inside = simulator.world.say({ from: "anna", group: COMMUNITY, topic: TOPIC, text: "inside" });
      assert.deepEqual([named(outside.ref)["MsgSeq"], named(inside.ref)["MsgSeq"]], [1, 1]);
      assert.equal((await ask(simulator, MODIFY_GROUP, { ...named(inside.ref), MsgBody: textBody("x") })).code, 0);
      assert.deepEqual([seen(outside)[0], seen(inside)[0]], ["outside", "x"]);
    });

    it("of a message that was sent online-only finds nothing", async () => {
      const said = simulator.world.say({ from: "anna", group: "team", text: "hello", onlineOnly: true });
      assert.equal((await ask(simulator, MODIFY_GROUP, { ...named(said.ref), MsgBody: textBody("x") })).code, 20026);
    });
  });

  describe("a modification", () => {
    for (const [api, say] of [
      [MODIFY_C2C, c2c],
      [MODIFY_GROUP, inGroup],
    ] as const) {
      const name = api.replace("v4/openim/", "");

      it(`writes just what is given (${name})`, async () => {
        const said = say();
        const write = async (parts: Fields) => {
          assert.equal((await ask(simulator, api, { ...named(said.ref), ...parts })).code, 0);
          return seen(said);
        };
        assert.deepEqual(await write({ MsgBody: textBody("h***o") }), ["h***o", '{"a":1}', 2]);
        assert.deepEqual(await write({ CloudCustomData: "plain" }), ["h***o", "plain", 3]);
        assert.deepEqual(await write({ MsgBody: textBody("hi"), CloudCustomData: "{}" }), ["hi", "{}", 4]);
        assert.deepEqual(await write({ CloudCustomData: "" }), ["hi", "", 5]);
      });

      it(`keeps the original, and the names by which the message is called (${name})`, async () => {
        const said = say();
        const before = simulator.world.message(said.id);
        await ask(simulator, api, { ...named(said.ref), MsgBody: textBody("h***o"), CloudCustomData: "{}" });
        const after = simulator.world.message(said.id);
        assert.deepEqual(after?.original, before?.original);
        assert.deepEqual(
          [after?.ref, after?.sentAt, after?.msgRandom],
          [before?.ref, before?.sentAt, before?.msgRandom],
        );
        assert.deepEqual([after?.current.by, after?.current.how], [ADMIN, "modified"]);
      });

      it(`of a recalled message is 20023 and changes nothing (${name})`, async () => {
        const said = say();
        simulator.world.recall({ id: said.id });
        assert.equal((await ask(simulator, api, { ...named(said.ref), MsgBody: textBody("x") })).code, 20023);
        assert.deepEqual(seen(said), UNCHANGED);
      });

      it(`may bring elements that nobody knows, and fields that nobody knows (${name})`, async () => {
        const said = say();
        const body = [element("TIMFutureElem", { Layers: [] }), element("TIMFaceElem", { Index: 1, Data: "\u0000" })];
        const fields = { ...named(said.ref), MsgBody: body, Whatever: { a: [1] } };
        assert.equal((await ask(simulator, api, fields)).code, 0);
        assert.deepEqual(JSON.parse(simulator.world.message(said.id)?.current.rawBody ?? ""), body);
      });
    }

    it("may be repeated a thousand times and more", async () => {
      simulator.settings.change({ callsPerSecond: 100_000 });
      const said = c2c();
      for (let times = 0; times < 1_050; times++) {
        await ask(simulator, MODIFY_C2C, { ...named(said.ref), CloudCustomData: String(times) });
      }
      assert.deepEqual(seen(said), ["hello", "1049", 1_051]);
      assert.equal(simulator.world.message(said.id)?.original.customData, '{"a":1}');
    });
  });
});
