import assert from "node:assert/strict";
import fc from "fast-check";
import { rulesOf } from "../../src/domain/decision.ts";
import type { Element } from "../../src/domain/message.ts";
import { span } from "../../src/domain/span.ts";
import { evaluate, textUnits } from "../../src/rules/evaluate.ts";
import { masked } from "../../src/rules/mask.ts";
import { maskText } from "../../src/rules/mask-text.ts";
import type { Mask } from "../../src/rules/rule.ts";
import type { RuleSet } from "../../src/rules/rule-set.ts";
import { isInScope, matchesId } from "../../src/rules/scope.ts";
import { inGroup, messageOf, rulesOfYaml, shippedRules, shown, text } from "./support.ts";

const FAMILY = "👨‍👩‍👧";

describe("masking", () => {
  const rules = rulesOfYaml(`
  - { id: words, match: { terms: [damn, piss off, 白痴, 🖕x, ...., "d.a.m.n"], patterns: ['1\\d+-\\d+'] }, allow: [damn Yankees] }`);
  for (const [sentence, before, after] of [
    ["covers exactly the word, emoji left alone", "🙂damn🙂", "🙂****🙂"],
    ["leaves families and flags beside it alone", `${FAMILY}damn🇩🇪🇫🇷`, `${FAMILY}****🇩🇪🇫🇷`],
    ["gives one star for a letter with its marks", "da\u0308\u0336mn", "****"],
    ["gives one star for a character with its variation selector", "白\uFE0F痴", "**"],
    ["keeps invisible characters that stand for themselves", "d\u200Ba\u00ADm\u2060n", "*\u200B*\u00AD*\u2060*"],
    ["covers a joiner with the letter it hangs on", "d\u200Damn", "****"],
    ["gives one star for a full width letter", "ｄａｍｎ！", "****！"],
    ["does not lose its place after İ", "İİ damn it", "İİ **** it"],
    ["keeps white space inside a term", "piss \n off", "**** \n ***"],
    ["keeps separators inside a pattern", "tel 138-0000", "tel ***-****"],
    ["keeps dots between letters", "d.a.m.n", "*.*.*.*"],
    ["covers a term that is nothing but separators", "a....b", "a****b"],
    ["gives one star for an emoji that is offensive", "🖕x", "**"],
    ["leaves lone surrogates alone", "\ud83ddamn\ude00", "\ud83d****\ude00"],
    [
      "leaves an allowed phrase standing, and takes the same word elsewhere",
      "Damn  YANKEES, damn",
      "Damn  YANKEES, ****",
    ],
    ["leaves a clean text as it is", "dam, n", "dam, n"],
  ] as const) {
    it(sentence, () => assert.equal(maskText(rules, before), after));
  }

  const at = (mask: Mask, start: number, end: number, rank = 0) => ({ mask, span: span(start, end), rank });
  const words = { parts: [span(2, 6), span(7, 9)] };
  for (const [sentence, mask, after] of [
    ["stars", { kind: "stars" }, "a **** ** b"],
    ["a fixed mask says nothing of the length", { kind: "fixed" }, "a *** b"],
    ["keep-first keeps the first character", { kind: "keep-first" }, "a p*** ** b"],
    ["a text stands in the place of the word", { kind: "text", text: "[…]" }, "a […] b"],
    ["none leaves the word", { kind: "none" }, "a piss of b"],
  ] as const) {
    it(sentence, () => assert.equal(masked("a piss of b", [{ ...at(mask, 2, 9), ...words }]), after));
  }

  it("covers overlapping spans once, in the way of the rule that stands first", () => {
    const [fixed, stars] = [{ kind: "fixed" }, { kind: "stars" }] as const;
    assert.equal(masked("abcdef", [at(fixed, 0, 3, 1), at(stars, 2, 5, 0)]), "*****f");
    assert.equal(masked("abcdef", [at(fixed, 0, 3, 0), at(stars, 2, 5, 1)]), "***f");
    assert.equal(masked("abcdef", [at(fixed, 0, 3, 0), at(stars, 3, 5, 1)]), "*****f");
  });

  it("never cuts a character that readers see as one", () => {
    assert.equal(masked(`x${FAMILY}y`, [at({ kind: "stars" }, 3, 4)]), "x*y");
  });
});

