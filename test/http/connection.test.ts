import assert from "node:assert/strict";
import request from "supertest";
import { sampleNamed } from "../support/tencent-samples.ts";
import { openWire, post } from "../support/wire.ts";
import {
  assertAccepted,
  C2C,
  NOTHING,
  reconnect,
  recorded,
  sampled,
  serve,
  service,
  stop,
  wire,
} from "./callback-bench.ts";

describe("around the callbacks", () => {
  beforeEach(() => serve());
  afterEach(stop);

  describe("a connection", () => {
    it("is used again after every kind of answer", async () => {
      const statuses: number[] = [];
      const { query, body } = sampleNamed("c2c-text-plain");
      for (const bytes of [
        ...[post("/nowhere", "{}"), post("/healthz", "{}"), "GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n"],
        ...[post("/callback", "x"), post("/callback?SdkAppid=5&CallbackCommand=x", "x"), post(`/callback?${C2C}`, "{")],
        ...[post(`/callback?${query}`, body), post(`/callback?${query}`, body)],
      ]) {
        statuses.push((await wire.send(bytes)).status);
        assert.ok(wire.isOpen(), `closed after ${statuses.join()}`);
      }
      assert.deepEqual(statuses, [404, 405, 200, 200, 403, 400, 200, 200]);
    });

    it("takes callbacks that were written before the answers were read", async () => {
      const { query, body } = sampleNamed("c2c-text-plain");
      const twice = Buffer.concat([post(`/callback?${query}`, body), post("/nowhere", "")]);
      assertAccepted(await wire.send(twice));
      assert.equal((await wire.send("")).status, 404);
    });

    it("that speaks no HTTP is refused, and the next one is served", async () => {
      const { status } = await wire.send("badword\r\n\r\n");
      assert.equal(status, 400);
      await reconnect();
      assertAccepted(await sampled("c2c-text-plain"));
    });

    it("that breaks off in the middle of a callback leaves nothing behind", async () => {
      const { query, body } = sampleNamed("c2c-text-plain");
      const whole = post(`/callback?${query}`, body);
      const broken = await openWire(service.port);
      await broken.write(whole.subarray(0, -1));
      broken[Symbol.dispose]();
      assertAccepted(await sampled("state-change"));
      assert.deepEqual([recorded(), service.counts()], [NOTHING, { "callbacks.unused": 1 }]);
    });
  });

  describe("the health pages", () => {
    it("say that the process is alive", async () => {
      const answer = await request(service.server).get("/healthz").expect(200);
      assert.deepEqual(answer.body, { status: "alive" });
      assert.equal(answer.headers["x-powered-by"], undefined);
    });

    it("say whether callbacks can be taken, and why not", async () => {
      let ready = true;
      await serve({
        readiness: async () => ({ ready, reason: ready ? "rules abc" : "the store cannot be written to" }),
      });
      const first = await request(service.server).get("/readyz").expect(200);
      assert.deepEqual(first.body, { status: "ready", reason: "rules abc" });
      ready = false;
      const second = await request(service.server).get("/readyz").expect(503);
      assert.deepEqual(second.body, { status: "not ready", reason: "the store cannot be written to" });
    });

    for (const path of ["/healthz", "/readyz"]) {
      it(`are read with GET and HEAD alone: ${path}`, async () => {
        await request(service.server).head(path).expect(200);
        for (const method of ["post", "put", "delete"] as const) {
          const answer = await request(service.server)[method](path).expect(405);
          assert.equal(answer.headers["allow"], "GET, HEAD");
        }
      });
    }
  });
});
