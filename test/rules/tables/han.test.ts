import assert from "node:assert/strict";
import { HAN_LOOKALIKES } from "../../../src/rules/tables/han-lookalikes.ts";
import { pairsOf } from "../../../src/rules/tables/pairs.ts";
import { PARTS } from "../../../src/rules/tables/parts.ts";
import { READINGS } from "../../../src/rules/tables/readings.ts";
import { HAN, isFoldedHan, simplified } from "./characters.ts";

const readings = new Map(
  READINGS.split(";").map((row): [string, string] => [row.split(":")[0] ?? "", row.split(":")[1] ?? ""]),
);

/** The Han characters of GB 2312, levels 1 and 2. */
function gb2312(): readonly string[] {
  const bytes: number[] = [];
  for (let lead = 0xb0; lead <= 0xf7; lead++) for (let trail = 0xa1; trail <= 0xfe; trail++) bytes.push(lead, trail);
  return [...new TextDecoder("gb2312").decode(Uint8Array.from(bytes))].filter((character) => HAN.test(character));
}

function hasReadings(character: string, expected: string): void {
  const found = [...readings].filter(([, characters]) => characters.includes(character)).map(([syllable]) => syllable);
  assert.deepEqual(found.sort(), expected.split(" ").sort(), character);
}

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
