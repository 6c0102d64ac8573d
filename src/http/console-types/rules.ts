import { z } from "zod";
import { instant } from "./accounts.ts";

const RULE_MAX = 100;
const MINUTES_EAST_MAX = 14 * 60;
/** Judged between callbacks: a few milliseconds. */
const TRY_UNITS_MAX = 2_000;
const TRY_TEXTS_MAX = 20;

export const rulesQuery = z.object({
  offsetMinutes: z.coerce
    .number()
    .int()
    .min(-MINUTES_EAST_MAX)
    .max(MINUTES_EAST_MAX)
    .default(0)
    .describe("Minutes east of UTC: where days begin."),
});

export const liveRules = z
  .object({
    revision: z.string(),
    problems: z.array(z.string()).describe("What is wrong with the folder on disk, as file:line:column: message."),
    watcher: z.enum(["live", "refused"]).describe("refused: the folder has problems; the revision before is live."),
    days: z.array(instant).describe("Where each day begins, the oldest first."),
    counted: z.boolean().describe("False: hits cannot be counted right now."),
    rules: z.array(
      z.object({
        id: z.string(),
        title: z.string(),
        mode: z.enum(["shadow", "flag", "enforce"]),
        category: z.string(),
        severity: z.enum(["low", "medium", "high"]),
        mask: z.string().describe("stars, fixed, keep-first, none or text."),
        expires: instant.nullable(),
        expired: z.boolean(),
        falsePositives: z
          .string()
          .nullable()
          .describe("What a reviewer should know about innocent texts that it hits."),
        hits: z.array(z.int()).describe("Messages by day."),
        shadowHits: z.array(z.int()).describe("Messages by day by which nothing was done, because of the mode."),
      }),
    ),
  })
  .meta({ id: "LiveRules" });

const texts = z
  .array(z.string().min(1))
  .min(1)
  .max(TRY_TEXTS_MAX)
  .refine((all) => all.reduce((units, text) => units + text.length, 0) <= TRY_UNITS_MAX, {
    error: `More than ${TRY_UNITS_MAX} characters together`,
    params: { code: "too-long", limit: TRY_UNITS_MAX },
  });

export const tryQuestion = z
  .object({
    text: z.string().min(1).max(TRY_UNITS_MAX).optional(),
    elements: texts.optional().describe("Text elements of one message: read as one."),
    messages: texts.optional().describe("Consecutive messages of one sender."),
  })
  .refine(
    ({ text, elements, messages }) => [text, elements, messages].filter((each) => each !== undefined).length === 1,
    "Give one of text, elements and messages",
  );

const span = { start: z.int(), end: z.int() };
const foldKind = z.string();

export const explanation = z
  .object({
    revision: z.string(),
    text: z.string(),
    folded: z.string().describe("The text as words are looked for in it."),
    changes: z.array(
      z.object({
        ...span,
        original: z.string(),
        folded: z.string(),
        steps: z.array(z.object({ kind: foldKind, from: z.string(), to: z.string() })),
      }),
    ),
    hits: z.array(
      z.object({
        rule: z.string(),
        mode: z.enum(["shadow", "flag", "enforce"]),
        by: z.object({ kind: z.enum(["term", "pattern", "named"]), source: z.string() }),
        ...span,
        text: z.string(),
        parts: z.array(z.object(span)),
        used: z.array(foldKind),
        counted: z.boolean(),
        does: z
          .enum(["mask", "flag"])
          .describe("What the rule does about it where it counts; in shadow mode: would do."),
        dropped: z
          .object({ guard: z.string(), reason: z.string() })
          .nullable()
          .describe("The guard or allow phrase that decided against it."),
      }),
    ),
    silent: z.array(
      z.object({
        rule: z.string(),
        by: z.enum(["textMin", "textMax", "hitsMin", "conditions"]),
        reason: z.string(),
      }),
    ),
    masked: z.string(),
    maskedWithShadow: z.string().describe("The same if the rules in shadow mode were enforced too."),
  })
  .meta({ id: "Explanation" });

export const tried = z
  .object({
    revision: z.string(),
    flagged: z.boolean(),
    masked: z.array(z.string()),
    texts: z.array(explanation),
    findings: z.array(z.object({ rule: z.string(), ...span })),
  })
  .meta({ id: "Tried" });

/** As long as a term of a rule may be. */
const PHRASE_MAX = 200;

export const allowRequest = z.object({
  phrase: z
    .string()
    .trim()
    .min(1)
    .max(PHRASE_MAX)
    .describe("What the rule has to leave alone; spaces around it are left away."),
  rule: z.string().min(1).max(RULE_MAX),
  base: z
    .string()
    .max(64)
    .optional()
    .describe("The base of a dry run: what somebody wrote into the file since is not written over."),
  dryRun: z.boolean().default(false).describe("Show the change, and write nothing."),
});

export const allowed = z
  .object({
    written: z.boolean(),
    file: z.string(),
    diff: z.string().describe("A unified diff of the rule's file."),
    base: z.string(),
    text: z.string().describe("The whole new file."),
    warnings: z.array(z.string()),
    siblings: z.object({
      sameWords: z.int().describe("Other messages in which the rule masked the same words."),
      restorable: z.array(z.int()).describe("Of these: the rule would leave them alone now. For POST /restores."),
      looked: z.int().describe("Messages that were compared, among the newest."),
    }),
  })
  .meta({ id: "Allowed" });
