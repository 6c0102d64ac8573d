import assert from "node:assert/strict";
import { fingerprint } from "../../src/domain/fingerprint.ts";
import { epochMs } from "../../src/domain/time.ts";
import { createRestore } from "../../src/flows/restore.ts";
import type { EditEntry } from "../../src/ports/edits.ts";
import type { MessageId } from "../../src/ports/store.ts";
import type { DeskBench } from "../support/desk-bench.ts";
import { createDeskBench } from "../support/desk-bench.ts";
import { changing, editEntry, editOf, recallOf } from "../support/edit-fixtures.ts";
import { START_MS } from "../support/fake-clock.ts";
import { codesThenSuccess } from "../support/fake-im-client.ts";
import { said, saidInGroup } from "../support/store-fixtures.ts";

const ONE = 1 as MessageId;
const anna = "anna";

/** `damn it` was said, masked, and the mask stands. */
async function masked(bench: DeskBench, customData?: string): Promise<void> {
  bench.start();
  await bench.record(said("k1", { text: "damn it", ...(customData === undefined ? {} : { customData }) }));
  await bench.sent();
  assert.equal(bench.lastCall().text, "**** it");
  bench.shows("**** it", bench.lastCall().customData);
}

/** `damn you` was written over the mask, and is to be masked again. */
async function guarded(bench: DeskBench, entry?: EditEntry): Promise<number> {
  if (entry !== undefined) await bench.store.recordEdits([entry]);
  const [open] = await bench.store.openEdits(9, epochMs(START_MS + 60_000));
  assert.ok(open);
  await bench.store.settleEdit({
    ...{ id: open.id, at: bench.clock.now(), kind: "judged", verdict: "guard", audit: [] },
    judgement: changing("g1", "damn you", "**** you", {
      purpose: "guard",
      lane: "guard",
      api: open.message?.ref.kind === "group" ? "group" : "c2c",
    }),
  });
  return open.id;
}

