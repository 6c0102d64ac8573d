/**
 * The form of a pack. What the form cannot say (ids used once, lists that exist) is checked in `build-rule.ts` and
 * `compile.ts`. Every key has a description: editors show it beside the line.
 */
import { z } from "zod";
import { foldSchema } from "./fold-schema.ts";
import { schemasAt } from "./schema-walk.ts";

// Notes carry rule ids in the message's custom data, and Tencent bounds a whole message to 12 KB.
const ID_LENGTH_MAX = 100;
const TITLE_LENGTH_MAX = 200;
// A pattern that does not fit on a few lines is not reviewed by anybody.
export const PATTERN_LENGTH_MAX = 1_000;
// Long enough for a sentence; a whole paragraph is a case for a pattern.
export const TERM_LENGTH_MAX = 200;
// An inline mask is read in the place of a word.
const MASK_TEXT_LENGTH_MAX = 100;
const TEST_TEXT_LENGTH_MAX = 10_000;
// What a reviewer reads while deciding: half a screen.
const FALSE_POSITIVES_LENGTH_MAX = 1_000;
// Tencent's own bound on the elements of one message is lower than this.
const TEST_PARTS_MAX = 100;

const text = (what: string, max: number) =>
  z
    .string()
    .min(1, { error: `${what} is empty. Write some text, or remove the line.` })
    .max(max, { error: `${what} is longer than ${max} characters. Shorten it.` });

const list = (what: string) => z.array(text(what, TERM_LENGTH_MAX));

const name = (what: string) =>
  z
    .string()
    .max(ID_LENGTH_MAX, { error: `${what} is longer than ${ID_LENGTH_MAX} characters. Shorten it.` })
    .regex(/^[a-z0-9][a-z0-9._-]*$/, {
      error: `${what} is made of a-z, 0-9, ".", "_" and "-", and begins with a letter or digit. Rename it.`,
    });

/** The reader of packs gives text; bare numbers are for editors, which read YAML their own way. */
const count = (what: string) =>
  z.union([
    z.string().regex(/^[1-9][0-9]{0,8}$/, { error: `${what} is a whole number from 1 to 999999999. Write one.` }),
    z.int().min(1).max(999_999_999),
  ]);

const scopeSchema = z.strictObject({
  conversations: z
    .array(z.enum(["c2c", "group"]))
    .optional()
    .describe("One-to-one chats, groups or both (the default; groups alone where groups are named)."),
  groupTypes: list("A group type").optional().describe("Only groups of these types: Public, Meeting, AVChatRoom …"),
  groups: list("A group id").optional().describe("Only these groups; * stands for any run of characters."),
  senders: list("A sender").optional().describe("Only these senders; * stands for any run of characters."),
  exemptSenders: list("A sender").optional().describe("Never these senders; the app administrator unless given."),
  elements: z
    .array(z.enum(["text", "location", "face", "custom", "file", "merged"]))
    .optional()
    .describe(
      "Which parts of a message are read; all unless given. Names of files and merged messages are flagged only.",
    ),
  jsonPaths: list("A path").optional().describe("Strings inside custom elements: data.title, ext.entries[*].name."),
});

const sources = {
  terms: list("A term").optional().describe("Words and phrases."),
  lists: list("The name of a list").optional().describe("Word lists beside the packs: lists/words.txt."),
  patterns: z
    .array(text("A pattern", PATTERN_LENGTH_MAX))
    .optional()
    .describe("Regular expressions (RE2 syntax) on the folded text."),
  named: list("The name of a matcher")
    .optional()
    .describe("Matchers with a name: cn-mobile, wechat-id, qq-number, telegram, url."),
};

type MatchShape = {
  readonly [key in keyof typeof sources]?: readonly string[] | undefined;
} & {
  readonly all?: readonly MatchShape[] | undefined;
  readonly any?: readonly MatchShape[] | undefined;
  readonly not?: MatchShape | undefined;
};
export type MatchSource = MatchShape;

const matchSchema: z.ZodType<MatchShape> = z
  .strictObject({
    ...sources,
    get all() {
      return z.array(matchSchema).optional().describe("Each of these must hit the text.");
    },
    get any() {
      return z.array(matchSchema).optional().describe("At least one of these must hit the text.");
    },
    get not() {
      return matchSchema.optional().describe("This must not hit the text. What it hits is never masked.");
    },
  })
  .meta({ id: "match" });

const maskSchema = z.union([
  z.enum(["stars", "fixed", "keep-first", "none"]),
  z.strictObject({ text: text("The mask", MASK_TEXT_LENGTH_MAX).describe("Put in the place of the word.") }),
]);

