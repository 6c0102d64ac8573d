import { z } from "zod";
import { instant, nameSent, passwordSent, role } from "./accounts.ts";

export const credentials = z.object({ name: nameSent, password: passwordSent });

export const whoIsThere = z
  .object({
    account: z
      .object({
        name: z.string().describe("As the audit log calls it; API tokens are token:NAME."),
        role,
        signsInBy: z.enum(["password", "oidc", "token"]),
      })
      .nullable()
      .describe("Null: nobody is signed in."),
    csrf: z.string().nullable().describe("For the header X-Emend-CSRF of requests that change something."),
    setupNeeded: z.boolean().describe("There is no account yet: the link in the log makes the first one."),
    oidc: z.boolean().describe("Sign-in through the OpenID provider is offered."),
  })
  .meta({ id: "WhoIsThere" });

export const setupDraft = z.object({ token: z.string().max(200), name: nameSent, password: passwordSent });

export const ownSession = z
  .object({
    id: z.int(),
    device: z.string().describe("What the browser says it is."),
    address: z.string(),
    signedInAt: instant,
    lastSeenAt: instant.describe("To the minute; milliseconds since 1970 (UTC)."),
    current: z.boolean(),
  })
  .meta({ id: "Session" });

export const ownSessions = z.object({ items: z.array(ownSession) });
export const ownPassword = z.object({ current: passwordSent, next: passwordSent });
export const rotated = z.object({ csrf: z.string() });

export type WhoIsThere = z.infer<typeof whoIsThere>;
export type OwnSession = z.infer<typeof ownSession>;
