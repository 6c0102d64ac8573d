import { z } from "zod";
import { instant } from "./accounts.ts";
import { since, until } from "./messages.ts";

const wordsBy = z
  .discriminatedUnion("kind", [
    z.object({ kind: z.literal("sender") }),
    z.object({ kind: z.literal("edit"), edit: z.int() }),
  ])
  .describe("Whose words are put back: the newest that a person has written.");

export const ordered = z.object({ modificationId: z.string(), state: z.literal("pending") }).meta({ id: "Ordered" });
export const restored = ordered.extend({ restores: wordsBy });

/** More spans than a message has words. */
const SPANS_MAX = 1_000;
const ELEMENTS_MAX = 1_000;
/** Tencent's bound on a message is 12 K. */
const TEXT_MAX = 16_384;

export const selection = z.object({
  spans: z
    .array(
      z.object({
        place: z.object({
          element: z.int().nonnegative().max(ELEMENTS_MAX),
          part: z.enum(["text", "description", "label"]),
        }),
        start: z.int().nonnegative().describe("In UTF-16 units of the text at that place as it stands."),
        end: z.int().positive().describe("Exclusive."),
        text: z
          .string()
          .max(TEXT_MAX)
          .optional()
          .describe("The text as you see it; refused when it is another by now."),
      }),
    )
    .min(1)
    .max(SPANS_MAX),
});

export const restorable = z
  .object({
    may: z.boolean().describe("As far as the record knows: Tencent is not asked."),
    restores: wordsBy.nullable(),
    code: z.string().nullable().describe("Why not; or message-old: it is older than what Tencent usually keeps."),
    detail: z.string().nullable(),
    next: z.string().nullable(),
  })
  .meta({ id: "Restorable" });

/** As many as a page of siblings shows; more are a case for a rule and a time. */
const MESSAGES_MAX = 1_000;
const RULE_MAX = 100;

export const restoresWanted = z
  .object({
    rule: z.string().min(1).max(RULE_MAX).optional().describe("What this rule has masked, and no other rule with it."),
    revision: z.string().min(1).max(64).optional().describe("Only under this revision of the rules."),
    since: since.optional(),
    until: until.optional(),
    messages: z.array(z.int().positive()).min(1).max(MESSAGES_MAX).optional().describe("These, instead of a rule."),
    dryRun: z.boolean().default(false).describe("Only count, and begin nothing."),
  })
  .refine(({ rule, messages }) => (rule === undefined) !== (messages === undefined), "Give a rule or messages");

const leftAlone = z
  .record(z.string(), z.int())
  .describe("Messages that are left alone, by reason: edited, by_others, already_restored, recalled …");

export const restoreJob = z
  .object({
    id: z.int(),
    rule: z.string().nullable(),
    revision: z.string().nullable(),
    since: instant.nullable(),
    until: instant.nullable(),
    messages: z.int().nullable().describe("How many were named."),
    state: z
      .enum(["running", "paused", "done", "cancelled"])
      .describe("Done: through with all its messages. Paused: nothing more is sent but what was under way."),
    madeBy: z.string(),
    madeAt: instant,
    endedAt: instant.nullable(),
    all: z.int().describe("Messages that it was about when it was begun: to be restored, or left alone."),
    looked: z.int().describe("Messages looked at so far: ordered and leftAlone together."),
    ordered: z.int().describe("Messages whose restore was ordered: orders together."),
    ended: z
      .int()
      .describe("Messages it is through with: left alone, or their orders have ended. The progress, of all."),
    leftAlone,
    orders: z
      .record(z.string(), z.int())
      .describe("Its orders by state; not_sent: put aside while it is paused, or ended with it when it was cancelled."),
  })
  .meta({ id: "RestoreJob" });

export const restoresAnswer = z.object({
  count: z.int().describe("Messages that would be restored, or are going to be; leftAlone come on top."),
  newest: z
    .array(z.object({ messageId: z.int(), sentAt: instant.nullable() }))
    .describe("The ten of them that were recorded last, the newest first."),
  ruleIsLive: z
    .boolean()
    .nullable()
    .describe("False: no live rule has this name; removed, or misspelled. Null: messages were named."),
  leftAlone,
  job: restoreJob.nullable().describe("Null: only counted."),
});
export const restoreJobs = z.object({ items: z.array(restoreJob) });
