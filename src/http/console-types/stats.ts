import { z } from "zod";
import { instant } from "./accounts.ts";
import { conversation, since, until } from "./messages.ts";

/** The widest zone there is, and a little: minutes. */
const OFFSET_MAX = 15 * 60;

export const statsQuery = z.object({
  since: since.optional().describe("From the quarter of an hour of this on; a week before `until` unless told."),
  until: until.optional().describe("Up to here; now unless told."),
  offset: z.coerce
    .number()
    .int()
    .min(-OFFSET_MAX)
    .max(OFFSET_MAX)
    .default(0)
    .describe("Minutes east of UTC: where hours begin, and which hour of the day they are."),
});

const counts = {
  judged: z.int(),
  objected: z.int().describe("That rules wanted rewritten: some cannot be, or wait, or were only watched."),
  rewritten: z.int().describe("That clients saw masked."),
  flagged: z.int(),
  failed: z.int(),
  recovered: z.int(),
};
export const stats = z
  .object({
    since: instant,
    until: instant,
    hours: z.array(z.object({ at: instant, ...counts })).describe("Hours in which nothing came are left out."),
    hoursOfDay: z.array(z.object({ at: z.int().min(0).max(23), ...counts })),
    totals: z.object(counts),
    rules: z.array(
      z.object({
        rule: z.string(),
        messages: z.int(),
        shadow: z.int(),
        confirmed: z.int(),
        falsePositives: z.int(),
        falsePositiveShare: z.number().nullable(),
      }),
    ),
    categories: z.array(z.object({ category: z.string(), messages: z.int() })),
    states: z.array(z.object({ state: z.string(), messages: z.int() })),
    conversations: z.array(z.object({ conversation, messages: z.int() })),
    appliedAfterMs: z.object({ p50: z.int().nullable(), p95: z.int().nullable(), count: z.int() }),
    backlog: z.int(),
    behind: z.int().describe("Messages and changes that are not counted yet."),
  })
  .meta({ id: "Stats" });
