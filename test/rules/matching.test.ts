import assert from "node:assert/strict";
import fc from "fast-check";
import { fold } from "../../src/rules/fold.ts";
import { maskText } from "../../src/rules/mask-text.ts";
import { rulesOfYaml } from "./support.ts";

/** Rows: what is said, and what is left of it; the same text where nothing is to be found. */
type Rows = readonly (readonly [sentence: string, text: string, masked?: string])[];

function behaves(rules: string, rows: Rows): void {
  const ruleSet = rulesOfYaml(rules);
  for (const [sentence, text, masked = text] of rows) {
    it(sentence, () => assert.equal(maskText(ruleSet, text), masked));
  }
}

const ENGLISH = `  - { id: en, match: { terms: [damn, turd, ass, penis, bitch, piss off, idiot, bastard] } }
  - { id: part, match: { terms: [fuck] }, fold: { boundary: none } }`;

describe("words of Latin letters", () => {
  behaves(ENGLISH, [
    ["are found whole", "damn, damn! (damn)", "****, ****! (****)"],
    ["are not found inside of longer ones", "class assessment damnation"],
    ["may touch Han, underscores and hyphens", "这damn网 my_damn-thing", "这****网 my_****-thing"],
    ["touch digits like letters", "damn1 2damn"],
    ["may be anywhere where the rule says so", "whatthefuckever", "whatthe****ever"],
    ["may stand beside flags", "🇩🇪damn🇫🇷", "🇩🇪****🇫🇷"],
    ["are seen through marks", "dämn da\u0336m\u0308n", "**** ****"],
    ["keep the marks of Vietnamese", "mặt trụrđ đẹp turđ"],
    ["are seen through look-alikes", "d\u0430mn \u{1d41d}\u{1d41a}\u{1d426}\u{1d427} ᴅᴀᴍɴ ⓓⓐⓜⓝ", "**** **** **** ****"],
    ["are no words of another alphabet", "\u0430\u0455\u0455\u0438\u044f \u0441\u0430\u0441\u0441"],
    ["are seen through leet", "d4mn 7urd b4st4rd", "**** **** *******"],
    ["need a letter of their own", "455 a55 4$5"],
    ["end where punctuation begins", "damn!1 damn!!", "****!1 ****!!"],
    ["are not a bracket and what follows it", "what (urd"],
    ["are no mention of somebody", "@ss said so"],
    ["are seen through repeats, all of them", "daaamnnn it", "******** it"],
    ["are seen through invisible characters, which stay", "da\u200Bmn", "**\u200B**"],
    ["are seen through Markdown and tags, which stay", "da**mn** t<b>u</b>rd", "******** *<b>*</b>**"],
    ["are seen through an override of direction", "\u202Enmad\u202C it", "\u202E****\u202C it"],
    ["may be framed letters", "🇩 🇦 🇲 🇳 🅳🅰🅼🅽", "* * * * ****"],
    ["are no flags side by side", "🇦🇸 🇸🇬"],
  ]);
});

describe("gaps between letters", () => {
  behaves(ENGLISH, [
    ["hide a word that is spelled out", "d.a.m.n d a m n", "*.*.*.* * * * *"],
    ["hide a word in two pieces", "tu rd ba-stard", "** ** **-*****"],
    ["hide a column", "d\na\nm\nn", "*\n*\n*\n*"],
    ["hide nothing where the pieces are words", "my pen is here"],
    ["hide nothing where the word goes on", "crash it, a bit chilly"],
    ["hide nothing in a longer row of letters", "A.S.S.O.C. and a s s o c"],
    ["hide nothing when they differ from letter to letter", "d.a-m_n"],
    ["hide nothing behind a tag and a blank", "my <b>pen</b> is here"],
    [
      "hide a word behind a long tag",
      'd<span style="color: red; font-size: 12px; font-weight: bold">amn',
      '*<span style="color: red; font-size: 12px; font-weight: bold">***',
    ],
    ["hide nothing with commas and brackets", "f(d, a, m, n)"],
    ["hide nothing in three letters after a number", "5 a s s"],
    [
      "stand for the blank of a term, or may be missing",
      "piss_off pissoff piss  \n off",
      "****_*** ******* ****  \n ***",
    ],
    ["end at three", "d....a....m....n"],
  ]);
});

