import { z } from "zod";

export const role = z.enum(["viewer", "reviewer", "admin"]).meta({ id: "Role" });
/** Milliseconds since 1970, UTC. */
export const instant = z.int().describe("Milliseconds since 1970 (UTC).");

export const account = z
  .object({
    id: z.int(),
    name: z.string(),
    role,
    signsInBy: z.enum(["password", "oidc"]),
    createdAt: instant,
    lastSignInAt: instant.nullable(),
    disabledAt: instant.nullable(),
  })
  .meta({ id: "Account" });

export const accountList = z.object({ items: z.array(account) });

/** The rules are in domain/account; here is only what no rule would look at. */
const NAME_SENT_MAX = 256;
const PASSWORD_SENT_MAX = 1_024;
export const nameSent = z.string().max(NAME_SENT_MAX);
export const passwordSent = z.string().max(PASSWORD_SENT_MAX);

export const newAccount = z.object({ name: nameSent, role, password: passwordSent });
export const accountChange = z.object({ role: role.optional(), disabled: z.boolean().optional() });
export const newPassword = z.object({ password: passwordSent });
export const idParam = z.object({ id: z.coerce.number().int().positive() });

export const apiToken = z
  .object({
    id: z.int(),
    name: z.string(),
    role,
    madeBy: z.string(),
    createdAt: instant,
    lastUsedAt: instant.nullable(),
    revokedAt: instant.nullable(),
  })
  .meta({ id: "ApiToken" });

export const apiTokenList = z.object({ items: z.array(apiToken) });
export const newApiToken = z.object({
  name: z
    .string()
    .regex(/^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,63}$/u, "A name has 1 to 64 letters, digits, spaces and . _ -"),
  role,
});
export const madeApiToken = z.object({
  token: z.string().describe("Shown this once; only its digest is kept."),
  made: apiToken,
});

export type Account = z.infer<typeof account>;
export type ApiToken = z.infer<typeof apiToken>;
