import assert from "node:assert/strict";
import { epochMs } from "../../src/domain/time.ts";
import type { Arrival } from "../../src/flows/intake.ts";
import type { MessageId } from "../../src/ports/store.ts";
import { decodeMessage } from "../../src/tencent/callback.ts";
import { APP, entryOf, NOW, objected, passed, said, saidInGroup } from "../support/store-fixtures.ts";
import type { StoreHarness } from "./store-harness.ts";

export function describeIntake({ fresh }: StoreHarness): void {
  describe("taking messages in", () => {
    it("writes a message, its findings, its order and its audit entry in one step", async () => {
      using bench = fresh();
      const entries = [entryOf(said("k1"), objected("o1")), entryOf(saidInGroup(7), passed)];
      assert.deepEqual(await bench.store.recordIntake(entries), [true, true]);
      const state = bench.dump({
        conversation: "kind first second",
        message: "id msg_key msg_seq sender decision revision received_at decided_at",
        finding: "message_id rule effect start end place",
        modification: "id message_id ordinal api lane action state payload_revision due_at",
        payload: "modification_id revision body reason",
        audit: "id actor act message_id modification_id detail",
      });
      assert.deepEqual(state, {
        conversation: ["c2c anna ben", "group hike "],
        message: [`1 k1 - anna rewrite r1 ${NOW} ${NOW}`, `2 - 7 anna pass r1 ${NOW} ${NOW}`],
        finding: ['1 mild mask 0 4 {"element":0,"part":"text"}'],
        modification: [`o1 1 0 c2c live mask pending 1 ${NOW}`],
        payload: ['o1 1 {"payload of":"o1"} first'],
        audit: ['1 emend decision 1 o1 {"rules":["mild"]}'],
      });
    });

    it("tells both sides of a chat as one conversation", async () => {
      using bench = fresh();
      const there = said("k1");
      const back = said("k2", { from: "ben", to: "anna" });
      await bench.store.recordIntake([entryOf(there, passed), entryOf(back, passed)]);
      const state = bench.dump({ conversation: "kind first second", message: "msg_key conversation_id sender" });
      assert.deepEqual(state, { conversation: ["c2c anna ben"], message: ["k1 1 anna", "k2 1 ben"] });
    });

    for (const [sentence, first, second, isNew] of [
      ["a message that comes again", said("k1"), said("k1"), false],
      ["a message that comes again with another unread count", said("k1"), said("k1", { customData: "x" }), false],
      ["a key that the other side uses too", said("k1"), said("k1", { from: "ben", to: "anna" }), true],
      ["the same key in another chat", said("k1"), said("k1", { to: "carlos" }), true],
      ["a group message that comes again", saidInGroup(7), saidInGroup(7), false],
      ["the same number in another group", saidInGroup(7), saidInGroup(7, { group: "run" }), true],
      ["the same number in another topic", saidInGroup(7, { topic: "a" }), saidInGroup(7, { topic: "b" }), true],
      ["the same number in a group that was made anew", saidInGroup(1), saidInGroup(1, { time: 1_799_000_000 }), true],
      ["a live-group message that comes again", unnumbered("hi"), unnumbered("hi"), false],
      ["another live-group message", unnumbered("hi"), unnumbered("ho"), true],
    ] as const) {
      it(`${isNew ? "records" : "does not record"} ${sentence}`, async () => {
        for (const inOneStep of [true, false]) {
          using bench = fresh();
          const entries = [entryOf(first, objected("o1")), entryOf(second, objected("o2"))] as const;
          const answers = inOneStep
            ? await bench.store.recordIntake(entries)
            : [...(await bench.store.recordIntake([entries[0]])), ...(await bench.store.recordIntake([entries[1]]))];
          assert.deepEqual(answers, [true, isNew]);
          const { modification, finding, audit } = bench.dump({ modification: "id", finding: "id", audit: "id" });
          assert.deepEqual(modification, isNew ? ["o1", "o2"] : ["o1"]);
          assert.equal(finding.length, modification.length);
          assert.equal(audit.length, modification.length);
        }
      });
    }

    it("writes nothing of a step in which one entry fails, and goes on afterwards", async () => {
      using bench = fresh();
      await bench.store.recordIntake([entryOf(said("k0", { to: "dora" }), objected("taken"))]);
      const before = bench.dump(everything);
      // The id of an order is unique: the second entry cannot be written.
      const step = [entryOf(said("k1"), objected("o1")), entryOf(said("k2"), objected("taken"))];
      await assert.rejects(bench.store.recordIntake(step));
      assert.deepEqual(bench.dump(everything), before);
      // The conversation of the failed step was rolled back with it: it must not be remembered as known.
      assert.deepEqual(await bench.store.recordIntake([entryOf(said("k1"), objected("o1"))]), [true]);
      assert.deepEqual(bench.dump({ conversation: "id first second" }).conversation, ["1 anna dora", "2 anna ben"]);
    });

    it("keeps a callback byte for byte, whatever characters it is made of", async () => {
      using bench = fresh();
      const callback = Buffer.from('{"lone":"\\ud800","nul":"\\u0000","raw":"\u0000🙂","big":12345678901234567890} \n');
      await bench.store.recordIntake([{ ...entryOf(said("k1"), undefined), callback }]);
      const [undecided] = await bench.store.undecided(1);
      assert.ok(undecided?.callback.equals(callback));
    });

    it("is never asked to keep a number that it could not give back", () => {
      const callback = saidInGroup(7).callback.toString().replace('"MsgSeq":7', '"MsgSeq":9007199254740993');
      assert.equal(decodeMessage("Group.CallbackAfterSendMsg", Buffer.from(callback), APP).ok, false);
    });

    it("keeps an order that ended before it began, with its reason and without a payload", async () => {
      using bench = fresh();
      const ended = objected("o1", { state: "refused", reason: "live_group", payload: "" });
      await bench.store.recordIntake([entryOf(said("k1"), ended)]);
      const state = bench.dump({
        modification: "id state reason payload_revision ended_at",
        payload: "modification_id",
      });
      assert.deepEqual(state, { modification: [`o1 refused live_group 0 ${NOW}`], payload: [] });
      assert.deepEqual(await bench.store.claimOrders("c2c", 10, NOW), []);
    });
  });

  describe("judging later", () => {
    it("lists messages without a decision, oldest first, up to the limit", async () => {
      using bench = fresh();
      await bench.store.recordIntake([
        entryOf(said("k1"), undefined),
        entryOf(said("k2"), passed),
        entryOf(saidInGroup(3), undefined),
        entryOf(said("k4"), undefined),
      ]);
      const undecided = await bench.store.undecided(2);
      assert.deepEqual(
        undecided.map(({ id, command, origin, sdkAppId }) => [id, command, origin, sdkAppId]),
        [
          [1, "C2C.CallbackAfterSendMsg", "after_send", APP],
          [3, "Group.CallbackAfterSendMsg", "after_send", APP],
        ],
      );
    });

    it("writes a later judgement down once", async () => {
      using bench = fresh();
      await bench.store.recordIntake([entryOf(said("k1"), undefined)]);
      const id = 1 as MessageId;
      const later = epochMs(NOW + 500);
      await bench.store.recordJudgement(id, objected("o1"), later);
      await bench.store.recordJudgement(id, objected("o2"), later);
      await bench.store.recordJudgingFailed(id, objected("o3").audit, later);
      const state = bench.dump({
        message: "id decision decided_at",
        modification: "id due_at",
        finding: "id",
        audit: "id",
      });
      const expected = { message: [`1 rewrite ${later}`], modification: [`o1 ${later}`], finding: ["1"], audit: ["1"] };
      assert.deepEqual(state, expected);
      assert.deepEqual(await bench.store.undecided(10), []);
    });

    it("leaves a message that cannot be judged to a person, with its body", async () => {
      using bench = fresh({ keepPassedBodies: false });
      await bench.store.recordIntake([entryOf(said("k1"), undefined)]);
      const entry = { at: NOW, actor: "emend", act: "judging_failed", detail: {} } as const;
      await bench.store.recordJudgingFailed(1 as MessageId, [entry], NOW);
      const state = bench.dump({ message: "id decision callback", audit: "act message_id" });
      const body = said("k1").callback.toString();
      assert.deepEqual(state, { message: [`1 failed ${body}`], audit: ["judging_failed 1"] });
      assert.deepEqual(await bench.store.undecided(10), []);
    });
  });
}

const unnumbered = (text: string): Arrival => saidInGroup(undefined, { text, type: "AVChatRoom" });

const everything = {
  conversation: "id first second",
  message: "id msg_key decision",
  finding: "id message_id",
  modification: "id state",
  payload: "modification_id revision",
  audit: "id detail",
};
