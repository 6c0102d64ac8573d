/** The form of `fold`: a profile, and what a rule wants otherwise. The descriptions are what editors show. */
import { z } from "zod";
import { GAP_CLASSES, type FoldKind } from "./rule.ts";

// Past ten, what stands between two letters is text of its own.
export const GAP_MAX_MOST = 10;

const onOff = (description: string) => z.enum(["on", "off"]).optional().describe(description);

const profile = z.enum(["plain", "standard", "thorough"]);

const gaps = z
  .union([
    z.enum(["on", "off"]),
    z.strictObject({
      max: z
        .union([
          z.string().regex(/^([1-9]|10)$/, { error: `"max" is a number from 1 to ${GAP_MAX_MOST}. Write one.` }),
          z.int().min(1).max(GAP_MAX_MOST), // For editors, to which a bare number is one.
        ])
        .optional()
        .describe("At most so many characters between two letters; 3 unless given."),
      classes: z
        .array(z.enum(GAP_CLASSES))
        .min(1, { error: `"classes" is empty. Name some of ${GAP_CLASSES.join(", ")}, or write gaps: off.` })
        .optional()
        .describe("What may stand between two letters; all of these unless given."),
    }),
  ])
  .optional()
  .describe("Letters pulled apart: d a m n, 白.痴. Or a map with max and classes.");

/** One key for each way of hiding a word; `satisfies` keeps the two lists the same. */
const kinds = {
  case: onOff("Capitals and small letters: DAMN."),
  width: onOff("Full width, circled, mathematical, small and boxed letters: ｄａｍｎ, ⓓⓐⓜⓝ, ᴅᴀᴍɴ."),
  marks: onOff("Accents and strokes put on letters: dämn, b̶a̶d̶."),
  traditional: onOff("Traditional and variant Chinese characters: 白癡 for 白痴."),
  invisible: onOff("Characters that show nothing: zero-width spaces, soft hyphens, tags."),
  lookalikes: onOff("Letters of other alphabets that look the same: Cyrillic dаmn, Greek τurd."),
  leet: onOff("Digits and signs for letters: d4mn, pr!ck."),
  emoji: onOff("Emoji for characters: 🐮逼."),
  repeats: onOff("Stretched words: daaamn, 白白痴."),
  gaps,
  lines: onOff("Words written over several lines, top to bottom."),
  markup: onOff("Markdown, simple tags and escapes inside of a word: d**am**n, <b>da</b>mn."),
  bidi: onOff("Text turned round by direction controls."),
  censored: onOff("Letters starred out: d*mn, 王*蛋."),
  reversed: onOff("Words written backwards: nmad."),
  pinyin: onOff("Chinese characters in Latin letters: baichi, gun蛋."),
  homophones: onOff("Other characters of the same sound: 加维信 for 加微信."),
  parts: onOff("Characters taken apart: 弓虽 for 强."),
} satisfies Record<FoldKind, z.ZodType>;

const foldMap = z.strictObject({
  profile: profile.optional().describe("Where the switches below start from; standard unless given."),
  boundary: z
    .enum(["word", "start", "end", "none"])
    .optional()
    .describe("Where a word of letters must begin and end: word (both, the default), start, end, none (anywhere)."),
  straddle: onOff("Whether a Chinese hit must begin and end where words of the sentence do; on unless given."),
  links: onOff("Whether words inside of links and mail addresses count; off unless given."),
  ...kinds,
});

export const foldSchema = z
  .union([profile, foldMap])
  .describe("How much disguise is seen through: plain, standard, thorough, or a map of switches.");

export type FoldSource = z.infer<typeof foldSchema>;
