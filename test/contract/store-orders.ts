import assert from "node:assert/strict";
import { epochMs, monotonicMs } from "../../src/domain/time.ts";
import type { ClaimedOrder, MessageId, Settlement, Store } from "../../src/ports/store.ts";
import { entryOf, NOW, objected, passed, said, saidInGroup } from "../support/store-fixtures.ts";
import type { StoreBench, StoreHarness } from "./store-harness.ts";
import { itAfterRestart } from "./store-harness.ts";

const after = (ms: number) => epochMs(NOW + ms);

/** One message with one order for each name, due one millisecond after another. */
async function order(store: Store, ...names: readonly string[]): Promise<void> {
  await store.recordIntake(names.map((name, index) => entryOf(said(`key of ${name}`), objected(name), NOW + index)));
}

async function claimOne(store: Store, now = after(1_000)): Promise<ClaimedOrder> {
  const [claimed] = await store.claimOrders("c2c", 1, now);
  if (claimed === undefined) throw new Error("There was nothing to claim");
  return claimed;
}

const settlement = (
  { id, fence }: Pick<ClaimedOrder, "id" | "fence">,
  result: Settlement["result"],
  more: Partial<Settlement> = {},
): Settlement => ({ id, fence, code: "0", counted: "retryable", at: after(2_000), result, audit: [], ...more });

const applied = { kind: "end", state: "applied", reason: "" } as const;

const ids = (orders: readonly ClaimedOrder[]): readonly string[] => orders.map(({ id }) => id);

/** A second order for the message of the first: no flow makes one yet, and the record keeps their order all the same. */
const orderAgain = (bench: StoreBench, id: string, state = "pending"): void => {
  bench.execute(
    `INSERT INTO modification (id, sdk_app_id, message_id, ordinal, api, purpose, lane, action, state, reason,
       payload_revision, due_at, created_at)
     VALUES ('${id}', 1400000000, 1, 1, 'c2c', 'restore', 'restore', 'restore', '${state}', '', 1, ${NOW - 1}, ${NOW})`,
  );
  bench.execute(`INSERT INTO payload VALUES ('${id}', 1, 1400000000, '{}', 'first', ${NOW})`);
};

