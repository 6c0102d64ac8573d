import { z } from "zod";

/** More would hold the page up; more is asked for with the cursor. */
export const PAGE_MAX = 200;

/** What every list takes: how many, and where the page before ended. */
export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(PAGE_MAX).default(50),
  cursor: z.string().max(200).optional().describe("The `next` of the page before."),
};

/** Newest first; `next` is null on the last page. */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), next: z.string().nullable() });
