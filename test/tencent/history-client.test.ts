import assert from "node:assert/strict";
import type { GroupId, SdkAppId, UserId } from "../../src/domain/message.ts";
import { epochMs } from "../../src/domain/time.ts";
import type { HistoryClient, HistoryLine, HistoryReading } from "../../src/ports/history.ts";
import type { Simulator } from "../../src/simulator/server.ts";
import { decodeMessage } from "../../src/tencent/callback.ts";
import { createHistoryClient } from "../../src/tencent/history-client.ts";
import { readC2cPage, readGroupPage } from "../../src/tencent/history-pages.ts";
import { ADMIN, SDK_APP_ID, SECRET_KEY, simulate, userSig } from "../simulator/bench.ts";

const APP = SDK_APP_ID as SdkAppId;
const place = (groupId: string, topicId?: string, groupType?: string) => ({
  groupId: groupId as GroupId,
  topicId,
  groupType,
});
const PAIR = ["anna", "ben"] as readonly string[] as readonly [UserId, UserId];
const ALWAYS = { from: epochMs(0), until: epochMs(4_000_000_000_000) };

const pageIn = (reading: HistoryReading) => {
  assert.ok(reading.kind === "page", JSON.stringify(reading));
  return reading.page;
};
const shown = (line: HistoryLine): string =>
  line.kind === "message" ? `${line.seq ?? "-"} ${line.message.sender}: ${line.message.body}` : `${line.seq} nothing`;

describe("history, page by page", () => {
  let simulator: Simulator;
  let client: HistoryClient & AsyncDisposable;
  let refused: string[];
  beforeEach(async () => {
    simulator = await simulate({ callsPerSecond: 10_000 });
    refused = [];
    client = createHistoryClient({
      baseUrl: simulator.url,
      sdkAppId: APP,
      admin: ADMIN,
      userSig: { current: () => userSig(ADMIN, SECRET_KEY), renew: (sig) => refused.push(sig) === 1 },
      random: () => 0.5,
    });
  });
  afterEach(async () => {
    await client[Symbol.asyncDispose]();
    await simulator.close();
  });

  it("of a group gives messages as the callbacks that should have come, byte for byte", async () => {
    const rawBody = '[ {"MsgType":"TIMTextElem", "MsgContent":{"Text":"d\\u0061mn 坏"}} ]';
    const customData = '{ "k":1,  "big":12345678901234567890 }';
    simulator.world.say({ from: "anna", group: "team", groupType: "Public", rawBody, customData });
    const [line] = pageIn(await client.groupPage(place("team", undefined, "Public"), 1, 1)).lines;
    assert.ok(line?.kind === "message");
    const { message, command, callback } = line;
    assert.deepEqual(message.ref, { kind: "group", groupId: "team", topicId: undefined, msgSeq: 1 });
    assert.deepEqual(
      [message.sender, message.body, message.customData, message.groupType, message.unmodifiable],
      ["anna", rawBody, customData, "Public", undefined],
    );
    // What is recorded is read again later by whoever judges a recorded callback.
    const again = decodeMessage("Group.CallbackAfterSendMsg", callback, APP);
    assert.equal(command, "Group.CallbackAfterSendMsg");
    assert.ok(again.ok);
    assert.deepEqual([again.message.body, again.message.sentAt], [rawBody, message.sentAt]);
  });

  it("of a group tells system messages and empty places from messages, oldest first", async () => {
    simulator.world.say({ from: "anna", group: "team", text: "one" });
    simulator.world.tip({ group: "team" });
    const { id } = simulator.world.say({ from: "ben", group: "team", text: "gone" });
    simulator.world.recall({ id });
    simulator.world.say({ from: "ben", group: "team", text: "four" });
    const page = pageIn(await client.groupPage(place("team"), undefined, 20));
    assert.deepEqual(page.lines.map(shown), [
      '1 anna: [{"MsgType":"TIMTextElem","MsgContent":{"Text":"one"}}]',
      "2 nothing",
      "3 nothing",
      '4 ben: [{"MsgType":"TIMTextElem","MsgContent":{"Text":"four"}}]',
    ]);
    assert.equal(page.expired, false);
  });

  it("of a topic is asked for by its name", async () => {
    const [group, topic] = ["@TGS#_@TGS#cCITY", "@TGS#_@TGS#cCITY@TOPIC#_a"];
    simulator.world.say({ from: "anna", group, topic, text: "in the topic" });
    const [line] = pageIn(await client.groupPage(place(group, topic), undefined, 20)).lines;
    assert.ok(line?.kind === "message");
    assert.deepEqual(line.message.ref, { kind: "group", groupId: group, topicId: topic, msgSeq: 1 });
  });

  it("of two people is turned to its end, with everything said once", async () => {
    const keys: string[] = [];
    for (let index = 0; index < 9; index++) {
      const [from, to] = index % 2 === 0 ? ["anna", "ben"] : ["ben", "anna"];
      const { ref } = simulator.world.say({ from, to, text: `${index} ${"x".repeat(3_000)}` });
      if (ref.kind === "c2c") keys.push(ref.msgKey);
    }
    const read: string[] = [];
    let after;
    let pages = 0;
    do {
      const page = pageIn(await client.c2cPage(PAIR, ALWAYS, after));
      read.unshift(
        ...page.lines.map((line) =>
          line.kind === "message" && line.message.ref.kind === "c2c"
            ? `${line.message.ref.msgKey} ${line.message.ref.from} ${line.message.ref.to}`
            : "",
        ),
      );
      after = page.after;
    } while (after !== undefined && ++pages < 20);
    assert.ok(pages > 0, "one page held all");
    assert.deepEqual(
      read,
      keys.map((key, index) => `${key} ${index % 2 === 0 ? "anna ben" : "ben anna"}`),
    );
  });

  it("of two people leaves out what was recalled, and what lies outside the window", async () => {
    const { id } = simulator.world.say({ from: "anna", to: "ben", text: "gone" });
    simulator.world.recall({ id });
    const page = pageIn(await client.c2cPage(PAIR, ALWAYS, undefined));
    assert.deepEqual(
      page.lines.map(({ kind }) => kind),
      ["nothing"],
    );
    const before = { from: epochMs(0), until: epochMs(1_000) };
    assert.deepEqual(pageIn(await client.c2cPage(PAIR, before, undefined)).lines, []);
  });

  for (const [sentence, fault, expected] of [
    ["a group that is gone", undefined, { kind: "refused", code: "10010" }],
    ["too many calls", { kind: "error", code: 60007 }, { kind: "throttled", code: "60007" }],
    ["a proxy's page", { kind: "http502" }, { kind: "retryable", code: "http_502" }],
    ["a connection that breaks", { kind: "reset" }, { kind: "retryable", code: "econnreset" }],
    ["a signature that ran out", { kind: "error", code: 70001 }, { kind: "unauthorised", code: "70001" }],
    ["an administrator who is none", { kind: "error", code: 60010 }, { kind: "misconfigured", code: "60010" }],
  ] as const) {
    it(`answers ${sentence} with an outcome, never with an exception`, async () => {
      if (fault !== undefined) simulator.faults.set([{ on: "history", ...fault }]);
      assert.deepEqual(await client.groupPage(place("nowhere"), 1, 1), { kind: "failed", outcome: expected });
    });
  }

  it("asks for a new signature once, and stops where that does not help", async () => {
    simulator.faults.set([{ on: "history", kind: "error", code: 70001 }]);
    const kinds = [];
    for (let times = 0; times < 2; times++) {
      const reading = await client.groupPage(place("team"), 1, 1);
      kinds.push(reading.kind === "failed" ? reading.outcome.kind : reading.kind);
    }
    assert.deepEqual([kinds, refused.length], [["unauthorised", "misconfigured"], 2]);
  });
});

