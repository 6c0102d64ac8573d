import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import type { Simulator } from "../../src/simulator/server.ts";
import type { AppServer, Answering, Fields, Told } from "./bench.ts";
import {
  ADMIN,
  appServer,
  ask,
  bodyOf,
  commandOf,
  GOOD_ANSWER,
  MODIFY_C2C,
  MODIFY_GROUP,
  named,
  SDK_APP_ID,
  simulate,
  textBody,
  until,
} from "./bench.ts";

const NOW_MS = 1_669_872_112_345;
const NOW_S = 1_669_872_112;

describe("a callback", () => {
  let app: AppServer;
  let simulator: Simulator;
  const realNow = Date.now;
  beforeEach(async () => {
    // The vendor's package signs with the wall clock, so that one must stand where the simulator's stands.
    Date.now = () => NOW_MS;
    app = await appServer();
    simulator = await simulate({ callbackUrl: app.url, now: () => NOW_MS });
  });
  afterEach(async () => {
    Date.now = realNow;
    await simulator.close();
    await app[Symbol.asyncDispose]();
  });

  async function lastTold(): Promise<Told> {
    await simulator.world.quiet();
    const told = app.told.at(-1);
    assert.ok(told);
    return told;
  }

  it("of a one-to-one message brings all documented fields", async () => {
    const { id } = simulator.world.say({ from: "anna", to: "ben", text: "hello", customData: '{"a":1}' });
    const told = await lastTold();
    const message = simulator.world.message(id);
    assert.deepEqual(bodyOf(told), {
      CallbackCommand: "C2C.CallbackAfterSendMsg",
      From_Account: "anna",
      To_Account: "ben",
      MsgSeq: message?.msgSeq,
      MsgRandom: message?.msgRandom,
      MsgTime: NOW_S,
      MsgKey: `${message?.msgSeq}_${message?.msgRandom}_${NOW_S}`,
      MsgId: message?.msgId,
      OnlineOnlyFlag: 0,
      SendMsgResult: 0,
      ErrorInfo: "send msg succeed",
      UnreadMsgNum: 1,
      MsgBody: textBody("hello"),
      CloudCustomData: '{"a":1}',
      EventTime: NOW_MS,
    });
  });

  it("of a group message brings all documented fields", async () => {
    const place = { group: "@TGS#_@TGS#cX", topic: "@TGS#_@TGS#cX@TOPIC#_t", groupType: "Community" } as const;
    const { id } = simulator.world.say({ from: "anna", ...place, text: "hello", onlineOnly: true });
    const told = await lastTold();
    const message = simulator.world.message(id);
    assert.deepEqual(bodyOf(told), {
      CallbackCommand: "Group.CallbackAfterSendMsg",
      GroupId: "@TGS#_@TGS#cX",
      Type: "Community",
      From_Account: "anna",
      Operator_Account: "anna",
      Random: message?.msgRandom,
      MsgSeq: 1,
      MsgId: message?.msgId,
      MsgTime: NOW_S,
      OnlineOnlyFlag: 1,
      MsgPriority: "Normal",
      MsgBody: textBody("hello"),
      TopicId: "@TGS#_@TGS#cX@TOPIC#_t",
      EventTime: NOW_MS,
    });
  });

  it("brings no custom data where none was set, and no topic where there is none", async () => {
    simulator.world.say({ from: "anna", to: "ben", text: "hello" });
    simulator.world.say({ from: "anna", group: "team", text: "hello" });
    await simulator.world.quiet();
    assert.equal(app.told.length, 2);
    for (const told of app.told) {
      assert.ok(!("CloudCustomData" in bodyOf(told)));
      assert.ok(!("TopicId" in bodyOf(told)));
    }
  });

  it("says of live groups what Tencent says of them: never online-only", async () => {
    simulator.world.say({ from: "anna", group: "live", groupType: "AVChatRoom", text: "hello", onlineOnly: true });
    assert.equal(bodyOf(await lastTold())["OnlineOnlyFlag"], 0);
  });

  it("counts what the receiver has not read", async () => {
    for (const from of ["anna", "carlos"]) simulator.world.say({ from, to: "ben", text: "hello" });
    await simulator.world.quiet();
    assert.deepEqual(app.told.map((told) => bodyOf(told)["UnreadMsgNum"]).sort(), [1, 2]);
  });

  it("brings its five parameters and says nothing of the type of its content", async () => {
    simulator.world.say({ from: "anna", to: "ben", text: "hello" });
    const { query, headers } = await lastTold();
    assert.deepEqual([...query.keys()], ["SdkAppid", "CallbackCommand", "contenttype", "ClientIP", "OptPlatform"]);
    assert.equal(query.get("SdkAppid"), String(SDK_APP_ID));
    assert.equal(query.get("CallbackCommand"), "C2C.CallbackAfterSendMsg");
    assert.equal(query.get("contenttype"), "json");
    assert.match(query.get("ClientIP") ?? "", /^\d+\.\d+\.\d+\.\d+$/);
    assert.match(query.get("OptPlatform") ?? "", /^(iOS|Android|Web|Windows|Mac)$/);
    assert.equal(headers["content-type"], undefined);
    assert.ok(Number(headers["content-length"]) > 0);
  });

  it("is signed as Tencent's page shows when there is a token", async () => {
    simulator.settings.change({ callbackToken: "xxxxyyyy" });
    simulator.world.say({ from: "anna", to: "ben", text: "hello" });
    const { query } = await lastTold();
    assert.equal(query.get("RequestTime"), "1669872112");
    assert.equal(query.get("Sign"), "17773bc39a671d7b9aa835458704d2a6db81360a5940292b587d6d760d484061");
    assert.equal(query.get("Sign"), createHash("sha256").update("xxxxyyyy1669872112").digest("hex"));
  });

  it("keeps the path that the app chose", async () => {
    simulator.settings.change({ callbackUrl: app.url.replace("/callback", "/hooks/5f2c") });
    simulator.world.say({ from: "anna", to: "ben", text: "hello" });
    await simulator.world.quiet();
    assert.deepEqual(simulator.world.deliveries(), { answered: 1 });
  });

  it("comes over a connection that is kept", async () => {
    for (let times = 0; times < 5; times++) {
      simulator.world.say({ from: "anna", to: "ben", text: "hello" });
      await simulator.world.quiet();
    }
    assert.deepEqual([app.told.length, app.connections()], [5, 1]);
  });

  describe("of an edit", () => {
    const edited = (): Fields => {
      const told = app.told.find((one) => commandOf(one)?.endsWith(".CallbackAfterModifyMsg"));
      assert.ok(told);
      return bodyOf(told);
    };

    it("names the participant and all of a one-to-one message", async () => {
      const { id, ref } = simulator.world.say({ from: "anna", to: "ben", text: "hello", customData: "{}" });
      simulator.world.edit({ id, by: "ben", text: "bye" });
      await simulator.world.quiet();
      const message = simulator.world.message(id);
      assert.deepEqual(edited(), {
        CallbackCommand: "C2C.CallbackAfterModifyMsg",
        Operator_Account: "ben",
        ...named(ref),
        MsgSeq: message?.msgSeq,
        MsgRandom: message?.msgRandom,
        MsgTime: NOW_S,
        MsgBody: textBody("bye"),
        CloudCustomData: "{}",
        EventTime: NOW_MS,
      });
    });

    it("says less of a group message: no sender, no type, no custom data, and an empty topic", async () => {
      const { id } = simulator.world.say({ from: "anna", group: "team", text: "hello", customData: "{}" });
      simulator.world.edit({ id, text: "bye" });
      await simulator.world.quiet();
      assert.deepEqual(edited(), {
        CallbackCommand: "Group.CallbackAfterModifyMsg",
        Operator_Account: "anna",
        GroupId: "team",
        TopicId: "",
        MsgSeq: 1,
        MsgBody: textBody("bye"),
        EventTime: NOW_MS,
      });
    });

    for (const [api, place] of [
      [MODIFY_C2C, { to: "ben" }],
      [MODIFY_GROUP, { group: "team" }],
    ] as const) {
      it(`comes for our own ${api.replace(/.*\//, "")} too, in the administrator's name`, async () => {
        const { ref } = simulator.world.say({ from: "anna", ...place, text: "hello" });
        await ask(simulator, api, { ...named(ref), CloudCustomData: "{}" });
        await simulator.world.quiet();
        const body = edited();
        assert.deepEqual([body["Operator_Account"], body["MsgBody"]], [ADMIN, textBody("hello")]);
        const told = app.told.find((one) => commandOf(one)?.endsWith(".CallbackAfterModifyMsg"));
        assert.equal(told?.query.get("OptPlatform"), "RESTAPI");
      });
    }

    it("does not come where the app has not ticked it", async () => {
      simulator.settings.change({ editCallbacks: false });
      const { id, ref } = simulator.world.say({ from: "anna", to: "ben", text: "hello" });
      simulator.world.edit({ id, text: "bye" });
      await ask(simulator, MODIFY_C2C, { ...named(ref), CloudCustomData: "{}" });
      await simulator.world.quiet();
      assert.deepEqual(app.told.map(commandOf), ["C2C.CallbackAfterSendMsg"]);
    });

    it("does not come for a call that was refused", async () => {
      const { ref } = simulator.world.say({ from: "anna", to: "ben", text: "hello" });
      await ask(simulator, MODIFY_C2C, { ...named(ref), MsgBody: [] });
      await simulator.world.quiet();
      assert.equal(app.told.length, 1);
    });
  });

  describe("of a recall", () => {
    it("names a one-to-one message by its key, and nobody who did it", async () => {
      const { id, ref } = simulator.world.say({ from: "anna", to: "ben", text: "hello" });
      await simulator.world.quiet();
      simulator.world.recall({ id });
      const told = await lastTold();
      assert.equal(commandOf(told), "C2C.CallbackAfterMsgWithDraw");
      const { CallbackCommand, UnreadMsgNum, EventTime, ...rest } = bodyOf(told);
      assert.deepEqual(rest, named(ref));
      assert.deepEqual([CallbackCommand, UnreadMsgNum, EventTime], ["C2C.CallbackAfterMsgWithDraw", 1, NOW_MS]);
    });

    it("names a group message in a list, and who did it", async () => {
      const { id } = simulator.world.say({ from: "anna", group: "team", text: "hello" });
      await simulator.world.quiet();
      simulator.world.recall({ id, by: "ben" });
      const told = await lastTold();
      assert.deepEqual(bodyOf(told), {
        CallbackCommand: "Group.CallbackAfterRecallMsg",
        Operator_Account: "ben",
        Type: "Public",
        GroupId: "team",
        MsgSeqList: [{ MsgSeq: 1, MsgId: simulator.world.message(id)?.msgId }],
        EventTime: NOW_MS,
      });
    });
  });
});