describe("a restore", () => {
  it("puts back what was written, with the sender's custom data as they were", async () => {
    await using bench = createDeskBench();
    await masked(bench, '{"n": 1.50}');
    const { restore } = createRestore(bench.parts);
    assert.deepEqual(await restore(anna, ONE), {
      ...{ kind: "ordered", modificationId: "p0001", restores: { kind: "sender" } },
    });
    await bench.sent();
    assert.deepEqual(bench.lastCall(), { text: "damn it", customData: '{"n": 1.50}' });
    assert.deepEqual(bench.orders("id purpose lane action state"), [
      "o0001 rewrite live mask applied",
      "p0001 restore restore restore applied",
    ]);
    assert.deepEqual(bench.audit(), ["emend decision", "emend answer", "anna restore", "emend answer", "emend answer"]);
  });

  it("leaves an empty object where there were no custom data", async () => {
    await using bench = createDeskBench();
    await masked(bench);
    await createRestore(bench.parts).restore(anna, ONE);
    await bench.sent();
    assert.deepEqual(bench.lastCall(), { text: "damn it", customData: "{}" });
  });

  it("overwrites nobody's words, and shows all three", async () => {
    await using bench = createDeskBench();
    await masked(bench);
    bench.shows("something else", '{"mine":1}');
    const outcome = await createRestore(bench.parts).restore(anna, ONE);
    assert.ok(outcome.kind === "refused" && outcome.refused.why === "changed");
    const { original, ours, theirs } = outcome.refused.view;
    const text = (version: typeof ours) => version?.elements[0]?.texts[0]?.text;
    assert.deepEqual([text(original), text(ours), text(theirs)], ["damn it", "**** it", "something else"]);
    assert.equal(theirs?.customData, '{"mine":1}');
    assert.deepEqual(bench.orders("id state"), ["o0001 applied"]);
    assert.deepEqual(bench.audit().at(-1), "anna look");
  });

  it("is refused where the message was recalled, without asking Tencent", async () => {
    await using bench = createDeskBench();
    await masked(bench);
    await bench.store.recordRecall(recallOf("k1"), epochMs(START_MS + 5_000));
    let asked = 0;
    bench.client.onRead(() => asked++);
    const outcome = await createRestore(bench.parts).restore(anna, ONE);
    assert.ok(outcome.kind === "refused" && outcome.refused.why === "recalled");
    assert.equal(outcome.refused.view.theirs, null);
    assert.equal(asked, 0);
    assert.equal(bench.audit().at(-1), "anna look", "who is shown the original has seen it");
  });

  it("ends where Tencent no longer has the message, and says so once", async () => {
    await using bench = createDeskBench();
    await masked(bench);
    bench.client.show({ kind: "gone" });
    const { restore, preview } = createRestore(bench.parts);
    const outcome = await restore(anna, ONE);
    assert.ok(outcome.kind === "refused");
    assert.deepEqual(
      [outcome.refused, outcome.modificationId],
      [{ why: "no_longer_stored", expected: false }, "p0001"],
    );
    bench.clock.stall(8 * 86_400_000);
    const later = await restore(anna, ONE);
    assert.ok(later.kind === "refused");
    assert.deepEqual([later.refused, later.modificationId], [{ why: "no_longer_stored", expected: true }, "p0001"]);
    assert.deepEqual(bench.orders("id state reason"), ["o0001 applied ", "p0001 refused no_longer_stored"]);
    // It is known now, before anybody clicks again.
    assert.deepEqual(await preview(ONE), { kind: "refused", refused: { why: "no_longer_stored", expected: true } });
  });

  it("says what it cannot put back", async () => {
    await using bench = createDeskBench();
    await masked(bench);
    const { restore } = createRestore(bench.parts);
    const why = async (id: number) => {
      const outcome = await restore(anna, id as MessageId);
      return outcome.kind === "refused" ? outcome.refused.why : outcome.kind;
    };
    await bench.record(said("k2", { text: "fine" }));
    assert.deepEqual([await why(2), await why(99)], ["nothing_to_restore", "unknown"]);
    bench.client.show({ kind: "failed", outcome: { kind: "retryable", code: "http_502" } });
    assert.equal(await why(1), "unread");
    bench.store.db.exec("UPDATE message SET callback = NULL");
    assert.equal(await why(1), "original_not_kept");
    const silent = createRestore({ ...bench.parts, read: undefined });
    assert.deepEqual((await silent.preview(ONE)).kind, "refused");
  });

  it("is ordered once, however often somebody clicks", async () => {
    await using bench = createDeskBench();
    await masked(bench);
    const { restore, preview } = createRestore(bench.parts);
    const outcomes = await Promise.all([restore(anna, ONE), restore(anna, ONE)]);
    assert.deepEqual(outcomes.map(({ kind }) => kind).sort(), ["ordered", "refused"]);
    const third = await restore(anna, ONE);
    assert.ok(third.kind === "refused" && third.refused.why === "already_ordered");
    await bench.sent();
    bench.shows("damn it", "{}");
    assert.deepEqual(await preview(ONE), { kind: "refused", refused: { why: "nothing_to_restore" } });
    const fourth = await restore(anna, ONE);
    assert.ok(fourth.kind === "refused" && fourth.refused.why === "nothing_to_restore");
    assert.equal(bench.orders("id").length, 2);
  });

  it("takes the place of a mask that waits, and nothing is sent for either", async () => {
    await using bench = createDeskBench();
    await bench.record(said("k1", { text: "damn it" }));
    bench.shows("damn it");
    await createRestore(bench.parts).restore(anna, ONE);
    bench.start();
    await bench.sent();
    assert.deepEqual(bench.orders("id state reason"), ["o0001 cancelled superseded", "p0001 applied "]);
    assert.equal(bench.client.calls.length, 0);
  });

  it("reads once more before it is sent, and lets be what was written since", async () => {
    await using bench = createDeskBench();
    await masked(bench);
    await createRestore(bench.parts).restore(anna, ONE);
    bench.shows("**** it, I said");
    await bench.sent();
    assert.deepEqual(bench.orders("id state reason"), ["o0001 applied ", "p0001 cancelled message_had_changed"]);
    assert.equal(bench.client.calls.length, 1);
  });

  it("puts back the newest words where a mask stands on an edit", async () => {
    await using bench = createDeskBench();
    await masked(bench);
    await bench.store.recordEdits([editEntry(editOf("k1", { text: "damn you", at: 20_000 }))]);
    const waiting = await createRestore(bench.parts).restore(anna, ONE);
    assert.ok(waiting.kind === "refused" && waiting.refused.why === "being_judged");
    const edit = await guarded(bench);
    await bench.sent();
    bench.shows("**** you");
    const outcome = await createRestore(bench.parts).restore(anna, ONE);
    assert.ok(outcome.kind === "ordered");
    assert.deepEqual(outcome.restores, { kind: "edit", edit });
    await bench.sent();
    assert.equal(bench.lastCall().text, "damn you");
  });

  it("takes our note out of what a client has sent back with an edit", async () => {
    await using bench = createDeskBench();
    await masked(bench, '{"n": 1.50}');
    const customData = bench.lastCall().customData ?? "";
    assert.match(customData, /"moderation":/);
    const edit = await guarded(bench, editEntry(editOf("k1", { text: "damn you", at: 20_000, customData })));
    await bench.sent();
    bench.shows("**** you", customData);
    const outcome = await createRestore(bench.parts).restore(anna, ONE);
    assert.ok(outcome.kind === "ordered");
    assert.deepEqual(outcome.restores, { kind: "edit", edit });
    await bench.sent();
    assert.deepEqual(bench.lastCall(), { text: "damn you", customData: '{"n": 1.50}' });
  });

  it("of a group's edit, which does not tell its custom data, keeps those that stand there", async () => {
    await using bench = createDeskBench();
    bench.start();
    await bench.record(saidInGroup(7, { text: "damn it", customData: '{"n":1}' }));
    await bench.sent();
    await guarded(bench, editEntry(editOf(7, { text: "damn you", at: 20_000 })));
    await bench.sent();
    bench.shows("**** you", '{"n":2,"moderation":[{"v":1,"id":"o0001","action":"mask","rules":["mild"],"at":1}]}');
    await createRestore(bench.parts).restore(anna, ONE);
    await bench.sent();
    assert.deepEqual(bench.lastCall(), { text: "damn you", customData: '{"n":2}' });
  });

  it("does not take an edit that came late for the newest words, where the message was told by a newer one", async () => {
    await using bench = createDeskBench();
    await masked(bench);
    bench.store.db.exec(`UPDATE message SET origin = 'after_edit', event_at = ${START_MS + 9_000}`);
    await bench.store.recordEdits([editEntry(editOf("k1", { text: "older words", at: 5_000 }))]);
    for (const { id } of await bench.store.openEdits(9, epochMs(START_MS + 60_000))) {
      const at = bench.clock.now();
      await bench.store.settleEdit({ id, at, kind: "closed", outcome: "overtaken", audit: [] });
    }
    await createRestore(bench.parts).restore(anna, ONE);
    await bench.sent();
    assert.equal(bench.lastCall().text, "damn it");
  });

  it("puts no older words in the place of those that a mask covers and nobody has told of", async () => {
    await using bench = createDeskBench();
    await bench.record(said("k1", { text: "damn it" }));
    bench.client.answer(codesThenSuccess(20027));
    // Somebody has written something else before the first call; its callback is lost.
    bench.shows("damn you");
    bench.start();
    await bench.sent();
    assert.equal(bench.lastCall().text, "**** you");
    bench.shows("**** you");
    const outcome = await createRestore(bench.parts).restore(anna, ONE);
    assert.deepEqual(outcome.kind === "refused" && outcome.refused.why, "words_untold");
    assert.deepEqual(bench.orders("id state"), ["o0001 applied"]);
  });

  it("takes no words for a mask that it has once put back itself", async () => {
    await using bench = createDeskBench();
    await masked(bench);
    const { restore } = createRestore(bench.parts);
    await restore(anna, ONE);
    await bench.sent();
    await guarded(bench, editEntry(editOf("k1", { text: "damn you", at: 20_000 })));
    await bench.sent();
    bench.shows("**** you");
    assert.equal((await restore(anna, ONE)).kind, "ordered");
    // Somebody goes back to the first words, and nobody has told of it yet.
    bench.shows("damn it");
    await bench.sent();
    assert.deepEqual(bench.orders("id state reason").at(-1), "p0002 cancelled message_had_changed");
  });

  it("is not undone by its own echo, and a person who edits is judged as ever", async () => {
    await using bench = createDeskBench();
    await masked(bench);
    await createRestore(bench.parts).restore(anna, ONE);
    await bench.sent();
    const echo = editEntry(editOf("k1", { text: "damn it", by: "administrator", at: 9_000 }));
    assert.deepEqual(await bench.store.recordEdits([echo]), ["echo"]);
    const again = editEntry(editOf("k1", { text: "damn it", by: "anna", at: 10_000 }));
    assert.deepEqual(await bench.store.recordEdits([again]), ["new"]);
    const [open] = await bench.store.openEdits(9, epochMs(START_MS + 60_000));
    assert.deepEqual(open?.standing.orders.at(-1)?.action, "restore");
    assert.notEqual(open.standing.orders.at(-1)?.judgedBody, fingerprint(again.edit.body));
  });
});
