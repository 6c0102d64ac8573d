import assert from "node:assert/strict";
import type { EditVerdict } from "../../src/domain/edit.ts";
import { fingerprint } from "../../src/domain/fingerprint.ts";
import { epochMs } from "../../src/domain/time.ts";
import type { EditEnding, OpenEdit } from "../../src/ports/edits.ts";
import type { Judgement, Settlement, Store } from "../../src/ports/store.ts";
import { changing, editEntry, editOf, recallOf, textBody } from "../support/edit-fixtures.ts";
import { entryOf, NOW, objected, passed, said, saidInGroup } from "../support/store-fixtures.ts";
import type { StoreHarness } from "./store-harness.ts";
import { itAfterRestart } from "./store-harness.ts";

const after = (ms: number) => epochMs(NOW + ms);
const applied = { kind: "end", state: "applied", reason: "" } as const;
const retry = { kind: "retry", dueAt: after(1), readFirst: false } as const;

const claim = async (store: Store) => {
  const [claimed] = await store.claimOrders("c2c", 1, after(10));
  assert.ok(claimed);
  return claimed;
};
const settle = (store: Store, { id, fence }: { id: string; fence: number }, result: Settlement["result"]) =>
  store.settleOrders([{ id, fence, code: "0", counted: undefined, at: after(20), result, audit: [] }]);
const ending = ({ id }: OpenEdit, verdict: EditVerdict, judgement: Judgement): EditEnding => ({
  ...{ id, at: after(30), kind: "judged", verdict, judgement, audit: [] },
});
const onlyOpen = async (store: Store, now = after(5_000)): Promise<OpenEdit> => {
  const [open, ...others] = await store.openEdits(10, now);
  assert.ok(open !== undefined && others.length === 0);
  return open;
};

