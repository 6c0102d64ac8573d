/** What becomes of messages after they were sent, over real sockets. */
import assert from "node:assert/strict";
import { sampleNamed } from "../support/tencent-samples.ts";
import {
  assertAccepted,
  assertRejected,
  callback,
  NOTHING,
  recorded,
  rows,
  sampled,
  serve,
  service,
  stop,
} from "./callback-bench.ts";

const query = (command: string): string => `SdkAppid=1400000000&CallbackCommand=${command}`;

describe("a callback about a message that was sent before", () => {
  beforeEach(() => serve());
  afterEach(stop);

  for (const [name, table, counted] of [
    ["c2c-after-modify-client", "edit", "callbacks.edits"],
    ["group-after-modify-client", "edit", "callbacks.edits"],
    ["c2c-after-withdraw", "recall", "callbacks.recalls"],
    ["group-after-recall", "recall", "callbacks.recalls"],
  ] as const) {
    it(`is on disk when it is answered, and known when it comes again: ${name}`, async () => {
      assertAccepted(await sampled(name));
      const once = rows(table);
      assert.ok(once > 0);
      assert.deepEqual(service.counts(), { [counted]: 1 });
      assertAccepted(await sampled(name));
      assert.equal(rows(table), once);
      assert.equal(rows("message"), 0);
    });

    it(`is not answered with 200 when it is not understood, and kept for the doctor: ${name}`, async () => {
      const { command } = sampleNamed(name);
      for (const body of ["{}", "not JSON", ""]) assertRejected(await callback(query(command), body), 400);
      assert.deepEqual([rows(table), rows("undecodable")], [0, 3]);
    });
  }

  it("is let pass and counted when it only warns of too many calls", async () => {
    assertAccepted(await sampled("alert-request-over-limit"));
    assert.deepEqual([recorded(), service.counts()], [NOTHING, { "callbacks.over_limit": 1 }]);
  });
});