describe("a page of history", () => {
  const group = (items: readonly unknown[], more: object = {}) =>
    readGroupPage(JSON.stringify({ ErrorCode: 0, IsFinished: 1, RspMsgList: items, ...more }), place("team"), APP);
  const text = [{ MsgType: "TIMTextElem", MsgContent: { Text: "hi" } }];
  const good = { From_Account: "anna", MsgSeq: 7, MsgRandom: 1, MsgTimeStamp: 1_789_000_000, MsgBody: text };

  for (const [sentence, item, kind] of [
    ["a message", good, "message"],
    ["a message without custom data, said with null", { ...good, CloudCustomData: null }, "message"],
    ["an empty place", { ...good, IsPlaceMsg: 1, MsgBody: [] }, "nothing"],
    ["a recalled message", { ...good, IsPlaceMsg: 2, MsgBody: [] }, "nothing"],
    ["a system message", { ...good, IsSystemMsg: 1, MsgBody: { OpType: 8 } }, "nothing"],
    ["a system message that does not say so", { ...good, MsgBody: { OpType: 8 } }, "nothing"],
    ["a message of nothing", { ...good, MsgBody: [] }, "nothing"],
    ["a message without a body", { ...good, MsgBody: undefined }, "nothing"],
    ["no object at all", 7, "nothing"],
    ["a message that nobody sent", { ...good, From_Account: undefined }, "unreadable"],
    ["a body of another shape", { ...good, MsgBody: [{ Text: "hi" }] }, "unreadable"],
  ] as const) {
    it(`tells ${sentence} (${kind})`, () => assert.equal(group([item])?.lines[0]?.kind, kind));
  }

  it("says when the rest is past keeping", () => {
    assert.equal(group([], { IsFinished: 2 })?.expired, true);
    assert.equal(group([], { IsFinished: 0 })?.expired, false);
  });

  it("is none when there is no list in it", () => {
    assert.equal(readGroupPage('{"ErrorCode":0}', place("team"), APP), undefined);
    assert.equal(readC2cPage('{"ErrorCode":0,"MsgList":{}}', PAIR, APP), undefined);
  });

  it("of two people names the receiver where Tencent does not", () => {
    const item = { From_Account: "ben", MsgKey: "1_2_3", MsgTimeStamp: 3, MsgBody: text };
    const page = readC2cPage(JSON.stringify({ ErrorCode: 0, Complete: 1, MsgList: [item] }), PAIR, APP);
    const [line] = page?.lines ?? [];
    assert.ok(line?.kind === "message");
    assert.deepEqual(line.message.ref, { kind: "c2c", from: "ben", to: "anna", msgKey: "1_2_3" });
  });
});
