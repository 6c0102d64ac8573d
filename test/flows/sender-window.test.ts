import assert from "node:assert/strict";
import fc from "fast-check";
import type { Message } from "../../src/domain/message.ts";
import { epochMs } from "../../src/domain/time.ts";
import type { PieceRun } from "../../src/flows/sender-window.ts";
import { createSenderWindow, SENDER_WINDOW } from "../../src/flows/sender-window.ts";
import { START_MS } from "../support/fake-clock.ts";
import { said, saidInGroup } from "../support/store-fixtures.ts";

const at = (second: number): number => START_MS / 1000 + second;
const say = (key: string, text: string, second = 0, more: { from?: string; to?: string } = {}): Message =>
  said(key, { text, time: at(second), ...more }).message;

/** What the window says of the last of these messages. */
function lastRun(messages: readonly Message[], limits = SENDER_WINDOW): PieceRun | undefined {
  const window = createSenderWindow(limits);
  return messages.map((message) => window.add(message)).at(-1);
}
const lastTexts = (...messages: readonly Message[]): readonly string[] | undefined => lastRun(messages)?.texts;

describe("the window over a sender's messages", () => {
  for (const [sentence, messages, expected] of [
    ["sees two short messages as one run", [say("k1", "da", 0), say("k2", "mn", 3)], ["da", "mn"]],
    ["sees nothing in a message that stands alone", [say("k1", "da")], undefined],
    ["keeps the last five", [..."abcdefg"].map((text, i) => say(`k${i}`, text, i)), ["c", "d", "e", "f", "g"]],
    ["reaches twenty seconds back", [say("k1", "da", 0), say("k2", "mn", 20)], ["da", "mn"]],
    ["reaches no further", [say("k1", "da", 0), say("k2", "mn", 21)], undefined],
    ["tells senders apart", [say("k1", "da"), say("k2", "mn", 0, { from: "carl" })], undefined],
    ["tells conversations apart", [say("k1", "da"), say("k2", "mn", 0, { to: "carl" })], undefined],
    ["is not about long messages", [say("k1", "da"), say("k2", "mn and so on it goes")], undefined],
    [
      "ends a run at a long message",
      [say("k1", "da", 0), say("k2", "what a lovely day", 1), say("k3", "mn", 2)],
      undefined,
    ],
    ["counts a message once that comes again", [say("k1", "da"), say("k2", "mn"), say("k2", "mn")], ["da", "mn"]],
    ["does not count the blanks around a text", [say("k1", "  da \n"), say("k2", "   mn       ")], ["da", "mn"]],
    ["leaves blank messages out of account", [say("k1", "da", 0), say("k2", "   ", 1)], undefined],
  ] as const) {
    it(sentence, () => assert.deepEqual(lastTexts(...messages), expected));
  }

  it("puts messages in the order in which they were sent, though a callback came late", () => {
    const run = lastRun([say("k2", "mn", 5), say("k1", "da", 4)]);
    assert.deepEqual(run, { texts: ["da", "mn"], place: 0 });
  });

  it("puts messages of one second in the order of their numbers in the group", () => {
    const inGroup = (seq: number, text: string): Message => saidInGroup(seq, { text }).message;
    assert.deepEqual(lastRun([inGroup(8, "mn"), inGroup(7, "da")]), { texts: ["da", "mn"], place: 0 });
  });

  it("tells groups and topics apart", () => {
    const inGroup = (seq: number, topic?: string): Message =>
      saidInGroup(seq, { text: "da", ...(topic === undefined ? {} : { topic }) }).message;
    assert.equal(lastRun([inGroup(1), inGroup(2, "@TGS#_t1")]), undefined);
    assert.equal(
      lastRun([saidInGroup(1, { text: "da" }).message, saidInGroup(2, { text: "mn", group: "b" }).message]),
      undefined,
    );
  });

  it("sees a message of several texts as their sum, and ends a run at anything but text", () => {
    const text = (value: string) => ({ kind: "text", text: value }) as const;
    const split = { ...say("k1", "x"), elements: [text("d"), text("a")] };
    const face = { ...say("k2", "x"), elements: [{ kind: "face", label: "[smile]" } as const] };
    assert.deepEqual(lastTexts(split, say("k3", "mn")), ["da", "mn"]);
    assert.equal(lastTexts(split, face, say("k3", "mn")), undefined);
  });

  it("does not read over a message without a time", () => {
    assert.equal(lastTexts(say("k1", "da"), { ...say("k2", "mn"), sentAt: undefined }), undefined);
    assert.equal(lastTexts(say("k1", "da"), { ...say("k2", "x"), sentAt: undefined }, say("k3", "mn")), undefined);
  });

  it("forgets the sender who was silent longest when there are too many", () => {
    const window = createSenderWindow({ ...SENDER_WINDOW, sendersMax: 2 });
    const from = (sender: string, key: string): PieceRun | undefined => window.add(say(key, "da", 0, { from: sender }));
    for (const sender of ["anna", "ben", "anna", "carl"]) from(sender, `${sender}-${Math.random()}`);
    assert.equal(from("ben", "again"), undefined);
    assert.equal(from("carl", "again")?.texts.length, 2);
  });

  it("never holds more than it may, nor reads over more time than it may, whatever comes", () => {
    const messages = fc.array(
      fc.record({
        key: fc.nat(30),
        second: fc.nat(60),
        text: fc.string({ maxLength: 12 }),
        from: fc.constantFrom("anna", "ben"),
      }),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(messages, (all) => {
        const window = createSenderWindow(SENDER_WINDOW);
        for (const { key, second, text, from } of all) {
          const run = window.add({ ...say(`k${key}`, text, 0, { from }), sentAt: epochMs(START_MS + second * 1000) });
          if (run === undefined) continue;
          assert.ok(run.texts.length >= 2 && run.texts.length <= SENDER_WINDOW.messagesMax);
          assert.ok(run.texts.every((each) => each !== "" && each.length <= SENDER_WINDOW.textUnitsMax));
          assert.ok(run.place >= 0 && run.place < run.texts.length);
        }
      }),
    );
  });
});
