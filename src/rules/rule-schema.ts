/** The form of a pack. What the form cannot say (ids used once, lists that exist) is checked in `compile.ts`. */
import { z } from "zod";

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

const scopeSchema = z.strictObject({
  conversations: z.array(z.enum(["c2c", "group"])).optional(),
  groupTypes: list("A group type").optional(),
  groups: list("A group id").optional(),
  senders: list("A sender").optional(),
  exemptSenders: list("A sender").optional(),
  elements: z.array(z.enum(["text", "location", "face", "custom", "file", "merged"])).optional(),
  jsonPaths: list("A path").optional(),
});

const matchSchema = z.strictObject({
  terms: list("A term").optional(),
  lists: list("The name of a list").optional(),
  patterns: z.array(text("A pattern", PATTERN_LENGTH_MAX)).optional(),
  named: list("The name of a matcher").optional(),
});

const maskSchema = z.union([
  z.enum(["stars", "fixed", "keep-first", "none"]),
  z.strictObject({ text: text("The mask", MASK_TEXT_LENGTH_MAX) }),
]);

const testSchema = z.strictObject({
  text: text("The text of a test", TEST_TEXT_LENGTH_MAX),
  becomes: z.string().optional(),
  // The reader of packs gives text; the bare `true` is for editors, which read YAML their own way.
  untouched: z.union([z.literal("true"), z.literal(true)]).optional(),
});

const ruleSchema = z.strictObject({
  id: name("An id"),
  title: text("The title", TITLE_LENGTH_MAX).optional(),
  mode: z.enum(["off", "shadow", "flag", "enforce"]).optional(),
  category: text("The category", ID_LENGTH_MAX).optional(),
  severity: z.enum(["low", "medium", "high"]).optional(),
  scope: scopeSchema.optional(),
  match: matchSchema,
  allow: list("An allow phrase").optional(),
  action: z.strictObject({ mask: maskSchema.optional() }).optional(),
  tests: z.array(testSchema).optional(),
});

export const packSchema = z.strictObject({ pack: name("The name of a pack"), rules: z.array(ruleSchema) });
export type PackSource = z.infer<typeof packSchema>;
export type RuleSource = PackSource["rules"][number];

/** The keys that may stand in the map at `path`, for "did you mean". */
export function keysAt(path: readonly PropertyKey[]): readonly string[] {
  const [, rule, part] = path;
  if (rule === undefined) return Object.keys(packSchema.shape);
  if (part === undefined) return Object.keys(ruleSchema.shape);
  if (part === "scope") return Object.keys(scopeSchema.shape);
  if (part === "match") return Object.keys(matchSchema.shape);
  if (part === "tests") return Object.keys(testSchema.shape);
  return path.at(-1) === "mask" ? ["text"] : ["mask"];
}

/** The same form for editors, which then complete keys and underline mistakes. */
export function packJsonSchema(): object {
  return {
    title: "A pack of Emend rules",
    ...z.toJSONSchema(packSchema, { io: "input" }),
  };
}
