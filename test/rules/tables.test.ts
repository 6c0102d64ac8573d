import assert from "node:assert/strict";
import { readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { MODERN_WORDS } from "../../scripts/modern-words.ts";
import { tableTexts } from "../../scripts/tables.ts";
import { EMOJI } from "../../src/rules/tables/emoji.ts";
import { COMMON_ENGLISH } from "../../src/rules/tables/english.ts";
import { HAN_LOOKALIKES } from "../../src/rules/tables/han-lookalikes.ts";
import { LEET, LEET_SEQUENCES } from "../../src/rules/tables/leet.ts";
import { DIGITS, LETTERS, RADICALS } from "../../src/rules/tables/letters.ts";
import { LOOKALIKE_CAPITALS, LOOKALIKES } from "../../src/rules/tables/lookalikes.ts";
import { pairsOf } from "../../src/rules/tables/pairs.ts";
import { PARTS } from "../../src/rules/tables/parts.ts";
import { READINGS } from "../../src/rules/tables/readings.ts";
import { SIMPLIFIED } from "../../src/rules/tables/simplified.ts";
import { WORDS, WORDS_TOTAL } from "../../src/rules/tables/words.ts";

const HAN = /^\p{Script=Han}$/u;
const simplified = new Map(pairsOf(SIMPLIFIED));
const radicals = new Map(pairsOf(RADICALS));
const letters = new Map(pairsOf(LETTERS));
const lookalikes = new Map(pairsOf(LOOKALIKES));
const capitals = new Map(pairsOf(LOOKALIKE_CAPITALS));
const readings = new Map(
  READINGS.split(";").map((row): [string, string] => [row.split(":")[0] ?? "", row.split(":")[1] ?? ""]),
);

function folded(character: string): string {
  return character.normalize("NFKC").toLowerCase();
}

/** What a Han character of a table must be so that it can ever be found in folded text. */
function isFoldedHan(character: string): boolean {
  return (
    HAN.test(character) && folded(character) === character && !simplified.has(character) && !radicals.has(character)
  );
}

/** The Han characters of GB 2312, levels 1 and 2. */
function gb2312(): readonly string[] {
  const bytes: number[] = [];
  for (let lead = 0xb0; lead <= 0xf7; lead++) for (let trail = 0xa1; trail <= 0xfe; trail++) bytes.push(lead, trail);
  return [...new TextDecoder("gb2312").decode(Uint8Array.from(bytes))].filter((character) => HAN.test(character));
}

function split(words: string, length: number): readonly string[] {
  return words.match(new RegExp(`.{${length}}`, "gu")) ?? [];
}

function hasReadings(character: string, expected: string): void {
  const found = [...readings].filter(([, characters]) => characters.includes(character)).map(([syllable]) => syllable);
  assert.deepEqual(found.sort(), expected.split(" ").sort(), character);
}

describe("generated tables", () => {
  for (const [name, text] of Object.entries(tableTexts())) {
    it(`${name} is not stale (npm run tables)`, () => {
      // Compared before it is asserted: a difference of a megabyte says nothing.
      const isFresh = readFileSync(new URL(`../../src/rules/tables/${name}`, import.meta.url), "utf8") === text;
      assert.ok(isFresh);
    });
  }
});

describe("tables of pairs", () => {
  for (const [name, table] of Object.entries({ SIMPLIFIED, RADICALS, LETTERS, LOOKALIKES, LOOKALIKE_CAPITALS })) {
    it(`${name} says one thing about a character, and no thing twice`, () => {
      const sources = pairsOf(table).map(([source]) => source);
      assert.equal([...table].length % 2, 0);
      assert.equal(new Set(sources).size, sources.length);
      for (const [source, target] of pairsOf(table)) assert.notEqual(source, target);
    });
  }

  it("no character is both always a letter and only like one", () => {
    for (const character of lookalikes.keys()) assert.ok(!letters.has(character), character);
  });
});

describe("simplified", () => {
  it("has rows for some three thousand characters", () => {
    assert.ok(simplified.size > 3_000 && simplified.size < 4_000, String(simplified.size));
  });

  it("leads to its end in one step, from Han to Han", () => {
    for (const [source, target] of simplified) {
      assert.ok(HAN.test(source) && HAN.test(target), source + target);
      assert.ok(!simplified.has(target), `${source}${target}`);
    }
  });

  it("leaves simplified Chinese alone, but for what chat writes only in the traditional spelling", () => {
    const changed = gb2312().filter((character) => simplified.has(character));
    assert.equal(changed.sort().join(""), [..."乾夥後徵拚於榘菸醣麽"].sort().join(""));
  });

  for (const [source, target] of pairsOf("癡痴發发髮发後后裏里裡里麵面駅驿変变仏佛竜龙鉄铁闘斗円圆沢泽妳你牠它")) {
    it(`reads ${source} as ${target}`, () => assert.equal(simplified.get(source), target));
  }
  for (const character of "著着沈瞭浜沪缶欠芸只才吃唇") {
    it(`leaves ${character} alone`, () => assert.equal(simplified.get(character), undefined));
  }
});

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

describe("readings", () => {
  it("are syllables of letters with characters that folding leaves alone", () => {
    assert.ok(readings.size > 390 && readings.size < 420, String(readings.size));
    for (const [syllable, characters] of readings) {
      assert.match(syllable, /^[a-z]{1,6}$/);
      assert.equal(new Set(characters).size, [...characters].length, syllable);
      for (const character of characters) assert.ok(isFoldedHan(character), syllable + character);
    }
  });

  it("know every character of GB 2312 that is not folded away", () => {
    const read = new Set([...readings.values()].join(""));
    for (const character of gb2312()) assert.ok(read.has(character) || simplified.has(character), character);
  });

  for (const [character, expected] of [
    ["洗", "xi"],
    ["信", "xin"],
    ["痴", "chi"],
    ["车", "che ju"],
    ["行", "hang xing"],
    ["都", "dou du"],
    ["还", "hai huan"],
    ["女", "nv"],
    ["绿", "lu lv"],
    ["略", "lve"],
    ["逼", "bi"],
    ["屄", "bi"],
    ["肏", "cao"],
    ["艹", "cao"],
    ["尛", "ma"],
    ["单", "chan dan"],
  ] as const) {
    it(`${character} is read ${expected}`, () => hasReadings(character, expected));
  }
});

describe("words", () => {
  const all = WORDS.flatMap(({ length, words }) => split(words, length));

  it("are about a hundred thousand in less than 900 KB", () => {
    assert.ok(all.length > 90_000 && all.length < 130_000, String(all.length));
    assert.ok(statSync(new URL("../../src/rules/tables/words.ts", import.meta.url)).size < 900_000);
    assert.equal(new Set(all).size, all.length);
  });

  it("are folded Han, whole in their row and sorted in it", () => {
    const characters = new Set(all.join(""));
    for (const character of characters) assert.ok(isFoldedHan(character), character);
    for (const { length, words } of WORDS) {
      const row = split(words, length);
      assert.equal(row.join(""), words);
      assert.deepEqual(row, [...row].sort());
    }
  });

  it("weigh as much as their frequency's logarithm, and less than all together", () => {
    assert.ok(WORDS_TOTAL > 17 && WORDS_TOTAL < 18.5);
    for (const { weight } of WORDS) assert.ok(weight > 1 && weight < WORDS_TOTAL);
    const weightOf = (word: string): number =>
      WORDS.find(({ length, words }) => length === word.length && split(words, length).includes(word))?.weight ?? 0;
    assert.ok(weightOf("的") > weightOf("毒品") && weightOf("我们") > weightOf("门牌") && weightOf("门牌") > 0);
  });

  for (const word of ["消毒", "毒品", "品类", "洗钱", "门牌", "时代", "发票", "微信", "彩妆", "支付宝", "社会主义"]) {
    it(`know ${word}`, () => assert.ok(all.includes(word)));
  }
});

describe("words that chats have come to say", () => {
  const modern = MODERN_WORDS.map(([word]) => word);

  it("are two thousand or so of two to four folded Han characters, each once", () => {
    assert.ok(modern.length > 1_500 && modern.length < 2_600, String(modern.length));
    assert.equal(new Set(modern).size, modern.length);
    for (const word of modern) assert.ok(/^.{2,4}$/.test(word) && [...word].every(isFoldedHan), word);
  });

  it("are all in the table, and as common there as they are given", () => {
    const weights = new Map(
      WORDS.flatMap(({ length, weight, words }) => split(words, length).map((word) => [word, weight] as const)),
    );
    // A row has the mean of its weights, at most one apart from each of them.
    for (const [word, frequency] of MODERN_WORDS) {
      assert.ok((weights.get(word) ?? 0) > Math.log(frequency) - 1, word);
    }
  });

  it("were unknown to the dictionary, or counted far too seldom", () => {
    const dictionary = new Map(
      readFileSync(createRequire(import.meta.url).resolve("@node-rs/jieba/dict.txt"), "utf8")
        .split("\n")
        .map((line): [string, number] => [line.split(" ")[0] ?? "", Number(line.split(" ")[1])]),
    );
    for (const [word, frequency] of MODERN_WORDS) {
      assert.ok((dictionary.get(word) ?? 0) < Math.max(frequency / 10, 55), word);
    }
  });

  it("are no terms that rules look for", () => {
    const rude = readFileSync(new URL("../../rules/lists/profanity-zh.txt", import.meta.url), "utf8")
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("#"))
      .map((line) => line.split("\t")[0] ?? "");
    const sold = "刷单 代练 代开 套现 开挂 洗钱 约炮 裸聊 时时彩 跑分 傻逼 脑残 王八蛋".split(" ");
    for (const term of [...rude, ...sold]) assert.ok(!modern.includes(term), term);
  });

  it("are none whose characters are another character taken apart", () => {
    const apart = new Set(PARTS.flatMap(([, ...sequences]) => sequences));
    for (const word of modern) assert.ok(!apart.has(word), word);
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

describe("characters taken apart", () => {
  it("stand for one character each, in folded Han", () => {
    const found = new Map<string, string>();
    for (const [character, ...sequences] of PARTS) {
      assert.ok(isFoldedHan(character), character);
      assert.ok(sequences.length > 0 && new Set(sequences).size === sequences.length, character);
      for (const sequence of sequences) {
        assert.equal(found.get(sequence) ?? character, character, sequence);
        found.set(sequence, character);
        assert.ok([...sequence].length >= 2, character + sequence);
        for (const part of sequence) assert.ok(isFoldedHan(part), character + sequence);
      }
    }
  });

  it("are more than a thousand, each in one row", () => {
    assert.ok(PARTS.length > 1_000, String(PARTS.length));
    assert.equal(new Set(PARTS.map(([character]) => character)).size, PARTS.length);
  });

  for (const row of (
    "洗氵先 洗三点水先 钱钅戋 强弓虽 骗马扁 赌贝者 博十尃 枪木仓 嫖女票 娼女昌 贱贝戋 鸡又鸟 加力口 信亻言 信人言 私禾厶 诈讠乍 诈言乍 球王求 " +
    "操扌喿 妈女马 你人尔 的白勺 好女子 法氵去 轮车仑 功工力 炮火包 裸衤果 聊耳卯 赚贝兼 贷代贝 婊女表 滚氵衮 蛋疋虫 狗犭句 猪犭者 话讠舌 钞钅少 彩采彡 码石马 群君羊 现王见 套大长 屎尸米"
  ).split(" ")) {
    const [character = "", ...sequence] = row;
    it(`${sequence.join("")} is ${character}`, () => {
      assert.ok(PARTS.some(([each, ...all]) => each === character && all.includes(sequence.join(""))));
    });
  }
});

describe("Han look-alikes", () => {
  it("are groups of two to five that share no character, in folded Han", () => {
    const all = HAN_LOOKALIKES.join("");
    assert.equal(new Set(all).size, [...all].length);
    for (const group of HAN_LOOKALIKES) {
      assert.ok([...group].length >= 2 && [...group].length <= 5, group);
      for (const character of group) assert.ok(isFoldedHan(character), group);
    }
    assert.ok(HAN_LOOKALIKES.length >= 100 && HAN_LOOKALIKES.length <= 300, String(HAN_LOOKALIKES.length));
  });

  for (const pair of [
    "洗冼",
    "合含",
    "未末",
    "己已",
    "日曰",
    "毒毐",
    "赌睹",
    "博搏",
    "徽微",
    "淫婬",
    "枪抢",
    "钞抄",
    "达迖",
    "国囯",
    "加伽",
  ]) {
    const [one = "", other = ""] = pair;
    it(`${one} and ${other} are confused`, () => {
      assert.ok(HAN_LOOKALIKES.some((group) => group.includes(one) && group.includes(other)));
    });
  }
});

describe("common English", () => {
  it("is some twelve to twenty hundred words of one to six letters", () => {
    assert.ok(COMMON_ENGLISH.size > 1_200 && COMMON_ENGLISH.size < 2_000, String(COMMON_ENGLISH.size));
    for (const word of COMMON_ENGLISH) assert.match(word, /^[a-z]{1,6}$/);
  });

  for (const word of "pen is a bit choppy it as s t ll ve re ok lol btw dan al lana esra ana la de per por".split(
    " ",
  )) {
    it(`knows ${word}`, () => assert.ok(COMMON_ENGLISH.has(word)));
  }

  it("holds nothing that a list would look for", () => {
    for (const word of "ass arse anus cock crap cum cunt damn dick fag fuck ho hoe homo nazi nigger piss poop porn prick rape sex shit slut tit turd twat wank whore".split(
      " ",
    )) {
      assert.ok(!COMMON_ENGLISH.has(word), word);
    }
  });
});