/** One message to an app that answers so; how the deliveries ended, and how long that took. */
async function delivered(answer: Answering | undefined, options: Parameters<typeof simulate>[0] = {}) {
  await using app = await appServer(answer);
  await using simulator = await simulate({ callbackUrl: app.url, ...options });
  const before = performance.now();
  simulator.world.say({ from: "anna", to: "ben", text: "hello" });
  await simulator.world.quiet();
  return { endings: simulator.world.deliveries(), told: app.told.length, tookMs: performance.now() - before };
}

describe("the answer to a callback", () => {
  for (const [sentence, answer, ending] of [
    ["counts when it is JSON", (response) => response.end(GOOD_ANSWER), "answered"],
    ["counts whatever it says: nothing is undone", (response) => response.end('{"ErrorCode":1}'), "answered"],
    ["is bad with another status", (response) => response.writeHead(503).end(GOOD_ANSWER), "bad-answer"],
    ["is bad when it is no JSON", (response) => response.end("ok"), "bad-answer"],
    ["is bad when it is empty", (response) => response.end(), "bad-answer"],
    ["is none when it breaks off", (response) => void response.write("{", () => response.destroy()), "failed"],
    ["is none when the connection is cut", (response) => void response.destroy(), "failed"],
  ] as const satisfies readonly (readonly [string, Answering, string])[]) {
    it(`${sentence}, and the callback is not sent again`, async () => {
      const { endings, told } = await delivered(answer, { retryOnTimeout: true });
      assert.deepEqual([endings, told], [{ [ending]: 1 }, 1]);
    });
  }

  it("has 2 s to come, and without the switch the callback is not sent again", async () => {
    const silent: Answering = () => {};
    const trickling: Answering = (response) => void response.write("{");
    const [once, twice, part] = await Promise.all([
      delivered(silent),
      delivered(silent, { retryOnTimeout: true }),
      delivered(trickling),
    ]);
    assert.deepEqual([once.endings, once.told], [{ "timed-out": 1 }, 1]);
    assert.ok(once.tookMs > 1_900 && once.tookMs < 3_500, `${once.tookMs}`);
    assert.deepEqual([twice.endings, twice.told], [{ "timed-out": 2 }, 2]);
    assert.deepEqual([part.endings, part.told], [{ "timed-out": 1 }, 1]);
  });

  it("may come to the second try", async () => {
    let asked = 0;
    const { endings, told } = await delivered((response) => void (++asked > 1 && response.end(GOOD_ANSWER)), {
      retryOnTimeout: true,
    });
    assert.deepEqual([endings, told], [{ "timed-out": 1, answered: 1 }, 2]);
  });

  it("is not waited for where nobody listens", async () => {
    const { endings } = await delivered(undefined, { callbackUrl: "http://127.0.0.1:1/callback" });
    assert.deepEqual(endings, { failed: 1 });
  });

  it("is not asked for where no URL is set", async () => {
    const { endings, told } = await delivered(undefined, { callbackUrl: undefined });
    assert.deepEqual([endings, told], [{ "not-configured": 1 }, 0]);
  });
});

describe("many callbacks at once", () => {
  it("all arrive, over no more connections than Tencent would open", async () => {
    await using app = await appServer();
    await using simulator = await simulate({ callbackUrl: app.url });
    for (let index = 0; index < 500; index++) simulator.world.say({ from: "anna", to: "ben", text: `text ${index}` });
    await simulator.world.quiet();
    assert.equal(new Set(app.told.map((told) => bodyOf(told)["MsgKey"])).size, 500);
    assert.ok(app.connections() <= 64);
  });

  it("leave a world that is closed without waiting for any of them", async () => {
    await using app = await appServer(() => {});
    await using simulator = await simulate({ callbackUrl: app.url });
    simulator.faults.set([{ on: "callback", kind: "delay", ms: 60_000, count: 1 }]);
    for (let index = 0; index < 5; index++) simulator.world.say({ from: "anna", to: "ben", text: "hello" });
    await until(() => app.told.length === 4, "the app has heard of all but the delayed one");
    const before = performance.now();
    await simulator.close();
    await simulator.world.quiet();
    assert.ok(performance.now() - before < 1_000);
  });
});
