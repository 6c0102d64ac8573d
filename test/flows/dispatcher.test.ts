/** What becomes of an order, answer by answer. Outages and pace are in the files beside this one. */
import assert from "node:assert/strict";
import type { ReadBack } from "../../src/ports/im-client.ts";
import { always, codesThenSuccess } from "../support/fake-im-client.ts";
import { dumpState } from "../support/dump-state.ts";
import type { SendingBench } from "../support/sending-bench.ts";
import { createSendingBench } from "../support/sending-bench.ts";
import { said, saidInGroup } from "../support/store-fixtures.ts";

const MINUTE_MS = 60_000;

/** Sends one order until nothing is left to do. */
async function sendOne(
  answer: Parameters<SendingBench["client"]["answer"]>[0],
  text = "damn it",
): Promise<SendingBench> {
  const bench = createSendingBench();
  await bench.record(said("k1", { text }));
  bench.client.answer(answer);
  bench.start();
  await bench.clock.advance(MINUTE_MS);
  return bench;
}

const gaps = ({ client }: SendingBench): readonly number[] =>
  client.calls.slice(1).map((call, i) => Math.round(call.at - (client.calls[i]?.at ?? 0)));

const payloads = ({ store }: SendingBench): readonly string[] =>
  dumpState(store.db, { payload: "revision reason" }).payload;

describe("an order", () => {
  it("is sent once to its own API, with its payload to the byte, and ends as applied", async () => {
    await using bench = createSendingBench();
    await bench.record(said("k1", { text: "damn it" }), saidInGroup(7, { text: "damn" }));
    bench.start();
    await bench.clock.advance(MINUTE_MS);
    const stored = dumpState(bench.store.db, { payload: "modification_id body" }).payload;
    assert.deepEqual(
      bench.client.calls.map(({ api, payload }, i) => [api, `o000${i + 1} ${payload}`]),
      [
        ["c2c", stored[0]],
        ["group", stored[1]],
      ],
    );
    assert.deepEqual(bench.orders("id state attempts last_code"), ["o0001 applied 1 0", "o0002 applied 1 0"]);
    assert.deepEqual(bench.log.lines, []);
  });

  it("is sent at once when the dispatcher is woken, and within a second when nobody wakes it", async () => {
    await using bench = createSendingBench();
    bench.start();
    await bench.clock.advance(10_300);
    await bench.record(said("k1", { text: "damn" }));
    await bench.clock.advance(10);
    assert.equal(bench.client.calls.length, 1);
    // What another part of the program left behind, which knows no bell.
    await bench.record(said("k2", { text: "damn" }));
    await bench.clock.advance(1_000);
    assert.equal(bench.client.calls.length, 2);
  });

  it("waits longer each time that the network or Tencent has a bad moment", async () => {
    await using bench = await sendOne(codesThenSuccess(502, 60008, 502));
    // Three quarters of 500, 1000 and 2000 ms: chance stands in the middle here.
    assert.deepEqual(
      gaps(bench).map((gap) => Math.round(gap / 25) * 25),
      [375, 750, 1_500],
    );
    assert.equal(new Set(bench.client.calls.map(({ payload }) => payload)).size, 1);
    assert.deepEqual(bench.orders("state attempts last_code"), ["applied 4 0"]);
  });

  for (const [sentence, code, calls, expected] of [
    ["that Tencent will never carry out is refused at once, with Tencent's code", 20016, 1, "refused tencent_20016 1"],
    ["whose message is not stored is tried six times in about ten seconds", 20026, 6, "refused no_longer_stored 6"],
    ["with an answer that no page explains is given up after four", 4711, 4, "given_up unknown_code_4711 4"],
  ] as const) {
    it(sentence, async () => {
      await using bench = await sendOne(always(code));
      assert.equal(bench.client.calls.length, calls);
      assert.deepEqual(bench.orders("state reason attempts"), [expected]);
      assert.equal(bench.log.of("error").length, expected.startsWith("given_up") ? 1 : 0);
      const span = (bench.client.calls.at(-1)?.at ?? 0) - (bench.client.calls[0]?.at ?? 0);
      assert.ok(span < 16_000, `${span} ms between the first and the last try`);
    });
  }

  it("whose message reaches Tencent's storage late is applied all the same", async () => {
    await using bench = await sendOne(codesThenSuccess(20026, 20026));
    assert.deepEqual(bench.orders("state attempts"), ["applied 3"]);
  });

  it("whose signature was refused is sent again at once, and it costs no patience", async () => {
    await using bench = await sendOne(codesThenSuccess(70001));
    assert.ok((gaps(bench)[0] ?? Infinity) < 20, `${gaps(bench)[0]} ms`);
    assert.deepEqual(bench.orders("state attempts"), ["applied 1"]);
  });

  it("leaves an audit entry for each answer", async () => {
    await using bench = await sendOne(codesThenSuccess(20026));
    const { audit } = dumpState(bench.store.db, { audit: "id act message_id modification_id detail" });
    assert.deepEqual(audit.slice(1), [
      '2 answer 1 o0001 {"outcome":"missing","code":"20026","payloadRevision":1,"next":"retry"}',
      '3 answer 1 o0001 {"outcome":"applied","code":"0","payloadRevision":1,"next":"applied"}',
    ]);
  });

  it("of a message that has an earlier one open is not sent before that one has ended", async () => {
    await using bench = createSendingBench();
    await bench.record(said("k1", { text: "damn" }));
    bench.store.db.exec(
      `INSERT INTO modification SELECT 'o9999', sdk_app_id, message_id, 1, api, purpose, lane, action, state, reason,
         payload_revision, attempts, tries, read_first, due_at - 1, fence, leased_until, last_code, created_at, ended_at, NULL, 0 FROM modification;
       INSERT INTO payload SELECT 'o9999', revision, sdk_app_id, 'second', reason, created_at FROM payload`,
    );
    bench.client.answer(codesThenSuccess(20026, 20026));
    bench.start();
    await bench.clock.advance(MINUTE_MS);
    assert.deepEqual(
      bench.client.calls.map(({ payload }) => payload === "second"),
      [false, false, false, true],
    );
    assert.equal(bench.count("applied"), 2);
  });
});

