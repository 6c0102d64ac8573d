import { z } from "zod";

/** What may be wrong with a field. The console says each in the reader's language. */
export const fieldFault = z.enum([
  ...(["unknown", "unreadable", "no-choice", "refused"] as const),
  ...(["too-short", "too-long", "too-small", "too-big", "too-few", "too-many"] as const),
]);

export const fieldError = z
  .object({
    path: z.string().describe("Where: body.name, query.limit."),
    code: fieldFault.describe("For programs."),
    limit: z.number().optional().describe("The least or the most that it may be, where it is too little or too much."),
    detail: z.string(),
    next: z.string(),
  })
  .meta({ id: "FieldError" });

/** RFC 9457, with what we add. */
export const problemDetails = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string().describe("What is wrong, as a sentence."),
    code: z.string().describe("For programs: signed-out, bad-input …"),
    next: z.string().describe("What to do."),
    errors: z.array(fieldError).optional(),
  })
  .meta({ id: "Problem" });

export type FieldFault = z.infer<typeof fieldFault>;
export type FieldError = z.infer<typeof fieldError>;
export type Problem = z.infer<typeof problemDetails>;
