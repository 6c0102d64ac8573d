import assert from "node:assert/strict";
import { reportCounts } from "../../src/flows/report-counts.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { createRecordingLog } from "../support/recording-log.ts";

describe("what is counted", () => {
  it("is in the log a minute later with the audit log's head, and only when something is new", async () => {
    const clock = createFakeClock();
    const log = createRecordingLog();
    const ending = new AbortController();
    let now: Record<string, unknown> = { auditHead: "aa" };
    const running = reportCounts({ report: async () => now, clock, log }, ending.signal);
    const said = (): readonly unknown[] => log.of("info").map(({ fields }) => fields);
    await clock.advance(180_000);
    assert.deepEqual(said(), [], "what the line of the start has said is not said again");
    now = { auditHead: "bb" };
    await clock.advance(60_000);
    assert.deepEqual(said(), [{ auditHead: "bb" }], "an act without a count is enough");
    now = { "callbacks.received": 1, auditHead: "bb" };
    await clock.advance(120_000);
    assert.deepEqual(said().slice(1), [{ "callbacks.received": 1, auditHead: "bb" }]);
    ending.abort();
    await running;
  });
});
