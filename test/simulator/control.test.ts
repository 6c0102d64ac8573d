import assert from "node:assert/strict";
import type { MessageView } from "../../src/simulator/views.ts";
import { call, control, MODIFY_C2C, start } from "./support.ts";

describe("saying something over the control routes", () => {
  for (const [sentence, body, ref] of [
    ["reaches a person", { from: "anna", to: "ben", text: "hi" }, { kind: "c2c", from: "anna", to: "ben" }],
    [
      "makes a group where there is none",
      { from: "anna", group: "g1", text: "hi" },
      { kind: "group", groupId: "g1", msgSeq: 1 },
    ],
    [
      "makes a topic",
      { from: "anna", group: "@TGS#_c1", topic: "@TGS#_c1@TOPIC#_t", text: "hi" },
      { kind: "group", groupId: "@TGS#_c1", topicId: "@TGS#_c1@TOPIC#_t", msgSeq: 1 },
    ],
  ] as const) {
    it(sentence, async () => {
      await using simulator = await start();
      const { status, value } = await control(simulator, "POST", "say", body);
      assert.equal(status, 200);
      const { msgKey: _, ...named } = value["ref"] as Record<string, unknown>;
      assert.deepEqual(named, ref);
    });
  }

  it("works as curl sends it, with the content type of a form or none", async () => {
    await using simulator = await start();
    const form = { "Content-Type": "application/x-www-form-urlencoded" };
    const { status } = await control(simulator, "POST", "say", '{"from":"anna","to":"ben","text":"hi"}', form);
    assert.equal(status, 200);
  });

  it("keeps the body as it was written", async () => {
    await using simulator = await start();
    const body = '[ {"MsgType":"TIMTextElem","MsgContent":{"Text":"h\\u0069","n":9007199254740993,"k":1,"k":2}} ]';
    await control(simulator, "POST", "say", `{"from":"anna","to":"ben", "body" : ${body} }`);
    const [message] = simulator.world.messages("c2c:anna|ben");
    assert.deepEqual([message?.original.rawBody, message?.original.text], [body, "hi"]);
  });

  const hi = { from: "anna", to: "ben", text: "hi" };
  for (const [sentence, body, said] of [
    ["no JSON", "hello", /not JSON/],
    ["an array", [], /must be a JSON object/],
    ["no sender", { to: "ben", text: "hi" }, /"from" must be/],
    ["a sender with a space", { ...hi, from: "an na" }, /"from" must be/],
    ["a sender of 33 letters", { ...hi, from: "x".repeat(33) }, /1 to 32/],
    ["nobody to talk to", { from: "anna", text: "hi" }, /either "to"/],
    ["a person and a group", { ...hi, group: "g" }, /either "to"/],
    ["nothing to say", { from: "anna", to: "ben" }, /as "text" or as "body"/],
    ["two things to say", { ...hi, body: [] }, /Give one of/],
    ["a text that is a number", { ...hi, text: 5 }, /"text" must be a string/],
    ["a body that is none", { from: "anna", to: "ben", body: [{}] }, /MsgBody\[0\].*90010/],
    ["custom data that is an object", { ...hi, customData: {} }, /"customData" must be a string/],
    ["an unknown group type", { from: "anna", group: "g", groupType: "Choir", text: "hi" }, /must be one of Private/],
    ["a topic for a person", { ...hi, topic: "t" }, /belong to a "group"/],
    ["a misspelt field", { ...hi, custom_data: "" }, /no field "custom_data"/],
    ["more than Tencent carries", { ...hi, text: "x".repeat(12_288) }, /over 12288 bytes/],
  ] as const) {
    it(`refuses ${sentence}`, async () => {
      await using simulator = await start();
      const { status, value } = await control(simulator, "POST", "say", body);
      assert.equal(status, 400);
      assert.match(String(value["error"]), said);
      assert.deepEqual(simulator.world.conversations(), []);
    });
  }

  it("refuses a topic outside a community, and another type for a known group", async () => {
    await using simulator = await start();
    simulator.world.say({ from: "anna", group: "g", text: "hi" });
    const topic = await control(simulator, "POST", "say", { from: "anna", group: "g", topic: "t", text: "hi" });
    const type = await control(simulator, "POST", "say", { from: "anna", group: "g", groupType: "Live", text: "hi" });
    assert.deepEqual([topic.status, type.status], [409, 409]);
  });
});

