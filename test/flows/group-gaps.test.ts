import assert from "node:assert/strict";
import { createBackfillBench, MINUTE, SECOND, timeOf } from "../support/backfill-bench.ts";
import { dumpState } from "../support/dump-state.ts";
import { START_MS } from "../support/fake-clock.ts";
import { said, saidInGroup } from "../support/store-fixtures.ts";

const upTo = (last: number): readonly number[] => Array.from({ length: last }, (_, index) => index + 1);

describe("a group message whose callback never came", () => {
  it("is found by the hole it leaves, judged as if it had come, and counted", async () => {
    await using bench = createBackfillBench();
    await bench.tell(saidInGroup(1));
    bench.lose(saidInGroup(2, { text: "damn it" }));
    await bench.tell(saidInGroup(3));
    assert.deepEqual(bench.gaps(), ["2 2 0"]);
    await bench.clock.advance(12 * SECOND);
    assert.deepEqual(bench.messages(), ["1 after_send pass", "2 backfill rewrite", "3 after_send pass"]);
    assert.deepEqual(dumpState(bench.store.db, { modification: "api state" }).modification, ["group pending"]);
    assert.deepEqual(Object.fromEntries(bench.counts), { "recovered.group": 1 });
    assert.deepEqual(bench.audit(), ['recovered {"groupId":"hike","messages":1,"last":2}']);
    assert.deepEqual(bench.gaps(), []);
  });

  it("is not asked for when its callback was only overtaken", async () => {
    await using bench = createBackfillBench();
    await bench.tell(saidInGroup(1), saidInGroup(3));
    await bench.clock.advance(5 * SECOND);
    await bench.tell(saidInGroup(2));
    await bench.clock.advance(8 * SECOND);
    assert.deepEqual(bench.history.calls, []);
    assert.deepEqual([bench.gaps(), bench.audit()], [[], []]);
  });

  it("is recorded once when its callback comes after all", async () => {
    await using bench = createBackfillBench();
    const late = saidInGroup(2, { text: "damn it" });
    await bench.tell(saidInGroup(1), saidInGroup(3));
    bench.lose(late);
    await bench.clock.advance(12 * SECOND);
    assert.equal(await bench.intake(late), false);
    assert.equal(bench.messages().length, 3);
    assert.equal(dumpState(bench.store.db, { modification: "id" }).modification.length, 1);
  });

  it("is found in a topic as in a group, each with numbers of its own", async () => {
    await using bench = createBackfillBench();
    const where = (topic?: string) => ({ group: "city", type: "Community", ...(topic === undefined ? {} : { topic }) });
    await bench.tell(saidInGroup(1, where("a")), saidInGroup(1, where("b")), saidInGroup(1, where()));
    bench.lose(saidInGroup(2, where("b")));
    await bench.tell(saidInGroup(2, where("a")), saidInGroup(3, where("b")), saidInGroup(2, where()));
    await bench.clock.advance(12 * SECOND);
    assert.deepEqual(
      bench.history.calls.map(({ what }) => what),
      ["cityb 1 up to 2"],
    );
    assert.deepEqual(bench.audit(), ['recovered {"groupId":"city","topicId":"b","messages":1,"last":2}']);
  });

  it("is found when nothing comes after it, once the group has been quiet for a while", async () => {
    await using bench = createBackfillBench();
    await bench.tell(saidInGroup(1), saidInGroup(2));
    bench.lose(saidInGroup(3), saidInGroup(4));
    await bench.clock.advance(40 * SECOND);
    assert.deepEqual(bench.messages().slice(2), ["3 backfill pass", "4 backfill pass"]);
  });

  it("is found when it was said into a silence, and looks at a silent group come ever more seldom and end", async () => {
    await using bench = createBackfillBench();
    await bench.tell(saidInGroup(1));
    await bench.clock.advance(5 * MINUTE);
    bench.lose(saidInGroup(2, { text: "damn it", time: timeOf(bench) }));
    await bench.clock.advance(10 * MINUTE);
    assert.deepEqual(bench.messages(), ["1 after_send pass", "2 backfill rewrite"]);
    const calls = bench.history.calls.length;
    await bench.clock.advance(120 * MINUTE);
    const more = bench.history.calls.length - calls;
    assert.ok(more > 3 && more < 12, `${more} more looks`);
    const silent = bench.history.calls.length;
    await bench.clock.advance(600 * MINUTE);
    assert.equal(bench.history.calls.length, silent);
  });

  it("is found when it came while nobody was here, though its group is silent since", async () => {
    await using bench = createBackfillBench();
    await bench.tell(saidInGroup(1));
    await bench.clock.advance(90 * MINUTE);
    await bench.stop();
    bench.lose(saidInGroup(2, { text: "damn it", time: timeOf(bench) }));
    bench.start();
    await bench.clock.advance(MINUTE);
    assert.deepEqual(bench.messages(), ["1 after_send pass", "2 backfill rewrite"]);
  });

  it("is found in chats that spoke while the clock was a year ahead, once it is right again", async () => {
    await using bench = createBackfillBench({ c2cEveryMs: MINUTE });
    await bench.clock.advance(0);
    const right = bench.clock.now();
    bench.clock.setWall(right + 365 * 24 * 60 * MINUTE);
    await bench.tell(said("k1"), saidInGroup(1));
    await bench.clock.advance(3 * MINUTE);
    bench.clock.setWall(right + 3 * MINUTE);
    bench.lose(said("k2", { time: timeOf(bench) }), saidInGroup(2, { time: timeOf(bench) }));
    await bench.clock.advance(2 * MINUTE);
    await bench.tell(said("k3", { time: timeOf(bench) }));
    await bench.clock.advance(4 * MINUTE);
    assert.equal(bench.messages().filter((line) => line.includes("backfill")).length, 2);
    const calls = bench.history.calls.length;
    await bench.clock.advance(120 * MINUTE);
    assert.ok(bench.history.calls.length - calls < 20, "and nobody goes on looking for ever");
  });

  it("is found when it was the first of its group", async () => {
    await using bench = createBackfillBench();
    bench.lose(saidInGroup(1, { text: "damn it" }));
    await bench.tell(saidInGroup(2));
    await bench.clock.advance(40 * SECOND);
    assert.deepEqual(bench.messages(), ["1 backfill rewrite", "2 after_send pass"]);
  });

  it("is found when it was the first of its group, and more was said at once than a page of history shows", async () => {
    await using bench = createBackfillBench();
    await bench.clock.advance(0);
    const said = upTo(70).map((seq) => saidInGroup(seq, { text: "damn it", time: timeOf(bench) }));
    bench.lose(...said.slice(0, 30));
    await bench.tell(...said.slice(30));
    await bench.clock.advance(MINUTE);
    assert.equal(bench.messages().filter((line) => line === `${line.split(" ")[0]} backfill rewrite`).length, 30);
    assert.deepEqual([bench.messages().length, bench.gaps()], [70, []]);
  });

  it("is looked for in a lively group down to where the record began, and no further", async () => {
    await using bench = createBackfillBench();
    await bench.clock.advance(0);
    const longAgo = START_MS / SECOND - 3_600;
    bench.lose(...upTo(500).map((seq) => saidInGroup(seq, { text: "damn it", time: longAgo })));
    const said = upTo(40).map((seq) => saidInGroup(500 + seq, { text: "damn it", time: timeOf(bench) }));
    bench.lose(...said.slice(0, 5));
    await bench.tell(...said.slice(5));
    await bench.clock.advance(MINUTE);
    assert.equal(bench.messages().length, 40);
    assert.ok(bench.history.calls.length <= 6, `${bench.history.calls.length} calls`);
    assert.deepEqual(bench.gaps(), []);
  });

  it("is left alone when it was said long before this record began", async () => {
    await using bench = createBackfillBench();
    await bench.clock.advance(0);
    bench.lose(saidInGroup(1, { text: "damn it", time: START_MS / SECOND - 3_600 }));
    await bench.tell(saidInGroup(2));
    await bench.clock.advance(MINUTE);
    assert.deepEqual(bench.messages(), ["2 after_send pass"]);
  });

  for (const hundredths of [1, 10] as const) {
    it(`is judged within a minute, every one of them, when ${hundredths} % of the callbacks are lost`, async () => {
      await using bench = createBackfillBench();
      await bench.clock.advance(0);
      let chance = 20261121;
      const random = () => (chance = (chance * 48271) % 2147483647) / 2147483647;
      const GROUPS = 10;
      const seqs = Array.from({ length: GROUPS }, () => 0);
      const saidAt = new Map<string, number>();
      let lost = 0;
      for (let count = 0; count < 600; count++) {
        const group = Math.floor(random() * GROUPS);
        const seq = (seqs[group] = (seqs[group] ?? 0) + 1);
        const message = saidInGroup(seq, { group: `g${group}`, time: timeOf(bench) });
        // Somebody must be heard of, or nobody knows that the group is there.
        const isLost = seq > 1 && random() < hundredths / 100;
        saidAt.set(`g${group} ${seq}`, bench.clock.now());
        if (isLost) {
          lost++;
          bench.lose(message);
        } else {
          await bench.tell(message);
        }
        if (count % 5 === 4) await bench.clock.advance(500);
      }
      await bench.clock.advance(MINUTE);
      const rows = bench.store.db
        .prepare<[], { name: string; received: number; origin: string; decision: string }>(
          `SELECT c.first || ' ' || m.msg_seq AS name, m.received_at AS received, m.origin, m.decision
           FROM message m JOIN conversation c ON c.id = m.conversation_id`,
        )
        .all();
      assert.ok(lost > 2, `only ${lost} were lost: too few to tell`);
      assert.equal(rows.length, saidAt.size);
      assert.equal(rows.filter(({ origin }) => origin === "backfill").length, lost);
      assert.ok(rows.every(({ decision }) => decision === "pass"));
      const waits = rows.map(({ name, received }) => received - (saidAt.get(name) ?? NaN));
      assert.ok(Math.max(...waits) <= MINUTE, `one waited ${Math.max(...waits)} ms`);
      assert.equal(bench.counts.get("recovered.group"), lost);
    });
  }
});

