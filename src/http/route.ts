/**
 * A route of the console's API: what it is called by, who may call it, what it takes and what it gives. A file of routes
 * makes a list of them; from all lists together come the Express routes, the OpenAPI document, and the tests that try
 * every route as everybody.
 */
import { z } from "zod";
import type { AccountId, Role } from "../domain/account.ts";
import type { AuditEntry } from "../domain/audit.ts";
import type { From, Visit } from "../flows/sign-in.ts";
import type { ProblemStatus } from "./problem.ts";
import { badInput } from "./problem.ts";
import type { Tag } from "./tags.ts";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
/** `anyone`: nobody has to be signed in. */
export type Access = Role | "anyone";

/** Who calls. */
export type Caller = {
  /** The name of the account, or `token:NAME`: as the audit log calls it. */
  readonly name: string;
  readonly role: Role;
  /** Undefined for API tokens. */
  readonly visit: Visit | undefined;
  /** Whose it is: the account's own, or the one behind a token. Undefined for EMEND_API_TOKEN. */
  readonly owner: AccountId | undefined;
};

/** The caller's cookie, where there is a browser. */
export interface Keeping {
  /** @throws ProblemError when a cookie would travel over the network in the clear */
  demandSafe(): void;
  /** Has the browser keep the token of a session. @returns what X-Emend-CSRF has to be from now on */
  keep(token: string): string;
  drop(): void;
  /** What X-Emend-CSRF has to be; undefined without a session. */
  readonly csrf: string | undefined;
  /** A secret for the few minutes that somebody is away at the OpenID provider. */
  readonly away: string | undefined;
  keepAway(secret: string | undefined): void;
}

export type Call = {
  readonly from: From;
  readonly cookies: Keeping;
  /** Where the browser sees the console, such as https://console.example. */
  readonly origin: string;
  /** Everything behind the origin, as it was asked for. */
  readonly url: string;
  header(name: string): string | undefined;
  /** Aborted when nobody waits for the answer any more, when the session ends, and when the service stops. */
  readonly signal: AbortSignal;
};

/** Text as it comes, for exports and events. */
export type Stream = {
  readonly type: string;
  /** What a browser is to save it as; undefined: it is shown. */
  readonly filename: string | undefined;
  readonly chunks: AsyncIterable<string>;
};

export type Reply =
  | { readonly kind: "json"; readonly value: unknown }
  | { readonly kind: "nothing" }
  | { readonly kind: "stream"; readonly stream: Stream }
  | { readonly kind: "redirect"; readonly to: string };

export type AnswerShape =
  | { readonly kind: "json"; readonly schema: z.ZodType; readonly status: 200 | 201 | 202 }
  | { readonly kind: "nothing" }
  | { readonly kind: "stream"; readonly types: readonly string[] }
  | { readonly kind: "redirect" };

export type RawCall = Call & {
  readonly account: Caller | undefined;
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
};

export type Route = {
  readonly method: Method;
  /** As OpenAPI writes it: /api/v1/messages/{id} */
  readonly path: string;
  readonly tag: Tag;
  readonly summary: string;
  readonly least: Access;
  readonly changes: boolean;
  readonly audit: readonly AuditEntry["act"][];
  readonly problems: readonly ProblemStatus[];
  readonly params: z.ZodObject | undefined;
  readonly query: z.ZodObject | undefined;
  readonly body: z.ZodObject | undefined;
  readonly answer: AnswerShape;
  run(call: RawCall): Promise<Reply>;
};

type None = z.ZodObject<Record<never, never>>;

type Shape<Least, Params, Query, Body> = {
  readonly method: Method;
  readonly path: string;
  /** Under which heading of the API's description it stands. */
  readonly tag: Tag;
  /** One sentence. */
  readonly summary: string;
  readonly least: Least;
  /** Something is different afterwards: then `audit` says which entries tell of it. A GET changes nothing. */
  readonly changes?: boolean;
  readonly audit?: readonly AuditEntry["act"][];
  /** Problems beside those that every route may answer with. */
  readonly problems?: readonly ProblemStatus[];
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Body;
};

export type Given<Least, Params, Query, Body> = Call & {
  readonly account: Least extends "anyone" ? Caller | undefined : Caller;
  readonly params: z.output<Params>;
  readonly query: z.output<Query>;
  readonly body: z.output<Body>;
};

