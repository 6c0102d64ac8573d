import assert from "node:assert/strict";
import { readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { MODERN_WORDS } from "../../../scripts/modern-words.ts";
import { COMMON_ENGLISH } from "../../../src/rules/tables/english.ts";
import { PARTS } from "../../../src/rules/tables/parts.ts";
import { WORDS, WORDS_TOTAL } from "../../../src/rules/tables/words.ts";
import { isFoldedHan } from "./characters.ts";

function split(words: string, length: number): readonly string[] {
  return words.match(new RegExp(`.{${length}}`, "gu")) ?? [];
}

describe("words", () => {
  const all = WORDS.flatMap(({ length, words }) => split(words, length));

  it("are about a hundred thousand in less than 900 KB", () => {
    assert.ok(all.length > 90_000 && all.length < 130_000, String(all.length));
    assert.ok(statSync(new URL("../../../src/rules/tables/words.ts", import.meta.url)).size < 900_000);
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
    const rude = readFileSync(new URL("../../../rules/lists/profanity-zh.txt", import.meta.url), "utf8")
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
