import assert from "node:assert/strict";
import { fingerprint, textFingerprint } from "../../src/domain/fingerprint.ts";
import type { Fingerprint } from "../../src/domain/fingerprint.ts";
import { epochMs } from "../../src/domain/time.ts";
import { createReconsider } from "../../src/flows/reconsider.ts";
import type { ReadBack } from "../../src/ports/im-client.ts";
import type { Bodies, ClaimedOrder, MessageId } from "../../src/ports/store.ts";
import { withContent } from "../../src/tencent/body.ts";
import { textBody } from "../support/edit-fixtures.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { decodeForTests, judgeForTests, memoryStore } from "../support/sending-bench.ts";
import { entryOf, passed, said } from "../support/store-fixtures.ts";

const NOW = epochMs(1_789_000_000_000);
const order: ClaimedOrder = {
  ...{ id: "o5", messageId: 1 as MessageId, api: "c2c", payload: "{}", payloadRevision: 1 },
  ...{ tries: {}, readFirst: true, createdAt: NOW, fence: 2, unsent: true, isOfMany: false },
};
const body = (text: string): Fingerprint => fingerprint(textBody(text));

/** The message `damn it`, what Tencent has of it now, and what the order for it writes. */
async function again(now: ReadBack, bodies: Bodies | undefined) {
  using store = memoryStore();
  await store.recordIntake([entryOf(said("k1", { text: "damn it" }), passed)]);
  const judge = judgeForTests(createFakeClock());
  const reconsider = createReconsider({
    store: { recorded: (id) => store.recorded(id), bodiesFor: async () => bodies },
    client: { read: async () => now },
    judge: async (...asked) => judge(...asked),
    decode: decodeForTests,
    withContent,
  });
  return reconsider(order, NOW);
}
const standing = (text: string, customData?: string): ReadBack => ({ kind: "found", body: textBody(text), customData });

describe("an order whose message has changed meanwhile", () => {
  const masks: Bodies = { own: body("well ****"), others: [body("**** it")], putsBack: false, noted: ["o1"] };
  const putsBack: Bodies = { own: body("fine"), others: [body("**** it")], putsBack: true, noted: ["o1"] };
  const byHand: Bodies = { ...masks, decidedFor: { body: body("damn it"), data: textFingerprint("sender's") } };

  for (const [sentence, now, bodies, expected] of [
    ["goes out as it is over what another order of ours has written", standing("**** it"), masks, "retry"],
    ["is done when its own note stands there", standing("well ****", '{"id":"o5"}'), masks, "applied "],
    ["is judged anew over somebody's words", standing("oh damn"), masks, "revise"],
    ["ends where nothing is left to change", standing("oh well"), masks, "cancelled nothing_left_to_change"],
    ["goes out as it is when it puts back, over what we have written", standing("**** it"), putsBack, "retry"],
    ["is done when what it puts back stands there", standing("fine"), putsBack, "applied "],
    ["goes out when a note of ours is still there", standing("fine", '{"m":[{"id":"o1"}]}'), putsBack, "retry"],
    ["puts nothing back over what was written since", standing("damn"), putsBack, "cancelled message_had_changed"],
    ["that writes no body is judged anew", standing("oh damn"), undefined, "revise"],
    ["of a reviewer goes out over what they saw", standing("damn it", "sender's"), byHand, "retry"],
    ["of a reviewer is done when it stands there, without a note too", standing("well ****", "x"), byHand, "applied "],
    ["of a reviewer covers no other text", standing("oh damn"), byHand, "cancelled message_had_changed"],
    ["of a reviewer leaves other custom data alone", standing("damn it"), byHand, "cancelled message_had_changed"],
    ["ends with its message", { kind: "gone" }, masks, "refused no_longer_stored"],
    [
      "waits where nobody can say",
      { kind: "failed", outcome: { kind: "retryable", code: "timeout" } },
      masks,
      "unread",
    ],
  ] as const) {
    it(sentence, async () => {
      const result = await again(now, bodies);
      assert.equal(result.kind === "end" ? `${result.state} ${result.reason}` : result.kind, expected);
    });
  }
});
