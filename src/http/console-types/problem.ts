import { z } from "zod";

export const fieldError = z
  .object({
    path: z.string().describe("Where: body.name, query.limit."),
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

export type FieldError = z.infer<typeof fieldError>;
export type Problem = z.infer<typeof problemDetails>;
