import assert from "node:assert/strict";
import { epochMs } from "../../src/domain/time.ts";
import type { Store } from "../../src/ports/store.ts";
import { entryOf, NOW, objected, passed, said } from "../support/store-fixtures.ts";
import type { StoreHarness } from "./store-harness.ts";
import { itAfterRestart } from "./store-harness.ts";

const DAY_MS = 86_400_000;
const daysAgo = (days: number) => epochMs(NOW - days * DAY_MS);
const keepAll = { bodies: epochMs(0), originals: epochMs(0) };

async function purgeAll(store: Store, before: Parameters<Store["purge"]>[0]): Promise<number> {
  let steps = 1;
  while (await store.purge(before, NOW)) steps++;
  return steps;
}

export function describeKeeping(harness: StoreHarness): void {
  const { fresh, keeps } = harness;

  describe("what nobody understood", () => {
    it("is kept to the newest fifty, bytes and all", async () => {
      using bench = fresh();
      for (let i = 1; i <= 53; i++) {
        await bench.store.recordUndecodable("C2C.X", `reason ${i}`, Buffer.from([0, 255, i]), NOW);
      }
      const { undecodable } = bench.dump({ undecodable: "id reason" });
      assert.equal(undecodable.length, 50);
      assert.equal(undecodable[0], "4 reason 4");
      assert.equal(undecodable.at(-1), "53 reason 53");
    });

    it("is forgotten when bodies are", async () => {
      using bench = fresh();
      await bench.store.recordUndecodable("C2C.X", "old", Buffer.from("x"), daysAgo(8));
      await bench.store.recordUndecodable("C2C.X", "new", Buffer.from("x"), daysAgo(6));
      await purgeAll(bench.store, { bodies: daysAgo(7), originals: daysAgo(180) });
      assert.deepEqual(bench.dump({ undecodable: "reason" }).undecodable, ["new"]);
    });
  });

  describe("forgetting", () => {
    const kept = { message: "msg_key callback" };
    const bodies = (lines: readonly string[]) =>
      lines.map((line) => `${line.split(" ")[0] ?? ""} ${line.endsWith("-") ? "gone" : "kept"}`);

    it("drops bodies that no rule objected to by one age, originals and payloads by another", async () => {
      using bench = fresh();
      const { store } = bench;
      const ended = (id: string) => objected(id, { state: "cancelled", reason: "shadow_mode" });
      await store.recordIntake([
        entryOf(said("masked-200d"), ended("o200"), daysAgo(200)),
        entryOf(said("passed-200d"), passed, daysAgo(200)),
        entryOf(said("undecided-200d"), undefined, daysAgo(200)),
        entryOf(said("masked-8d"), ended("o8"), daysAgo(8)),
        entryOf(said("passed-8d"), passed, daysAgo(8)),
        entryOf(said("undecided-8d"), undefined, daysAgo(8)),
        entryOf(said("passed-6d"), passed, daysAgo(6)),
      ]);
      await purgeAll(store, { bodies: daysAgo(7), originals: daysAgo(180) });
      assert.deepEqual(bodies(bench.dump(kept).message), [
        "masked-200d gone",
        "masked-8d kept",
        "passed-200d gone",
        "passed-6d kept",
        "passed-8d gone",
        "undecided-200d kept",
        "undecided-8d kept",
      ]);
      const { payload } = bench.dump({ payload: "modification_id body" });
      assert.deepEqual(payload, ["o200 ", 'o8 {"payload of":"o8"}']);
      const told = bench.dump({ audit: "id act detail" }).audit.filter((line) => line.includes(" purge "));
      const before = `"before":{"bodies":${daysAgo(7)},"originals":${daysAgo(180)}}`;
      assert.deepEqual(
        told.map((line) => line.slice(line.indexOf("{"))),
        [`{"bodies":2,"originals":1,"edits":0,"undecodable":0,${before}}`],
        "and says so once; a step that found nothing to drop says nothing",
      );
      // Identities stay: they show later whether a message was missed.
      assert.equal(bench.dump({ message: "id" }).message.length, 7);
    });

    it("never takes the payload of an order that is still open", async () => {
      using bench = fresh();
      await bench.store.recordIntake([entryOf(said("k1"), objected("o1"), daysAgo(200))]);
      await purgeAll(bench.store, { bodies: daysAgo(7), originals: daysAgo(180) });
      assert.deepEqual(bench.dump({ payload: "body" }).payload, ['{"payload of":"o1"}']);
    });

    it("goes in small steps, in the order in which messages came, and comes to an end", async () => {
      using bench = fresh();
      const many = Array.from({ length: 1_200 }, (_, i) => entryOf(said(`k${i}`), passed, daysAgo(8)));
      await bench.store.recordIntake(many);
      const before = { bodies: daysAgo(7), originals: daysAgo(180) };
      assert.equal(await bench.store.purge(before, NOW), true);
      const left = bench.dump({ message: "callback" }).message.filter((body) => body !== "-");
      assert.ok(left.length > 0 && left.length < 1_200, `${left.length} left after one step`);
      assert.ok((await purgeAll(bench.store, before)) < 10);
      assert.deepEqual([...new Set(bench.dump({ message: "callback" }).message)], ["-"]);
    });

    it("takes up later what was too young before", async () => {
      using bench = fresh();
      await bench.store.recordIntake([
        entryOf(said("k1"), passed, daysAgo(8)),
        entryOf(said("k2"), passed, daysAgo(2)),
      ]);
      await purgeAll(bench.store, { ...keepAll, bodies: daysAgo(7) });
      assert.deepEqual(bodies(bench.dump(kept).message), ["k1 gone", "k2 kept"]);
      await purgeAll(bench.store, { ...keepAll, bodies: daysAgo(1) });
      assert.deepEqual(bodies(bench.dump(kept).message), ["k1 gone", "k2 gone"]);
    });

    it("keeps no body that no rule objected to when none are to be kept", async () => {
      using bench = fresh({ keepPassedBodies: false });
      const { store } = bench;
      await store.recordIntake([
        entryOf(said("masked"), objected("o1")),
        entryOf(said("passed"), passed),
        entryOf(said("passed-later"), undefined),
        entryOf(said("undecided"), undefined),
      ]);
      const later = (await store.undecided(1))[0];
      assert.ok(later);
      await store.recordJudgement(later.id, passed, NOW);
      assert.deepEqual(bodies(bench.dump(kept).message), [
        "masked kept",
        "passed gone",
        "passed-later gone",
        "undecided kept",
      ]);
    });
  });

  describe("rules that were loaded", () => {
    const files = new Map([
      ["a.yaml", "pack: a\n"],
      ["lists/ü.txt", "坏词\n"],
    ]);

    it("are found again: the revision that was loaded last, also when it had been loaded before", async () => {
      using bench = fresh();
      assert.equal(await bench.store.lastRules(), undefined);
      await bench.store.saveRules({ revision: "one", files }, epochMs(NOW));
      await bench.store.saveRules({ revision: "two", files: new Map() }, epochMs(NOW + 1));
      assert.deepEqual(await bench.store.lastRules(), { revision: "two", files: new Map() });
      await bench.store.saveRules({ revision: "one", files }, epochMs(NOW + 2));
      assert.deepEqual(await bench.store.lastRules(), { revision: "one", files });
      if (keeps) bench.restart();
      assert.deepEqual(await bench.store.lastRules(), { revision: "one", files });
    });
  });

  describe("the record as a whole", () => {
    it("says that it can be written to", async () => {
      using bench = fresh();
      await bench.store.checkWritable(NOW);
    });

    it("carries the SDKAppID in every row", async () => {
      using bench = fresh();
      const tables = [...bench.tables()].filter(([table]) => table !== "schema_step");
      assert.ok(tables.length >= 10);
      for (const [table, columns] of tables) assert.ok(columns.includes("sdk_app_id"), table);
    });

    itAfterRestart(harness, "is still there after a restart, every message and every order", async () => {
      using bench = fresh();
      await bench.store.recordIntake([entryOf(said("k1"), objected("o1")), entryOf(said("k2"), undefined)]);
      const all = { message: "id msg_key decision callback", modification: "id state", payload: "body", audit: "id" };
      const before = bench.dump(all);
      bench.restart();
      assert.deepEqual(bench.dump(all), before);
      assert.deepEqual(await bench.store.recordIntake([entryOf(said("k1"), objected("o9"))]), [false]);
    });
  });
}