describe("an order whose note is in the way", () => {
  for (const [sentence, code, reason] of [
    ["of Tencent's own filter", 80001, "without_note_filtered_by_tencent"],
    ["of Tencent's limit of length", 80002, "without_note_too_long"],
  ] as const) {
    it(`${sentence} is sent without it, as a revision that is stored first`, async () => {
      await using bench = createSendingBench();
      await bench.record(said("k1", { text: "damn it" }));
      const storedBefore: number[] = [];
      bench.client.answer((call, index) => {
        storedBefore.push(payloads(bench).length);
        return codesThenSuccess(code)(call, index);
      });
      bench.start();
      await bench.clock.advance(MINUTE_MS);
      assert.deepEqual(storedBefore, [1, 2]);
      assert.deepEqual(payloads(bench), ["1 first", `2 ${reason}`]);
      const [first, second] = bench.client.calls.map(({ payload }) => JSON.parse(payload) as Record<string, unknown>);
      assert.ok(first && second);
      const { CloudCustomData, ...rest } = first;
      assert.ok(typeof CloudCustomData === "string");
      assert.deepEqual(second, rest);
      assert.deepEqual(bench.orders("state attempts payload_revision"), ["applied 2 2"]);
    });

    it(`${sentence}, and which is nothing but its note, is refused`, async () => {
      await using bench = await sendOne(always(code), "hmm");
      assert.equal(bench.client.calls.length, 1);
      assert.deepEqual(bench.orders("state reason"), [`refused ${reason.replace("without_note_", "")}`]);
    });

    it(`${sentence} even without it is refused`, async () => {
      await using bench = await sendOne(always(code));
      assert.equal(bench.client.calls.length, 2);
      assert.deepEqual(bench.orders("state reason"), [`refused ${reason.replace("without_note_", "")}`]);
    });
  }
});

