/** What holds for any text, with every mechanism of the engine switched on. LAW_TEXTS sets how many texts are tried. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { applyEdits } from "../../src/domain/span.ts";
import { splitIntoGraphemes } from "../../src/rules/graphemes.ts";
import { maskRun } from "../../src/rules/mask-run.ts";
import { readRuleFolder } from "../../src/rules/rule-folder.ts";
import type { RuleSet } from "../../src/rules/rule-set.ts";
import { compiled } from "./support.ts";

const TEXTS = Number(process.env["LAW_TEXTS"] ?? 20_000);
const FOLDER = new URL("../accuracy/rules", import.meta.url).pathname;

// Pieces of disguises rather than words: what comes of them together is for chance.
const piece = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom(..."damnturdfuckshipx", "dam", "mn", "fu", "ck", "sh", "it", "ass", "as", "piss", "off"),
  },
  {
    weight: 6,
    arbitrary: fc.constantFrom(
      ..."白痴傻逼煞比操你妈他的加我微信王八蛋毒品洗钱赌博贝者氵先",
      "白痴",
      "王八",
      "QQ",
      "gun",
      "dan",
      "bai",
    ),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      " ",
      ".",
      "-",
      "*",
      "**",
      "_",
      "\n",
      "\r\n",
      "，",
      "。",
      "【",
      "<b>",
      "</b>",
      "](u)",
      "x",
      "X",
      "&nbsp;",
    ),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      "4",
      "0",
      "1",
      "3",
      "7",
      "8",
      "13",
      "@",
      "$",
      "!",
      "|",
      "|\\|",
      "()",
      "😂",
      "🐮",
      "➕",
      "❤️",
      "8️⃣",
      "🇩",
      "🇦",
      "🅰️",
    ),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      "\u200B",
      "\u200D",
      "\u202E",
      "\u202C",
      "\uFE0F",
      "\u0301",
      "\u0336",
      "\u00AD",
      "ﬁ",
      "İ",
      "ß",
      "ạ",
      "а",
      "с",
      "ԁ",
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      "1380013",
      "8000",
      "t.me/",
      "http://",
      "a.com",
      "微信号",
      "qq12345",
      "👨‍👩‍👧",
      "🇩🇪",
      "कि",
      "\ud83d",
      "\ude00",
    ),
  },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 3 }) },
);
const chat = fc.array(piece, { maxLength: 14 }).map((pieces) => pieces.join(""));
const texts = fc.oneof(
  { weight: 6, arbitrary: chat.map((text) => [text]) },
  { weight: 1, arbitrary: fc.array(chat, { minLength: 2, maxLength: 3 }) },
);

describe("for any text", () => {
  let ruleSet: RuleSet;
  before(async () => {
    const reading = await readRuleFolder(FOLDER);
    assert.ok(reading.ok);
    ruleSet = compiled(Object.fromEntries(reading.files));
  });
  const mask = (given: readonly string[]) => {
    const run = maskRun(ruleSet, given, ({ rule }) => ruleSet.rules[rule]?.mask);
    return { ...run, masked: given.map((text, index) => applyEdits(text, run.edits[index] ?? [])) };
  };

  it(`masks hold: ${TEXTS} texts`, function () {
    this.timeout(TEXTS * 5 + 20_000);
    fc.assert(
      fc.property(texts, (given) => {
        const { hits, edits, masked } = mask(given);
        // Nobody is told of a place that is not there, or of half a character.
        given.forEach((text, index) => {
          const characters = splitIntoGraphemes(text);
          const ends = new Set([0]);
          let end = 0;
          for (const character of characters) ends.add((end += character.length));
          const pieces = hits.flatMap((hit) => hit.pieces.filter((each) => each.text === index));
          for (const { span } of pieces) assert.ok(ends.has(span.start) && ends.has(span.end), "splits a character");
          for (const { span } of edits[index] ?? []) {
            const isNamed = pieces.some((each) => each.span.start <= span.start && span.end <= each.span.end);
            assert.ok(isNamed || pieces.length > 1, "changes what no finding names");
          }
          const after = splitIntoGraphemes(masked[index] ?? "");
          assert.equal(after.length, characters.length, "changes the number of characters");
          after.forEach((character, at) => {
            if (character !== characters[at])
              assert.equal(character.replace(/[^*]/gu, ""), "*", "puts in something else");
          });
        });
        assert.deepEqual(mask(masked).masked, masked, "masks again what was masked");
        assert.deepEqual(mask(masked).edits.flat(), [], "masks again what was masked");
      }),
      { numRuns: TEXTS },
    );
  });
});
