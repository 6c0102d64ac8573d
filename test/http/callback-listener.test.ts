/** The public contract's table "The callback listener", row by row, over real sockets. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { Secret } from "../../src/domain/secret.ts";
import { sampleNamed } from "../support/tencent-samples.ts";
import { openWire, post } from "../support/wire.ts";
import {
  assertAccepted,
  assertRejected,
  C2C,
  callback,
  GROUP,
  NOTHING,
  reconnect,
  recorded,
  rows,
  sampled,
  serve,
  service,
  stop,
  wire,
} from "./callback-bench.ts";

const MAX = 256 * 1024;

describe("the callback listener", () => {
  beforeEach(() => serve());
  afterEach(stop);

  describe("another method or path", () => {
    for (const [line, status, allow] of [
      ["GET /callback", 405, "POST"],
      ["PUT /callback?x=1", 405, "POST"],
      ["OPTIONS /callback", 405, "POST"],
      ["POST /", 404, undefined],
      ["POST /callback/", 404, undefined],
      ["POST /callbacks", 404, undefined],
      ["POST /CALLBACK", 404, undefined],
      ["POST //callback", 404, undefined],
      ["POST /%63allback", 404, undefined],
      ["GET /%ff", 404, undefined],
      ["GET /metrics", 404, undefined],
      ["GET /api/v1/messages", 404, undefined],
    ] as const) {
      it(`is answered: ${line} is ${status}`, async () => {
        const answer = await wire.send(`${line} HTTP/1.1\r\nhost: emend.test\r\ncontent-length: 2\r\n\r\n{}`);
        assertRejected(answer, status);
        assert.equal(answer.headers["allow"], allow);
        assert.deepEqual(recorded(), NOTHING);
      });
    }

    it("is counted and told of where it is Tencent's, without the path, which may be a secret with a slip", async () => {
      const { query, body } = sampleNamed("c2c-text-plain");
      assertRejected(await wire.send(post(`/calback-secret?${query}`, body)), 404);
      assertRejected(await wire.send(post("/wp-login.php?x=1", body)), 404);
      assert.deepEqual(service.counts(), { "callbacks.wrong_path": 1 });
      assert.match(service.logged.join(), /turned away/);
      assert.doesNotMatch(service.logged.join(), /secret|\/ca/);
    });

    it("may be a path of the operator's own, and then the usual one is nothing", async () => {
      await serve({ callbackPath: "/hooks/5f2c-secret" });
      const { query, body } = sampleNamed("c2c-text-plain");
      assertRejected(await wire.send(post(`/callback?${query}`, body)), 404);
      assertAccepted(await wire.send(post(`/hooks/5f2c-secret?${query}`, body)));
      assert.equal(rows("message"), 1);
    });
  });

  describe("a body over 256 KiB", () => {
    const chunked = (bytes: Buffer): Buffer => {
      const head = `POST /callback?${C2C} HTTP/1.1\r\nhost: emend.test\r\ntransfer-encoding: chunked\r\n\r\n`;
      const parts: Buffer[] = [Buffer.from(head)];
      for (let at = 0; at < bytes.length; at += 65_536) {
        const part = bytes.subarray(at, at + 65_536);
        parts.push(Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from("\r\n"));
      }
      return Buffer.concat([...parts, Buffer.from("0\r\n\r\n")]);
    };

    for (const [sentence, bytes] of [
      ["by one byte", MAX + 1],
      ["by far, for a sender that writes all 10 MB before it reads", 10_000_000],
    ] as const) {
      it(`is answered 413, said by its length: ${sentence}`, async () => {
        assertRejected(await callback(C2C, Buffer.alloc(bytes, " ")), 413);
        assert.deepEqual([recorded(), service.counts()], [NOTHING, { "callbacks.too_long": 1 }]);
      });

      it(`is answered 413, come in chunks: ${sentence}`, async () => {
        assertRejected(await wire.send(chunked(Buffer.alloc(bytes, " "))), 413);
        assert.deepEqual([recorded(), service.counts()], [NOTHING, { "callbacks.too_long": 1 }]);
      });
    }

    it("is answered 413 whatever its command and signature", async () => {
      assertRejected(await callback("", Buffer.alloc(MAX + 1)), 413);
      assertRejected(await callback("SdkAppid=1&CallbackCommand=x", Buffer.alloc(MAX + 1)), 413);
    });

    it("does not begin at 256 KiB sharp", async () => {
      const { body } = sampleNamed("c2c-text-plain");
      const padded = Buffer.concat([body, Buffer.alloc(MAX - body.length, " ")]);
      assertAccepted(await callback(C2C, padded));
      assertAccepted(await wire.send(chunked(padded)));
      assert.equal(rows("message"), 1);
    });

    it("leaves the connection fit for the next callback", async () => {
      assertRejected(await callback(C2C, Buffer.alloc(MAX + 1)), 413);
      if (!wire.isOpen()) await reconnect();
      assertAccepted(await sampled("c2c-text-plain"));
    });
  });

  describe("no command", () => {
    for (const query of ["", "SdkAppid=1", "CallbackCommand=", "callbackcommand=C2C.CallbackAfterSendMsg", "%ff&&=&"]) {
      it(`is accepted whatever the body, and only counted: ?${query}`, async () => {
        await serve({ token: new Secret("token") });
        for (const body of ["", "{", "{}", sampleNamed("c2c-text-plain").body, Buffer.from([0xff, 0])]) {
          assertAccepted(await callback(query, body));
        }
        assert.deepEqual([recorded(), service.counts()], [NOTHING, { "callbacks.check": 5 }]);
      });
    }
  });

  describe("somebody else's SdkAppid", () => {
    for (const query of [
      "CallbackCommand=C2C.CallbackAfterSendMsg",
      "SdkAppid=1400999999&CallbackCommand=C2C.CallbackAfterSendMsg",
      "SdkAppid=01400000000&CallbackCommand=C2C.CallbackAfterSendMsg",
      "SdkAppid=1400000000.0&CallbackCommand=C2C.CallbackAfterSendMsg",
      "sdkappid=1400000000&CallbackCommand=C2C.CallbackAfterSendMsg",
      "SdkAppid=1400000000&SdkAppid=1400999999&CallbackCommand=C2C.CallbackAfterSendMsg",
      "SdkAppid=1400000000&SdkAppid=1400000000&CallbackCommand=C2C.CallbackAfterSendMsg",
      "SdkAppid=1&CallbackCommand=State.StateChange",
    ]) {
      it(`is refused: ?${query}`, async () => {
        assertRejected(await callback(query, sampleNamed("c2c-text-plain").body), 403);
        assert.deepEqual([recorded(), service.counts()], [NOTHING, { "callbacks.forbidden.sdk_app_id": 1 }]);
      });
    }
  });

  describe("a signature, once a token is set", () => {
    const NOW = 1_767_230_000;
    const token = "example-token";
    const signOf = (time: string): string =>
      createHash("sha256")
        .update(token + time)
        .digest("hex");
    const signed = (time: string, sign = signOf(time)): string => `${C2C}&RequestTime=${time}&Sign=${sign}`;
    const { body } = sampleNamed("c2c-text-signed");
    beforeEach(() => serve({ token: new Secret(token), now: () => NOW * 1_000 }));

    for (const seconds of [-60, -59, 0, 59, 60]) {
      it(`is good ${seconds} s from our clock`, async () => {
        assertAccepted(await callback(signed(String(NOW + seconds)), body));
        assert.equal(rows("message"), 1);
      });
    }

    for (const [sentence, query, why] of [
      ["61 s late", signed(String(NOW - 61)), "request_time"],
      ["61 s early", signed(String(NOW + 61)), "request_time"],
      ["of a time that is no number", signed("now"), "request_time"],
      ["of a time with a sign", signed(`+${NOW}`), "signature"],
      ["of no time", signed(""), "request_time"],
      ["missing", `${C2C}&RequestTime=${NOW}`, "signature"],
      ["missing with its time", C2C, "signature"],
      ["empty", signed(String(NOW), ""), "signature"],
      ["wrong", signed(String(NOW), "0".repeat(64)), "signature"],
      ["cut short", signed(String(NOW), signOf(String(NOW)).slice(1)), "signature"],
      ["in upper case", signed(String(NOW), signOf(String(NOW)).toUpperCase()), "signature"],
      ["of another time", signed(String(NOW), signOf(String(NOW + 1))), "signature"],
      ["of another token", signed(String(NOW), createHash("sha256").update(`x${NOW}`).digest("hex")), "signature"],
      ["there twice", `${signed(String(NOW))}&Sign=${signOf(String(NOW))}`, "signature"],
      ["there with two times", `${signed(String(NOW))}&RequestTime=${NOW}`, "signature"],
      ["in letters beyond ASCII", signed(String(NOW), encodeURIComponent("é".repeat(32))), "signature"],
    ] as const) {
      it(`is refused when it is ${sentence}`, async () => {
        assertRejected(await callback(query, body), 403);
        assert.deepEqual([recorded(), service.counts()], [NOTHING, { [`callbacks.forbidden.${why}`]: 1 }]);
      });
    }

    it("is wanted for commands that we do not use, too", async () => {
      assertRejected(await callback("SdkAppid=1400000000&CallbackCommand=State.StateChange", "{}"), 403);
    });

    it("may come again with the same message, which is recorded once", async () => {
      for (let time = 0; time < 2; time++) assertAccepted(await callback(signed(String(NOW)), body));
      assert.deepEqual(service.counts(), { "callbacks.known": 1, "callbacks.recorded": 1 });
    });
  });

  describe("a command that Emend has no use for", () => {
    for (const command of [
      ...["C2C.CallbackBeforeSendMsg", "Group.CallbackBeforeSendMsg", "Group.CallbackBeforeCreateGroup"],
      ...["State.StateChange", "Alert.RequestOverLimit", "x", "c2c.callbackaftersendmsg", "__proto__"],
    ]) {
      it(`is let pass and only counted: ${command}`, async () => {
        for (const body of ["{}", "not JSON", ""]) {
          assertAccepted(await callback(`SdkAppid=1400000000&CallbackCommand=${command}`, body));
        }
        assert.deepEqual([recorded(), service.counts()], [NOTHING, { "callbacks.unused": 3 }]);
      });
    }
  });

  describe("a callback that cannot be understood", () => {
    const c2c = JSON.parse(sampleNamed("c2c-text-plain").body.toString()) as Record<string, unknown>;
    const inGroup = JSON.parse(sampleNamed("group-public-text-at").body.toString()) as Record<string, unknown>;
    const but = (from: Record<string, unknown>, changes: Record<string, unknown>) =>
      JSON.stringify({ ...from, ...changes });
    for (const [sentence, query, body] of [
      ["is empty", C2C, ""],
      ["is no JSON", C2C, "{"],
      ["is no object", C2C, "[]"],
      ["is null", GROUP, "null"],
      ["is not UTF-8", C2C, Buffer.from(but(c2c, { From_Account: "é" }), "latin1")],
      ["has a byte order mark", C2C, `\ufeff${but(c2c, {})}`],
      ["has no body", C2C, but(c2c, { MsgBody: undefined })],
      ["has a body that is no list", C2C, but(c2c, { MsgBody: {} })],
      ["has an element without a type", C2C, but(c2c, { MsgBody: [{ MsgContent: {} }] })],
      ["has an element that is null", C2C, but(c2c, { MsgBody: [null] })],
      ["has no sender", C2C, but(c2c, { From_Account: undefined })],
      ["has an empty receiver", C2C, but(c2c, { To_Account: "" })],
      ["has a sender that is a number", C2C, but(c2c, { From_Account: 5 })],
      ["has a NUL in its sender", C2C, but(c2c, { From_Account: "a\0b" })],
      ["has half a character in its sender", C2C, but(c2c, { From_Account: "a\ud83d" })],
      ["has a sender of 257 letters", C2C, but(c2c, { From_Account: "a".repeat(257) })],
      ["has no key and nothing to make one of", C2C, but(c2c, { MsgKey: undefined, MsgRandom: undefined })],
      ["has custom data that is no text", C2C, but(c2c, { CloudCustomData: {} })],
      ["has a time before all time", C2C, but(c2c, { MsgTime: -1 })],
      ["has no number in a group that keeps history", GROUP, but(inGroup, { MsgSeq: undefined })],
      ["has half a number", GROUP, but(inGroup, { MsgSeq: 1.5 })],
      ["has a number that JSON cannot hold", GROUP, but(inGroup, {}).replace(`"MsgSeq":101`, `"MsgSeq":1e400`)],
      ["names another command than the query", GROUP, but(inGroup, { CallbackCommand: "C2C.CallbackAfterSendMsg" })],
    ] as const) {
      it(`is answered 400 and kept for the doctor: it ${sentence}`, async () => {
        assertRejected(await callback(query, body), 400);
        assert.deepEqual(
          [recorded(), service.counts()],
          [{ ...NOTHING, undecodable: 1 }, { "callbacks.undecodable": 1 }],
        );
        const kept = service.db.prepare("SELECT body FROM undecodable").get() as { body: Buffer };
        assert.deepEqual(kept.body, Buffer.from(body));
      });
    }

    it("does not show what people said in answer or log", async () => {
      const answer = await callback(
        C2C,
        but(c2c, { MsgBody: ["what people said"], From_Account: ["what people said"] }),
      );
      assert.doesNotMatch(answer.body + service.logged.join(), /what people said/);
    });

    it("is kept among the newest fifty", async () => {
      for (let at = 0; at < 55; at++) await callback(C2C, `{"at":${at}}`);
      const bodies = service.db.prepare("SELECT body FROM undecodable ORDER BY id").all() as { body: Buffer }[];
      assert.deepEqual(
        bodies.map(({ body }) => String(body)),
        Array.from({ length: 50 }, (_, at) => `{"at":${at + 5}}`),
      );
    });

    it("is not kept where bodies are not to be kept at all", async () => {
      await serve({ keepUndecodable: false });
      assertRejected(await callback(C2C, "{"), 400);
      assert.deepEqual(recorded(), NOTHING);
    });
  });

  describe("a message", () => {
    it("is accepted once it is recorded, byte for byte, with the order that follows", async () => {
      const { body } = sampleNamed("c2c-text-plain");
      assertAccepted(await sampled("c2c-text-plain"));
      assert.deepEqual(service.db.prepare("SELECT decision, msg_key, sender, callback FROM message").all(), [
        { decision: "rewrite", msg_key: "400007919_2499895271_1767225660", sender: "user_anna", callback: body },
      ]);
      assert.deepEqual(service.db.prepare("SELECT api, state, payload_revision FROM modification").all(), [
        { api: "c2c", state: "pending", payload_revision: 1 },
      ]);
    });

    it("is understood whatever its Content-Type says", async () => {
      const { query, body } = sampleNamed("c2c-text-plain");
      const headers = { "content-type": "application/x-www-form-urlencoded; charset=gbk" };
      assertAccepted(await wire.send(post(`/callback?${query}`, body, headers)));
      assert.equal(rows("message"), 1);
    });

    it("that comes again is accepted, recorded once and modified once", async () => {
      for (const name of ["group-public-text-at", "group-duplicate-of-public", "group-public-text-at"]) {
        assertAccepted(await sampled(name));
      }
      assert.deepEqual(recorded(), { messages: 1, orders: 1, undecodable: 0 });
      assert.deepEqual(service.counts(), { "callbacks.known": 2, "callbacks.recorded": 1 });
    });

    it("that comes fifty times at once is recorded once", async () => {
      const { query, body } = sampleNamed("c2c-text-plain");
      const wires = await Promise.all(Array.from({ length: 50 }, () => openWire(service.port)));
      const answers = await Promise.all(wires.map((each) => each.send(post(`/callback?${query}`, body))));
      answers.forEach(assertAccepted);
      for (const each of wires) each[Symbol.dispose]();
      assert.deepEqual(recorded(), { messages: 1, orders: 1, undecodable: 0 });
    });

    it("of a live group without a number is recorded as not modifiable", async () => {
      const body = sampleNamed("group-avchatroom-minimal").body.toString().replace('"Desc":""', '"Desc":"badword"');
      for (let time = 0; time < 2; time++) assertAccepted(await callback(GROUP, body));
      assert.deepEqual(service.db.prepare("SELECT unmodifiable, decision FROM message").all(), [
        { unmodifiable: "live_group", decision: "rewrite" },
      ]);
      assert.deepEqual(service.db.prepare("SELECT state, reason, payload_revision FROM modification").all(), [
        { state: "refused", reason: "live_group", payload_revision: 0 },
      ]);
    });

    it("that cannot be written down is answered 503, with the reason's name in the log and nothing else", async () => {
      const fault = Object.assign(new Error("disk full: badword"), { code: "SQLITE_FULL" });
      await serve({ store: { recordIntake: () => Promise.reject(fault) } });
      assertRejected(await sampled("c2c-text-plain"), 503);
      assert.deepEqual([recorded(), service.counts()], [NOTHING, { "callbacks.not_recorded": 1 }]);
      assert.match(service.logged.join(), /SQLITE_FULL/);
      assert.doesNotMatch(service.logged.join(), /badword/);
    });

    it("is answered 503 when nothing can be written, also for one that nobody understands", async () => {
      await serve();
      service.db.pragma("query_only = ON");
      assertRejected(await sampled("c2c-text-plain"), 503);
      assertRejected(await callback(C2C, "{"), 503);
      assertAccepted(await sampled("state-change"));
      service.db.pragma("query_only = OFF");
      assertAccepted(await sampled("c2c-text-plain"));
      assert.deepEqual(recorded(), { messages: 1, orders: 1, undecodable: 0 });
    });
  });
});
