import assert from "node:assert/strict";
import type { ServerResponse } from "node:http";
import type { Simulator } from "../../src/simulator/server.ts";
import { openWire } from "../support/wire.ts";
import type { Fields } from "./bench.ts";
import { appServer, ask, control, MODIFY_C2C, named, simulate, textBody, until } from "./bench.ts";

describe("the control routes", () => {
  let simulator: Simulator;
  beforeEach(async () => {
    simulator = await simulate();
  });
  afterEach(() => simulator.close());

  const send = (method: string, path: string, body?: string) => control(simulator, method, path, body);
  async function good(method: string, path: string, body?: unknown): Promise<Fields> {
    const { status, json } = await send(method, path, body === undefined ? undefined : JSON.stringify(body));
    assert.equal(status, 200, JSON.stringify(json));
    return json;
  }
  const conversation = async (id: string, query = ""): Promise<readonly Fields[]> =>
    (await good("GET", `conversations/${encodeURIComponent(id)}/messages${query}`))["messages"] as Fields[];

  it("let users talk, edit and recall, and show what came of it", async () => {
    const said = await good("POST", "say", { from: "anna", to: "ben", text: "hello", customData: "{}" });
    assert.deepEqual([said["id"], said["conversation"]], ["1", "c2c:anna|ben"]);
    await good("POST", "say", { from: "ben", to: "anna", body: textBody("hi") });
    const edited = await good("POST", "edit", { id: "1", by: "ben", text: "bye" });
    assert.deepEqual([edited["versions"], edited["recalled"]], [2, false]);
    const recalled = await good("POST", "recall", { id: "2" });
    assert.deepEqual([recalled["recalled"], recalled["recalledBy"]], [true, "ben"]);

    const [first, second] = await conversation("c2c:anna|ben");
    const pictureOf = ({ text, by, how, customData }: Fields) => ({ text, by, how, customData });
    assert.deepEqual(pictureOf(first?.["original"] as Fields), {
      text: "hello",
      by: "anna",
      how: "said",
      customData: "{}",
    });
    assert.deepEqual(pictureOf(first?.["current"] as Fields), {
      text: "bye",
      by: "ben",
      how: "edited",
      customData: "{}",
    });
    assert.deepEqual([second?.["sender"], second?.["modifiable"]], ["ben", true]);

    const { conversations } = await good("GET", "conversations");
    const [listed] = conversations as Fields[];
    assert.deepEqual(
      [listed?.["id"], listed?.["members"], listed?.["count"], listed?.["lastSender"], listed?.["lastText"]],
      ["c2c:anna|ben", ["anna", "ben"], 2, "ben", ""],
    );
  });

  it("show the newest messages when a number is given", async () => {
    for (const text of ["one", "two", "three"]) await good("POST", "say", { from: "anna", group: "team", text });
    const texts = (await conversation("group:team", "?limit=2")).map(({ current }) => (current as Fields)["text"]);
    assert.deepEqual(texts, ["two", "three"]);
    assert.equal((await conversation("group:team", "?limit=100")).length, 3);
  });

  it("say of online-only messages and live groups that nothing can be modified", async () => {
    await good("POST", "say", { from: "anna", to: "ben", text: "x", onlineOnly: true });
    await good("POST", "say", { from: "anna", group: "concert", groupType: "AVChatRoom", text: "x" });
    for (const id of ["c2c:anna|ben", "group:concert"]) {
      assert.equal((await conversation(id))[0]?.["modifiable"], false);
    }
  });

  it("take what curl sends, whatever it calls the type", async () => {
    const type = "application/x-www-form-urlencoded";
    const body = '{"from":"anna","to":"ben","text":"héllo & = % +"}';
    const url = `${simulator.url}/simulator/say`;
    const response = await fetch(url, { method: "POST", body, headers: { "Content-Type": type } });
    assert.equal(response.status, 200);
    assert.equal(simulator.world.message("1")?.current.text, "héllo & = % +");
  });

  it("show the calls, how they were answered, and each single one to whoever asks", async () => {
    const { ref } = simulator.world.say({ from: "anna", to: "ben", text: "hello" });
    await ask(simulator, MODIFY_C2C, { ...named(ref), CloudCustomData: "{}" });
    await ask(simulator, MODIFY_C2C, { ...named(ref), MsgBody: [] });
    const { apis, deliveries, list } = await good("GET", "calls");
    const { count, answers, worstSecond } = (apis as Record<string, Fields>)["modify_c2c_msg"] ?? {};
    assert.deepEqual([count, answers, worstSecond], [2, { "0": 1, "90002": 1 }, 2]);
    assert.deepEqual([deliveries, list], [{ "not-configured": 2 }, undefined]);
    const calls = (await good("GET", "calls?list=1"))["list"] as Fields[];
    assert.deepEqual(
      calls.map(({ api, withinSecond, answer }) => [api, withinSecond, answer]),
      [
        ["modify_c2c_msg", 1, "0"],
        ["modify_c2c_msg", 2, "90002"],
      ],
    );
  });

  it("order mishaps, tell how often they struck, and clear them", async () => {
    const rule = { on: "modify_c2c_msg", kind: "error", code: 20028, count: 2, probability: 1, ms: 0 };
    assert.deepEqual(await good("PUT", "faults", { seed: 3, faults: [rule] }), {
      seed: 3,
      faults: [rule],
      struck: [0],
    });
    assert.equal((await ask(simulator, MODIFY_C2C, {})).code, 20028);
    assert.deepEqual((await good("GET", "faults"))["struck"], [1]);
    assert.deepEqual(await good("DELETE", "faults"), { seed: 3, faults: [], struck: [] });
    assert.deepEqual((await good("PUT", "faults", [rule]))["faults"], [rule]);
    assert.deepEqual((await good("PUT", "faults", []))["faults"], []);
  });

  it("change settings, one without the others, and take the URL away", async () => {
    const before = await good("GET", "settings");
    assert.deepEqual(before, { callsPerSecond: 200, editCallbacks: true, retryOnTimeout: false });
    const url = "http://127.0.0.1:1/callback";
    const after = await good("PUT", "settings", { callbackUrl: url, callbackToken: "t", callsPerSecond: 5 });
    assert.deepEqual(after, { ...before, callbackUrl: url, callbackToken: "t", callsPerSecond: 5 });
    const bare = await good("PUT", "settings", { callbackUrl: null, callbackToken: "", callsPerSecond: 200 });
    assert.deepEqual(bare, before);
  });

  it("wait until all callbacks are through", async () => {
    const held: ServerResponse[] = [];
    await using app = await appServer((response) => held.push(response));
    await good("PUT", "settings", { callbackUrl: app.url });
    await good("POST", "say", { from: "anna", to: "ben", text: "hello" });
    const quiet = good("GET", "quiet");
    await until(() => held.length > 0, "the callback is there");
    // A question that comes after it is answered before it.
    await good("GET", "settings");
    for (const response of held) response.end("{}");
    assert.deepEqual(await quiet, { quiet: true, deliveries: { answered: 1 } });
  });

  it("begin again: nothing is left, and the same seed gives the same numbers", async () => {
    const keyOf = async () => (await good("POST", "say", { from: "anna", group: "team", text: "hello" }))["id"];
    assert.equal(await keyOf(), "1");
    await good("PUT", "faults", [{ on: "*", kind: "reset" }]);
    assert.deepEqual(await good("POST", "reset", { seed: 21 }), { seed: 21 });
    assert.deepEqual(await good("GET", "conversations"), { seed: 21, conversations: [] });
    assert.deepEqual((await good("GET", "faults"))["faults"], []);
    assert.deepEqual((await good("GET", "calls"))["apis"], {});
    const randomOf = async () => {
      await keyOf();
      return simulator.world.message("1")?.msgRandom;
    };
    const random = await randomOf();
    assert.deepEqual(await good("POST", "reset"), { seed: 21 });
    assert.equal(await randomOf(), random);
    await good("POST", "reset", { seed: 22 });
    assert.notEqual(await randomOf(), random);
  });

  describe("answer in a clear sentence, and change nothing, when", () => {
    const WHERE = '"from":"anna","to":"ben"';
    for (const [sentence, method, path, body, status, words] of [
      ["a message is no JSON", "POST", "say", "hello", 400, /not JSON/],
      ["a message is a list", "POST", "say", "[]", 400, /JSON object/],
      ["a message is nothing", "POST", "say", undefined, 400, /"text" or as "body"/],
      ["nobody says it", "POST", "say", '{"to":"ben","text":"x"}', 400, /"from"/],
      ["a number says it", "POST", "say", '{"from":5,"to":"ben","text":"x"}', 400, /"from"/],
      ["the sender's name has a space", "POST", "say", '{"from":"an na","to":"ben","text":"x"}', 400, /without spaces/],
      ["the sender's name is too long", "POST", "say", `{"from":"${"a".repeat(33)}","to":"b","text":"x"}`, 400, /32/],
      ["nobody is spoken to", "POST", "say", '{"from":"anna","text":"x"}', 400, /either "to" .* or "group"/],
      ["both are spoken to", "POST", "say", `{${WHERE},"group":"g","text":"x"}`, 400, /either "to" .* or "group"/],
      ["a user has a topic", "POST", "say", `{${WHERE},"topic":"t","text":"x"}`, 400, /belong to a "group"/],
      ["a group's id is too long", "POST", "say", `{"from":"a","group":"${"g".repeat(49)}","text":"x"}`, 400, /48/],
      [
        "a group's type is unknown",
        "POST",
        "say",
        '{"from":"a","group":"g","groupType":"X","text":"x"}',
        400,
        /one of/,
      ],
      [
        "a group has a topic but is no community",
        "POST",
        "say",
        '{"from":"a","group":"team","topic":"t","text":"x"}',
        409,
        /Only a Community has topics/,
      ],
      [
        "a group is of another type",
        "POST",
        "say",
        '{"from":"a","group":"team","groupType":"Live","text":"x"}',
        409,
        /type Public, not Live/,
      ],
      ["there are no words", "POST", "say", `{${WHERE}}`, 400, /"text" or as "body"/],
      ["the words are a number", "POST", "say", `{${WHERE},"text":5}`, 400, /"text" must be a string/],
      ["the words are null", "POST", "say", `{${WHERE},"text":null}`, 400, /"text" must be a string/],
      ["words come twice", "POST", "say", `{${WHERE},"text":"x","body":[]}`, 400, /not both/],
      ["a body comes twice", "POST", "say", `{${WHERE},"rawBody":"[]","body":[]}`, 400, /not both/],
      ["a body is empty", "POST", "say", `{${WHERE},"body":[]}`, 400, /90002/],
      ["a body is null", "POST", "say", `{${WHERE},"body":null}`, 400, /90007/],
      ["a body is malformed", "POST", "say", `{${WHERE},"body":[{"MsgType":1}]}`, 400, /90010/],
      ["a raw body is no JSON", "POST", "say", `{${WHERE},"rawBody":"[x"}`, 400, /"rawBody" is not JSON/],
      [
        "custom data is an object",
        "POST",
        "say",
        `{${WHERE},"text":"x","customData":{}}`,
        400,
        /"customData" must be a string/,
      ],
      ["online-only is a word", "POST", "say", `{${WHERE},"text":"x","onlineOnly":"yes"}`, 400, /true or false/],
      ["a field is unknown", "POST", "say", `{${WHERE},"txt":"x"}`, 400, /no field "txt" here; known are/],
      ["a message is too long", "POST", "say", `{${WHERE},"text":"${"x".repeat(12_300)}"}`, 400, /12288 bytes/],
      ["a request is too long", "POST", "say", `{"text":"${"x".repeat(300_000)}"}`, 413, /262144 bytes/],
      ["an edit changes nothing", "POST", "edit", '{"id":"1"}', 400, /Give what to change/],
      ["an edit is of no message", "POST", "edit", '{"id":"99","text":"x"}', 404, /no message with the "id" "99"/],
      ["an edit names none", "POST", "edit", '{"text":"x"}', 400, /"id" must be a string/],
      ["an edit names it by a number", "POST", "edit", '{"id":1,"text":"x"}', 400, /"id" must be a string/],
      ["an edit is by a stranger", "POST", "edit", '{"id":"1","by":"carlos","text":"x"}', 400, /one of the two/],
      ["an edit is by nobody", "POST", "edit", '{"id":"1","by":"","text":"x"}', 400, /"by"/],
      ["an edit brings a bad body", "POST", "edit", '{"id":"1","body":{}}', 400, /90007/],
      ["an edit has a place", "POST", "edit", '{"id":"1","to":"ben","text":"x"}', 400, /no field "to"/],
      ["an edit is of a recalled message", "POST", "edit", '{"id":"2","text":"x"}', 409, /recalled/],
      ["an edit is of what was never stored", "POST", "edit", '{"id":"3","text":"x"}', 409, /never stored/],
      ["a recall is of no message", "POST", "recall", '{"id":"99"}', 404, /no message/],
      ["a recall is of a recalled message", "POST", "recall", '{"id":"2"}', 409, /recalled/],
      ["a recall brings words", "POST", "recall", '{"id":"1","text":"x"}', 400, /no field "text"/],
      ["a conversation is unknown", "GET", "conversations/c2c:x/messages", undefined, 404, /no conversation "c2c:x"/],
      ["a conversation's name is malformed", "GET", "conversations/%ff/messages", undefined, 400, /URL is malformed/],
      ["a limit is no number", "GET", "conversations/group:team/messages?limit=x", undefined, 400, /"limit"/],
      ["a limit is 0", "GET", "conversations/group:team/messages?limit=0", undefined, 400, /"limit"/],
      ["a limit comes twice", "GET", "conversations/group:team/messages?limit=1&limit=2", undefined, 400, /"limit"/],
      ["faults are nothing", "PUT", "faults", undefined, 400, /list of faults/],
      ["faults are no list", "PUT", "faults", '{"faults":{}}', 400, /list of faults/],
      ["a fault is a word", "PUT", "faults", '["error"]', 400, /faults\[0\]: it must be an object/],
      ["a fault is nowhere", "PUT", "faults", '[{"kind":"error"}]', 400, /faults\[0\]: "on" must be one of/],
      ["a fault is of no kind", "PUT", "faults", '[{"on":"*","kind":"fire"}]', 400, /"kind" on \* must be one of/],
      ["a call is to be dropped", "PUT", "faults", '[{"on":"history","kind":"drop"}]', 400, /"kind" on history/],
      [
        "a callback is to be an error",
        "PUT",
        "faults",
        '[{"on":"callback","kind":"error"}]',
        400,
        /"kind" on callback/,
      ],
      [
        "chance is above 1",
        "PUT",
        "faults",
        '[{"on":"*","kind":"hang","probability":2}]',
        400,
        /"probability".* 0 to 1/,
      ],
      ["a code is 0", "PUT", "faults", '[{"on":"*","kind":"error","code":0}]', 400, /"code" must be a whole number/],
      ["a count is half", "PUT", "faults", '[{"on":"*","kind":"error","count":0.5}]', 400, /"count" must be a whole/],
      ["a delay is negative", "PUT", "faults", '[{"on":"*","kind":"delay","ms":-1}]', 400, /"ms" must be a number/],
      ["a fault has an unknown field", "PUT", "faults", '[{"on":"*","kind":"hang","sec":1}]', 400, /no field "sec"/],
      [
        "there are too many faults",
        "PUT",
        "faults",
        JSON.stringify(Array(101).fill({ on: "*", kind: "hang" })),
        400,
        /101/,
      ],
      ["faults have a bad seed", "PUT", "faults", '{"faults":[],"seed":-1}', 400, /"seed" must be a whole number/],
      ["faults have an unknown neighbour", "PUT", "faults", '{"faults":[],"sead":1}', 400, /no field "sead"/],
      ["a setting is unknown", "PUT", "settings", '{"speed":1}', 400, /no setting "speed"; known are/],
      ["a limit of calls is 0", "PUT", "settings", '{"callsPerSecond":0}', 400, /"callsPerSecond"/],
      ["a switch is a word", "PUT", "settings", '{"editCallbacks":"on"}', 400, /"editCallbacks" must be true or false/],
      ["a callback URL is none", "PUT", "settings", '{"callbackUrl":"127.0.0.1:80"}', 400, /"callbackUrl" must begin/],
      ["a callback URL is a file", "PUT", "settings", '{"callbackUrl":"file:///x"}', 400, /"callbackUrl" must begin/],
      ["a callback URL has a query", "PUT", "settings", '{"callbackUrl":"http://a/?b=1"}', 400, /no query/],
      ["a token is a number", "PUT", "settings", '{"callbackToken":5}', 400, /"callbackToken" must be a string/],
      ["settings are a list", "PUT", "settings", "[]", 400, /JSON object/],
      ["a reset has a bad seed", "POST", "reset", '{"seed":"x"}', 400, /"seed"/],
      ["a reset has an unknown field", "POST", "reset", '{"sead":1}', 400, /no field "sead"/],
      ["a route is unknown", "POST", "sya", "{}", 404, /no POST \/simulator\/sya/],
      ["a method is wrong", "GET", "say", undefined, 404, /no GET \/simulator\/say/],
    ] as const) {
      it(`${sentence} (${status})`, async () => {
        simulator.world.say({ from: "anna", to: "ben", text: "hello" });
        simulator.world.recall({ id: simulator.world.say({ from: "anna", group: "team", text: "gone" }).id });
        simulator.world.say({ from: "anna", group: "team", text: "flash", onlineOnly: true });
        const state = () => [
          ["1", "2", "3"].map((id) => simulator.world.message(id)),
          simulator.world.conversations(),
          simulator.settings.read(),
          simulator.faults.rules(),
          simulator.world.seed(),
        ];
        const before = state();
        const answer = await send(method, path, body);
        assert.deepEqual([answer.status, Object.keys(answer.json)], [status, ["error"]], answer.error);
        assert.match(answer.error, words);
        assert.match(answer.error, /[.)]$/);
        assert.deepEqual(state(), before);
      });
    }

    it("the bytes are no UTF-8 (400)", async () => {
      const body = Buffer.from('{"text":"\xff"}', "latin1");
      const response = await fetch(`${simulator.url}/simulator/say`, { method: "POST", body });
      assert.equal(response.status, 400);
      assert.match(await response.text(), /not UTF-8/);
    });

    it("there is nothing at a path (404)", async () => {
      const response = await fetch(`${simulator.url}/nothing/here`);
      assert.equal(response.status, 404);
      assert.match(((await response.json()) as { error: string }).error, /nothing at \/nothing\/here; the page is at/);
    });
  });

  for (const [origin, status] of [
    ["http://evil.example", 403],
    ["null", 403],
    ["http://127.0.0.1:1", 403],
    ["ours", 200],
  ] as const) {
    it(`are closed to pages of other sites: ${origin} is ${status}`, async () => {
      using wire = await openWire(simulator.port);
      const host = `127.0.0.1:${simulator.port}`;
      const from = origin === "ours" ? `http://${host}` : origin;
      const head = `GET /simulator/conversations HTTP/1.1\r\nhost: ${host}\r\norigin: ${from}\r\n\r\n`;
      assert.equal((await wire.send(head)).status, status);
    });
  }
});
