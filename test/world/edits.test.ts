import assert from "node:assert/strict";
import Database from "better-sqlite3";
import { dumpState } from "../support/dump-state.ts";
import type { InProcess } from "./in-process.ts";
import { inProcess, until } from "./in-process.ts";
import { look } from "./running.ts";

describe("people who edit", function () {
  this.timeout(60_000);

  for (const where of [{ to: "ben" }, { group: "hike" }] as const) {
    const place = "to" in where ? "one-to-one" : "group";

    it(`and take a mask off in a ${place} chat see it put back three times; then a reviewer has it`, async () => {
      await inWorld(async ({ simulator, settled, seen, orders, at }) => {
        const { id } = simulator.world.say({ from: "anna", ...where, text: "you badword", customData: '{"n":1.50}' });
        await settled();
        assert.equal(seen(id).text, "you *******");
        for (let time = 1; time <= 3; time++) {
          simulator.world.edit({ id, by: "ben", text: "you badword", customData: '{"n":1.50}' });
          await settled();
          assert.equal(seen(id).text, "you *******", `after edit ${time}`);
          assert.match(seen(id).customData ?? "", /^\{"n":1\.50,"moderation":\[\{"v":1,[^[]*"action":"mask"/);
        }
        for (let time = 4; time <= 5; time++) {
          simulator.world.edit({ id, by: "ben", text: "you badword" });
          await settled();
          assert.equal(seen(id).text, "you badword", `after edit ${time}: a person decides now`);
        }
        assert.deepEqual(orders(), [
          "0 rewrite live applied ",
          ...["1 guard guard applied ", "2 guard guard applied ", "3 guard guard applied "],
          "4 guard guard refused guard_exhausted",
        ]);
        assert.deepEqual(look(at.database, "SELECT decision FROM message"), [{ decision: "review" }]);
        assert.deepEqual(outcomes(at.database), {
          ...{ echo: 4, guard: 3, guard_exhausted: 2 },
        });
        assert.deepEqual(look(at.database, "SELECT count(*) AS n FROM audit WHERE act = 'guard_exhausted'"), [
          { n: 1 },
        ]);
      });
    });

    it(`and bring an offence into a ${place} chat are masked like anybody who says it`, async () => {
      await inWorld(async ({ simulator, settled, seen, orders }) => {
        const { id } = simulator.world.say({ from: "anna", ...where, text: "hello", customData: '{"quote":"x"}' });
        await settled();
        simulator.world.edit({ id, by: "ben", text: "hello badword" });
        await settled();
        assert.equal(seen(id).text, "hello *******");
        // Of a group edit Tencent does not tell it: it was read back before the note was put in.
        assert.match(seen(id).customData ?? "", /^\{"quote":"x","moderation":\[/);
        assert.deepEqual(orders(), ["0 rewrite live applied "]);
      });
    });
  }

  it("while an order waits are judged anew; the order for what they replaced is not sent", async () => {
    await inWorld(async ({ simulator, settled, seen, orders, modifications }) => {
      // Nothing gets through for a while, so the orders wait.
      simulator.faults.set([{ on: "modify_c2c_msg", kind: "error", code: 60008 }]);
      const dirty = simulator.world.say({ from: "anna", to: "ben", text: "badword one" });
      const clean = simulator.world.say({ from: "anna", to: "ben", text: "badword two" });
      await until(() => orders().filter((line) => line.includes("pending")).length === 2);
      simulator.world.edit({ id: dirty.id, by: "anna", text: "now 坏词" });
      simulator.world.edit({ id: clean.id, by: "anna", text: "now clean" });
      await until(() => orders().filter((line) => line.includes("superseded")).length === 2);
      simulator.faults.set([]);
      await settled();
      assert.equal(seen(dirty.id).text, "now **");
      assert.equal(seen(clean.id).text, "now clean");
      assert.equal(modifications(clean.id), 0);
      assert.deepEqual(orders(), [
        ...["0 rewrite live cancelled superseded", "0 rewrite live cancelled superseded"],
        "1 rewrite live applied ",
      ]);
    });
  });

  it("and recall a message while its order waits are left alone", async () => {
    await inWorld(async ({ simulator, settled, orders, at }) => {
      simulator.faults.set([{ on: "*", kind: "error", code: 60008 }]);
      const said = [
        simulator.world.say({ from: "anna", to: "ben", text: "badword" }),
        simulator.world.say({ from: "anna", group: "hike", text: "badword" }),
      ];
      await until(() => orders().filter((line) => line.includes("pending")).length === 2);
      for (const { id } of said) simulator.world.recall({ id });
      await until(() => orders().every((line) => line === "0 rewrite live cancelled recalled"));
      simulator.faults.set([]);
      await settled();
      assert.deepEqual(orders(), ["0 rewrite live cancelled recalled", "0 rewrite live cancelled recalled"]);
      assert.deepEqual(look(at.database, "SELECT count(*) AS n FROM recall"), [{ n: 2 }]);
    });
  });

  it("never make us answer ourselves: each of our changes comes back once and leads to nothing", async () => {
    await inWorld(async ({ simulator, settled, orders, at }) => {
      for (let n = 0; n < 20; n++) {
        simulator.world.say({
          from: "anna",
          ...(n % 2 === 0 ? { to: "ben" } : { group: "hike" }),
          text: `badword ${n}`,
        });
      }
      await settled();
      await settled();
      assert.deepEqual(new Set(orders()), new Set(["0 rewrite live applied "]));
      assert.deepEqual(outcomes(at.database), { echo: 20 });
      const calls = simulator.world.calls();
      assert.deepEqual([calls.modify_c2c_msg?.count, calls.modify_group_msg?.count], [10, 10]);
    });
  });

  it("see the same in the end however their callbacks are repeated and shuffled", async () => {
    await inWorld(async ({ simulator, settled, seen }) => {
      simulator.faults.set([
        { on: "callback", kind: "duplicate", probability: 0.4 },
        { on: "callback", kind: "reorder", probability: 0.4, ms: 60 },
      ]);
      const ids = Array.from({ length: 12 }, (_, n) => {
        const place = n % 2 === 0 ? { to: "ben" } : { group: "hike" };
        return simulator.world.say({ from: "anna", ...place, text: n % 3 === 0 ? "badword" : "fine" }).id;
      });
      for (const [n, id] of ids.entries()) {
        await new Promise((resolve) => setTimeout(resolve, 5));
        simulator.world.edit({ id, by: "ben", text: n % 4 === 0 ? "all well" : `edited badword ${n}` });
      }
      await settled();
      for (const [n, id] of ids.entries()) {
        // Whether a call of ours was under way or not when they wrote it.
        assert.equal(seen(id).text, n % 4 === 0 ? "all well" : `edited ******* ${n}`, `message ${id}`);
      }
    });
  });
});

type World = InProcess & {
  /** Ordinal, purpose, lane, state and reason of each. */
  readonly orders: () => readonly string[];
  /** How often Tencent carried a change out. */
  readonly modifications: (id: string) => number;
};

const inWorld = (story: (world: World) => Promise<void>): Promise<void> =>
  inProcess((world) =>
    story({
      ...world,
      orders() {
        const db = new Database(world.at.database, { readonly: true });
        try {
          return dumpState(db, { modification: "ordinal purpose lane state reason" }).modification;
        } finally {
          db.close();
        }
      },
      modifications: (id) => (world.simulator.world.message(id)?.current.how === "modified" ? 1 : 0),
    }),
  );

const outcomes = (database: string): Readonly<Record<string, number>> =>
  Object.fromEntries(
    look<{ outcome: string; n: number }>(
      database,
      "SELECT outcome, count(*) AS n FROM edit GROUP BY outcome ORDER BY outcome",
    ).map(({ outcome, n }) => [outcome, n]),
  );
