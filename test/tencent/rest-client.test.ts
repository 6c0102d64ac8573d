import assert from "node:assert/strict";
import { inspect } from "node:util";
import type { GroupId, MessageRef, SdkAppId, UserId } from "../../src/domain/message.ts";
import type { ImClient } from "../../src/ports/im-client.ts";
import { createRestClient } from "../../src/tencent/rest-client.ts";
import type { UserSig } from "../../src/tencent/user-sig.ts";
import type { FakeGateway } from "../support/fake-gateway.ts";
import { fakeGateway, says } from "../support/fake-gateway.ts";

const SIG = "eJw-signature*of_an-administrator";
const WORDS = "what people said";
const payload = `{"From_Account":"anna","To_Account":"ben","MsgKey":"1_2_3", "n":9007199254740993,"MsgBody":[{"t":"${WORDS} \\ud83d 😀"}]}`;
const c2c: MessageRef = { kind: "c2c", from: "anna" as UserId, to: "ben" as UserId, msgKey: "1_2_1767225660" };
const inGroup = { kind: "group", groupId: "@TGS#1" as GroupId, topicId: undefined, msgSeq: 23 } as const;

let gateway: FakeGateway;
let client: ImClient & AsyncDisposable;
let renewals: string[];
let renewable = true;

const userSig: UserSig = {
  current: () => SIG,
  renew: (refused) => renewals.push(refused) > 0 && renewable,
};
const clientOf = (baseUrl: string) =>
  createRestClient({
    baseUrl,
    sdkAppId: 1400000000 as SdkAppId,
    admin: "admin&x",
    userSig,
    random: () => 1 - 2 ** -53,
  });

const failed = (kind: "refused" | "retryable" | "unauthorised", code: string) => ({
  kind: "failed" as const,
  outcome: { kind, code },
});

/** Nothing that comes back may hold the signature or what people said. */
function assertDiscreet(returned: unknown): void {
  const shown = inspect(returned, { depth: Infinity, showHidden: true }) + JSON.stringify(returned);
  assert.doesNotMatch(shown, /signature|what people said|https?:|127\.0\.0\.1/);
}

async function modified(api: "c2c" | "group" = "c2c") {
  const outcome = await client.modify(api, payload);
  assertDiscreet(outcome);
  return outcome;
}