describe("a decision", () => {
  const rules = rulesOfYaml(`
  - { id: mask, match: { terms: [damn, 白痴] }, severity: high }
  - { id: flag, mode: flag, match: { terms: [hmm] } }
  - { id: shadow, mode: shadow, match: { terms: [psst] } }
  - { id: none, match: { terms: [well] }, action: { mask: none } }
  - { id: "off", mode: off, match: { terms: [zzz] } }`);
  const judge = (...elements: Element[]) => evaluate(rules, messageOf(elements));

  for (const [sentence, said, kind, effects, named] of [
    ["passes what nothing hits", "hello", "pass", "", ""],
    ["rewrites what an enforced rule hits", "damn", "rewrite", "mask", "mask"],
    ["asks a person where a flag rule hits", "hmm", "review", "flag", "flag"],
    ["asks a person where the mask is none", "well", "review", "flag", "none"],
    ["only writes down what a shadow rule hits", "psst", "pass", "shadow", ""],
    ["does not know rules that are off", "zzz", "pass", "", ""],
    ["rewrites when there is both", "hmm damn psst", "rewrite", "flag mask shadow", "flag mask"],
  ] as const) {
    it(sentence, () => {
      const decision = judge(text(said));
      assert.equal(decision.kind, kind);
      assert.equal(decision.findings.map(({ effect }) => effect).join(" "), effects);
      assert.equal(rulesOf(decision).join(" "), named);
      assert.equal(decision.revision, rules.revision);
    });
  }

  it("says where, by which rule, and what to put there", () => {
    assert.deepEqual(judge(text("hi"), { kind: "opaque", type: "TIMImageElem" }, text("oh damn")), {
      kind: "rewrite",
      revision: rules.revision,
      findings: [
        {
          rule: "mask",
          category: "a",
          severity: "high",
          effect: "mask",
          place: { element: 2, part: "text" },
          span: { start: 3, end: 7 },
        },
      ],
      edits: [{ place: { element: 2, part: "text" }, edits: [{ span: { start: 3, end: 7 }, text: "****" }] }],
    });
  });

  for (const [sentence, elements, after] of [
    ["finds a word split over two texts", ["you da", "mn it"], ["you **", "** it"]],
    ["finds a word split over four", ["d", "a", "m", "n"], ["*", "*", "*", "*"]],
    ["finds a Han word split over two", ["你白", "痴吗"], ["你*", "*吗"]],
    ["looks at each text alone as well", ["damn", "ation"], ["****", "ation"]],
    ["looks past an empty text", ["da", "", "mn"], ["**", "", "**"]],
    ["keeps a mark that begins the next text apart", ["dam", "n\u0301x damn"], ["dam", "n\u0301x ****"]],
  ] as const) {
    it(sentence, () => {
      const message = messageOf(elements.map(text));
      assert.deepEqual(shown(message, evaluate(rules, message)), after);
    });
  }

  it("does not glue over a picture", () => {
    assert.equal(judge(text("da"), { kind: "opaque", type: "TIMFaceElem" }, text("mn")).kind, "pass");
  });

  it("keeps the first letter of a split word once", () => {
    const keeping = rulesOfYaml(`\n  - { id: k, match: { terms: [damn] }, action: { mask: keep-first } }`);
    const message = messageOf([text("da"), text("mn")]);
    assert.deepEqual(shown(message, evaluate(keeping, message)), ["d*", "**"]);
  });

  it("rewrites descriptions and labels, and only flags names and merged messages", () => {
    const decision = judge(
      { kind: "location", description: "damn" },
      { kind: "face", label: "damn" },
      { kind: "custom", description: "damn", data: "damn", extension: "damn" },
      { kind: "file", name: "damn.txt" },
      { kind: "merged", texts: ["a", "damn"] },
    );
    assert.deepEqual(
      decision.findings.map(({ place, effect }) => `${place.element} ${place.part} ${effect}`),
      ["0 description mask", "1 label mask", "2 description mask", "3 name flag", "4 merged flag"],
    );
    assert.deepEqual(
      decision.edits.map(({ place }) => place.element),
      [0, 1, 2],
    );
  });

  it("changes nothing where the mask is there already", () => {
    const stars = rulesOfYaml(`\n  - { id: s, match: { patterns: ['\\*{3}'] } }`);
    assert.equal(evaluate(stars, messageOf([text("***")])).kind, "pass");
  });

  it("knows how much text there is to judge", () => {
    const custom: Element = { kind: "custom", description: "ab", data: "{}", extension: "x" };
    assert.equal(textUnits(messageOf([text("🙂a"), custom, { kind: "merged", texts: ["a", "b"] }])), 10);
  });
});

