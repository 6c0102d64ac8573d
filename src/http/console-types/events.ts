import { z } from "zod";

const ID = /^\d{1,15}\.\d{1,15}$/;

export const eventQuery = z.object({
  after: z
    .string()
    .regex(ID, "No id of an event")
    .optional()
    .describe("Like Last-Event-ID, where no header can be sent."),
});
