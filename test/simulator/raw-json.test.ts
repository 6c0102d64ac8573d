/** Bytes that a parse and a rewrite would not bring back come back. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { memberTexts, rawJson, writeObject } from "../../src/simulator/raw-json.ts";
import type { Simulator } from "../../src/simulator/server.ts";
import type { AppServer } from "./bench.ts";
import {
  appServer,
  ask,
  C2C_HISTORY,
  commandOf,
  control,
  GROUP_HISTORY,
  MODIFY_C2C,
  MODIFY_GROUP,
  named,
  simulate,
} from "./bench.ts";

/** Everything at once: numbers beyond 2^53, a key twice, odd spacing, escapes that no serialiser would choose. */
const ODD_BODY =
  '[ {"MsgType":"TIMTextElem" ,"MsgContent":{"Text":"a","Text":"\\u0041\\/\\ud83d\\ude42 ]},\\"{"}},\n' +
  '\t{"MsgContent":{"Id":12345678901234567890,"Price":1.10,"Tiny":-0.0e-5,"Lone":"\\ud800","__proto__":1},' +
  '"MsgType":"TIMFutureElem"} ]';

describe("raw JSON", () => {
  it("gives every member's text, whatever the spacing", () => {
    const spacing = fc.constantFrom("", " ", "\n\t", "  ");
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), spacing, spacing, (members, indent, around) => {
        const json = around + JSON.stringify(members, null, indent) + around;
        const texts = memberTexts(json);
        const parsed = JSON.parse(json) as Record<string, unknown>;
        assert.deepEqual([...texts.keys()].sort(), Object.keys(parsed).sort());
        for (const [name, text] of texts) {
          assert.ok(json.includes(text));
          assert.equal(text, text.trim());
          assert.deepEqual(JSON.parse(text), parsed[name]);
        }
      }),
    );
  });

  it("takes the last of two members with one name, also when one of them is spelled with escapes", () => {
    assert.equal(memberTexts('{"a":1,"\\u0061" : [2 ] , "b":"a"}').get("a"), "[2 ]");
  });

  it("writes what it was given", () => {
    const json = writeObject({ a: rawJson(ODD_BODY), b: undefined, 'c"': "\ud800" });
    assert.equal(json, `{"a":${ODD_BODY},"c\\"":"\\ud800"}`);
    assert.equal(memberTexts(json).get("a"), ODD_BODY);
  });
});

describe("an odd body", () => {
  let simulator: Simulator;
  let app: AppServer;
  beforeEach(async () => {
    app = await appServer();
    simulator = await simulate({ callbackUrl: app.url });
  });
  afterEach(async () => {
    await simulator.close();
    await app[Symbol.asyncDispose]();
  });

  async function historyOf(kind: "c2c" | "group"): Promise<string> {
    if (kind === "group") return (await ask(simulator, GROUP_HISTORY, { GroupId: "team", ReqMsgNumber: 1 })).text;
    const window = { MaxCnt: 1, MinTime: 0, MaxTime: 4_000_000_000 };
    return (await ask(simulator, C2C_HISTORY, { Operator_Account: "ben", Peer_Account: "anna", ...window })).text;
  }

  for (const [kind, place, api] of [
    ["c2c", '"to":"ben"', MODIFY_C2C],
    ["group", '"group":"team"', MODIFY_GROUP],
  ] as const) {
    it(`is kept to the byte when it is said (${kind})`, async () => {
      const { status, json } = await control(
        simulator,
        "POST",
        "say",
        `{"from":"anna",${place}, "body": ${ODD_BODY} }`,
      );
      assert.equal(status, 200);
      await simulator.world.quiet();
      assert.ok(app.told[0]?.body.includes(`"MsgBody":${ODD_BODY}`));
      assert.ok((await historyOf(kind)).includes(`"MsgBody":${ODD_BODY}`));
      const path = `conversations/${encodeURIComponent(String(json["conversation"]))}/messages`;
      const { json: shown } = await control(simulator, "GET", path);
      const [message] = shown["messages"] as { original: { rawBody: string }; current: { rawBody: string } }[];
      assert.deepEqual([message?.original.rawBody, message?.current.rawBody], [ODD_BODY, ODD_BODY]);
    });

    it(`is kept to the byte when it is written over another (${kind})`, async () => {
      const said = simulator.world.say({ from: "anna", ...(JSON.parse(`{${place}}`) as object), text: "hello" });
      const fields = JSON.stringify(named(said.ref)).slice(0, -1);
      const request = `${fields} , "MsgBody":[], "Msg\\u0042ody" : ${ODD_BODY}\r\n}`;
      assert.equal((await ask(simulator, api, request)).code, 0);
      assert.equal(simulator.world.message(said.id)?.current.rawBody, ODD_BODY);
      assert.ok((await historyOf(kind)).includes(`"MsgBody":${ODD_BODY}`));
      await simulator.world.quiet();
      const edited = app.told.find((told) => commandOf(told)?.endsWith("CallbackAfterModifyMsg"));
      assert.ok(edited?.body.includes(`"MsgBody":${ODD_BODY}`));
    });

    it(`is kept to the byte when a participant edits it in (${kind})`, async () => {
      const said = simulator.world.say({ from: "anna", ...(JSON.parse(`{${place}}`) as object), text: "hello" });
      const { status } = await control(simulator, "POST", "edit", `{"id":"${said.id}","body":${ODD_BODY}}`);
      assert.equal(status, 200);
      assert.equal(simulator.world.message(said.id)?.current.rawBody, ODD_BODY);
    });
  }

  it("is told as the text that the last of two keys gives", () => {
    const { id } = simulator.world.say({ from: "anna", to: "ben", rawBody: ODD_BODY });
    assert.equal(simulator.world.message(id)?.current.text, 'A/🙂 ]},"{');
  });

  it("comes with custom data of any letters, which stay what they are", async () => {
    const customData = '{ "k" : 1, "k":2,\n"big":9007199254740993,"nul":"\u0000\u2028\ud800" }';
    simulator.world.say({ from: "anna", to: "ben", text: "x", customData });
    await simulator.world.quiet();
    assert.equal((JSON.parse(app.told[0]?.body ?? "") as { CloudCustomData: string }).CloudCustomData, customData);
    const { MsgList } = JSON.parse(await historyOf("c2c")) as { MsgList: { CloudCustomData: string }[] };
    assert.equal(MsgList[0]?.CloudCustomData, customData);
  });
});
