import assert from "node:assert/strict";
import fc from "fast-check";
import type { Decision, RuleId } from "../../src/domain/decision.ts";
import type { EditVerdict, Standing } from "../../src/domain/edit.ts";
import { GUARDS_MAX, verdictOn } from "../../src/domain/edit.ts";
import { fingerprint, textFingerprint } from "../../src/domain/fingerprint.ts";
import { span } from "../../src/domain/span.ts";

const mild = "mild" as RuleId;
const other = "other" as RuleId;
const text = { body: fingerprint('[{"a":1}]'), data: textFingerprint("{}") };

function says(kind: Decision["kind"], rule = mild, revision = "r1"): Decision {
  const place = { element: 0, part: "text" } as const;
  const effect = kind === "rewrite" ? "mask" : "flag";
  const finding = { rule, category: "c", severity: "low", effect, place, span: span(0, 1) } as const;
  return { kind, revision, findings: kind === "pass" ? [] : [finding], edits: [] };
}

type Order = Standing["orders"][number];
const order = (state: Order["state"], more: Partial<Order> = {}): Order => ({
  ...{ state, action: "mask", revision: "r1", judgedBody: text.body, judgedData: text.data, ...more },
});
const stands = (more: Partial<Standing> = {}): Standing => ({
  ...{ maskedFor: [], guards: 0, withReviewer: false, orders: [], ...more },
});
const masked = (guards: number, more: Partial<Standing> = {}): Standing =>
  stands({ maskedFor: [mild], guards, orders: [order("applied")], ...more });

describe("an edit", () => {
  for (const [sentence, decision, standing, expected] of [
    ["that says nothing bad passes", says("pass"), masked(3), "pass"],
    ["that brings an offence into a clean message is rewritten", says("rewrite"), stands(), "rewrite"],
    ["that takes the mask off is met by a guard", says("rewrite"), masked(0), "guard"],
    ["is met by a guard three times", says("rewrite"), masked(GUARDS_MAX - 1), "guard"],
    ["is left to a person after that", says("rewrite"), masked(GUARDS_MAX), "guard_exhausted"],
    ["brings another offence and is rewritten for that", says("rewrite", other), masked(3), "rewrite"],
    [
      "is a reviewer's once the message is",
      says("rewrite", other),
      masked(3, { withReviewer: true }),
      "guard_exhausted",
    ],
    [
      "with the text of the order that waits changes nothing",
      says("rewrite"),
      stands({ orders: [order("pending")] }),
      "unchanged",
    ],
    [
      "with the text of the order under way changes nothing",
      says("rewrite"),
      stands({ orders: [order("claimed")] }),
      "unchanged",
    ],
    [
      "with other custom data is ordered anew, so that these are not lost",
      says("rewrite"),
      stands({ orders: [order("pending", { judgedData: textFingerprint("other") })] }),
      "rewrite",
    ],
    [
      "with the text that a person is having put back is masked: who writes it again is the newer word",
      says("rewrite"),
      stands({ orders: [order("pending", { action: "restore" })] }),
      "rewrite",
    ],
    ["is judged anew by new rules", says("rewrite", mild, "r2"), stands({ orders: [order("pending")] }), "rewrite"],
    [
      "that leaves a flagged text as it is is not flagged twice",
      says("review"),
      stands({ orders: [order("applied", { action: "flag", judgedData: textFingerprint("without the note") })] }),
      "unchanged",
    ],
    ["that asks a person is a review", says("review"), masked(3), "review"],
    [
      "with a text that was given up is left where it is",
      says("rewrite"),
      stands({ orders: [order("given_up")] }),
      "unchanged",
    ],
  ] as const satisfies readonly (readonly [string, Decision, Standing, EditVerdict])[]) {
    it(sentence, () => assert.equal(verdictOn(decision, text, standing), expected));
  }
});

describe("a fingerprint", () => {
  it("is the same however members are ordered and letters are spelled", () => {
    const ways = ['[{"a":"é","b":[1,2]}]', '[ {"b":[1,2.0] ,\n"a":"\\u00e9"} ]'];
    assert.equal(new Set(ways.map(fingerprint)).size, 1);
  });

  it("differs when anything is said otherwise", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        const [one, two] = [JSON.stringify(a), JSON.stringify(b)];
        const same = JSON.stringify(sorted(JSON.parse(one))) === JSON.stringify(sorted(JSON.parse(two)));
        assert.equal(fingerprint(one) === fingerprint(two), same);
      }),
    );
  });

  it("is taken of whatever comes, also of what is nested a hundred thousand deep", () => {
    const deep = "[".repeat(100_000) + "]".repeat(100_000);
    for (const odd of [deep, "", "{", "\u0000"]) assert.match(fingerprint(odd), /^[0-9a-f]{32}$/);
  });

  it("tells no custom data and empty ones apart from nothing else", () => {
    assert.equal(textFingerprint(undefined), textFingerprint(""));
    assert.notEqual(textFingerprint("{}"), textFingerprint(""));
  });
});

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value).map(([key, inner]) => [key, sorted(inner)] as const);
  // Not a bare list: nothing said as an object is what the same says as an array.
  return { members: members.sort(([a], [b]) => (a < b ? -1 : 1)) };
}