describe("what the note says", () => {
  const rules = rulesOfYaml(`
  - { id: plain, match: { terms: [damn] } }
  - { id: silent, match: { terms: [turd] }, action: { note: off } }
  - { id: open, category: insult, match: { terms: [idiot] }, action: { category: shown } }`);
  for (const [sentence, said, note] of [
    ["is every rule that masked, unless one asks for something else", "damn", undefined],
    ["leaves out rules that want no note", "damn turd", { rules: ["plain"], categories: [] }],
    ["is nothing where none of them wants one", "turd", { rules: [], categories: [] }],
    [
      "has the categories of rules that let theirs be seen",
      "damn idiot",
      { rules: ["plain", "open"], categories: ["insult"] },
    ],
  ] as const) {
    it(sentence, () => assert.deepEqual(evaluate(rules, messageOf([text(said)])).note, note));
  }
});

describe("JSON in custom elements", () => {
  const rules = rulesOfYaml(`
  - { id: deep, match: { terms: [damn] }, scope: { jsonPaths: ["data.title", "ext.items[*].name", "ext.items[0].name"] } }
  - { id: plain, match: { terms: [damn, crap] } }`);
  const custom = (data: string, extension = ""): Element => ({ kind: "custom", description: "", data, extension });
  for (const [sentence, element, expected] of [
    ["is looked into where a rule says so", custom('{"title":"damn"}'), ['data ["title"] deep']],
    ["is not looked into elsewhere", custom('{"name":"damn","title":{"x":"damn"}}'), []],
    ["is not looked into by other rules", custom('{"title":"crap"}'), []],
    [
      "may be a list, each string read once",
      custom("", '{"items":[{"name":"damn"},{"name":3},{"name":"damn"}]}'),
      ['extension ["items",0,"name"] deep', 'extension ["items",2,"name"] deep'],
    ],
    ["need not be JSON", custom("damn {"), []],
    ["may be broken", custom('{"title":"damn"'), []],
    ["has no members but its own", custom('{"__proto__":{"title":"damn"}}'), []],
  ] as const) {
    it(sentence, () => {
      const { findings, edits } = evaluate(rules, messageOf([element]));
      const places = findings.map(({ place, rule }) =>
        "path" in place ? `${place.part} ${JSON.stringify(place.path)} ${rule}` : place.part,
      );
      assert.deepEqual(places, expected);
      assert.equal(edits.length, expected.length);
    });
  }
});

describe("scope", () => {
  const scopeOf = (yaml: string) => {
    const scope = rulesOfYaml(`\n  - { id: r, match: { terms: [damn] }, scope: { ${yaml} } }`).rules[0]?.scope;
    assert.ok(scope);
    return scope;
  };
  for (const [sentence, yaml, more, expected] of [
    ["is everything by default", "", {}, true],
    ["leaves the administrator out by default", "", { sender: "administrator" }, false],
    ["takes the administrator in when others are named", "exemptSenders: [bot]", { sender: "administrator" }, true],
    ["leaves out whom it names, by pattern too", "exemptSenders: ['bot-*']", { sender: "bot-7" }, false],
    ["takes only the senders it names", "senders: [ben]", {}, false],
    ["takes only the conversations it names", "conversations: [group]", {}, false],
    ["takes groups when it names them", "groups: ['vip-*']", inGroup("vip-1"), true],
    ["leaves other groups", "groups: ['vip-*']", inGroup("x"), false],
    ["leaves one-to-one chats when it names groups", "groups: ['vip-*']", {}, false],
    ["takes both when both are said", "conversations: [c2c, group], groups: [x]", {}, true],
    ["takes group types however they are spelled", "groupTypes: [avchatroom]", inGroup("x", "AVChatRoom"), true],
    ["leaves other group types", "groupTypes: [Community]", inGroup("x", "Public"), false],
  ] as const) {
    it(sentence, () => assert.equal(isInScope(scopeOf(yaml), messageOf([], more as object)), expected));
  }

  it("matches ids with stars anywhere", () => {
    for (const [pattern, id, expected] of [
      ["*", "", true],
      ["a*", "ab", true],
      ["*b*d", "abcd", true],
      ["a*a", "a", false],
      ["*ab*ab*", "ab", false],
      ["a.c", "abc", false],
    ] as const) {
      assert.equal(matchesId(pattern, id), expected, `${pattern} ${id}`);
    }
  });

  it("can name the elements that a rule looks at", () => {
    const rules = rulesOfYaml(`\n  - { id: r, match: { terms: [damn] }, scope: { elements: [file] } }`);
    const decision = evaluate(rules, messageOf([text("damn"), { kind: "file", name: "damn" }]));
    assert.deepEqual(
      decision.findings.map(({ place }) => place.element),
      [1],
    );
  });
});

