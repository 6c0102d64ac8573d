/** Edits of a one-to-one message whose own callback is late or never comes: the newest text is what counts. */
import assert from "node:assert/strict";
import type { EditArrival } from "../../src/flows/edits.ts";
import { epochMs } from "../../src/domain/time.ts";
import type { IntakeEntry, Judgement } from "../../src/ports/store.ts";
import { createSqliteStore } from "../../src/store/sqlite-store.ts";
import { decodeMessage } from "../../src/tencent/callback.ts";
import { dumpState } from "../support/dump-state.ts";
import { changing, editEntry, editOf } from "../support/edit-fixtures.ts";
import { APP, entryOf, NOW, said } from "../support/store-fixtures.ts";

const at = epochMs(NOW + 5_000);
const fresh = () => createSqliteStore({ path: ":memory:", sdkAppId: APP, auditKey: undefined, keepPassedBodies: true });

/** The message as its edit tells it. */
function standIn({ command, callback }: EditArrival, judgement: Judgement): IntakeEntry {
  assert.equal(command, "C2C.CallbackAfterModifyMsg");
  const decoded = decodeMessage("C2C.CallbackAfterModifyMsg", callback, APP);
  assert.ok(decoded.ok);
  return { message: decoded.message, command, callback, origin: "after_edit", receivedAt: at, judgement };
}

describe("edits that come before their message", () => {
  const older = editOf("k1", { at: 1, text: "badword 1" });
  const newer = editOf("k1", { at: 2, text: "badword 2" });

  it("leave the order for the newest text in force, though an older edit is still to be judged", async () => {
    using store = fresh();
    await store.recordEdits([editEntry(older), editEntry(newer)]);
    await store.recordIntake([standIn(newer, changing("o1", "badword 2", "******* 2"))]);
    assert.deepEqual(dumpState(store.db, { modification: "id state" }), { modification: ["o1 pending"] });
  });

  it("give way to a newer one that is still to be judged", async () => {
    using store = fresh();
    await store.recordEdits([editEntry(older), editEntry(newer)]);
    await store.recordIntake([standIn(older, changing("o1", "badword 1", "******* 1"))]);
    assert.deepEqual(dumpState(store.db, { modification: "id state" }), { modification: ["o1 cancelled"] });
  });

  it("are overtaken by the one that stands for the message, when they come behind it", async () => {
    using store = fresh();
    await store.recordEdits([editEntry(newer)]);
    const [first] = await store.openEdits(10, at);
    assert.ok(first);
    await store.recordIntake([standIn(newer, changing("o1", "badword 2", "******* 2"))]);
    await store.settleEdit({ id: first.id, at, kind: "closed", outcome: "adopted", audit: [] });
    await store.recordEdits([editEntry(older)]);
    const [open] = await store.openEdits(10, at);
    assert.equal(open?.passedBy, "overtaken");
  });

  it("and an older one that comes while a newer one is judged take nothing from its order", async () => {
    using store = fresh();
    await store.recordIntake([entryOf(said("k1"), { ...changing("o1", "hello", "*****"), order: undefined })]);
    await store.recordEdits([editEntry(newer)]);
    const [open] = await store.openEdits(10, at);
    assert.ok(open);
    await store.recordEdits([editEntry(older)]);
    const judgement = changing("o2", "badword 2", "******* 2");
    await store.settleEdit({ id: open.id, at, kind: "judged", verdict: "rewrite", judgement, audit: [] });
    assert.deepEqual(dumpState(store.db, { modification: "id state" }), { modification: ["o2 pending"] });
  });
});