describe("an order whose message was changed by somebody meanwhile", () => {
  const CONFLICT = 20027;
  const found = (text: string, customData?: string): ReadBack => ({
    kind: "found",
    body: JSON.stringify([{ MsgType: "TIMTextElem", MsgContent: { Text: text, Extra: 1 } }]),
    customData,
  });

  async function conflictWith(now: ReadBack): Promise<SendingBench> {
    const bench = createSendingBench();
    await bench.record(said("k1", { text: "damn it" }));
    bench.client.show(now);
    bench.client.answer(codesThenSuccess(CONFLICT));
    bench.start();
    await bench.clock.advance(MINUTE_MS);
    return bench;
  }

  it("judges what is there now and writes that, as a revision with the same id", async () => {
    await using bench = await conflictWith(found("oh damn it all", '{"quote":1}'));
    const second = JSON.parse(bench.client.calls[1]?.payload ?? "{}") as Record<string, string>;
    assert.deepEqual(second["MsgBody"], [{ MsgType: "TIMTextElem", MsgContent: { Text: "oh **** it all", Extra: 1 } }]);
    assert.match(second["CloudCustomData"] ?? "", /^\{"quote":1,"moderation":\[\{"v":1,"id":"o0001"/);
    assert.deepEqual(payloads(bench), ["1 first", "2 message_had_changed"]);
    assert.deepEqual(bench.orders("id state"), ["o0001 applied"]);
  });

  for (const [sentence, now, expected] of [
    ["is cancelled when nothing is left to mask", found("never mind"), "cancelled nothing_left_to_change"],
    [
      "has ended as applied when its own note is there: our earlier call came first",
      found("**** it", '{"moderation":[{"v":1,"id":"o0001","action":"mask","rules":["mild"],"at":1}]}'),
      "applied ",
    ],
    ["is refused when the message is gone", { kind: "gone" }, "refused no_longer_stored"],
  ] as const) {
    it(sentence, async () => {
      await using bench = await conflictWith(now);
      assert.equal(bench.client.calls.length, 1);
      assert.deepEqual(bench.orders("state reason"), [expected]);
    });
  }

  it("is not written over while it cannot be read, and goes on once it can", async () => {
    await using bench = await conflictWith({ kind: "failed", outcome: { kind: "retryable", code: "timeout" } });
    assert.equal(bench.client.calls.length, 1);
    assert.deepEqual(bench.orders("state read_first"), ["pending 1"]);
    bench.client.show(found("damn and more"));
    await bench.clock.advance(5 * MINUTE_MS);
    assert.deepEqual(payloads(bench).length, 2);
    assert.deepEqual(bench.orders("state read_first"), ["applied 0"]);
  });

  for (const [sentence, outcome, expected] of [
    ["is refused when reading it is", { kind: "refused", code: "10007" }, "refused tencent_10007"],
    ["is given up when nobody knows the answer", { kind: "unknown", code: "99999" }, "given_up unknown_code_99999"],
    ["waits when reading is slowed down", { kind: "throttled", code: "10006" }, "pending "],
    ["waits when reading is switched off", { kind: "misconfigured", code: "10026" }, "pending "],
    ["waits when its signature has just run out", { kind: "unauthorised", code: "70001" }, "pending "],
  ] as const) {
    it(`${sentence}, and keeps no other waiting`, async () => {
      await using bench = await conflictWith({ kind: "failed", outcome });
      assert.deepEqual(bench.orders("state reason"), [expected]);
      assert.equal(bench.dispatcher.breaker("c2c").kind, "closed");
      await bench.record(said("k2", { text: "damn that" }));
      await bench.clock.advance(1_000);
      assert.ok(bench.orders("id state").includes("o0002 applied"), bench.orders("id state").join());
    });
  }

  it("is read less and less often while reading is switched off", async () => {
    const reads: number[] = [];
    await using bench = createSendingBench();
    await bench.record(said("k1", { text: "damn it" }));
    bench.client.answer(codesThenSuccess(CONFLICT));
    bench.client.onRead(() => void reads.push(bench.clock.monotonic()));
    bench.client.show({ kind: "failed", outcome: { kind: "misconfigured", code: "10026" } });
    bench.start();
    await bench.clock.advance(10 * MINUTE_MS);
    assert.ok(reads.length > 10 && reads.length < 30, `${reads.length} reads in ten minutes`);
  });

  it("is read once every five seconds, and not more often, while Tencent is away", async () => {
    const reads: number[] = [];
    await using bench = createSendingBench();
    await bench.record(said("k1", { text: "damn it" }));
    bench.client.answer(codesThenSuccess(CONFLICT));
    bench.client.onRead(() => void reads.push(bench.clock.monotonic()));
    bench.client.show({ kind: "failed", outcome: { kind: "retryable", code: "econnrefused" } });
    bench.start();
    await bench.clock.advance(10 * MINUTE_MS);
    assert.ok(reads.length > 100 && reads.length < 140, `${reads.length} reads in ten minutes`);
  });

  it("is given up when it keeps changing", async () => {
    await using bench = createSendingBench();
    await bench.record(said("k1", { text: "damn it" }));
    let edits = 0;
    bench.client.answer((call, index) => {
      bench.client.show(found(`damn ${++edits}`));
      return always(CONFLICT)(call, index);
    });
    bench.start();
    await bench.clock.advance(MINUTE_MS);
    assert.equal(bench.client.calls.length, 10);
    assert.deepEqual(bench.orders("state reason"), ["given_up keeps_changing"]);
  });
});
