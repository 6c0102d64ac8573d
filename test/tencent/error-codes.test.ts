import assert from "node:assert/strict";
import { nextStepFor, outcomeOf } from "../../src/tencent/error-codes.ts";
import { generalList, modifyPages, unknownCodes } from "../support/error-tables.ts";

describe("an answer's code", () => {
  for (const [code, kind] of modifyPages) {
    it(`${code} of the modify pages means ${kind}`, () => {
      assert.deepEqual(outcomeOf(code), { kind, code: String(code) });
    });
  }

  for (const [kind, codes] of Object.entries(generalList)) {
    it(`means ${kind} for ${codes.length} codes of the general list`, () => {
      const read = codes.map((code) => [code, outcomeOf(code).kind]);
      assert.deepEqual(
        read,
        codes.map((code) => [code, kind]),
      );
    });
  }

  it("means the same in one group of the list only", () => {
    const all = Object.values(generalList).flat();
    assert.equal(new Set(all).size, all.length);
  });

  for (const code of unknownCodes) {
    it(`${code} is unknown`, () => assert.deepEqual(outcomeOf(code), { kind: "unknown", code: String(code) }));
  }

  it("70050 asks for a minute of silence, as its page does", () => {
    assert.deepEqual(outcomeOf(70050), { kind: "misconfigured", code: "70050", probeAfterMs: 60_000 });
  });
});

describe("the next step after a code that stops everything", () => {
  for (const [code, step] of [
    [60010, /TENCENT_ADMIN/],
    [90009, /TENCENT_ADMIN/],
    [70003, /TENCENT_SECRET_KEY/],
    [70009, /TENCENT_SECRET_KEY/],
    [70020, /TENCENT_SDK_APP_ID/],
    [60026, /TENCENT_REGION/],
    [60020, /plan/],
    [60021, /allow list/],
    [72000, /269\/1671/],
  ] as const) {
    it(`is said for ${code}`, () => assert.match(nextStepFor(String(code)), step));
  }

  it("is said for each of them", () => {
    for (const code of [...generalList.misconfigured, ...generalList.unauthorised]) {
      assert.match(nextStepFor(String(code)), /^[A-Z].*\.$/);
    }
  });
});
