import assert from "node:assert/strict";
import { EMOJI } from "../../../src/rules/tables/emoji.ts";
import { LEET, LEET_SEQUENCES } from "../../../src/rules/tables/leet.ts";
import { DIGITS } from "../../../src/rules/tables/letters.ts";
import { LOOKALIKE_CAPITALS } from "../../../src/rules/tables/lookalikes.ts";
import { pairsOf } from "../../../src/rules/tables/pairs.ts";
import { folded, HAN, isFoldedHan, letters, lookalikes, radicals, simplified } from "./characters.ts";

const capitals = new Map(pairsOf(LOOKALIKE_CAPITALS));

describe("letters that are always folded", () => {
  it("go to one letter of the alphabet", () => {
    for (const [source, target] of letters) assert.match(target, /^[a-z]$/, source);
  });

  it("are spelled in lower case, and NFKC alone would not do", () => {
    for (const source of letters.keys()) {
      assert.equal(source.toLowerCase(), source);
      assert.doesNotMatch(folded(source), /^[a-z]$/);
    }
  });

  for (const [source, target] of pairsOf("ᴀaꜱsʏy🅐a🅩z🅰a🆉z🇦a🇿z⒜a🄐a🄩zđdøołlħhıiŧtƀb")) {
    it(`reads ${source} as ${target}`, () => assert.equal(letters.get(source), target));
  }

  it("numbers in signs are digits", () => {
    const digits = new Map(DIGITS);
    assert.equal(digits.size, DIGITS.length);
    for (const [sign, expected] of [
      "❶ 1",
      "❿ 10",
      "➀ 1",
      "➊ 1",
      "⓵ 1",
      "⓾ 10",
      "⓿ 0",
      "🄌 0",
      "⒈ 1",
      "⒇ 20",
      "⓴ 20",
    ].map((row) => row.split(" ") as [string, string])) {
      assert.equal(digits.get(sign), expected, sign);
    }
    for (const [sign, number] of DIGITS) assert.ok([...sign].length === 1 && /^\d{1,2}$/.test(number), sign);
  });

  it("radicals are those that stand in words", () => {
    for (const [source, target] of radicals) {
      assert.ok(
        source >= "\u2e80" && source <= "\u2eff" && HAN.test(target) && !simplified.has(target),
        source + target,
      );
    }
    for (const [source, target] of pairsOf("⺡氵⻉贝⻋车⻔门⻢马⻥鱼⻦鸟⺘扌⺅亻⻈讠⻐钅⺮竹")) {
      assert.equal(radicals.get(source), target);
    }
  });
});

describe("look-alikes", () => {
  it("go from a folded character that is no Latin letter of ASCII, digit or Han to one that is a letter", () => {
    for (const [source, target] of lookalikes) {
      assert.match(target, /^[a-z]$/, source);
      assert.equal(folded(source), source);
      assert.doesNotMatch(source, /[\p{ASCII}\p{Nd}\p{P}\p{Script=Han}\p{Script=Hebrew}\p{Script=Arabic}]/u, source);
    }
  });

  it("has a list of capitals only for those whose small letter would be read otherwise", () => {
    for (const [source, target] of capitals) {
      assert.match(target, /^[a-z]$/, source);
      assert.notEqual(source.toLowerCase(), source);
      assert.notEqual(lookalikes.get(source.toLowerCase()), target, source);
    }
    for (const [source, target] of pairsOf("ΝnΜmΗhΥyΣeΛa")) assert.equal(capitals.get(source), target);
  });

  const seen = "аaвbсcеeнhкkмmоoрpтtхxуyѕsіiјjԁdԛqԝwһhαaυuτtνvηnρpοoωwμuπnցgոnօoꮪsꓮaɑaɡgɩi";
  for (const [source, target] of pairsOf(seen)) {
    it(`takes ${source} for ${target}`, () => assert.equal(lookalikes.get(source), target));
  }
  for (const character of "ßжф١०〇א×") {
    it(`takes ${character} for no letter`, () => assert.equal(lookalikes.get(character), undefined));
  }
});

describe("leet", () => {
  it("is of single digits and symbols, never letters, stars or what separates", () => {
    const rows = pairsOf(LEET);
    assert.equal(new Set(rows.map((row) => row.join(""))).size, rows.length);
    for (const [source, target] of rows) {
      assert.match(source, /^[^\p{L}\s*_.,'"-]$/u);
      assert.match(target, /^[a-z]$/);
    }
  });

  it("has sequences that draw one letter, each sequence once", () => {
    assert.equal(new Set(LEET_SEQUENCES.map(([sequence]) => sequence)).size, LEET_SEQUENCES.length);
    for (const [sequence, letter] of LEET_SEQUENCES) {
      assert.ok(sequence.length >= 2 && sequence.length <= 4 && folded(sequence) === sequence, sequence);
      assert.match(letter, /^[a-z]$/);
    }
  });

  it("reads what people write", () => {
    for (const row of ["0o", "1i", "1l", "3e", "4a", "5s", "6b", "6g", "7t", "@a", "$s", "!i", "|l", "€e", "¢c"]) {
      assert.ok(
        pairsOf(LEET).some((pair) => pair.join("") === row),
        row,
      );
    }
    const sequences = new Map(LEET_SEQUENCES);
    for (const [sequence, letter] of [
      ["|\\|", "n"],
      ["|\\/|", "m"],
      ["|>", "d"],
      ["()", "o"],
      ["\\/\\/", "w"],
    ] as const) {
      assert.equal(sequences.get(sequence), letter, sequence);
    }
  });
});

describe("emoji", () => {
  it("are single code points with Han or Latin alternatives, each once", () => {
    assert.equal(new Set(EMOJI.map(([emoji]) => emoji)).size, EMOJI.length);
    for (const [emoji, alternatives] of EMOJI) {
      assert.equal([...emoji].length, 1, emoji);
      assert.ok(!letters.has(emoji), emoji);
      assert.equal(new Set(alternatives).size, [...alternatives].length, emoji);
      for (const each of alternatives) assert.ok(/^[a-z]$/.test(each) || isFoldedHan(each), emoji + each);
    }
  });

  for (const [emoji, letter] of pairsOf("🐮牛🐎马🐎妈🍺逼➕加❤信🥚蛋🔫枪🔪杀☠毒💊药🌿草🐢龟⭕o❌x💲s")) {
    it(`${emoji} may be ${letter}`, () => assert.ok(new Map(EMOJI).get(emoji)?.includes(letter)));
  }
});
