import assert from "node:assert/strict";
import { scanLine } from "../../src/rules/scan.ts";
import { rulesOfYaml } from "./support.ts";

const rules = rulesOfYaml(`
  - { id: en, match: { terms: [damn, ass] }, allow: [damn Yankees] }
  - { id: zh, match: { terms: [加我微信, 白痴] } }
  - { id: ask, mode: flag, match: { terms: [hmm] } }
  - { id: quiet, mode: shadow, match: { terms: [psst] } }`);

describe("scanning a line", () => {
  for (const [sentence, line, expected] of [
    [
      "gives the mask and the findings",
      { id: "1", text: "damn it" },
      { id: "1", flagged: true, masked: "**** it", findings: [{ rule: "en", start: 0, end: 4 }] },
    ],
    ["says that nothing was found", { id: 2, text: "class" }, { id: 2, flagged: false, masked: "class", findings: [] }],
    ["takes an empty text", { id: "e", text: "" }, { id: "e", flagged: false, masked: "", findings: [] }],
    [
      "flags without a mask what only a person should see",
      { id: "3", text: "hmm" },
      { id: "3", flagged: true, masked: "hmm", findings: [{ rule: "ask", start: 0, end: 3 }] },
    ],
    [
      "keeps quiet of shadow rules",
      { id: "4", text: "psst" },
      { id: "4", flagged: false, masked: "psst", findings: [] },
    ],
    [
      "judges elements glued, and masks each",
      { id: "5", text: "you damn", elements: ["you da", "mn"] },
      {
        id: "5",
        flagged: true,
        masked: "you ****",
        maskedElements: ["you **", "**"],
        findings: [{ rule: "en", start: 4, end: 8 }],
      },
    ],
    [
      "flags a word split over short messages",
      { id: "6", messages: ["加我", "微信"] },
      { id: "6", flagged: true, masked: "加我\n微信", findings: [{ rule: "zh", start: 0, end: 5 }] },
    ],
    [
      "does not glue long messages",
      { id: "7", messages: ["这个人真的太白", "痴"] },
      { id: "7", flagged: false, masked: "这个人真的太白\n痴", findings: [] },
    ],
    [
      "masks what stands in one message",
      { id: "8", messages: ["hi", "oh damn"] },
      { id: "8", flagged: true, masked: "hi\noh ****", findings: [{ rule: "en", start: 6, end: 10 }] },
    ],
  ] as const) {
    it(sentence, () => assert.deepEqual(JSON.parse(scanLine(rules, JSON.stringify(line))), expected));
  }

  for (const line of [
    "",
    "x",
    "[]",
    "null",
    '{"id":"1"}',
    '{"text":"a"}',
    '{"id":"1","text":3}',
    '{"id":"1","elements":"a"}',
  ]) {
    it(`answers the bad line ${line || "(empty)"} with an error`, () => {
      const answer = JSON.parse(scanLine(rules, line)) as { id: unknown; error: string };
      assert.equal(answer.id, null);
      assert.match(answer.error, /\.$/);
    });
  }
});
