import assert from "node:assert/strict";
import { sampleNamed } from "../support/tencent-samples.ts";
import { callbackService } from "../support/callback-service.ts";
import { openWire, post } from "../support/wire.ts";

const MESSAGES_MAX = 5_000;

describe("a database that may grow no more", () => {
  it("is answered with 503, holds all that was answered with 200, and takes messages again once it may", async () => {
    await using service = await callbackService();
    const { db } = service;
    using wire = await openWire(service.port);
    const { query, body } = sampleNamed("c2c-text-plain");
    const say = async (n: number): Promise<number> => {
      const { status } = await wire.send(
        post(`/callback?${query}`, body.toString().replace(/"MsgKey":"[^"]*"/, `"MsgKey":"k${n}"`)),
      );
      return status;
    };
    const recorded = () => db.prepare<[], { n: number }>("SELECT count(*) AS n FROM message").get()?.n;
    db.pragma(`max_page_count = ${Number(db.pragma("page_count", { simple: true })) + 4}`);
    let acknowledged = 0;
    let status = await say(0);
    for (; status === 200 && acknowledged < MESSAGES_MAX; status = await say(acknowledged)) acknowledged++;
    assert.equal(status, 503);
    assert.equal(await say(-1), 503);
    assert.ok(acknowledged > 0);
    assert.equal(recorded(), acknowledged);
    db.pragma("max_page_count = 1000000");
    assert.equal(await say(-2), 200);
    assert.equal(recorded(), acknowledged + 1);
    assert.equal(service.counts()["callbacks.not_recorded"], 2);
  });
});
