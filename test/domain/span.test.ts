import assert from "node:assert/strict";
import fc from "fast-check";
import type { Span } from "../../src/domain/span.ts";
import { applyEdits, span, union } from "../../src/domain/span.ts";

const spans = fc.array(
  fc.tuple(fc.nat(30), fc.integer({ min: 1, max: 10 })).map(([start, length]) => span(start, start + length)),
);
const ground = (covered: readonly Span[]): readonly number[] =>
  Array.from({ length: 50 }, (_, at) => at).filter((at) => covered.some(({ start, end }) => start <= at && at < end));

describe("a span", () => {
  it("is half-open", () => assert.deepEqual(span(2, 5), { start: 2, end: 5 }));

  for (const [sentence, start, end] of [
    ["empty", 3, 3],
    ["backwards", 3, 2],
    ["before the text", -1, 2],
    ["between two units", 0.5, 2],
    ["open-ended", 0, Infinity],
    ["not a number", NaN, 2],
  ] as const) {
    it(`is never ${sentence}`, () => assert.throws(() => span(start, end), RangeError));
  }
});

describe("the union of spans", () => {
  it("covers the same ground, sorted, with gaps between", () => {
    fc.assert(
      fc.property(spans, (some) => {
        const joined = union(some);
        assert.deepEqual(ground(joined), ground(some));
        joined.slice(1).forEach(({ start }, index) => assert.ok(start > (joined[index]?.end ?? Infinity)));
      }),
    );
  });
});

describe("edits", () => {
  it("replace their spans and nothing else", () => {
    const text = "0123456789".repeat(5);
    fc.assert(
      fc.property(spans, fc.string(), (some, replacement) => {
        const edits = union(some).map((at) => ({ span: at, text: replacement }));
        const starts = new Set(edits.map((edit) => edit.span.start));
        const covered = new Set(ground(some));
        const expected = Array.from(text, (unit, at) =>
          covered.has(at) ? (starts.has(at) ? replacement : "") : unit,
        ).join("");
        assert.equal(applyEdits(text, edits), expected);
      }),
    );
  });

  for (const [sentence, edits] of [
    ["overlap", [span(0, 3), span(2, 4)]],
    ["come in the wrong order", [span(3, 4), span(0, 1)]],
    ["reach beyond the text", [span(3, 6)]],
  ] as const) {
    it(`are refused when they ${sentence}`, () => {
      assert.throws(
        () =>
          applyEdits(
            "12345",
            edits.map((at) => ({ span: at, text: "" })),
          ),
        RangeError,
      );
    });
  }
});