const actionSchema = z.strictObject({
  mask: maskSchema
    .optional()
    .describe('stars (the default), fixed (***), keep-first, {text: "…"}, or none, which asks a person instead.'),
  note: z
    .enum(["on", "off"])
    .optional()
    .describe("Whether a note goes into the custom data of the message; on unless given."),
  category: z
    .enum(["shown", "hidden"])
    .optional()
    .describe("Whether the note names the category of the rule; hidden unless given."),
});

const limitsSchema = z.strictObject({
  hitsMin: count('"hitsMin"').optional().describe("Speak only when the rule hits a text at least so often."),
  textMin: count('"textMin"').optional().describe("Speak only of texts of at least so many characters."),
  textMax: count('"textMax"').optional().describe("Speak only of texts of at most so many characters."),
  rewritesPerHour: count('"rewritesPerHour"')
    .optional()
    .describe("Past so many rewritten messages an hour the rule only flags."),
});

const testText = text("The text of a test", TEST_TEXT_LENGTH_MAX);
// An element may be empty; a test may not.
const testParts = z
  .array(z.string().max(TEST_TEXT_LENGTH_MAX))
  .min(1, { error: "The list is empty. Write the texts of one test." })
  .max(TEST_PARTS_MAX, { error: `The list has more than ${TEST_PARTS_MAX} texts. Shorten it.` });

const testSchema = z.strictObject({
  text: testText.optional().describe("One text."),
  elements: testParts.optional().describe("The texts of one message, side by side."),
  messages: testParts.optional().describe("Consecutive messages of one sender."),
  becomes: z
    .union([z.string(), z.array(z.string())])
    .optional()
    .describe("What readers see: a text, or for elements a list of as many texts."),
  untouched: z
    .union([z.literal("true"), z.literal(true)])
    .optional()
    .describe("The rule must not speak."),
  flagged: z
    .union([z.enum(["true", "false"]), z.boolean()])
    .optional()
    .describe("Whether the rule speaks, whatever becomes of the text."),
});

const ruleSchema = z.strictObject({
  id: name("An id").describe("Used once in the folder, and never reused: decisions in the past name it."),
  title: text("The title", TITLE_LENGTH_MAX).optional().describe("For people; the id unless given."),
  mode: z
    .enum(["off", "shadow", "flag", "enforce"])
    .optional()
    .describe("off, shadow (write down only), flag (ask a person), enforce (the default)."),
  category: text("The category", ID_LENGTH_MAX).optional().describe("The pack's name unless given."),
  severity: z.enum(["low", "medium", "high"]).optional().describe("low unless given."),
  scope: scopeSchema.optional().describe("Which messages the rule is about; all unless given."),
  match: matchSchema.describe("What the rule looks for. Sources written side by side: any of them."),
  fold: foldSchema.optional(),
  allow: list("An allow phrase").optional().describe("Phrases that win over a hit that lies wholly inside of them."),
  action: actionSchema.optional().describe("What is done about a hit."),
  limits: limitsSchema.optional().describe("When the rule keeps silent."),
  expires: text('"expires"', 40)
    .optional()
    .describe("2027-01-31 (to the end of that day, UTC) or 2027-01-31T18:00:00+08:00; then as if the mode were off."),
  falsePositives: text('"falsePositives"', FALSE_POSITIVES_LENGTH_MAX)
    .optional()
    .describe("What a reviewer should know about innocent texts that this rule hits."),
  tests: z.array(testSchema).optional().describe("What must come out; run on every load, the rule alone."),
});

export const packSchema = z.strictObject({
  pack: name("The name of a pack").describe("Names the pack, and is the category of its rules unless they say."),
  rules: z.array(ruleSchema).describe("In order: where hits overlap, the mask of the first rule is put in."),
});
export type PackSource = z.infer<typeof packSchema>;
export type RuleSource = PackSource["rules"][number];
export type TestSource = NonNullable<RuleSource["tests"]>[number];

/** The keys that may stand in the map at `path`, for "did you mean". */
export function keysAt(path: readonly PropertyKey[]): readonly string[] {
  return schemasAt(packSchema, path).flatMap((schema) =>
    schema instanceof z.ZodObject ? Object.keys(schema.shape) : [],
  );
}

/** The same form for editors, which then complete keys, show what they mean and underline mistakes. */
export function packJsonSchema(): object {
  return {
    title: "A pack of Emend rules",
    ...z.toJSONSchema(packSchema, { io: "input" }),
  };
}
