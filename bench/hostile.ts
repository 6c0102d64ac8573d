/**
 * Hostile texts: as long as a message can be, and made of what keeps the engine looking, while as many patterns are live
 * as a folder may have, every named matcher, a long list and a shorter one with everything switched on.
 */
import { built } from "./built.ts";
import { createCorpus, isLatin } from "./corpus.ts";
import { median } from "./median.ts";
import { createRandom } from "./random.ts";

const LENGTH = 8_000;
const ROUNDS = 5;
const SEED = 20261121;
const TERMS = 100_000;
const THOROUGH_TERMS = 1_000;
const PATTERNS = 200;
const PINYIN = "bai shi chi gun ma wo ni xi an hua".split(" ");

export async function benchHostile(): Promise<void> {
  const { compileRules } = await built("rules/compile");
  const { maskText } = await built("rules/mask-text");
  const { terms, clean } = createCorpus({
    seed: SEED,
    terms: TERMS,
    plantedOf: 1,
    messages: 2_000,
    plantedEvery: 2_000,
  });
  const compilation = compileRules(folderOf(terms), { exemptSenders: [] });
  if (!compilation.ok) throw new Error(JSON.stringify(compilation.problems.slice(0, 3)));
  const { ruleSet } = compilation;

  const texts = Object.entries(hostileTexts(terms.slice(0, THOROUGH_TERMS), clean));
  const times = new Map<string, number[]>(texts.map(([name]) => [name, []]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, text] of texts) {
      const begun = performance.now();
      maskText(ruleSet, text);
      times.get(name)?.push(performance.now() - begun);
    }
  }
  console.log(
    `\nHostile: masking texts of ${LENGTH} characters, ${TERMS} words, ${THOROUGH_TERMS} of them with every kind of folding, ${PATTERNS} patterns, all named matchers; ${ROUNDS} rounds, the first one cold\n`,
  );
  console.log("| text | median ms | worst ms |");
  console.log("|---|--:|--:|");
  for (const [name, ms] of times) console.log(`| ${name} | ${median(ms).toFixed(1)} | ${Math.max(...ms).toFixed(1)} |`);
}

function folderOf(terms: readonly string[]): ReadonlyMap<string, string> {
  const patterns = terms
    .filter(isLatin)
    .slice(0, PATTERNS)
    .map((term, at) => `      - '${term}[a-z]{0,3}[ -]?[0-9]{${(at % 3) + 2},9}'\n`);
  const pack =
    "pack: hostile\nrules:\n" +
    "  - { id: hostile.words, match: { lists: [lists/words.txt] } }\n" +
    "  - { id: hostile.thorough, match: { lists: [lists/thorough.txt] }, fold: { profile: thorough } }\n" +
    "  - { id: hostile.named, match: { named: [cn-mobile, wechat-id, qq-number, telegram, url] } }\n" +
    `  - id: hostile.patterns\n    match:\n      patterns:\n${patterns.join("")}`;
  return new Map([
    ["hostile.yaml", pack],
    ["lists/words.txt", terms.join("\n")],
    ["lists/thorough.txt", terms.slice(0, THOROUGH_TERMS).join("\n")],
  ]);
}

function hostileTexts(terms: readonly string[], clean: readonly string[]): Readonly<Record<string, string>> {
  const random = createRandom(SEED);
  const latin = terms.filter(isLatin);
  const han = terms.filter((term) => !isLatin(term));
  const written = (next: () => string): string => {
    let text = "";
    while (text.length < LENGTH) text += next();
    // Not through the middle of a pair of surrogates.
    return text.slice(0, LENGTH).toWellFormed();
  };
  const foreign: Readonly<Record<string, string>> = { a: "а", e: "е", o: "ο", c: "ϲ", p: "р", x: "х", i: "і", s: "ѕ" };
  const leet: Readonly<Record<string, string>> = { a: "4", e: "3", i: "!", o: "0", s: "$", t: "7", l: "|", b: "8" };
  const through = (table: Readonly<Record<string, string>>, term: string): string =>
    [...term].map((letter) => table[letter] ?? letter).join("");
  const inRow = (list: readonly string[], separator: string): (() => string) => {
    return () => [...random.of(list)].join(separator) + separator;
  };
  return {
    "ordinary chat": written(() => `${random.of(clean)} `),
    "one word again and again": written(() => `${latin[0]} `),
    "all the words": written(() => `${random.of(terms)} `),
    "words without their last letter": written(() => `${random.of(latin).slice(0, -1)} `),
    "letters spelled out": written(inRow(latin, " ")),
    "letters spelled out with stars": written(inRow(latin, "*")),
    "one letter": written(() => "a"),
    "letters of other alphabets": written(() => `${through(foreign, random.of(latin))} `),
    "digits and signs for letters": written(() => `${through(leet, random.of(latin))} `),
    digits: written(() => String(random.below(10))),
    "Han, spaced": written(inRow(han, " ")),
    "Han, in brackets": written(inRow(han, "】【")),
    "Han, without a mark": written(() => random.of(han).slice(0, -1)),
    pinyin: written(() => random.of(PINYIN)),
    "pinyin, spaced": written(() => `${random.of(PINYIN)} `),
    brackets: written(() => random.of(["[", "(", "【", "]("])),
    markup: written(inRow(latin, "<b></b>")),
    "stars and tildes": written(inRow(latin, "**~~")),
    "zero width": written(inRow(terms, "\u200b")),
    "letters from right to left": written(() => `\u202e${random.of(latin)}\u202c`),
    emoji: written(() => random.of(["🐮", "🐎", "🅰️", "🇹🇺🇷", "➕", "1️⃣"])),
    links: written(() => `https://${random.of(latin)}.com/${random.of(latin)} `),
  };
}
