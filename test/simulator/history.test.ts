import assert from "node:assert/strict";
import type { Simulator } from "../../src/simulator/server.ts";
import { C2C_HISTORY, call, GROUP_HISTORY, start } from "./support.ts";

type Listed = { MsgKey: string; MsgSeq: number; MsgFlagBits: number; IsPlaceMsg: number; MsgBody: unknown[] };
const START_S = 1_700_000_000;

/** Messages a second apart, so that times can be asked for. */
async function withMessages(count: number, where: { to?: string; group?: string }): Promise<Simulator> {
  let second = START_S;
  const simulator = await start({ now: () => second * 1000 });
  for (let n = 1; n <= count; n++) {
    simulator.world.say({ from: "anna", text: `message ${n}`, ...where });
    if (n < count) second++;
  }
  // UserSigs are made by the real clock.
  second = Math.floor(Date.now() / 1000);
  return simulator;
}

const request = { Operator_Account: "ben", Peer_Account: "anna", MinTime: START_S, MaxTime: START_S + 1000 };

describe("one-to-one history", () => {
  it("goes page by page from the newest to the oldest, each message once", async () => {
    await using simulator = await withMessages(25, { to: "ben" });
    const keys: string[] = [];
    let from: Record<string, unknown> = { MaxTime: request.MaxTime };
    for (let page = 0; page < 10; page++) {
      const answer = await call(simulator, C2C_HISTORY, { ...request, MaxCnt: 7, ...from });
      const list = answer["MsgList"] as Listed[];
      keys.push(...list.map(({ MsgKey }) => MsgKey));
      assert.equal(answer["MsgCnt"], list.length);
      assert.equal(answer["LastMsgKey"], list.at(-1)?.MsgKey);
      if (answer["Complete"] === 1) break;
      from = { MaxTime: answer["LastMsgTime"], LastMsgKey: answer["LastMsgKey"] };
    }
    const said = simulator.world.messages("c2c:anna|ben").map(({ ref }) => (ref.kind === "c2c" ? ref.msgKey : ""));
    assert.deepEqual(keys, said.reverse());
  });

  it("pages through many messages of one second", async () => {
    await using simulator = await start({ now: () => Date.now() });
    for (let n = 0; n < 9; n++) simulator.world.say({ from: "anna", to: "ben", text: String(n) });
    const seen = new Set<string>();
    let from: Record<string, unknown> = { MaxTime: 4_000_000_000 };
    for (let page = 0; page < 9; page++) {
      const answer = await call(simulator, C2C_HISTORY, { ...request, MinTime: 0, MaxCnt: 2, ...from });
      for (const { MsgKey } of answer["MsgList"] as Listed[]) seen.add(MsgKey);
      if (answer["Complete"] === 1) break;
      from = { MaxTime: answer["LastMsgTime"], LastMsgKey: answer["LastMsgKey"] };
    }
    assert.equal(seen.size, 9);
  });

  it("keeps to the times that were asked for, both ends included", async () => {
    await using simulator = await withMessages(10, { to: "ben" });
    const narrow = { ...request, MaxCnt: 100, MinTime: START_S + 2, MaxTime: START_S + 4 };
    const answer = await call(simulator, C2C_HISTORY, narrow);
    assert.equal(answer["MsgCnt"], 3);
    assert.equal(answer["Complete"], 1);
  });

  it("keeps a page below 13 KB", async () => {
    await using simulator = await start();
    for (let n = 0; n < 4; n++) simulator.world.say({ from: "anna", to: "ben", text: "x".repeat(5000) });
    const answer = await call(simulator, C2C_HISTORY, { ...request, MinTime: 0, MaxTime: 4_000_000_000, MaxCnt: 100 });
    assert.deepEqual([answer["MsgCnt"], answer["Complete"]], [2, 0]);
  });

  it("marks a recalled message and leaves online-only ones out", async () => {
    await using simulator = await start();
    simulator.world.recall({ id: simulator.world.say({ from: "anna", to: "ben", text: "oops" }).id });
    simulator.world.say({ from: "anna", to: "ben", text: "typing…", onlineOnly: true });
    const answer = await call(simulator, C2C_HISTORY, { ...request, MinTime: 0, MaxTime: 4_000_000_000, MaxCnt: 100 });
    assert.deepEqual(
      (answer["MsgList"] as Listed[]).map(({ MsgFlagBits }) => MsgFlagBits),
      [8],
    );
  });

  it("refuses a request without its fields", async () => {
    await using simulator = await start();
    for (const name of ["Operator_Account", "Peer_Account", "MinTime", "MaxTime", "MaxCnt"]) {
      const fields = { ...request, MaxCnt: 1, [name]: undefined };
      assert.equal((await call(simulator, C2C_HISTORY, fields)).ErrorCode, 20001, name);
    }
  });
});