describe("words of Han", () => {
  behaves(`  - { id: zh, match: { terms: [白痴, 毒品, 洗钱, 刷单, 王八蛋, 加微信, 加QQ, A片, 六合彩, 牛b] } }`, [
    ["are found anywhere", "你这白痴啊", "你这**啊"],
    ["are not the end of one word and the start of another", "消毒品质检测 手洗钱包 牙刷单支装"],
    ["are found beside a particle", "白痴吧，白痴的", "**吧，**的"],
    ["are seen through traditional characters", "小白癡，六合彩開獎", "小**，***開獎"],
    ["are seen through radicals and full width", "⽩痴 Ａ片", "** **"],
    ["are seen through spaces, symbols and emoji", "白 痴 刷*单 刷😂单 白【痴】", "* * *** *😂* *【*】"],
    ["are seen through repeats", "白白痴痴", "****"],
    ["are not split over a full stop", "不用加。微信上说"],
    ["may have a pause after each character", "王，八，蛋", "*，*，*"],
    ["are seen in a column", "白\n痴", "*\n*"],
    ["do not run from one line into the next", "请说明白\n痴情的人"],
    ["are seen with a look-alike in them", "冼钱渠道", "**渠道"],
    ["are seen with an emoji for a character", "➕微信", "***"],
    ["are seen with digits for characters", "王8蛋 6合彩", "*** ***"],
    ["end where their Latin letters end", "ABC片 加QQ群 加QQ12345", "ABC片 ***群 ***12345"],
    ["with digits for letters do not count things", "养牛8头 牛8", "养牛8头 **"],
  ]);
});

describe("what a rule has to ask for", () => {
  const zh = "match: { terms: [滚蛋, 傻逼, 赌博, 王八蛋] }";
  behaves(`  - { id: a, ${zh}, fold: { pinyin: on } }`, [
    ["readings for characters", "gun蛋 gǔn dàn 滚dan", "**** *** *** ****"],
    ["whole syllables only", "Dubois gundam"],
    ["nothing else", "煞比 贝者博 王*蛋 蛋八王"],
  ]);
  behaves(`  - { id: a, ${zh}, fold: { homophones: on } }`, [
    ["characters that sound alike", "煞比玩意", "**玩意"],
    ["but no words of their own", "他赌一把，毒薄荷"],
  ]);
  behaves(`  - { id: a, ${zh}, fold: { parts: on } }`, [["characters taken apart", "贝者博 贝者 博", "*** ** *"]]);
  behaves(`  - { id: a, match: { terms: [王八蛋, damn, sex] }, fold: { censored: on, reversed: on } }`, [
    ["a star for an inner letter", "d*mn 王*蛋", "**** ***"],
    ["no rows of stars", "**** d*** ***n"],
    ["words the other way round, whole and not too short", "nmad it, xes 蛋八王", "**** it, xes ***"],
  ]);
  behaves(`  - { id: a, match: { terms: [白痴, damn] }, fold: plain }`, [
    ["plain: the characters one by one", "ＤＡＭＮ dämn 白癡", "**** **** **"],
    ["plain: no disguises", "d4mn d.a.m.n daamn 白 痴 d\u0430mn"],
  ]);
  behaves(`  - { id: a, match: { terms: [Damn] }, fold: { case: off } }`, [
    ["letters as they are written", "Damn damn DAMN", "**** damn DAMN"],
  ]);
  behaves(`  - { id: a, match: { terms: [damn] }, fold: { leet: off, gaps: off } }`, [
    ["switches one by one", "d4mn d.a.m.n daaamn", "d4mn d.a.m.n ******"],
  ]);
});

describe("gaps and other disguises together", () => {
  behaves(`  - { id: a, match: { terms: [digfel, tedit, 五突, 六合彩] } }`, [
    ["are no reason to take a word for another", "dig feel"],
    ["leave punctuation what it is", "ted! t"],
    ["leave numbers what they are", "9465 突 6合彩", "9465 突 ***"],
  ]);
});

describe("gaps of a rule's own", () => {
  behaves(
    `  - { id: a, match: { terms: [piss off] }, fold: { gaps: { max: 1 } } }
  - { id: b, match: { terms: [unrelated] }, fold: { gaps: { max: 9 } } }`,
    [
      ["hold for the blanks of its terms", "piss---off"],
      ["leave white space free", "piss  \n  off, piss-off", "****  \n  ***, ****-***"],
    ],
  );
  behaves(`  - { id: a, match: { terms: [damn, 白痴] }, fold: { gaps: { max: 5, classes: [symbol] } } }`, [
    ["may be longer", "d.....a.....m.....n 白~~~~~痴", "*.....*.....*.....* *~~~~~*"],
    ["end where they end", "白~~~~~~痴"],
    ["are of the classes it names", "d a m n 白😂痴"],
  ]);
});

