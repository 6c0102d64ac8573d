import assert from "node:assert/strict";
import { createRefusals } from "../../src/http/refusals.ts";
import type { Refusal } from "../../src/http/refusals.ts";
import { createFakeClock } from "../support/fake-clock.ts";

const MINUTE = 60_000;

function refusalsOver() {
  const clock = createFakeClock();
  const said: string[] = [];
  const counts = new Map<string, number>();
  const say = (level: string) => (fields: Readonly<Record<string, unknown>>, sentence: string) =>
    void said.push(
      `${level} ${String(fields["why"])} ${String(fields["refused"])}: ${sentence} ${String(fields["next"])}`,
    );
  const refused = createRefusals({
    clock,
    count: (name) => void counts.set(name, (counts.get(name) ?? 0) + 1),
    log: { info: say("info"), warn: say("warn"), error: say("error") },
  });
  const times = (count: number, why: Refusal): void => {
    for (let time = 0; time < count; time++) refused(why);
  };
  return { clock, said, counts, times };
}

describe("callbacks that are turned away", () => {
  it("are told of at the first, with what to do about it", () => {
    const { said, times } = refusalsOver();
    times(1, "signature");
    assert.equal(said.length, 1);
    assert.match(said[0] ?? "", /^warn signature 1: .*TENCENT_CALLBACK_TOKEN/);
  });

  it("raise an alarm when they pile up, once in ten minutes, and are all counted", async () => {
    const { clock, said, counts, times } = refusalsOver();
    times(9, "request_time");
    assert.equal(said.length, 1);
    times(5_000, "request_time");
    assert.equal(said.length, 2);
    assert.match(said[1] ?? "", /^error request_time 10: .*clock of this machine/);
    await clock.advance(10 * MINUTE);
    times(10, "request_time");
    assert.equal(said.length, 4);
    assert.deepEqual([...counts], [["callbacks.forbidden.request_time", 5_019]]);
  });

  it("are told apart by what is wrong with them", () => {
    const { said, times } = refusalsOver();
    times(20, "request_time");
    times(1, "wrong_path");
    times(1, "sdk_app_id");
    assert.deepEqual(
      said.map((line) => line.split(":")[0]),
      ["warn request_time 1", "error request_time 10", "warn wrong_path 1", "warn sdk_app_id 1"],
    );
  });
});
