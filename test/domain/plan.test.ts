import assert from "node:assert/strict";
import type { Decision, Finding, RuleId } from "../../src/domain/decision.ts";
import type { GroupId, Message, UserId } from "../../src/domain/message.ts";
import type { OrderDraft, PlanSettings } from "../../src/domain/plan.ts";
import { PAYLOAD_BYTES_MAX, planFor } from "../../src/domain/plan.ts";
import { span } from "../../src/domain/span.ts";
import { epochMs } from "../../src/domain/time.ts";
import { messageOf } from "../rules/support.ts";

const at = epochMs(1_789_000_000_000);
const settings: PlanSettings = {
  mode: "enforce",
  noteKey: "moderation",
  nonJson: "leave",
  rewriteBody: () => "[masked]",
  spellPayload: (_ref, change) => JSON.stringify(change),
};
const finding = (rule: string, effect: Finding["effect"]): Finding => ({
  rule: rule as RuleId,
  ...{ category: "c", severity: "low", effect },
  place: { element: 0, part: "text" },
  span: span(0, 1),
});
const findings = [finding("b", "mask"), finding("s", "shadow"), finding("a", "flag"), finding("b", "mask")];
const decided = (kind: Decision["kind"]): Decision => ({ kind, revision: "r", findings, edits: [] });
const noteOf = (action: string): string =>
  `{"moderation":[{"v":1,"id":"01J","action":"${action}","rules":["b","a"],"at":1789000000000}]}`;

function plan(kind: Decision["kind"], message: Partial<Message> = {}, more: Partial<PlanSettings> = {}) {
  const order = { id: "01J", at, origin: "after_send" } as const;
  return planFor(messageOf([], message), decided(kind), order, { ...settings, ...more });
}

function orderOf(...parts: Parameters<typeof plan>): OrderDraft {
  const planned = plan(...parts);
  assert.ok(planned.kind === "order");
  return planned.order;
}

const groupRef = { kind: "group", groupId: "g" as GroupId, topicId: undefined, msgSeq: 5 } as const;
const unnumbered = { kind: "unnumbered", groupId: "g" as GroupId, digest: "00" } as const;
const common = { id: "01J", purpose: "rewrite", lane: "live", reason: "", noteSkipped: undefined } as const;

