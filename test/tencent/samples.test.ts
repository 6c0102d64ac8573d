import assert from "node:assert/strict";
import type { SdkAppId } from "../../src/domain/message.ts";
import type { NonJson } from "../../src/domain/note.ts";
import { planFor } from "../../src/domain/plan.ts";
import { Secret } from "../../src/domain/secret.ts";
import { epochMs } from "../../src/domain/time.ts";
import { compileRules } from "../../src/rules/compile.ts";
import { evaluate } from "../../src/rules/evaluate.ts";
import { rewriteBody } from "../../src/tencent/body.ts";
import { spellPayload } from "../../src/tencent/payload.ts";
import type { Callback } from "../support/read-callback.ts";
import { readCallback } from "../support/read-callback.ts";
import type { Sample } from "../support/tencent-samples.ts";
import { sampleNamed, samples } from "../support/tencent-samples.ts";
import type { MessageRow } from "./sample-rows.ts";
import { NOTED_AT, ORDER_ID } from "./sample-rows.ts";
import { sampleTable } from "./sample-table.ts";

const sdkAppId = 1400000000 as SdkAppId;
const RULES = `pack: samples
rules:
  - id: words
    match: { terms: [badword, 坏词] }
    scope: { jsonPaths: [data.title] }
`;
const compiled = compileRules(new Map([["samples.yaml", RULES]]), { exemptSenders: ["administrator"] });
assert.ok(compiled.ok);
const { ruleSet } = compiled;

const read = (sample: Sample): Callback =>
  readCallback(sample.query, sample.body, { sdkAppId, token: undefined }, epochMs(0));

function orderFor(sample: Sample, nonJson: NonJson = "leave") {
  const callback = read(sample);
  assert.ok(callback.kind === "message");
  const decision = evaluate(ruleSet, callback.message);
  const settings = { mode: "enforce", noteKey: "moderation", nonJson, rewriteBody, spellPayload } as const;
  const plan = planFor(callback.message, decision, { id: ORDER_ID, at: NOTED_AT, origin: "after_send" }, settings);
  return { decision, order: plan.kind === "order" ? plan.order : undefined };
}

describe("a recorded callback", () => {
  it("has a row in the table, each of the 53", () => {
    assert.equal(samples.length, 53);
    assert.deepEqual(Object.keys(sampleTable).sort(), samples.map(({ name }) => name).sort());
  });

  for (const sample of samples) {
    const row = sampleTable[sample.name];
    if (row === undefined) continue;
    if (row.kind !== "message") {
      const words = { unused: "of no use to us", forbidden: "not for this app", edit: "an edit", recall: "a recall" };
      it(`${sample.name} is ${row.kind === "alert" ? "a warning" : words[row.kind]}`, () => {
        const expected = row.kind === "forbidden" ? row : { ...row, command: sample.command };
        assert.deepEqual(read(sample), expected);
      });
      continue;
    }
    it(`${sample.name} is read whole`, () => assertReadWhole(sample, row));
    it(`${sample.name} ${consequence(row)}`, () => {
      const { decision, order } = orderFor(sample);
      assert.equal(decision.kind, row.decision);
      assert.equal(order?.payload, row.order?.payload);
      const drafted = row.order && { id: ORDER_ID, purpose: "rewrite", lane: "live", ...row.order };
      assert.deepEqual(order, drafted);
    });
    if (row.wrapped === undefined) continue;
    const { wrapped } = row;
    it(`${sample.name} keeps the custom data inside of the note's object when wrapping is asked for`, () => {
      const { order } = orderFor(sample, "wrap");
      const payload = `${row.order?.payload.slice(0, -1)},"CloudCustomData":${JSON.stringify(wrapped)}}`;
      assert.equal(order?.payload, payload);
      assert.equal(order?.noteSkipped, undefined);
    });
  }

  it("that comes again byte for byte leads to the same order", () => {
    const [first, again] = ["group-public-text-at", "group-duplicate-of-public"].map(sampleNamed);
    assert.ok(first && again);
    assert.deepEqual(orderFor(again), orderFor(first));
  });

  it("with a signature is believed within a minute of its time", () => {
    const { query, body } = sampleNamed("c2c-text-signed");
    const settings = { sdkAppId, token: new Secret("example-token") };
    const at = (ms: number): string => readCallback(query, body, settings, epochMs(1_767_230_000_000 + ms)).kind;
    assert.deepEqual([-60_001, -60_000, 0, 60_000, 60_001].map(at), [
      ...["forbidden", "message", "message", "message", "forbidden"],
    ]);
  });
});

function assertReadWhole(sample: Sample, row: MessageRow): void {
  const callback = read(sample);
  assert.ok(callback.kind === "message");
  assert.equal(callback.command, sample.command);
  const { body, ...message } = { ...callback.message };
  assert.deepEqual(message, { sdkAppId, ...row.read });
  const raw = JSON.parse(sample.body.toString()) as { MsgBody: unknown };
  assert.equal(body, JSON.stringify(raw.MsgBody));
}

function consequence({ order }: MessageRow): string {
  if (order === undefined) return "is left alone";
  if (order.state === "refused") return `cannot be rewritten: ${order.reason}`;
  if (order.action === "flag") return "is flagged in a note, its body left alone";
  return order.noteSkipped === undefined ? "is masked and noted" : `is masked without a note: ${order.noteSkipped}`;
}
