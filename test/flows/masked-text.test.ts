import assert from "node:assert/strict";
import fc from "fast-check";
import type { Element, Place } from "../../src/domain/message.ts";
import { joinedText, maskedVersions } from "../../src/flows/masked-text.ts";
import type { FindingView } from "../../src/ports/console-views.ts";

const finding = (place: Place, start: number, end: number, effect = "mask"): FindingView => ({
  ...{ rule: "r", category: "c", severity: "low", edit: null, effect, place, start, end },
});
const inText = { element: 0, part: "text" } as const;
const text = (words: string): Element => ({ kind: "text", text: words });

const masked = (elements: readonly Element[], findings: readonly FindingView[]): string =>
  maskedVersions([{ elements, findings }]).map(joinedText).join();

describe("a text as everybody may see it", () => {
  for (const [sentence, elements, findings, seen] of [
    [
      "hides a word behind three stars, however long it is",
      [text("so damned it")],
      [finding(inText, 3, 9)],
      "so *** it",
    ],
    ["hides what overlaps once", [text("abcdef")], [finding(inText, 1, 3), finding(inText, 2, 5)], "a***f"],
    ["leaves what was only flagged", [text("abc")], [finding(inText, 0, 3, "flag")], "abc"],
    ["leaves what a shadow rule saw", [text("abc")], [finding(inText, 0, 3, "shadow")], "abc"],
    ["hides all of a text in which a span does not fit", [text("abc")], [finding(inText, 2, 9)], "***"],
    [
      "hides the app's own data as a whole",
      [{ kind: "custom", description: "d", data: '{"t":"abc"}', extension: "" }],
      [finding({ element: 0, part: "data", path: ["t"] }, 0, 1)],
      "d\n***",
    ],
    [
      "hides in the one of several merged texts",
      [{ kind: "merged", texts: ["abc", "abc"] }],
      [finding({ element: 0, part: "merged", index: 1 }, 0, 2)],
      "abc\n***c",
    ],
    [
      "hides in the one of several elements",
      [text("abc"), text("abc")],
      [finding({ ...inText, element: 1 }, 0, 3)],
      "abc\n***",
    ],
  ] as const satisfies readonly (readonly [string, readonly Element[], readonly FindingView[], string])[]) {
    it(sentence, () => assert.equal(masked(elements, findings), seen));
  }

  it("never holds a unit of what is hidden", () => {
    const words = fc.array(fc.record({ word: fc.string({ maxLength: 8 }), hidden: fc.boolean() }), { maxLength: 8 });
    fc.assert(
      fc.property(words, (pieces) => {
        // What is hidden is of private characters that nothing else is of.
        const spelled = pieces.map(({ word, hidden }) =>
          hidden ? word.replaceAll(/./gsu, "\ue123") : word.replaceAll("\ue123", ""),
        );
        let at = 0;
        const findings = spelled.flatMap((piece, i) => {
          const start = at;
          at += piece.length;
          return pieces[i]?.hidden === true && piece !== "" ? [finding(inText, start, at)] : [];
        });
        assert.ok(!masked([text(spelled.join(""))], findings).includes("\ue123"));
      }),
    );
  });
});

describe("texts of one message as everybody may see them", () => {
  const seen = (...versions: readonly (readonly [readonly Element[], readonly FindingView[]])[]): readonly string[] =>
    maskedVersions(versions.map(([elements, findings]) => ({ elements, findings }))).map(joinedText);

  it("cover in each what is covered in one of them", () => {
    const edited = [text("so damned it is, damned")];
    assert.deepEqual(seen([[text("damned it")], []], [edited, [finding(inText, 3, 9)]]), [
      "*** it",
      "so *** it is, damned",
    ]);
    assert.deepEqual(seen([[text("damned it")], [finding(inText, 0, 6)]], [[text("undamned")], []]), [
      "*** it",
      "un***",
    ]);
  });

  it("cover no more than that", () => {
    assert.deepEqual(seen([[text("a b")], [finding(inText, 1, 2)]], [[text("c d")], []]), ["a***b", "c d"]);
    assert.deepEqual(seen([[text("abc")], [finding(inText, 0, 1, "flag")]], [[text("a")], []]), ["abc", "a"]);
  });

  it("cover the app's own data in each once it is covered in one", () => {
    const own = (data: string): readonly Element[] => [{ kind: "custom", description: "d", data, extension: "" }];
    const hit = finding({ element: 0, part: "data", path: ["t"] }, 0, 1);
    assert.deepEqual(seen([own('{"t":"x"}'), []], [own('{"t":"y"}'), [hit]]), ["d\n***", "d\n***"]);
  });
});
