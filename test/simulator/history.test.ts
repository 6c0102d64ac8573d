import assert from "node:assert/strict";
import fc from "fast-check";
import type { Simulator } from "../../src/simulator/server.ts";
import type { Fields } from "./bench.ts";
import { ask, C2C_HISTORY, GROUP_HISTORY, MODIFY_C2C, named, simulate, textBody } from "./bench.ts";

const START_S = 1_789_000_000;
const COMMUNITY = "@TGS#_@TGS#cCOMMUNITY";
const TOPIC = `${COMMUNITY}@TOPIC#_general`;

describe("what was said", () => {
  /** The vendor's package signs with the wall clock, so that one must stand where the simulator's stands. */
  const realNow = Date.now;
  before(() => void (Date.now = () => START_S * 1000));
  after(() => void (Date.now = realNow));

  let simulator: Simulator;
  let nowMs = START_S * 1000;
  beforeEach(async () => {
    nowMs = START_S * 1000;
    simulator = await simulate({ now: () => nowMs, callsPerSecond: 10_000 });
  });
  afterEach(() => simulator.close());

  /** Says n texts, a second apart, in turns. */
  function talk(count: number, stepMs = 1000): string[] {
    return Array.from({ length: count }, (_, index) => {
      const [from, to] = index % 2 === 0 ? ["anna", "ben"] : ["ben", "anna"];
      const { ref } = simulator.world.say({ from, to, text: `text ${index}` });
      nowMs += stepMs;
      return ref.kind === "c2c" ? ref.msgKey : "";
    });
  }

  type C2cPage = {
    readonly Complete: number;
    readonly MsgCnt: number;
    readonly LastMsgTime: number;
    readonly LastMsgKey: string;
    readonly MsgList: readonly Fields[];
  };
  const WINDOW = { Operator_Account: "ben", Peer_Account: "anna", MaxCnt: 100, MinTime: 0, MaxTime: 4_000_000_000 };

  async function c2c(changes: Fields = {}): Promise<C2cPage> {
    const { json, code } = await ask(simulator, C2C_HISTORY, { ...WINDOW, ...changes });
    assert.equal(code, 0);
    return json as C2cPage;
  }
  const keysOf = ({ MsgList }: C2cPage): unknown[] => MsgList.map(({ MsgKey }) => MsgKey);

  describe("one-to-one history", () => {
    it("shows all of a message, from both sides alike", async () => {
      const [key] = talk(1);
      const mine = await c2c();
      const { MsgList, ...frame } = mine;
      assert.deepEqual(frame, {
        ActionStatus: "OK",
        ErrorInfo: "",
        ErrorCode: 0,
        Complete: 1,
        MsgCnt: 1,
        LastMsgTime: START_S,
        LastMsgKey: key,
      });
      const { MsgSeq, MsgRandom, MsgId, ...shown } = MsgList[0] ?? {};
      assert.equal(`${String(MsgSeq)}_${String(MsgRandom)}_${START_S}`, key);
      assert.match(String(MsgId), /^\d+-\d+-\d+$/);
      assert.deepEqual(shown, {
        From_Account: "anna",
        To_Account: "ben",
        MsgTimeStamp: START_S,
        MsgFlagBits: 0,
        IsPeerRead: 0,
        MsgKey: key,
        MsgBody: textBody("text 0"),
      });
      assert.deepEqual(await c2c({ Operator_Account: "anna", Peer_Account: "ben" }), mine);
    });

    it("is empty where nobody has talked", async () => {
      const page = await c2c({ Peer_Account: "nobody" });
      assert.deepEqual([page.Complete, page.MsgCnt, page.LastMsgKey, page.MsgList], [1, 0, "", []]);
    });

    it("is given from the newest backwards, no more than were asked for", async () => {
      const keys = talk(5).reverse();
      const page = await c2c({ MaxCnt: 2 });
      assert.deepEqual(keysOf(page), keys.slice(0, 2));
      assert.deepEqual([page.Complete, page.MsgCnt, page.LastMsgKey], [0, 2, keys[1]]);
    });

    it("is given between two seconds, both included", async () => {
      const keys = talk(5);
      assert.deepEqual(keysOf(await c2c({ MinTime: START_S + 1, MaxTime: START_S + 3 })), keys.slice(1, 4).reverse());
      assert.deepEqual(keysOf(await c2c({ MinTime: START_S + 2, MaxTime: START_S + 2 })), [keys[2]]);
    });

    it("gives every message once to whoever turns the pages, many in one second too", async () => {
      const shapes = fc.tuple(fc.integer({ min: 0, max: 40 }), fc.constantFrom(0, 150, 400, 1000), fc.nat({ max: 8 }));
      await fc.assert(
        fc.asyncProperty(shapes, async ([count, stepMs, more]) => {
          simulator.world.reset(1);
          const keys = talk(count, stepMs);
          const read: unknown[] = [];
          let page = await c2c({ MaxCnt: 1 + more });
          for (let turns = 0; turns <= count; turns++) {
            read.push(...keysOf(page));
            if (page.Complete === 1) break;
            page = await c2c({ MaxCnt: 1 + more, MaxTime: page.LastMsgTime, LastMsgKey: page.LastMsgKey });
          }
          assert.equal(page.Complete, 1);
          assert.deepEqual(read, keys.reverse());
        }),
        { numRuns: 25 },
      );
    });

    it("goes by time, also when the clock was put back in between", async () => {
      const [late] = talk(1);
      nowMs = (START_S - 100) * 1000;
      const [early] = talk(1);
      assert.deepEqual(keysOf(await c2c()), [late, early]);
    });

    it("stays within 13 K a page, and says that there is more", async () => {
      for (let times = 0; times < 4; times++) {
        simulator.world.say({ from: "anna", to: "ben", text: "x".repeat(5_000) });
        nowMs += 1000;
      }
      const page = await c2c();
      assert.deepEqual([page.MsgCnt, page.Complete], [2, 0]);
      const rest = await c2c({ MaxTime: page.LastMsgTime, LastMsgKey: page.LastMsgKey });
      assert.deepEqual([rest.MsgCnt, rest.Complete], [2, 1]);
    });

    it("gives at least one message, however long", async () => {
      simulator.world.say({ from: "anna", to: "ben", text: "x".repeat(12_000), customData: "y".repeat(20_000) });
      assert.deepEqual([(await c2c()).MsgCnt, (await c2c()).Complete], [1, 1]);
    });

    it("marks the recalled, leaves out the online-only, and shows what was written last", async () => {
      talk(1);
      const recalled = simulator.world.say({ from: "anna", to: "ben", text: "gone" });
      simulator.world.recall({ id: recalled.id });
      simulator.world.say({ from: "anna", to: "ben", text: "flash", onlineOnly: true });
      const masked = simulator.world.say({ from: "anna", to: "ben", text: "bad" });
      await ask(simulator, MODIFY_C2C, {
        ...named(masked.ref),
        MsgBody: textBody("***"),
        CloudCustomData: '{"n":1}',
      });
      const { MsgList } = await c2c();
      assert.deepEqual(
        MsgList.map(({ MsgFlagBits, MsgBody, CloudCustomData }) => [MsgFlagBits, MsgBody, CloudCustomData]),
        [
          [0, textBody("***"), '{"n":1}'],
          [8, textBody("gone"), undefined],
          [0, textBody("text 0"), undefined],
        ],
      );
    });

    for (const [sentence, changes] of [
      ["says whose side it looks from", { Operator_Account: undefined }],
      ["says with whom", { Peer_Account: "" }],
      ["says how many at most", { MaxCnt: undefined }],
      ["says more than none", { MaxCnt: 0 }],
      ["says how many in a number", { MaxCnt: "10" }],
      ["says since when", { MinTime: undefined }],
      ["says until when in whole seconds", { MaxTime: 1.5 }],
      ["names the last message by a text", { LastMsgKey: 1 }],
    ] as const) {
      it(`is for those who ask well: one ${sentence}, or the answer is 20001`, async () => {
        assert.equal((await ask(simulator, C2C_HISTORY, { ...WINDOW, ...changes })).code, 20001);
      });
    }
  });

  type GroupPage = { readonly IsFinished: number; readonly GroupId: string; readonly RspMsgList: readonly Fields[] };

  async function group(changes: Fields = {}): Promise<GroupPage> {
    const { json, code } = await ask(simulator, GROUP_HISTORY, { GroupId: "team", ReqMsgNumber: 20, ...changes });
    assert.equal(code, 0);
    return json as GroupPage;
  }
  const seqsOf = ({ RspMsgList }: GroupPage): unknown[] => RspMsgList.map(({ MsgSeq }) => MsgSeq);
  const from = (first: number, last: number): number[] =>
    Array.from({ length: first - last + 1 }, (_, index) => first - index);

  function announce(count: number): void {
    for (let index = 1; index <= count; index++) {
      simulator.world.say({ from: "anna", group: "team", groupType: "Public", text: `text ${index}` });
    }
  }

  describe("group history", () => {
    it("shows all of a message", async () => {
      announce(1);
      const { RspMsgList, ...frame } = await group();
      assert.deepEqual(frame, { ActionStatus: "OK", ErrorInfo: "", ErrorCode: 0, GroupId: "team", IsFinished: 1 });
      const { MsgRandom, ...shown } = RspMsgList[0] ?? {};
      assert.ok(Number.isInteger(MsgRandom));
      assert.deepEqual(shown, {
        From_Account: "anna",
        IsPlaceMsg: 0,
        IsSystemMsg: 0,
        MsgBody: textBody("text 1"),
        MsgPriority: 2,
        MsgSeq: 1,
        MsgTimeStamp: START_S,
      });
    });

    for (const [sentence, changes, seqs, finished] of [
      ["is given from the newest backwards", { ReqMsgNumber: 3 }, from(30, 28), 1],
      ["begins at the number that is asked for", { ReqMsgNumber: 3, ReqMsgSeq: 10 }, from(10, 8), 1],
      ["ends at the first message", { ReqMsgNumber: 20, ReqMsgSeq: 2 }, from(2, 1), 1],
      ["never gives more than twenty, and says so", { ReqMsgNumber: 25 }, from(30, 11), 0],
      ["gives all twenty", { ReqMsgNumber: 20 }, from(30, 11), 1],
      ["begins at the newest when a later number is asked for", { ReqMsgNumber: 2, ReqMsgSeq: 1000 }, from(30, 29), 1],
      ["gives one message to whoever wants one", { ReqMsgNumber: 1, ReqMsgSeq: 17 }, [17], 1],
    ] as const) {
      it(sentence, async () => {
        announce(30);
        const page = await group(changes);
        assert.deepEqual([seqsOf(page), page.IsFinished], [seqs, finished]);
      });
    }

    it("stays within a page, and the rest is had from the smallest number on", async () => {
      for (let times = 0; times < 4; times++) {
        simulator.world.say({ from: "anna", group: "team", text: "x".repeat(5_000) });
      }
      const page = await group();
      assert.deepEqual([seqsOf(page), page.IsFinished], [[4, 3], 0]);
      const rest = await group({ ReqMsgSeq: 2 });
      assert.deepEqual([seqsOf(rest), rest.IsFinished], [[2, 1], 1]);
    });

    it("keeps an empty place for a recalled message, and none for one that was never stored", async () => {
      announce(1);
      const recalled = simulator.world.say({ from: "anna", group: "team", text: "gone", customData: "{}" });
      simulator.world.recall({ id: recalled.id });
      simulator.world.say({ from: "anna", group: "team", text: "flash", onlineOnly: true });
      announce(1);
      const { RspMsgList, IsFinished } = await group();
      assert.equal(IsFinished, 1);
      assert.deepEqual(
        RspMsgList.map(({ MsgSeq, IsPlaceMsg, MsgBody, CloudCustomData }) => [
          MsgSeq,
          IsPlaceMsg,
          (MsgBody as unknown[]).length,
          CloudCustomData,
        ]),
        [
          [4, 0, 1, undefined],
          [2, 2, 0, undefined],
          [1, 0, 1, undefined],
        ],
      );
    });

    it("shows system messages, which take a number and have no list for a body", async () => {
      announce(1);
      assert.deepEqual(simulator.world.tip({ group: "team" }), { msgSeq: 2 });
      announce(1);
      const { RspMsgList } = await group();
      assert.deepEqual(
        RspMsgList.map(({ MsgSeq, IsSystemMsg, MsgBody }) => [MsgSeq, IsSystemMsg, Array.isArray(MsgBody)]),
        [
          [3, 0, true],
          [2, 1, false],
          [1, 0, true],
        ],
      );
      assert.equal(simulator.world.messages("group:team").length, 2);
    });

    it("keeps topics apart, each numbered from 1", async () => {
      simulator.world.say({ from: "anna", group: COMMUNITY, groupType: "Community", text: "outside" });
      for (const text of ["one", "two"]) simulator.world.say({ from: "ben", group: COMMUNITY, topic: TOPIC, text });
      const texts = async (changes: Fields) =>
        (await group({ GroupId: COMMUNITY, ...changes })).RspMsgList.map(({ MsgSeq, MsgBody }) => [MsgSeq, MsgBody]);
      assert.deepEqual(await texts({}), [[1, textBody("outside")]]);
      assert.deepEqual(await texts({ TopicId: TOPIC }), [
        [2, textBody("two")],
        [1, textBody("one")],
      ]);
    });

    for (const [sentence, changes, code] of [
      ["without a group is 10004", { GroupId: undefined }, 10004],
      ["of a group that is not there is 10010", { GroupId: "nowhere" }, 10010],
      ["of a topic that is not there is 110013", { TopicId: "nowhere" }, 110013],
      ["of a live group is 10007", { GroupId: "concert" }, 10007],
      ["without a count is 10004", { ReqMsgNumber: undefined }, 10004],
      ["of no messages is 10004", { ReqMsgNumber: 0 }, 10004],
      ["from a number that is a text is 10004", { ReqMsgSeq: "5" }, 10004],
    ] as const) {
      it(sentence, async () => {
        announce(1);
        simulator.world.say({ from: "anna", group: "concert", groupType: "AVChatRoom", text: "hello" });
        const asked = await ask(simulator, GROUP_HISTORY, { GroupId: "team", ReqMsgNumber: 1, ...changes });
        assert.equal(asked.code, code);
      });
    }
  });
});
