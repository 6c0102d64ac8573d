import assert from "node:assert/strict";
import http from "node:http";
import { assertLogIsWhole, besiege } from "../support/besieged.ts";
import { callbackService } from "../support/callback-service.ts";
import { postBody } from "../support/callback-sender.ts";
import { birthNames } from "../support/callback-storm.ts";
import { replay, sendForgeries } from "../support/false-senders.ts";
import { openWire, post } from "../support/wire.ts";
import { answering, environmentOf, freePort, look, scene, SDK_APP_ID, start, TOKEN } from "./running.ts";

const SEED = 20261121;

describe("hostile senders", function () {
  this.timeout(60_000);

  it("who have no token, or an old signature, are refused and leave nothing", async () => {
    await sendForgeries(2_000, SEED);
  });

  it("who say again what they heard, within the minute, change nothing", async () => {
    await replay(300, SEED);
  });

  for (const [where, query, body] of [
    ["a body", "", '"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}'],
    [
      "an element",
      "",
      '"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"__proto__":{"polluted":1},"Text":"badword"}}]',
    ],
    [
      "custom data",
      "",
      '"CloudCustomData":"{\\"__proto__\\":{\\"polluted\\":1},\\"constructor\\":{\\"prototype\\":{\\"polluted\\":1}}}"',
    ],
    ["a query", "&__proto__[polluted]=1&__proto__=1&constructor[prototype][polluted]=1&constructor=1", '"x":1'],
  ] as const) {
    it(`cannot give every object a member by ${where}`, async () => {
      await using service = await callbackService();
      using wire = await openWire(service.port);
      const names = birthNames();
      const fields = `"From_Account":"anna","To_Account":"ben","MsgKey":"1_2_3","MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"badword"}}]`;
      const target = `/callback?SdkAppid=1400000000&CallbackCommand=C2C.CallbackAfterSendMsg${query}`;
      const { status } = await wire.send(post(target, `{${fields},${body}}`));
      assert.equal(status, 200);
      assert.deepEqual(birthNames(), names);
      assert.equal(({} as Readonly<Record<string, unknown>>)["polluted"], undefined);
      assert.equal(service.db.prepare("SELECT count(*) FROM modification").pluck().get(), 1);
    });
  }

  it("cannot write lines of their own into the log, which stays one JSON object a line", async () => {
    using at = scene();
    const port = await freePort();
    // Nothing answers there: failed calls are logged too.
    const child = start(["serve"], environmentOf(at, port, "http://127.0.0.1:1"), at.folder);
    try {
      await answering(`http://127.0.0.1:${port}/readyz`, child);
      const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
      const to = { agent, port, sdkAppId: SDK_APP_ID, token: TOKEN };
      for (const odd of [
        '\n{"level":"info","message":"forged"}\n',
        "\r\n",
        "\u001b[2J",
        "\u2028",
        "\u202e",
        "x".repeat(100_000),
      ]) {
        const text = [{ MsgType: "TIMTextElem", MsgContent: { Text: `badword ${odd}` } }];
        const message = {
          From_Account: `anna${odd.slice(0, 200)}`,
          To_Account: "ben",
          MsgKey: `1${odd.slice(0, 200)}`,
          MsgBody: text,
        };
        for (const body of [
          message,
          { ...message, [odd]: 1, To_Account: 5 },
          { ...message, CallbackCommand: odd },
          odd,
        ]) {
          for (const command of ["C2C.CallbackAfterSendMsg", odd.slice(0, 200)]) {
            const status = await postBody(to, command, typeof body === "string" ? body : JSON.stringify(body));
            assert.ok(status === 200 || status === 400, String(status));
          }
        }
      }
      agent.destroy();
      assert.equal(look(at.database, "SELECT id FROM message").length, 6);
      child.process.kill("SIGTERM");
      await child.ended;
      assert.ok(assertLogIsWhole(child.printed()) > 10, child.printed());
      assert.doesNotMatch(child.printed(), /forged|badword/);
    } finally {
      child.process.kill("SIGKILL");
      await child.ended;
    }
  });

  it("who drip a byte now and then, or send bodies without measure, keep nobody else from an answer", async () => {
    const { acknowledged, refusedAsTooLong } = await besiege({
      ...{ drippingSockets: 300, hugeBodies: 10, seconds: 2, perSecond: 100 },
    });
    assert.ok(acknowledged > 30, `only ${acknowledged} were sent: too few to tell`);
    assert.equal(refusedAsTooLong, 10);
  });
});