describe("laws of masking", () => {
  let rules: RuleSet;
  before(async () => {
    rules = await shippedRules();
  });
  const piece = fc.oneof(
    fc.constantFrom(
      "damn",
      "ＣＲＡＰ",
      "白痴",
      "傻逼",
      "piss  off",
      "Moby Dick",
      "b\u200Bullshit",
      "王八蛋",
      " ",
      "，",
    ),
    fc.constantFrom(
      FAMILY,
      "🇩🇪",
      "\u0301",
      "\u200D",
      "\uFE0F",
      "İ",
      "ß",
      "\ud83d",
      "\ude00",
      "ﬁ",
      "\r\n",
      "*",
      "*",
      "1️⃣",
    ),
    fc.string({ unit: "binary", maxLength: 5 }),
    fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 4 }).map((units) => String.fromCharCode(...units)),
  );
  const chat = fc.array(piece, { maxLength: 10 }).map((pieces) => pieces.join(""));
  const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

  it("spans never split a character, and only what is inside them changes", () => {
    fc.assert(
      fc.property(fc.array(chat, { minLength: 1, maxLength: 3 }), (texts) => {
        const message = messageOf(texts.map(text));
        const decision = evaluate(rules, message);
        const after = shown(message, decision);
        texts.forEach((original, index) => {
          const ends = new Set([0, ...Array.from(graphemes.segment(original), (s) => s.index + s.segment.length)]);
          const spans = decision.findings.filter((f) => f.place.element === index).map((f) => f.span);
          for (const { start, end } of spans) assert.ok(ends.has(start) && ends.has(end));
          const edits = decision.edits.find(({ place }) => place.element === index)?.edits ?? [];
          for (const { span: edited } of edits) {
            for (let at = edited.start; at < edited.end; at += 1) {
              assert.ok(spans.some(({ start, end }) => start <= at && at < end));
            }
          }
          if (spans.length === 0) assert.equal(after[index], original);
        });
      }),
      { numRuns: 500 },
    );
  });

  it("an allow phrase holds beside a neighbour that was masked, whatever stands before it", () => {
    const before = ["\u0301", "Moby Dick", "damn"];
    const once = shown(messageOf(before.map(text)), evaluate(rules, messageOf(before.map(text))));
    assert.deepEqual(once, ["\u0301", "Moby Dick", "****"]);
    assert.deepEqual(evaluate(rules, messageOf(once.map(text))).edits, []);
  });

  it("what was masked scans clean: masking twice is masking once", () => {
    fc.assert(
      fc.property(fc.array(chat, { minLength: 1, maxLength: 3 }), (texts) => {
        const message = messageOf(texts.map(text));
        const once = shown(message, evaluate(rules, message));
        const again = evaluate(rules, messageOf(once.map(text)));
        assert.deepEqual(again.edits, []);
      }),
      { numRuns: 500 },
    );
  });

  it("no text whatever makes it throw", () => {
    fc.assert(
      fc.property(fc.oneof(chat, fc.string({ unit: "binary" })), (any) => {
        evaluate(rules, messageOf([text(any), text("mn"), { kind: "file", name: any }]));
      }),
      { numRuns: 2_000 },
    );
  });
});