export function describeEdits(harness: StoreHarness): void {
  const { fresh } = harness;
  const orders = { modification: "id ordinal purpose lane state reason" } as const;

  describe("taking edits in", () => {
    it("tells our own echo by the administrator's name and what was sent, and by nothing less", async () => {
      using bench = fresh();
      const { store } = bench;
      await store.recordIntake([entryOf(said("k1"), changing("o1", "damn", "****"))]);
      const echo = (text: string, by: string, at: number) => editEntry(editOf("k1", { text, by, at }));
      // Nothing has been sent yet, so it cannot be ours.
      assert.deepEqual(await store.recordEdits([echo("****", "administrator", 1)]), ["new"]);
      // Nor is anything sent while it waits: it may be the newer word.
      assert.deepEqual(await store.claimOrders("c2c", 1, after(10)), []);
      const { id } = await onlyOpen(store);
      await store.settleEdit({ id, at: after(1), kind: "closed", outcome: "failed", audit: [] });
      await claim(store);
      const receipts = await store.recordEdits([
        ...[echo("****", "administrator", 2), echo("****", "ben", 3), echo("other", "administrator", 4)],
        echo("****", "administrator", 2),
      ]);
      assert.deepEqual(receipts, ["echo", "new", "new", "known"]);
      const { edit } = bench.dump({ edit: "id operator outcome message_id" });
      assert.deepEqual(edit, [
        "1 administrator failed 1",
        "2 administrator echo 1",
        "3 ben open 1",
        "4 administrator open 1",
      ]);
    });

    it("knows an edit that comes again, and tells two edits apart that say the same at different times", async () => {
      using bench = fresh();
      await bench.store.recordIntake([entryOf(saidInGroup(7), passed)]);
      const [one, two] = [editEntry(editOf(7, { at: 1 })), editEntry(editOf(7, { at: 2 }))];
      assert.deepEqual(await bench.store.recordEdits([one, two, one]), ["new", "new", "known"]);
    });

    it("gives them out one a message, in the order in which they were made, and none before its message is decided", async () => {
      using bench = fresh();
      const { store } = bench;
      await store.recordIntake([entryOf(said("k1"), undefined), entryOf(said("k2"), passed)]);
      const at = (key: string, ms: number) => editEntry(editOf(key, { at: ms, text: `${ms}` }));
      await store.recordEdits([at("k1", 1), at("k2", 9), at("k2", 3)]);
      const open = await onlyOpen(store);
      assert.equal(open.eventAt, after(3));
      await store.settleEdit(ending(open, "pass", passed));
      assert.equal((await onlyOpen(store)).eventAt, after(9));
    });

    it("gives the message with them: who, where and when, and not what was said first", async () => {
      using bench = fresh();
      await bench.store.recordIntake([entryOf(saidInGroup(7, { topic: "t" }), passed)]);
      await bench.store.recordIntake([entryOf(said("k1", { from: "zoe", to: "ben" }), passed)]);
      await bench.store.recordEdits([editEntry(editOf("k1", { from: "zoe", to: "ben" }))]);
      const open = await onlyOpen(bench.store);
      assert.deepEqual(open.message?.ref, { kind: "c2c", from: "zoe", to: "ben", msgKey: "k1" });
      assert.deepEqual([open.message?.sender, open.message?.sentAt], ["zoe", NOW]);
    });

    it("finds the message of an edit that overtook it, and lets the edit have the last word", async () => {
      using bench = fresh();
      const { store } = bench;
      await store.recordEdits([editEntry(editOf("k1", { text: "clean" }))]);
      assert.equal((await onlyOpen(store)).message, undefined);
      await store.recordIntake([entryOf(said("k1"), objected("o1"))]);
      assert.deepEqual(bench.dump(orders).modification, ["o1 0 rewrite live cancelled superseded"]);
      assert.equal((await onlyOpen(store)).messageId, 1);
    });

    it("tells what an order writes beside what others of its message may have written, once they were sent", async () => {
      using bench = fresh();
      const { store } = bench;
      const said1 = fingerprint(textBody("****"));
      const said2 = fingerprint(textBody("well ****"));
      await store.recordIntake([entryOf(said("k1"), changing("o1", "damn", "****"))]);
      assert.deepEqual(await store.bodiesFor("o1"), { own: said1, others: [], putsBack: false, noted: [] });
      await settle(store, await claim(store), applied);
      await store.recordEdits([editEntry(editOf("k1", { text: "well damn" }))]);
      await store.settleEdit(ending(await onlyOpen(store), "rewrite", changing("o2", "well damn", "well ****")));
      assert.deepEqual(await store.bodiesFor("o2"), { own: said2, others: [said1], putsBack: false, noted: ["o1"] });
      assert.deepEqual(await store.bodiesFor("o1"), { own: said1, others: [], putsBack: false, noted: ["o1"] });
      bench.execute("UPDATE modification SET purpose = 'restore', action = 'restore' WHERE id = 'o2'");
      assert.equal((await store.bodiesFor("o2"))?.putsBack, true);
      bench.execute("UPDATE modification SET action = 'flag' WHERE id = 'o2'");
      assert.equal(await store.bodiesFor("o2"), undefined);
      assert.equal(await store.bodiesFor("nobody's"), undefined);
    });

    it("puts one off until its time", async () => {
      using bench = fresh();
      await bench.store.recordIntake([entryOf(said("k1"), passed)]);
      await bench.store.recordEdits([editEntry(editOf("k1"))]);
      const { id } = await onlyOpen(bench.store);
      await bench.store.settleEdit({ id, at: after(1), kind: "later", dueAt: after(9_000), inVain: true, audit: [] });
      assert.deepEqual(await bench.store.openEdits(10, after(8_999)), []);
      assert.equal((await onlyOpen(bench.store, after(9_000))).tries, 1);
    });

    itAfterRestart(harness, "keeps edits that were not judged over a restart", async () => {
      using bench = fresh();
      await bench.store.recordIntake([entryOf(said("k1"), passed)]);
      await bench.store.recordEdits([editEntry(editOf("k1"))]);
      bench.restart();
      assert.equal((await onlyOpen(bench.store)).messageId, 1);
    });
  });

  describe("the newest decision", () => {
    const edited = async (store: Store, at = 1_000): Promise<OpenEdit> => {
      await store.recordEdits([editEntry(editOf("k1", { text: "damn again", at }))]);
      return onlyOpen(store);
    };
    const second = objected("o2", { purpose: "guard", lane: "guard" });

    it("takes the place of an order that waits", async () => {
      using bench = fresh();
      const { store } = bench;
      await store.recordIntake([entryOf(said("k1"), objected("o1"))]);
      assert.equal(await store.settleEdit(ending(await edited(store), "guard", second)), true);
      assert.deepEqual(bench.dump(orders).modification, [
        "o1 0 rewrite live cancelled superseded",
        "o2 1 guard guard pending ",
      ]);
      assert.deepEqual(bench.dump({ finding: "id edit_id" }).finding, ["1 -", "2 1"]);
    });

    for (const [sentence, result, state] of [
      ["is sent after one that is under way", applied, "applied"],
      ["is sent instead of another try of one that was under way", retry, "cancelled"],
      [
        "is sent instead of a new payload of one that was under way",
        { ...retry, kind: "revise", payload: "{}", reason: "r" },
        "cancelled",
      ],
      ["is sent instead of one that was given back", { kind: "give_back" }, "cancelled"],
    ] as const satisfies readonly (readonly [string, Settlement["result"], string])[]) {
      it(sentence, async () => {
        using bench = fresh();
        const { store } = bench;
        await store.recordIntake([entryOf(said("k1"), objected("o1"))]);
        const claimed = await claim(store);
        await store.settleEdit(ending(await edited(store), "guard", second));
        assert.deepEqual(await store.claimOrders("c2c", 10, after(40)), []);
        assert.deepEqual(await settle(store, claimed, result), [true]);
        assert.match(bench.dump(orders).modification[0] ?? "", new RegExp(`^o1 0 rewrite live ${state}`));
        assert.equal((await store.claimOrders("c2c", 10, after(40)))[0]?.id, "o2");
      });
    }

    for (const [sentence, free] of [
      ["is sent when the process is gone that had claimed the one before", (store: Store) => store.takeOver(after(40))],
      [
        "is sent when the claim of the one before runs out",
        (store: Store) => store.claimOrders("c2c", 1, after(70_000)),
      ],
    ] as const) {
      it(sentence, async () => {
        using bench = fresh();
        const { store } = bench;
        await store.recordIntake([entryOf(said("k1"), objected("o1"))]);
        await claim(store);
        await store.settleEdit(ending(await edited(store), "guard", second));
        await free(store);
        assert.equal(bench.dump(orders).modification[0], "o1 0 rewrite live cancelled superseded");
      });
    }

    it("does not come from an edit that a newer one has overtaken, nor twice from the same", async () => {
      using bench = fresh();
      const { store } = bench;
      await store.recordIntake([entryOf(said("k1"), passed)]);
      const late = await edited(store, 1_000);
      await store.recordEdits([editEntry(editOf("k1", { text: "newer", at: 2_000 }))]);
      // As if another process had judged the newer one.
      bench.execute("UPDATE edit SET outcome = 'pass' WHERE id = 2");
      assert.equal(await store.settleEdit(ending(late, "rewrite", second)), false);
      assert.equal(await store.settleEdit(ending(late, "rewrite", second)), false);
      assert.deepEqual(bench.dump(orders).modification, []);
      assert.deepEqual(bench.dump({ edit: "id outcome" }).edit, ["1 overtaken", "2 pass"]);
    });
  });

  describe("taking recalls in", () => {
    it("cancels what waits and what is under way; a late answer changes nothing", async () => {
      using bench = fresh();
      const { store } = bench;
      await store.recordIntake([entryOf(said("k1"), objected("o1"))]);
      const claimed = await claim(store);
      assert.equal(await store.recordRecall(recallOf("k1"), after(5)), 1);
      assert.deepEqual(await settle(store, claimed, applied), [false]);
      assert.deepEqual(bench.dump(orders).modification, ["o1 0 rewrite live cancelled recalled"]);
      assert.equal(await store.recordRecall(recallOf("k1"), after(6)), 0);
      assert.equal(bench.dump({ recall: "id" }).recall.length, 1);
    });

    it("reaches several messages of a group at once, and no others", async () => {
      using bench = fresh();
      const { store } = bench;
      const group = (id: string) => objected(id, { api: "group" });
      await store.recordIntake([7, 8, 9].map((seq) => entryOf(saidInGroup(seq), group(`o${seq}`))));
      assert.equal(await store.recordRecall(recallOf([7, 9, 1_000]), after(5)), 2);
      assert.deepEqual(bench.dump({ modification: "id state" }).modification, [
        "o7 cancelled",
        "o8 pending",
        "o9 cancelled",
      ]);
    });

    it("comes before its message and counts all the same; not for an older group of the same name", async () => {
      using bench = fresh();
      const { store } = bench;
      await store.recordRecall(recallOf("k1"), after(5));
      await store.recordRecall(recallOf([7], -60_000), after(5));
      await store.recordIntake([
        entryOf(said("k1"), objected("o1")),
        entryOf(saidInGroup(7), objected("o2", { api: "group" })),
      ]);
      const { modification } = bench.dump({ modification: "id state reason" });
      assert.deepEqual(modification, ["o1 cancelled recalled", "o2 pending "]);
    });

    it("leaves edits of the message without a consequence", async () => {
      using bench = fresh();
      const { store } = bench;
      await store.recordIntake([entryOf(said("k1"), passed)]);
      await store.recordEdits([editEntry(editOf("k1"))]);
      const before = await onlyOpen(store);
      await store.recordRecall(recallOf("k1"), after(5));
      assert.equal((await onlyOpen(store)).passedBy, "recalled");
      assert.equal(await store.settleEdit(ending(before, "rewrite", objected("o1"))), false);
      assert.deepEqual(bench.dump({ edit: "outcome", modification: "id" }), { edit: ["recalled"], modification: [] });
    });
  });

  describe("keeping edits", () => {
    it("forgets their texts by when they came and by whether a rule objected, and none that is not judged", async () => {
      using bench = fresh();
      const { store } = bench;
      await store.recordIntake(["k1", "k2", "k3"].map((key) => entryOf(said(key), passed)));
      await store.recordEdits(["k1", "k2", "k3"].map((key) => editEntry(editOf(key), after(1))));
      for (const open of await store.openEdits(2, after(5_000))) {
        await store.settleEdit(open.id === 1 ? ending(open, "pass", passed) : ending(open, "rewrite", objected("o1")));
      }
      const kept = (): readonly string[] =>
        bench.dump({ edit: "id callback" }).edit.map((line) => (line.endsWith(" -") ? "gone" : "kept"));
      await store.purge({ bodies: after(1), originals: after(1) }, after(3));
      assert.deepEqual(kept(), ["kept", "kept", "kept"]);
      await store.purge({ bodies: after(2), originals: after(1) }, after(3));
      assert.deepEqual(kept(), ["gone", "kept", "kept"]);
      await store.purge({ bodies: after(2), originals: after(2) }, after(3));
      assert.deepEqual(kept(), ["gone", "gone", "kept"]);
    });
  });

  describe("lanes", () => {
    it("share what is claimed by their weights, the oldest of each first, whatever came before", async () => {
      using bench = fresh();
      const { store } = bench;
      const lanes = ["rescan", "restore", "guard", "live"] as const;
      for (const lane of lanes) {
        const entries = Array.from({ length: 20 }, (_, n) =>
          entryOf(said(`${lane} ${n}`), objected(`${lane} ${String(n).padStart(2, "0")}`, { lane }), NOW + n),
        );
        await store.recordIntake(entries);
      }
      const claimed = await store.claimOrders("c2c", 15, after(5_000));
      const of = (lane: string) => claimed.filter(({ id }) => id.startsWith(lane)).map(({ id }) => id.slice(-2));
      assert.deepEqual(
        lanes.map((lane) => of(lane).length),
        [1, 2, 4, 8],
      );
      assert.deepEqual(of("guard"), ["00", "01", "02", "03"]);
      assert.equal(claimed[0]?.id, "live 00");
    });
  });
}