describe("group history", () => {
  const seqs = (answer: Record<string, unknown>): number[] =>
    (answer["RspMsgList"] as Listed[]).map(({ MsgSeq }) => MsgSeq);

  it("goes backwards from the newest, twenty at most", async () => {
    await using simulator = await withMessages(45, { group: "team" });
    const found: number[] = [];
    let newest: number | undefined;
    do {
      const page = seqs(await call(simulator, GROUP_HISTORY, { GroupId: "team", ReqMsgNumber: 20, ReqMsgSeq: newest }));
      found.push(...page);
      newest = (page.at(-1) ?? 1) - 1;
    } while (newest > 0);
    assert.deepEqual(
      found,
      Array.from({ length: 45 }, (_, n) => 45 - n),
    );
  });

  it("says whether all that was asked for came", async () => {
    await using simulator = await withMessages(45, { group: "team" });
    const all = await call(simulator, GROUP_HISTORY, { GroupId: "team", ReqMsgNumber: 20, ReqMsgSeq: 30 });
    const some = await call(simulator, GROUP_HISTORY, { GroupId: "team", ReqMsgNumber: 40, ReqMsgSeq: 45 });
    assert.deepEqual([all["IsFinished"], some["IsFinished"], seqs(some).length], [1, 0, 20]);
  });

  it("gives one message by its number, and a place where it was recalled", async () => {
    await using simulator = await withMessages(3, { group: "team" });
    simulator.world.recall({ id: "2" });
    const answer = await call(simulator, GROUP_HISTORY, { GroupId: "team", ReqMsgNumber: 1, ReqMsgSeq: 2 });
    const [message] = answer["RspMsgList"] as Listed[];
    assert.deepEqual([message?.MsgSeq, message?.IsPlaceMsg, message?.MsgBody], [2, 2, []]);
  });

  it("numbers each topic for itself", async () => {
    await using simulator = await start();
    for (const topic of ["t-one", "t-two", "t-two"])
      simulator.world.say({ from: "anna", group: "town", topic, text: "x" });
    const two = await call(simulator, GROUP_HISTORY, { GroupId: "town", TopicId: "t-two", ReqMsgNumber: 5 });
    assert.deepEqual(seqs(two), [2, 1]);
  });

  it("refuses live groups, unknown groups and bad fields", async () => {
    await using simulator = await start();
    simulator.world.say({ from: "anna", group: "show", groupType: "AVChatRoom", text: "x" });
    simulator.world.say({ from: "anna", group: "team", text: "x" });
    const code = async (fields: object): Promise<number> => (await call(simulator, GROUP_HISTORY, fields)).ErrorCode;
    assert.equal(await code({ GroupId: "show", ReqMsgNumber: 1 }), 10007);
    assert.equal(await code({ GroupId: "nobody", ReqMsgNumber: 1 }), 10010);
    assert.equal(await code({ GroupId: "team" }), 10004);
    assert.equal(await code({ GroupId: "team", ReqMsgNumber: 1, ReqMsgSeq: "1" }), 10004);
  });
});
