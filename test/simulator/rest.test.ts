/** What every call has to bring along before its API is asked at all. */
import assert from "node:assert/strict";
import type { Simulator } from "../../src/simulator/server.ts";
import { openWire, post } from "../support/wire.ts";
import {
  ask,
  C2C_HISTORY,
  GROUP_HISTORY,
  MODIFY_C2C,
  MODIFY_GROUP,
  named,
  queryOf,
  simulate,
  textBody,
  userSig,
} from "./bench.ts";

describe("the REST side", () => {
  let simulator: Simulator;
  before(async () => {
    simulator = await simulate();
  });
  after(() => simulator.close());

  const said = () => named(simulator.world.say({ from: "anna", to: "ben", text: "hello" }).ref);

  describe("the caller of an API", () => {
    it("is answered with three fields and nothing else when all is well", async () => {
      const reply = await ask(simulator, MODIFY_C2C, { ...said(), MsgBody: textBody("hi") });
      assert.equal(reply.status, 200);
      assert.deepEqual(reply.json, { ActionStatus: "OK", ErrorInfo: "succeed", ErrorCode: 0 });
    });

    const OTHER = "anna";
    for (const [sentence, changes, code] of [
      ["names its app", { sdkappid: undefined }, 60012],
      ["names its app with something", { sdkappid: "" }, 60012],
      ["names its app with digits", { sdkappid: "14x" }, 60006],
      ["names an app that is there", { sdkappid: "1400000001" }, 70020],
      ["names itself", { identifier: undefined }, 60025],
      ["brings a UserSig", { usersig: undefined }, 60025],
      ["brings a UserSig that can be read", { usersig: "abc" }, 70003],
      ["brings its own UserSig", { usersig: userSig(OTHER) }, 70013],
      ["names itself as its UserSig does", { identifier: OTHER }, 70013],
      ["says that it speaks JSON", { contenttype: undefined }, 60025],
      ["speaks nothing but JSON", { contenttype: "xml" }, 60025],
      ["brings a random number", { random: undefined }, 60025],
      ["brings a random number of 32 bits", { random: "4294967296" }, 60025],
      ["brings a random number without a sign", { random: "-1" }, 60025],
      ["is an administrator", { identifier: OTHER, usersig: userSig(OTHER) }, 90009],
    ] as const) {
      it(`${sentence}, or gets ${code} with HTTP 200`, async () => {
        const reply = await ask(simulator, MODIFY_C2C, { ...said(), MsgBody: textBody("hi") }, queryOf(changes));
        assert.deepEqual([reply.status, reply.code, reply.json["ActionStatus"]], [200, code, "FAIL"]);
        assert.match(String(reply.json["ErrorInfo"]), /\w+ \w+/);
      });
    }

    it("hears 60010 from the group service when it is no administrator", async () => {
      const query = queryOf({ identifier: OTHER, usersig: userSig(OTHER) });
      assert.equal((await ask(simulator, GROUP_HISTORY, { GroupId: "g", ReqMsgNumber: 1 }, query)).code, 60010);
    });

    it("may use the whole width of the random number", async () => {
      for (const random of ["0", "4294967295"]) {
        const query = queryOf({ random });
        assert.equal((await ask(simulator, MODIFY_C2C, { ...said(), CloudCustomData: "x" }, query)).code, 0);
      }
    });

    it("asks with POST", async () => {
      for (const method of ["GET", "PUT", "DELETE"]) {
        const response = await fetch(`${simulator.url}/${MODIFY_C2C}?${queryOf().toString()}`, { method });
        assert.equal(((await response.json()) as { ErrorCode: number }).ErrorCode, 60002, method);
      }
    });

    for (const target of [
      "/v4",
      "/v4/",
      "/v4/openim/sendmsg",
      "/v4/openim/modify_c2c_msg/",
      "/V4/openim/modify_c2c_msg",
    ]) {
      it(`is told in Tencent's words that there is no API at ${target}`, async () => {
        const response = await fetch(`${simulator.url}${target}?${queryOf().toString()}`, {
          method: "POST",
          body: "{}",
        });
        assert.equal(response.status, 200);
        assert.equal(((await response.json()) as { ErrorCode: number }).ErrorCode, 60002);
      });
    }

    it("may write the whole URL into the first line, as through a proxy", async () => {
      using wire = await openWire(simulator.port);
      const body = JSON.stringify({ ...said(), CloudCustomData: "x" });
      const answer = await wire.send(post(`${simulator.url}/${MODIFY_C2C}?${queryOf().toString()}`, body));
      assert.equal(answer.status, 200);
      assert.equal((JSON.parse(answer.body) as { ErrorCode: number }).ErrorCode, 0);
    });
  });

  describe("the body of a call", () => {
    for (const [sentence, body] of [
      ["is not empty", ""],
      ["is JSON", "{'From_Account':'anna'}"],
      ["is whole", '{"From_Account":"anna"'],
      ["is an object and no list", "[]"],
      ["is an object and no null", "null"],
      ["is an object and no text", '"hello"'],
      ["begins without a byte order mark", '\ufeff{"From_Account":"anna"}'],
    ] as const) {
      it(`${sentence}, or the answer is 90001, from the group service 10011`, async () => {
        for (const api of [MODIFY_C2C, MODIFY_GROUP, C2C_HISTORY]) {
          assert.equal((await ask(simulator, api, body)).code, 90001);
        }
        assert.equal((await ask(simulator, GROUP_HISTORY, body)).code, 10011);
      });
    }

    it("is UTF-8", async () => {
      const bytes = Buffer.from('{"From_Account":"\xff"}', "latin1");
      const url = `${simulator.url}/${MODIFY_C2C}?${queryOf().toString()}`;
      const response = await fetch(url, { method: "POST", body: bytes });
      assert.equal(((await response.json()) as { ErrorCode: number }).ErrorCode, 90001);
    });

    it("is 12 K at the most, counted in bytes; one more is 80002", async () => {
      const fields = said();
      const around = JSON.stringify({ ...fields, MsgBody: textBody("") }).length;
      const text = (bytes: number) => "白".repeat(Math.floor(bytes / 3)) + "a".repeat(bytes % 3);
      const fits = await ask(simulator, MODIFY_C2C, { ...fields, MsgBody: textBody(text(12_288 - around)) });
      assert.equal(fits.code, 0);
      const over = await ask(simulator, MODIFY_C2C, { ...fields, MsgBody: textBody(text(12_289 - around)) });
      assert.equal(over.code, 80002);
    });

    it("is read to its end when it is far too long, and the answer still arrives", async () => {
      assert.equal((await ask(simulator, MODIFY_GROUP, "x".repeat(4_000_000))).code, 80002);
    });
  });
});