export function describeOrders(harness: StoreHarness): void {
  const { fresh, keeps } = harness;

  describe("claiming orders", () => {
    it("gives an order to somebody else when a minute has passed without an answer; the late answer changes nothing", async () => {
      using bench = fresh();
      await order(bench.store, "a");
      const slow = await claimOne(bench.store, after(1_000));
      assert.deepEqual(await bench.store.claimOrders("c2c", 1, after(60_999)), []);
      const next = await claimOne(bench.store, after(61_000));
      assert.deepEqual([next.id, next.fence], [slow.id, slow.fence + 1]);
      assert.deepEqual(await bench.store.settleOrders([settlement(slow, applied)]), [false]);
      assert.deepEqual(await bench.store.settleOrders([settlement(next, applied)]), [true]);
    });

    it("takes what is due, oldest first, with the payload to the byte, and each order once", async () => {
      using bench = fresh();
      const payload = '{"MsgBody":[{"n":12345678901234567890,"s":"\\ud800"}] ,"NUL":"\u0000🙂"}';
      await bench.store.recordIntake([
        entryOf(said("k2"), objected("a-second"), NOW + 1),
        entryOf(said("k1"), objected("z-first", { payload }), NOW),
        entryOf(said("k3"), objected("not yet due"), NOW + 50),
        entryOf(saidInGroup(1), objected("group", { api: "group" }), NOW),
      ]);
      const claimed = await bench.store.claimOrders("c2c", 10, after(10));
      const expected = {
        id: "z-first",
        messageId: 2,
        api: "c2c",
        payload,
        payloadRevision: 1,
        tries: {},
        readFirst: false,
        unsent: true,
        isOfMany: false,
      };
      assert.deepEqual(claimed[0], { ...expected, createdAt: NOW, fence: 1 });
      assert.deepEqual(ids(claimed), ["z-first", "a-second"]);
      assert.deepEqual(await bench.store.claimOrders("c2c", 10, after(10)), []);
      assert.deepEqual(ids(await bench.store.claimOrders("group", 10, after(10))), ["group"]);
    });

    it("takes no more than the limit", async () => {
      using bench = fresh();
      await order(bench.store, "a", "b", "c");
      assert.deepEqual(ids(await bench.store.claimOrders("c2c", 2, after(10))), ["a", "b"]);
      assert.deepEqual(ids(await bench.store.claimOrders("c2c", 2, after(10))), ["c"]);
    });

    it("keeps the orders of one message in their order, also while the first one waits for a retry", async () => {
      using bench = fresh();
      await order(bench.store, "a");
      orderAgain(bench, "b");
      const first = await claimOne(bench.store);
      assert.equal(first.id, "a");
      assert.deepEqual(await bench.store.claimOrders("c2c", 10, after(10)), []);
      await bench.store.settleOrders([settlement(first, { kind: "retry", dueAt: after(5_000), readFirst: false })]);
      assert.deepEqual(await bench.store.claimOrders("c2c", 10, after(10)), []);
      const again = await claimOne(bench.store, after(5_000));
      await bench.store.settleOrders([settlement(again, applied)]);
      assert.equal((await claimOne(bench.store)).id, "b");
    });

    it("takes an order that seems to be due in an hour: its time was written before the clock was set back", async () => {
      using bench = fresh();
      await bench.store.recordIntake([entryOf(said("k1"), objected("o1"), NOW + 3_600_000)]);
      assert.deepEqual(ids(await bench.store.claimOrders("c2c", 10, NOW)), ["o1"]);
    });
  });

  describe("settling orders", () => {
    for (const [sentence, result, more, expected] of [
      ["ends as applied", applied, {}, `applied  1 0 ${after(2_000)}`],
      [
        "ends as refused, with its reason",
        { kind: "end", state: "refused", reason: "tencent_20016" },
        { code: "20016" },
        `refused tencent_20016 1 20016 ${after(2_000)}`,
      ],
      [
        "waits for a retry",
        { kind: "retry", dueAt: after(9), readFirst: false },
        { code: "60008" },
        "pending  1 60008 -",
      ],
      [
        "waits for a retry that was not its fault",
        { kind: "retry", dueAt: after(9), readFirst: false },
        { code: "60007", counted: undefined },
        "pending  0 60007 -",
      ],
      ["is given back as if it had not been claimed", { kind: "give_back" }, { code: undefined }, "pending  0 - -"],
    ] as const) {
      it(`an order ${sentence}`, async () => {
        using bench = fresh();
        await order(bench.store, "o1");
        const claimed = await claimOne(bench.store);
        assert.deepEqual(await bench.store.settleOrders([settlement(claimed, result, more)]), [true]);
        const state = bench.dump({ modification: "state reason attempts last_code ended_at" });
        assert.deepEqual(state.modification, [expected]);
      });
    }

    it("counts each kind of outcome for itself, and remembers that the message must be read first", async () => {
      using bench = fresh();
      await order(bench.store, "o1");
      const rounds = [
        ["retryable", false],
        ["retryable", false],
        [undefined, false],
        ["conflict", true],
      ] as const;
      for (const [counted, readFirst] of rounds) {
        const claimed = await claimOne(bench.store);
        await bench.store.settleOrders([
          settlement(claimed, { kind: "retry", dueAt: after(5), readFirst }, { counted }),
        ]);
      }
      const { tries, readFirst } = await claimOne(bench.store);
      assert.deepEqual([tries, readFirst], [{ retryable: 2, conflict: 1 }, true]);
    });

    it("stores a revised payload as the next one, keeps the first, and claims the new one", async () => {
      using bench = fresh();
      await order(bench.store, "o1");
      const claimed = await claimOne(bench.store);
      const revise = { kind: "revise", payload: '{"second":1}', reason: "without_note", dueAt: after(9) } as const;
      await bench.store.settleOrders([settlement(claimed, revise)]);
      assert.deepEqual(bench.dump({ payload: "revision body reason" }).payload, [
        '1 {"payload of":"o1"} first',
        '2 {"second":1} without_note',
      ]);
      const again = await claimOne(bench.store);
      assert.deepEqual([again.payload, again.payloadRevision, again.tries], ['{"second":1}', 2, { retryable: 1 }]);
    });

    it("writes the audit entries of an answer with it, under the order's message", async () => {
      using bench = fresh();
      await order(bench.store, "a", "b");
      const [, claimed] = await bench.store.claimOrders("c2c", 2, after(10));
      assert.ok(claimed);
      const entry = { at: NOW, actor: "emend", act: "answer", modificationId: "b", detail: { code: "0" } } as const;
      await bench.store.settleOrders([settlement(claimed, applied, { audit: [entry] })]);
      assert.equal(
        bench.dump({ audit: "id act message_id modification_id detail" }).audit[2],
        '3 answer 2 b {"code":"0"}',
      );
    });

    it("an answer that comes after its claim was lost changes nothing, whatever it says", async () => {
      using bench = fresh();
      await order(bench.store, "o1");
      const lost = await claimOne(bench.store);
      assert.equal(await bench.store.takeOver(after(100)), 1);
      const held = await claimOne(bench.store);
      const all = { modification: "id state attempts fence due_at", payload: "revision", audit: "id" };
      const before = bench.dump(all);
      const audit = objected("o1").audit;
      const late = [
        applied,
        { kind: "retry", dueAt: after(9), readFirst: false } as const,
        { kind: "revise", payload: "{}", reason: "", dueAt: after(9) } as const,
        { kind: "give_back" } as const,
      ].map((result) => settlement(lost, result, { audit }));
      assert.deepEqual(await bench.store.settleOrders(late), [false, false, false, false]);
      assert.deepEqual(bench.dump(all), before);
      assert.deepEqual(await bench.store.settleOrders([settlement(held, applied)]), [true]);
      assert.deepEqual(await bench.store.settleOrders([settlement(held, applied)]), [false]);
    });

    it("settles many at once, and the lost ones among them do not disturb the others", async () => {
      using bench = fresh();
      await order(bench.store, "a", "b");
      const [a, b] = await bench.store.claimOrders("c2c", 2, after(10));
      assert.ok(a && b);
      const answers = [settlement({ ...a, fence: 7 }, applied), settlement(b, applied)];
      assert.deepEqual(await bench.store.settleOrders(answers), [false, true]);
      assert.deepEqual(bench.dump({ modification: "id state" }).modification, ["a claimed", "b applied"]);
    });
  });

  describe("orders of another app in the same database", () => {
    it("are neither claimed nor freed, and their messages not judged", async () => {
      using bench = fresh();
      await order(bench.store, "ours", "theirs");
      await bench.store.recordIntake([{ ...entryOf(said("undecided"), passed, NOW), judgement: undefined }]);
      bench.execute("UPDATE modification SET sdk_app_id = 1400000001 WHERE id = 'theirs'");
      bench.execute("UPDATE message SET sdk_app_id = 1400000001 WHERE decision = 'undecided'");
      assert.deepEqual(ids(await bench.store.claimOrders("c2c", 10, after(1_000))), ["ours"]);
      assert.equal(await bench.store.takeOver(after(2_000)), 1);
      assert.deepEqual(await bench.store.undecided(10), []);
    });
  });

  describe("what is due", () => {
    it("tells when the next order of an API is due, and nothing of those that are claimed or ended", async () => {
      using bench = fresh();
      assert.equal(await bench.store.nextDue("c2c", NOW), undefined);
      await order(bench.store, "a", "b");
      assert.equal(await bench.store.nextDue("c2c", NOW), NOW);
      assert.equal(await bench.store.nextDue("group", NOW), undefined);
      await claimOne(bench.store);
      assert.equal(await bench.store.nextDue("c2c", NOW), after(1));
    });

    it("tells when a lease runs out, and takes what lies far ahead for due: the clock was set back", async () => {
      using bench = fresh();
      await order(bench.store, "a");
      await claimOne(bench.store, after(1_000));
      assert.equal(await bench.store.nextDue("c2c", NOW), after(61_000));
      await bench.store.takeOver(after(1_000));
      assert.equal(await bench.store.nextDue("c2c", after(-3_600_000)), after(-3_600_000));
    });

    it("hastens what waits for a later try", async () => {
      using bench = fresh();
      await order(bench.store, "o1");
      const claimed = await claimOne(bench.store);
      await bench.store.settleOrders([settlement(claimed, { kind: "retry", dueAt: after(60_000), readFirst: false })]);
      assert.deepEqual(await bench.store.claimOrders("c2c", 1, after(2_000)), []);
      await bench.store.hasten("group", after(2_000));
      assert.equal(await bench.store.nextDue("c2c", NOW), after(60_000));
      await bench.store.hasten("c2c", after(2_000));
      assert.equal((await claimOne(bench.store, after(2_000))).id, "o1");
    });

    it("frees the orders of a process that is gone", async () => {
      using bench = fresh();
      await order(bench.store, "a", "b");
      await claimOne(bench.store);
      if (keeps) bench.restart();
      assert.deepEqual(ids(await bench.store.claimOrders("c2c", 10, after(10))), ["b"]);
      assert.equal(await bench.store.takeOver(after(3_000)), 2);
      assert.equal(await bench.store.nextDue("c2c", NOW), after(3_000));
      assert.deepEqual(ids(await bench.store.claimOrders("c2c", 10, after(3_000))), ["a", "b"]);
    });

    it("finds what was recorded for an order's message, as long as it is kept", async () => {
      using bench = fresh({ keepPassedBodies: false });
      await bench.store.recordIntake([entryOf(said("k1"), objected("o1")), entryOf(said("k2"), passed)]);
      const recorded = await bench.store.recorded(1 as MessageId);
      assert.ok(recorded?.callback.equals(said("k1").callback));
      assert.equal(await bench.store.recorded(2 as MessageId), undefined);
      assert.equal(await bench.store.recorded(3 as MessageId), undefined);
    });
  });

  describe("setting slots aside", () => {
    const at = (ms: number) => monotonicMs(ms);

    it("gives each caller slots of its own, one API's apart from the other's", async () => {
      using bench = fresh();
      const { store } = bench;
      assert.equal(await store.reserveSlots("c2c", 10, 5, at(1_000)), 1_000);
      assert.equal(await store.reserveSlots("c2c", 10, 5, at(1_001)), 1_050);
      assert.equal(await store.reserveSlots("group", 10, 5, at(1_001)), 1_001);
      assert.equal(await store.reserveSlots("c2c", 1, 5, at(9_000)), 9_000);
    });

    it("keeps its distance at the slowest pace too", async () => {
      using bench = fresh();
      assert.equal(await bench.store.reserveSlots("c2c", 1, 60_000, at(1_000)), 1_000);
      assert.equal(await bench.store.reserveSlots("c2c", 1, 60_000, at(1_001)), 61_000);
    });

    itAfterRestart(harness, "begins behind what was set aside before a restart", async () => {
      using bench = fresh();
      await bench.store.reserveSlots("c2c", 19, 5.25, at(1_000));
      bench.restart();
      assert.equal(await bench.store.reserveSlots("c2c", 19, 5.25, at(1_002)), 1_000 + 19 * 5.25);
    });

    it("begins at once after a reboot, when the stored slot seems to lie days ahead", async () => {
      using bench = fresh();
      await bench.store.reserveSlots("c2c", 19, 5.25, at(500_000_000));
      assert.equal(await bench.store.reserveSlots("c2c", 19, 5.25, at(2_000)), 2_000);
    });
  });
}