describe("the control routes", () => {
  it("show what was said beside what is seen now", async () => {
    await using simulator = await start();
    const { ref } = simulator.world.say({ from: "anna", to: "ben", text: "damn" });
    assert.ok(ref.kind === "c2c");
    const MsgBody = [{ MsgType: "TIMTextElem", MsgContent: { Text: "****" } }];
    const names = { From_Account: "anna", To_Account: "ben", MsgKey: ref.msgKey };
    await call(simulator, MODIFY_C2C, { ...names, MsgBody, CloudCustomData: "note" });
    const list = (await control(simulator, "GET", "conversations")).value["conversations"] as { id: string }[];
    assert.deepEqual(
      list.map(({ id }) => id),
      ["c2c:anna|ben"],
    );
    const path = `conversations/${encodeURIComponent("c2c:anna|ben")}/messages`;
    const [message] = (await control(simulator, "GET", path)).value["messages"] as MessageView[];
    assert.deepEqual(
      [
        message?.original.text,
        message?.current.text,
        message?.current.customData,
        message?.versions,
        message?.recalled,
      ],
      ["damn", "****", "note", 2, false],
    );
  });

  it("let users edit and recall", async () => {
    await using simulator = await start();
    const { id } = simulator.world.say({ from: "anna", to: "ben", text: "hi" });
    const edited = await control(simulator, "POST", "edit", { id, by: "ben", text: "ho" });
    assert.equal((edited.value["current"] as { text: string }).text, "ho");
    const recalled = await control(simulator, "POST", "recall", { id });
    assert.equal(recalled.value["recalled"], true);
    assert.equal((await control(simulator, "POST", "edit", { id, text: "no" })).status, 409);
  });

  it("refuse edits and recalls that cannot be", async () => {
    await using simulator = await start();
    const { id } = simulator.world.say({ from: "anna", to: "ben", text: "hi" });
    const gone = simulator.world.say({ from: "anna", to: "ben", text: "…", onlineOnly: true }).id;
    const status = async (path: string, body: object): Promise<number> =>
      (await control(simulator, "POST", path, body)).status;
    assert.equal(await status("edit", { id: "999", text: "x" }), 404);
    assert.equal(await status("edit", { text: "x" }), 404);
    assert.equal(await status("edit", { id }), 400);
    assert.equal(await status("edit", { id, by: "mallory", text: "x" }), 400);
    assert.equal(await status("edit", { id: gone, text: "x" }), 409);
    assert.equal(await status("recall", { id, text: "x" }), 400);
  });

  it("tell how often the APIs were called", async () => {
    await using simulator = await start();
    await call(simulator, MODIFY_C2C, {});
    const { value } = await control(simulator, "GET", "calls");
    const { count, answers, worstSecond, meanPerSecond } = (value["apis"] as Record<string, Record<string, unknown>>)[
      "modify_c2c_msg"
    ] as Record<string, unknown>;
    assert.deepEqual([count, answers, worstSecond, meanPerSecond], [1, { "90008": 1 }, 1, 0]);
    assert.equal(value["list"], undefined);
    const listed = (await control(simulator, "GET", "calls?list=1")).value["list"] as { api: string; answer: string }[];
    assert.deepEqual(
      listed.map(({ api, answer }) => [api, answer]),
      [["modify_c2c_msg", "90008"]],
    );
  });

  it("change settings one by one and refuse nonsense", async () => {
    await using simulator = await start();
    const changed = await control(simulator, "PUT", "settings", {
      callsPerSecond: 5,
      callbackUrl: "http://127.0.0.1:9/x",
    });
    assert.deepEqual([changed.value["callsPerSecond"], changed.value["callbackUrl"]], [5, "http://127.0.0.1:9/x"]);
    await control(simulator, "PUT", "settings", { callbackUrl: null });
    assert.equal(simulator.settings.read().callbackUrl, undefined);
    for (const wrong of [
      { callsPerSecond: 0 },
      { callbackUrl: "ftp://x" },
      { callbackUrl: "http://x/?a=1" },
      { speed: 1 },
      { editCallbacks: 1 },
    ]) {
      assert.equal((await control(simulator, "PUT", "settings", wrong)).status, 400, JSON.stringify(wrong));
    }
    assert.equal(simulator.settings.read().callsPerSecond, 5);
  });

  it("begin anew, and the same seed gives the same keys", async () => {
    await using simulator = await start({ now: () => 1_700_000_000_000 });
    const keys: string[] = [];
    for (let round = 0; round < 2; round++) {
      const { value } = await control(simulator, "POST", "reset", { seed: 11 });
      assert.deepEqual(value, { seed: 11 });
      const { ref } = simulator.world.say({ from: "anna", to: "ben", text: "hi" });
      keys.push(ref.kind === "c2c" ? ref.msgKey : "");
    }
    assert.equal(keys[0], keys[1]);
    assert.equal((await control(simulator, "POST", "reset", { seed: -1 })).status, 400);
    assert.equal((await control(simulator, "POST", "reset")).status, 200);
    assert.deepEqual(simulator.world.conversations(), []);
  });

  it("answer what is not there with a sentence", async () => {
    await using simulator = await start();
    for (const path of ["nowhere", "conversations/nobody/messages"]) {
      const { status, value } = await control(simulator, "GET", path);
      assert.equal(status, 404);
      assert.match(String(value["error"]), /^There is no /);
    }
    assert.equal((await control(simulator, "GET", "conversations/%ff/messages")).status, 400);
    assert.equal((await control(simulator, "POST", "say", "x".repeat(300_000))).status, 413);
  });

  it("do not listen to pages of other sites", async () => {
    await using simulator = await start();
    const say = { from: "anna", to: "ben", text: "hi" };
    const foreign = await control(simulator, "POST", "say", say, { Origin: "https://example.com" });
    const own = await control(simulator, "POST", "say", say, { Origin: simulator.url });
    assert.deepEqual([foreign.status, own.status], [403, 200]);
  });

  it("say when all is quiet", async () => {
    await using simulator = await start();
    assert.equal((await control(simulator, "GET", "quiet")).value["quiet"], true);
  });

  it("tell of every change as it happens", async () => {
    await using simulator = await start();
    const response = await fetch(`${simulator.url}/simulator/events`);
    assert.match(response.headers.get("content-type") ?? "", /^text\/event-stream/);
    assert.ok(response.body);
    simulator.world.say({ from: "anna", to: "ben", text: "secret words" });
    let heard = "";
    for await (const chunk of response.body) {
      heard += Buffer.from(chunk as Uint8Array).toString("utf8");
      if (heard.includes("event: change")) break;
    }
    assert.match(heard, /data: \{"what":"said","conversation":"c2c:anna\|ben","id":"1","by":"anna"\}/);
  });
});