/** What a handler may return: it does not matter whether it can be written to. */
type Loose<T> = T extends readonly (infer Item)[]
  ? readonly Loose<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: Loose<T[Key]> }
    : T;

/**
 * A route that answers with JSON of this shape, and with nothing else: what the schema does not name is not sent. Without
 * `answer` it answers 204.
 */
export function defineRoute<
  const Least extends Access,
  Params extends z.ZodObject = None,
  Query extends z.ZodObject = None,
  Body extends z.ZodObject = None,
  Answer extends z.ZodType = z.ZodVoid,
>(
  shape: Shape<Least, Params, Query, Body> & { readonly answer?: Answer; readonly status?: 200 | 201 | 202 },
  handler: (given: Given<Least, Params, Query, Body>) => Promise<Loose<z.input<Answer>>>,
): Route {
  const { answer, status = 200 } = shape;
  if (answer === undefined) {
    return define(shape, { kind: "nothing" }, async (given) => {
      await handler(given);
      return { kind: "nothing" };
    });
  }
  return define(shape, { kind: "json", schema: answer, status }, async (given) => {
    const checked = answer.safeParse(await handler(given));
    if (checked.success) return { kind: "json", value: checked.data };
    // Names of fields only: the values may be anybody's messages.
    const fields = checked.error.issues.map(({ path, code }) => `${path.map(String).join(".")} (${code})`);
    throw new TypeError(`The answer of ${shape.method} ${shape.path} is not as described: ${fields.join(", ")}.`);
  });
}

/** A route that writes its answer bit by bit. */
export function defineStream<
  const Least extends Access,
  Params extends z.ZodObject = None,
  Query extends z.ZodObject = None,
  Body extends z.ZodObject = None,
>(
  shape: Shape<Least, Params, Query, Body> & { readonly types: readonly string[] },
  handler: (given: Given<Least, Params, Query, Body>) => Promise<Stream>,
): Route {
  return define(shape, { kind: "stream", types: shape.types }, async (given) => ({
    kind: "stream",
    stream: await handler(given),
  }));
}

/** A route that sends a browser elsewhere. */
export function defineRedirect<const Least extends Access, Query extends z.ZodObject = None>(
  shape: Shape<Least, None, Query, None>,
  handler: (given: Given<Least, None, Query, None>) => Promise<string>,
): Route {
  return define(shape, { kind: "redirect" }, async (given) => ({ kind: "redirect", to: await handler(given) }));
}

function define<Least extends Access, Params extends z.ZodObject, Query extends z.ZodObject, Body extends z.ZodObject>(
  shape: Shape<Least, Params, Query, Body>,
  answer: AnswerShape,
  run: (given: Given<Least, Params, Query, Body>) => Promise<Reply>,
): Route {
  const { method, path, tag, summary, least, changes = false, audit = [], problems = [] } = shape;
  if (changes && audit.length === 0)
    throw new TypeError(`${method} ${path} changes something: name its audit entries.`);
  if (changes && method === "GET" && answer.kind !== "redirect") throw new TypeError(`${path}: a GET changes nothing.`);
  const [params, query, body] = [strict(shape.params), strict(shape.query), strict(shape.body)];
  return {
    ...{ method, path, tag, summary, least, changes, audit, problems, params, query, body, answer },
    async run(call) {
      const read = {
        params: (params ?? nothing).safeParse(call.params ?? {}),
        query: (query ?? nothing).safeParse(call.query ?? {}),
        body: (body ?? nothing).safeParse(call.body ?? {}),
      };
      const faults = Object.entries(read).flatMap(([part, { error }]) =>
        error === undefined ? [] : [{ part, error }],
      );
      if (faults.length > 0) throw badInput(faults);
      // The app lets nobody through whom `least` keeps out, and the schemas have just been asked.
      const given = { ...call, params: read.params.data, query: read.query.data, body: read.body.data };
      return run(given as unknown as Given<Least, Params, Query, Body>);
    },
  };
}

const nothing = z.strictObject({});

/** A name that means nothing is a typing error, unless the schema expressly takes what it does not know. */
function strict(schema: z.ZodObject | undefined): z.ZodObject | undefined {
  return schema === undefined || schema.def.catchall !== undefined ? schema : schema.strict();
}