describe("what a hostile text may cost", () => {
  behaves(`  - { id: a, match: { terms: [damn, 王八蛋] } }`, [
    [
      "long stretches are seen through",
      `d${"a".repeat(90)}mn 王${"八".repeat(90)}蛋`,
      `${"*".repeat(93)} ${"*".repeat(92)}`,
    ],
  ]);
  behaves(`  - { id: a, match: { terms: [bastard, retard] } }`, [
    ["letters of several signs begin words", "13astard |2etard", "******** *******"],
  ]);
  const endless = rulesOfYaml(`  - { id: a, match: { terms: [${"si".repeat(100)}, ${"s".repeat(40)}] } }`);
  const cross = rulesOfYaml(`  - { id: a, match: { terms: [cac] }, fold: { boundary: none } }`);
  const phrases = Array.from(
    { length: 12 },
    (_, at) =>
      `"${Array(at + 2)
        .fill("ha")
        .join(" ")}"`,
  ).join(", ");
  const laughs = rulesOfYaml(`  - { id: a, match: { terms: [${phrases}] } }`);
  // Each of these took minutes, or all the memory there is, before the walk had an end.
  for (const [name, ruleSet, text] of [
    ["signs that may be letters or gaps", endless, "$!".repeat(4_000)],
    ["signs that repeat", endless, "s$".repeat(4_000)],
    ["one word in another alphabet", cross, "сас".repeat(3_000)],
    ["phrases inside of phrases", laughs, "ha ".repeat(2_000)],
  ] as const) {
    it(`has an end: ${name}`, () => assert.equal(maskText(ruleSet, text).length, text.length));
  }
});

describe("letters as they are written", () => {
  behaves(`  - { id: a, match: { terms: [Dick] }, fold: { case: off } }`, [
    ["is about the letters, not about their disguises", "D1ck Diiick DICK dick", "**** ****** DICK dick"],
    ["is the same for a text that is nothing but the word", "DICK"],
  ]);
  behaves(`  - { id: a, match: { terms: [damn, 白痴] }, fold: { traditional: off, marks: off } }`, [
    ["is asked of each kind", "d4mn dämn 白癡 白痴", "**** dämn 白癡 **"],
  ]);
});

describe("links", () => {
  const text = "see https://wiki.example/damn and mail damn@mail.example, damn";
  behaves(`  - { id: a, match: { terms: [damn] } }`, [["keep the words in them", text, text.replace(/damn$/, "****")]]);
  behaves(`  - { id: a, match: { terms: [damn] }, fold: { links: on } }`, [
    ["are looked into where a rule says so", "https://wiki.example/damn", "https://wiki.example/****"],
  ]);
});

describe("an allow phrase", () => {
  behaves(`  - { id: a, match: { terms: [大麻, dick] }, allow: [大麻烦, Moby Dick] }`, [
    ["wins over what lies wholly inside it", "大麻烦 Moby-Dick"],
    ["wins nowhere else", "大麻烦，大麻 dick Moby", "大麻烦，** **** Moby"],
    ["is folded like the text", "大麻煩 ＭＯＢＹ ＤＩＣＫ"],
  ]);
});

describe("laws of matching", () => {
  const terms = ["damn", "turd", "bastard", "白痴", "王八蛋", "piss off"];
  const ruleSet = rulesOfYaml(`  - { id: a, match: { terms: [${terms.join(", ")}] } }`);
  const disguises: readonly ((term: string) => string)[] = [
    (term) => term.toUpperCase(),
    (term) => [...term].join("\u200B"),
    (term) => term.replace(/[!-~]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0)),
    (term) =>
      [...term]
        .map((letter) => letter + letter + letter)
        .join("")
        .replace(/ +/g, " "),
    (term) => [...term.replace(" ", "")].join("."),
    (term) => [...term.replace(" ", "")].join("\n"),
    (term) => [...term].map((letter) => letter + "\u0336").join(""),
    (term) => `\u202E${[...term].reverse().join("")}\u202C`,
    (term) => term.replace("a", "4").replace("u", "\u03c5").replace("八", "8"),
  ];
  const innocent = fc.constantFrom("", "hello ", "你好，", "3 apples, ", "🙂 ", "— ");

  it("every disguise of every word is found, wherever it stands", () => {
    fc.assert(
      fc.property(fc.constantFrom(...terms), fc.constantFrom(...disguises), innocent, innocent, (term, hide, a, b) => {
        const hidden = hide(term);
        const masked = maskText(ruleSet, a + hidden + b.replace(/^(?=\S)/, " "));
        assert.notEqual(masked, a + hidden + b.replace(/^(?=\S)/, " "));
      }),
      { numRuns: 500 },
    );
  });

  it("the order of rules and words does not matter", () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(terms, { minLength: terms.length }), (shuffled) => {
        const other = rulesOfYaml(`  - { id: a, match: { terms: [${shuffled.join(", ")}] } }`);
        const text = "damn d.a.m.n 白痴 王8蛋 pissoff turd7 b4st4rd";
        assert.equal(maskText(other, text), maskText(ruleSet, text));
      }),
      { numRuns: 20 },
    );
  });

  it("a thousand words more change nothing about a text that has none of them", () => {
    const more = Array.from({ length: 1_000 }, (_, at) => `w${(at * 7_919).toString(36)}`);
    const larger = rulesOfYaml(`  - { id: a, match: { terms: [${[...terms, ...more].join(", ")}] } }`);
    const text = "oh d-a-m-n, such a 白 痴, turrrd";
    assert.equal(maskText(larger, text), maskText(ruleSet, text));
    assert.deepEqual(larger.matcher.hits(fold("hello there")), []);
  });
});