describe("the note of a plan", () => {
  const planned = (note: NonNullable<Decision["note"]>, kind: Decision["kind"] = "rewrite"): OrderDraft => {
    const order = { id: "01J", at, origin: "after_send" } as const;
    const found = planFor(messageOf([]), { ...decided(kind), note }, order, settings);
    assert.ok(found.kind === "order");
    return found.order;
  };
  it("names what the rules let it name", () => {
    const { payload } = planned({ rules: ["b" as RuleId], categories: ["insult"] });
    assert.match(payload, /"rules\\":\[\\"b\\"\],\\"categories\\":\[\\"insult\\"\],\\"at/);
  });
  it("is left out where no rule wants one, and the mask is kept", () => {
    const { payload, noteSkipped } = planned({ rules: [], categories: [] });
    assert.deepEqual([JSON.parse(payload), noteSkipped], [{ body: "[masked]" }, "switched_off"]);
  });
  it("is all there would be to a flag, so without it there is nothing to send", () => {
    const { state, reason } = planned({ rules: [], categories: [] }, "review");
    assert.deepEqual([state, reason], ["refused", "nothing_but_a_note"]);
  });
});

describe("a plan", () => {
  it("is nothing for a message that passes, whatever else is the matter with it", () => {
    for (const message of [{}, { unmodifiable: "live_group" }, { ref: unnumbered }] as const) {
      assert.deepEqual(plan("pass", message), { kind: "nothing" });
    }
  });

  it("puts body and note into one change, the rules of the note once each and none that only watches", () => {
    assert.deepEqual(orderOf("rewrite"), {
      ...{ ...common, action: "mask", api: "c2c", state: "pending" },
      payload: JSON.stringify({ body: "[masked]", customData: noteOf("mask") }),
    });
  });

  it("is a note alone where a person is to look", () => {
    assert.deepEqual(orderOf("review", { ref: groupRef }), {
      ...{ ...common, action: "flag", api: "group", state: "pending" },
      payload: JSON.stringify({ customData: noteOf("flag") }),
    });
  });

  it("is written down as ended in shadow mode, with what would have been sent", () => {
    assert.deepEqual(orderOf("rewrite", {}, { mode: "shadow" }), {
      ...{ ...common, action: "mask", api: "c2c", state: "cancelled", reason: "shadow_mode" },
      payload: JSON.stringify({ body: "[masked]", customData: noteOf("mask") }),
    });
  });

  for (const [message, api, reason] of [
    [{ unmodifiable: "send_failed" }, "c2c", "send_failed"],
    [{ unmodifiable: "online_only" }, "c2c", "online_only"],
    [{ unmodifiable: "online_only", ref: groupRef }, "group", "online_only"],
    [{ unmodifiable: "live_group", ref: groupRef }, "group", "live_group"],
    [{ unmodifiable: "live_group", ref: unnumbered }, "group", "live_group"],
    [{ ref: unnumbered }, "group", "live_group"],
  ] as const) {
    it(`is a refusal with its reason for a ${message.ref?.kind ?? "c2c"} message: ${reason}`, () => {
      for (const mode of ["enforce", "shadow"] as const) {
        assert.deepEqual(orderOf("rewrite", message, { mode }), {
          ...{ ...common, action: "mask", api, state: "refused", reason, payload: "" },
        });
      }
    });
  }

  for (const [customData, noteSkipped] of [
    ["[1]", "not_an_object"],
    [`{"moderation":"theirs"}`, "not_ours"],
    [JSON.stringify({ long: "x".repeat(PAYLOAD_BYTES_MAX) }), "too_long"],
  ] as const) {
    it(`masks without a note, and says why: ${noteSkipped}`, () => {
      const order = orderOf("rewrite", { customData });
      assert.equal(order.payload, JSON.stringify({ body: "[masked]" }));
      assert.deepEqual([order.state, order.noteSkipped], ["pending", noteSkipped]);
    });

    it(`has nothing to send when there is only a note and no place for it: ${noteSkipped}`, () => {
      assert.deepEqual(orderOf("review", { customData }), {
        ...{ ...common, action: "flag", api: "c2c", state: "refused", reason: "nothing_but_a_note", payload: "" },
        noteSkipped,
      });
    });
  }

  it("writes under the key and in the way that the operator chose", () => {
    const wrapped = orderOf("review", { customData: "x" }, { nonJson: "wrap", noteKey: "audit" });
    const { customData } = JSON.parse(wrapped.payload) as { customData: string };
    assert.equal(customData, `{"original":"x",${noteOf("flag").slice(1).replace("moderation", "audit")}`);
  });

  for (const [sentence, letter, bytes] of [
    ["one", "a", 1],
    ["two", "é", 2],
    ["three", "坏", 3],
    ["four", "😀", 4],
    ["six, as an escape,", "\\ud83d", 6],
  ] as const) {
    it(`leaves the note out from the first byte over the limit, with letters of ${sentence} bytes`, () => {
      const fixed = Buffer.byteLength(JSON.stringify(noteOf("mask")));
      const room = PAYLOAD_BYTES_MAX - fixed;
      const filled = (units: number): string => letter.repeat(Math.floor(units / bytes)) + "x".repeat(units % bytes);
      const skipped = (units: number) => orderOf("rewrite", {}, { rewriteBody: () => filled(units) }).noteSkipped;
      assert.deepEqual([skipped(room), skipped(room + 1)], [undefined, "too_long"]);
    });
  }

  it("counts custom data as it travels, quotes escaped", () => {
    const customData = JSON.stringify({ q: '"'.repeat(PAYLOAD_BYTES_MAX / 3) });
    assert.ok(Buffer.byteLength(customData) < PAYLOAD_BYTES_MAX * 0.7);
    assert.equal(orderOf("rewrite", { customData }).noteSkipped, "too_long");
  });

  it("names the sender's side first however the ids sort", () => {
    const ref = { kind: "c2c", from: "zoe" as UserId, to: "adam" as UserId, msgKey: "1_2_3" } as const;
    const seen: unknown[] = [];
    orderOf("rewrite", { ref }, { spellPayload: (given) => String(seen.push(given)) });
    assert.deepEqual(seen, [ref]);
  });
});