describe("a call of Tencent's REST API", () => {
  beforeEach(async () => {
    gateway = await fakeGateway();
    client = clientOf(gateway.url);
    renewals = [];
    renewable = true;
  });
  afterEach(async () => {
    await client[Symbol.asyncDispose]();
    await gateway[Symbol.asyncDispose]();
  });

  for (const [api, path] of [
    ["c2c", "/v4/openim/modify_c2c_msg"],
    ["group", "/v4/openim/modify_group_msg"],
  ] as const) {
    it(`goes to ${path} with the five parameters and exactly the stored body`, async () => {
      assert.deepEqual(await modified(api), { kind: "applied", code: "0" });
      const [request, ...more] = gateway.taken;
      assert.ok(request && more.length === 0);
      assert.deepEqual([request.method, request.path], ["POST", path]);
      assert.deepEqual(Object.fromEntries(request.query), {
        ...{ sdkappid: "1400000000", identifier: "admin&x", usersig: SIG },
        ...{ random: "4294967295", contenttype: "json" },
      });
      assert.deepEqual(request.body, Buffer.from(payload));
      assert.equal(request.headers["content-type"], "application/json");
      assert.equal(request.headers["content-length"], String(Buffer.byteLength(payload)));
    });
  }

  for (const [sentence, answer, expected] of [
    ["success, whatever ErrorInfo says", { ActionStatus: "OK", ErrorInfo: "succeed", ErrorCode: 0 }, ["applied", "0"]],
    ["success with fields that are new", { ErrorCode: 0, ErrorDisplay: "", RequestId: "x" }, ["applied", "0"]],
    ["a failure, by its code", { ActionStatus: "FAIL", ErrorInfo: WORDS, ErrorCode: 60007 }, ["throttled", "60007"]],
    ["a failure that says OK", { ActionStatus: "OK", ErrorInfo: "", ErrorCode: 20022 }, ["missing", "20022"]],
    ["a code that stands nowhere", { ActionStatus: "FAIL", ErrorCode: 31337 }, ["unknown", "31337"]],
    ["no code", { ActionStatus: "OK" }, ["retryable", "unreadable_answer"]],
    ["a code in quotes", { ErrorCode: "0" }, ["retryable", "unreadable_answer"]],
    ["a page of somebody on the way", `<html>${WORDS}</html>`, ["retryable", "unreadable_answer"]],
    ["nothing", "", ["retryable", "unreadable_answer"]],
    ["null", "null", ["retryable", "unreadable_answer"]],
    ["more than anybody reads", `"${"x".repeat(1_100_000)}"`, ["retryable", "err_bad_response"]],
  ] as const) {
    it(`understands ${sentence}`, async () => {
      gateway.answer(says(answer));
      const { kind, code } = await modified();
      assert.deepEqual([kind, code], expected);
    });
  }

  for (const status of [201, 204, 400, 403, 404, 500, 502, 503]) {
    it(`takes HTTP ${status} for a bad moment, whatever the body says`, async () => {
      gateway.answer(says(status === 204 ? "" : { ErrorCode: 0 }, status));
      assert.deepEqual(await modified(), { kind: "retryable", code: `http_${status}` });
    });
  }

  it("takes a reset for a bad moment", async () => {
    gateway.answer((_response, request) => request.socket.resetAndDestroy());
    assert.deepEqual(await modified(), { kind: "retryable", code: "econnreset" });
  });

  it("takes an answer that breaks off for a bad moment", async () => {
    gateway.answer((response, request) => {
      response.writeHead(200, { "content-length": "100" });
      response.write(`{"ErrorCode":0}`, () => request.socket.destroy());
    });
    const { kind } = await modified();
    assert.equal(kind, "retryable");
  });

  it("takes a machine that is not there for a bad moment", async () => {
    const gone = await fakeGateway();
    await gone[Symbol.asyncDispose]();
    await using other = clientOf(gone.url);
    const outcome = await other.modify("c2c", payload);
    assertDiscreet(outcome);
    assert.deepEqual(outcome, { kind: "retryable", code: "econnrefused" });
  });

  it("takes a name that nobody knows for a bad moment", async () => {
    await using other = clientOf("http://nowhere.invalid");
    const outcome = await other.modify("c2c", payload);
    assertDiscreet(outcome);
    assert.equal(outcome.kind, "retryable");
  });

  for (const status of [301, 302, 307, 308]) {
    it(`never follows a ${status} with its signature`, async () => {
      await using elsewhere = await fakeGateway();
      gateway.answer((response) => response.writeHead(status, { location: `${elsewhere.url}/v4/x` }).end());
      assert.deepEqual(await modified(), { kind: "retryable", code: `http_${status}` });
      assert.equal(elsewhere.taken.length, 0);
    });
  }

  it("never goes through a proxy that the environment names", async () => {
    await using proxy = await fakeGateway();
    const names = ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"];
    const before = names.map((name) => [name, process.env[name]] as const);
    for (const name of names) process.env[name] = proxy.url;
    try {
      await using other = clientOf(gateway.url);
      assert.deepEqual(await other.modify("c2c", payload), { kind: "applied", code: "0" });
      assert.deepEqual([proxy.taken.length, gateway.taken.length], [0, 1]);
    } finally {
      for (const [name, value] of before) {
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
    }
  });

  it("with a signature that is refused asks for a new one, and is stopped when that was new already", async () => {
    gateway.answer(says({ ErrorCode: 70001 }));
    assert.deepEqual(await modified(), { kind: "unauthorised", code: "70001" });
    renewable = false;
    assert.deepEqual(await modified(), { kind: "misconfigured", code: "70001" });
    assert.deepEqual(renewals, [SIG, SIG]);
    assert.equal(gateway.taken.length, 2);
  });

  it("uses its connection again", async () => {
    const ports = new Set<number | undefined>();
    gateway.answer((response, request) => {
      ports.add(request.socket.remotePort);
      says({ ErrorCode: 0 })(response, request);
    });
    for (let call = 0; call < 3; call++) await modified();
    assert.equal(ports.size, 1);
  });

  describe("that reads a message back", () => {
    const read = async (ref: MessageRef, answer: object | string) => {
      gateway.answer(says(answer));
      return client.read(ref);
    };
    const body = `[ {"MsgType":"TIMTextElem","MsgContent":{"Text":"\\u0062ad","n":9007199254740993}} ]`;

    it("asks for the second of a one-to-one message, as its receiver sees it", async () => {
      await read(c2c, { ErrorCode: 0 });
      const [request] = gateway.taken;
      assert.equal(request?.path, "/v4/openim/admin_getroammsg");
      assert.deepEqual(JSON.parse(String(request.body)), {
        ...{ Operator_Account: "ben", Peer_Account: "anna", MaxCnt: 100, MinTime: 1767225660, MaxTime: 1767225660 },
      });
    });

    it("asks for one group message by its number, and names the topic only where there is one", async () => {
      await read(inGroup, { ErrorCode: 0 });
      await read({ ...inGroup, topicId: "topic" }, { ErrorCode: 0 });
      const wanted = { GroupId: "@TGS#1", ReqMsgSeq: 23, ReqMsgNumber: 1 };
      assert.equal(gateway.taken[0]?.path, "/v4/group_open_http_svc/group_msg_get_simple");
      assert.deepEqual(
        gateway.taken.map((request) => JSON.parse(String(request.body)) as unknown),
        [wanted, { ...wanted, TopicId: "topic" }],
      );
    });

    for (const [sentence, ref, list, field, own] of [
      ["one-to-one", c2c, "MsgList", "MsgKey", '"1_2_1767225660"'],
      ["group", inGroup, "RspMsgList", "MsgSeq", "23"],
    ] as const) {
      const other = ref.kind === "c2c" ? '"9_9_9"' : "22";
      const page = (...stored: readonly string[]) => `{"ErrorCode":0,"${list}":[${stored.join()}]}`;
      const found = (customData?: string) => ({ kind: "found", body, customData });

      for (const [what, answer, expected] of [
        ["the stored bytes", page(`{"${field}":${own},"MsgBody":${body}}`), found()],
        [
          "the custom data",
          page(`{"CloudCustomData":"{\\"a\\":1}","${field}":${own},"MsgBody":${body}}`),
          found('{"a":1}'),
        ],
        [
          "the right one among several",
          page(`{"${field}":${other},"MsgBody":[]}`, "null", `{"MsgBody":${body},"${field}":${own}}`),
          found(),
        ],
        ["that it was recalled", page(`{"${field}":${own},"MsgFlagBits":8,"MsgBody":${body}}`), { kind: "gone" }],
        [
          "that it was recalled and more",
          page(`{"${field}":${own},"MsgFlagBits":12,"MsgBody":${body}}`),
          { kind: "gone" },
        ],
        ["no recall in other flags", page(`{"${field}":${own},"MsgFlagBits":4,"MsgBody":${body}}`), found()],
        ["a placeholder of an expired one", page(`{"${field}":${own},"IsPlaceMsg":1,"MsgBody":[]}`), { kind: "gone" }],
        ["a placeholder of a recalled one", page(`{"${field}":${own},"IsPlaceMsg":2,"MsgBody":[]}`), { kind: "gone" }],
        [
          "a message, said not to be a placeholder",
          page(`{"${field}":${own},"IsPlaceMsg":0,"MsgBody":${body}}`),
          found(),
        ],
        ["that it has no body", page(`{"${field}":${own}}`), { kind: "gone" }],
        ["that another stands there", page(`{"${field}":${other},"MsgBody":${body}}`), { kind: "gone" }],
        ["an empty page", page(), { kind: "gone" }],
        ["no page", `{"ErrorCode":0}`, { kind: "gone" }],
        ["a page that is no list", `{"ErrorCode":0,"${list}":null}`, { kind: "gone" }],
        ["a body that is no list", page(`{"${field}":${own},"MsgBody":{"a":1}}`), { kind: "gone" }],
        ["that its group is gone", { ActionStatus: "FAIL", ErrorCode: 10010 }, { kind: "gone" }],
        ["a refusal", { ActionStatus: "FAIL", ErrorCode: 10007 }, failed("refused", "10007")],
        ["a bad moment", { ActionStatus: "FAIL", ErrorCode: 10002 }, failed("retryable", "10002")],
        ["garbage", "<html>", failed("retryable", "unreadable_answer")],
      ] as const) {
        it(`finds ${what} (${sentence})`, async () => assert.deepEqual(await read(ref, answer), expected));
      }
    }

    it("does not take the other side's message of the same key for it", async () => {
      const stored = (from: string) => `{"From_Account":"${from}","MsgKey":"1_2_1767225660","MsgBody":${body}}`;
      const theirs = `{"ErrorCode":0,"MsgList":[${stored("ben")}]}`;
      assert.deepEqual(await read(c2c, theirs), { kind: "gone" });
      const both = `{"ErrorCode":0,"MsgList":[${stored("ben").replace(body, "[]")},${stored("anna")}]}`;
      assert.deepEqual(await read(c2c, both), { kind: "found", body, customData: undefined });
    });

    it("fails without a word of the request when the network does", async () => {
      gateway.answer((_response, request) => request.socket.resetAndDestroy());
      const result = await client.read(c2c);
      assertDiscreet(result);
      assert.deepEqual(result, failed("retryable", "econnreset"));
    });

    it("renews a UserSig that has run out", async () => {
      assert.deepEqual(await read(c2c, { ErrorCode: 70001 }), failed("unauthorised", "70001"));
      assert.deepEqual(renewals, [SIG]);
    });
  });
});
