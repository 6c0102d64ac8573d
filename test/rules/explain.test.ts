import assert from "node:assert/strict";
import fc from "fast-check";
import { explain } from "../../src/rules/explain.ts";
import { fold, foldedString } from "../../src/rules/fold.ts";
import { foldChanges } from "../../src/rules/fold-steps.ts";
import { rulesOfYaml } from "./support.ts";

const RULES = rulesOfYaml(`
  - { id: mild, match: { terms: [damn, 白痴] }, allow: [damn good] }
  - { id: twice, match: { terms: [turd] }, limits: { hitsMin: 2 } }
  - { id: long, match: { terms: [prick] }, limits: { textMin: 50 } }
  - { id: both, match: { all: [{ terms: [加我] }, { terms: [微信] }] } }
  - { id: trial, mode: shadow, match: { terms: [fiddlesticks] } }
  - { id: trial.ask, mode: shadow, match: { terms: [codswallop] }, action: { mask: none } }
  - { id: ask, mode: flag, match: { terms: [poppycock] } }
  - { id: ask.quietly, match: { terms: [balderdash] }, action: { mask: none } }
`);

describe("how a text was folded", () => {
  for (const [sentence, text, expected] of [
    ["capitals by case", "DaMn", ["D→d case", "M→m case"]],
    ["full width by width, then by case", "Ｄａ", ["Ｄ→d width case", "ａ→a width"]],
    ["a ligature by width, as one change", "ﬁg", ["ﬁ→fi width"]],
    ["accents by marks", "däm", ["ä→a marks"]],
    ["accents of their own by marks", "da\u0308m", ["a\u0308→a marks"]],
    ["what nobody sees by being dropped", "da\u200bmn\u00ad", ["\u200b→ invisible", "\u00ad→ invisible"]],
    ["traditional characters by their table", "白癡", ["癡→痴 traditional"]],
    ["nothing at all of plain words", "damn it, 白痴", []],
  ] as const) {
    it(`tells ${sentence}`, () => {
      const changes = foldChanges(fold(text)).map(
        ({ original, folded, steps }) => `${original}→${folded} ${steps.map(({ kind }) => kind).join(" ")}`,
      );
      assert.deepEqual(changes, expected);
    });
  }

  it("adds up to the folded text, whatever the text is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        const folded = fold(text);
        let result = "";
        let done = 0;
        for (const change of foldChanges(folded)) {
          assert.ok(change.start >= done && change.end > change.start);
          assert.equal(change.original, text.slice(change.start, change.end));
          assert.ok(change.steps.length > 0);
          assert.equal(change.steps.at(-1)?.to, change.folded);
          result += text.slice(done, change.start) + change.folded;
          done = change.end;
        }
        assert.equal(result + text.slice(done), foldedString(folded));
      }),
    );
  });
});

describe("an explanation", () => {
  it("says what hit, where, and what would be sent", () => {
    const { hits, masked, silent } = explain(RULES, "oh ＤＡＭＮ");
    assert.deepEqual(
      hits.map(({ rule, mode, by, start, end, text, counted, dropped }) => ({
        ...{ rule, mode, by, start, end, text, counted, dropped },
      })),
      [
        {
          ...{ rule: "mild", mode: "enforce", by: { kind: "term", source: "damn" }, start: 3, end: 7 },
          ...{ text: "ＤＡＭＮ", counted: true, dropped: undefined },
        },
      ],
    );
    assert.deepEqual([masked, silent], ["oh ****", []]);
  });

  it("says what would be sent if the rules in shadow mode were enforced too", () => {
    const { masked, maskedWithShadow } = explain(RULES, "damn fiddlesticks");
    assert.deepEqual([masked, maskedWithShadow], ["**** fiddlesticks", "**** ************"]);
    assert.equal(explain(RULES, "damn").maskedWithShadow, "****");
  });

  it("says which allow phrase or guard decided against a hit", () => {
    const { hits } = explain(RULES, "damn good, damnation");
    assert.deepEqual(
      hits.filter(({ counted }) => !counted).map(({ start, dropped }) => [start, dropped?.guard]),
      [
        [0, "allow"],
        [11, "boundary"],
      ],
    );
    assert.match(hits[0]?.dropped?.reason ?? "", /damn good/);
  });

  it("says of a hit what its rule does about it, or would do in shadow mode", () => {
    const { hits } = explain(RULES, "damn, fiddlesticks, codswallop, poppycock, balderdash");
    assert.deepEqual(
      hits.map(({ rule, mode, does }) => [rule, mode, does]),
      [
        ["mild", "enforce", "mask"],
        ["trial", "shadow", "mask"],
        ["trial.ask", "shadow", "flag"],
        ["ask", "flag", "flag"],
        ["ask.quietly", "enforce", "flag"],
      ],
    );
  });

  for (const [sentence, text, rule, reason] of [
    ["its hits are too few", "a turd", "twice", /fewer than 2 hits \(hitsMin\)/],
    ["the text is too short", "a prick", "long", /shorter than 50 \(textMin\)/],
    ["its conditions do not hold", "加我好友", "both", /conditions/],
  ] as const) {
    it(`says that a rule keeps silent because ${sentence}`, () => {
      const { silent, masked } = explain(RULES, text);
      assert.equal(masked, text);
      assert.deepEqual(
        silent.map((each) => each.rule),
        [rule],
      );
      assert.match(silent[0]?.reason ?? "", reason);
    });
  }
});