describe("a hole", () => {
  it("closes over system messages, empty places and what was never stored", async () => {
    await using bench = createBackfillBench();
    await bench.tell(saidInGroup(1));
    bench.history.tip("hike", 3);
    await bench.tell(saidInGroup(5));
    await bench.clock.advance(15 * SECOND);
    assert.deepEqual([bench.gaps(), bench.audit(), bench.messages().length], [[], [], 2]);
  });

  it("of many pages is read page by page, newest first, and no faster than the pace", async () => {
    await using bench = createBackfillBench({ callsPerSecond: 5 });
    await bench.tell(saidInGroup(1));
    for (let seq = 2; seq <= 100; seq++) bench.lose(saidInGroup(seq));
    await bench.tell(saidInGroup(101));
    await bench.clock.advance(15 * SECOND);
    assert.deepEqual(
      bench.history.calls.map(({ what }) => what),
      [100, 80, 60, 40, 20].map((seq) => `hike ${seq === 20 ? 19 : 20} up to ${seq}`),
    );
    assert.equal(bench.messages().length, 101);
    const gaps = bench.history.calls.map(({ at }, index, all) => at - (all[index - 1]?.at ?? -Infinity));
    assert.ok(
      gaps.every((ms) => ms >= 200 - 1e-6),
      String(gaps),
    );
    assert.deepEqual(bench.audit(), ['recovered {"groupId":"hike","messages":99,"last":20}']);
  });

  it("goes on where it was after a restart, and is found in the record alone", async () => {
    await using bench = createBackfillBench();
    await bench.tell(saidInGroup(1));
    for (let seq = 2; seq <= 60; seq++) bench.lose(saidInGroup(seq));
    await bench.tell(saidInGroup(61));
    await bench.restart();
    assert.deepEqual(bench.gaps(), ["2 60 0"]);
    await bench.clock.advance(10 * SECOND);
    await bench.restart();
    await bench.clock.advance(10 * SECOND);
    assert.equal(bench.messages().length, 61);
    assert.ok(bench.history.calls.length <= 6, "pages that were recorded are not read again");
  });

  it("so wide that nobody could read it is read at its newest end, and the rest is given up in the audit log", async () => {
    await using bench = createBackfillBench();
    await bench.tell(saidInGroup(1), saidInGroup(50_000));
    assert.deepEqual(bench.gaps(), ["40000 49999 0"]);
    assert.deepEqual(bench.audit(), ['gap_given_up {"conversation":1,"first":2,"last":39999,"reason":"too_wide"}']);
  });

  it("in a live group is none: nothing is stored there", async () => {
    await using bench = createBackfillBench();
    await bench.tell(saidInGroup(1, { type: "AVChatRoom" }), saidInGroup(9, { type: "AVChatRoom" }));
    await bench.clock.advance(2 * MINUTE);
    assert.deepEqual([bench.gaps(), bench.history.calls], [[], []]);
  });

  it("is forgotten with a group that was dissolved, and the group made anew begins again", async () => {
    await using bench = createBackfillBench();
    await bench.tell(saidInGroup(40), saidInGroup(50));
    bench.history.tip("hike", 0);
    await bench.clock.advance(5 * SECOND);
    const time = START_MS / SECOND + 3_600;
    await bench.tell(saidInGroup(1, { time }));
    assert.deepEqual(bench.gaps(), []);
    await bench.tell(saidInGroup(2, { time }), saidInGroup(4, { time }));
    assert.deepEqual(bench.gaps(), ["3 3 0"]);
  });
});
