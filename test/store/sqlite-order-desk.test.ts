import assert from "node:assert/strict";
import type { ModificationState } from "../../src/domain/modification.ts";
import { Secret } from "../../src/domain/secret.ts";
import { epochMs } from "../../src/domain/time.ts";
import { createOrderDesk } from "../../src/store/sqlite-order-desk.ts";
import { createSqliteStore } from "../../src/store/sqlite-store.ts";
import { dumpState } from "../support/dump-state.ts";
import { recallOf } from "../support/edit-fixtures.ts";
import { APP, entryOf, NOW, objected, said } from "../support/store-fixtures.ts";

const key = new Secret("k".repeat(64));
const later = epochMs(NOW + 60_000);

function bench() {
  const store = createSqliteStore({ path: ":memory:", sdkAppId: APP, auditKey: key, keepPassedBodies: true });
  return {
    store,
    desk: createOrderDesk(store.db, APP, key),
    orders: () => dumpState(store.db, { modification: "id state reason attempts read_first" }).modification,
    async order(id: string, msgKey = id) {
      await store.recordIntake([entryOf(said(msgKey), objected(id))]);
    },
    async end(state: Exclude<ModificationState, "pending" | "claimed">, count: number) {
      const claimed = await store.claimOrders("c2c", count, NOW);
      const result = { kind: "end", state, reason: "failed_for_a_day" } as const;
      await store.settleOrders(
        claimed.map(({ id, fence }) => ({
          id,
          fence,
          code: "60008",
          counted: "retryable",
          at: NOW,
          result,
          audit: [],
        })),
      );
    },
    [Symbol.dispose]: () => store[Symbol.dispose](),
  };
}

describe("orders at the desk", () => {
  it("are listed by state, newest first, page by page", async () => {
    using at = bench();
    for (const id of ["o1", "o2", "o3"]) await at.order(id);
    await at.end("given_up", 2);
    assert.deepEqual(
      at.desk.list("given_up", 10).map(({ id, reason, lastCode, attempts }) => [id, reason, lastCode, attempts]),
      [
        ["o2", "failed_for_a_day", "60008", 1],
        ["o1", "failed_for_a_day", "60008", 1],
      ],
    );
    assert.deepEqual(
      at.desk.list("given_up", 10, "o2").map(({ id }) => id),
      ["o1"],
    );
    assert.deepEqual(at.desk.counts(), { given_up: 2, pending: 1 });
  });

  it("that were given up are sent again with a patience of their own, after a look at the message, and the audit log says who asked", async () => {
    using at = bench();
    await at.order("o1");
    await at.end("given_up", 1);
    assert.deepEqual(at.desk.retry(["o1"], "operator", later), ["retried"]);
    assert.deepEqual(at.orders(), ["o1 pending  0 1"]);
    const [claimed] = await at.store.claimOrders("c2c", 1, later);
    assert.deepEqual([claimed?.id, claimed?.readFirst, claimed?.tries], ["o1", true, {}]);
    const { audit } = dumpState(at.store.db, { audit: "actor act modification_id" });
    assert.equal(audit?.at(-1), "operator retry o1");
  });

  it("are left alone where sending them would be wrong, each with its reason", async () => {
    using at = bench();
    for (const id of ["open", "recalled", "newer", "gone"]) await at.order(id);
    await at.end("given_up", 4);
    await at.order("still");
    await at.store.recordRecall(recallOf("recalled"), later);
    at.store.db.exec(
      `INSERT INTO modification SELECT 'new', sdk_app_id, message_id, 1, api, purpose, lane, action, 'applied', '', 0, 0, '{}', 0, 0, 1, 0, NULL, 0, 0, NULL, 0
         FROM modification WHERE id = 'newer';
       UPDATE payload SET body = x'' WHERE modification_id = 'gone'`,
    );
    assert.deepEqual(at.desk.retry(["none", "still", "recalled", "newer", "gone", "open", "open"], "operator", later), [
      ...["unknown", "not_given_up", "recalled", "decided_anew", "past_keeping", "retried", "not_given_up"],
    ]);
  });
});
