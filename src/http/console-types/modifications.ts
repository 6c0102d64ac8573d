import { z } from "zod";
import { instant } from "./accounts.ts";
import { pageOf, pageQuery } from "./list.ts";
import { messageState, modificationItem } from "./messages.ts";

export const modificationQuery = z.object({
  ...pageQuery,
  state: messageState.optional(),
  lane: z.enum(["live", "guard", "restore", "rescan"]).optional(),
});
export const modificationPage = pageOf(modificationItem);
/** A ULID. */
export const modificationParam = z.object({ id: z.string().regex(/^[0-9A-Za-z]{1,64}$/, "No id of a modification") });
export const retried = z.object({ id: z.string(), state: z.literal("pending") });

const reasons = z.array(z.object({ reason: z.string(), count: z.int() }));
export const outbox = z
  .object({
    backlog: z.array(
      z.object({
        api: z.string(),
        lane: z.string(),
        waiting: z.int(),
        underWay: z.int(),
        oldestAt: instant.nullable(),
      }),
    ),
    calls: z
      .array(
        z.object({
          api: z.string(),
          perSecond: z.number(),
          budget: z.number(),
          stopped: z
            .object({ why: z.enum(["unreachable", "misconfigured"]), code: z.string(), next: z.string() })
            .nullable()
            .describe("Nothing is sent but a probe now and then; what is ordered waits. Null: sending goes on."),
        }),
      )
      .describe("Over the last minute."),
    deadLetters: reasons,
    refused: reasons,
    recovered: z.int().describe("Messages that no callback brought."),
    guarded: z.int().describe("Masks that were put back after an edit."),
  })
  .meta({ id: "Outbox" });
