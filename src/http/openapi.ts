/** The API's description, out of the same table and the same schemas by which it answers. */
import { extendZodWithOpenApi, OpenApiGeneratorV31, OpenAPIRegistry } from "@asteasolutions/zod-to-openapi";
import type { RouteConfig } from "@asteasolutions/zod-to-openapi";
import { z } from "zod";
import { problemDetails } from "./console-types/problem.ts";
import type { ProblemStatus } from "./problem.ts";
import { problemTitle } from "./problem.ts";
import type { Route } from "./route.ts";
import { tags } from "./tags.ts";

extendZodWithOpenApi(z);

export type OpenApiDocument = ReturnType<OpenApiGeneratorV31["generateDocument"]>;

/** @param version of Emend */
export function describeApi(routes: readonly Route[], version: string): OpenApiDocument {
  const registry = new OpenAPIRegistry();
  registry.registerComponent("securitySchemes", "session", {
    type: "apiKey",
    in: "cookie",
    name: "__Host-emend",
    description: "Set by POST /api/v1/session. Requests that are not GET need the header X-Emend-CSRF too.",
  });
  registry.registerComponent("securitySchemes", "bearer", {
    type: "http",
    scheme: "bearer",
    description: "An API token, or EMEND_API_TOKEN.",
  });
  for (const route of routes) registry.registerPath(pathOf(route));
  return new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: "3.1.0",
    info: {
      title: "Emend",
      version,
      description:
        "What the console does, for programs. Errors are problem details (RFC 9457) with a `code` for programs and a `next` " +
        "step for people. Lists come newest first; `next` of one page is the `cursor` of the following one.",
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: "/" }],
    tags: [...new Set(routes.map(({ tag }) => tag))].map((name) => ({ name, description: tags[name] })),
  });
}

type Responses = RouteConfig["responses"];

function pathOf(route: Route): RouteConfig {
  const { method, path, tag, summary, least, audit, params, query, body } = route;
  const verb = method.toLowerCase() as Lowercase<typeof method>;
  const who = least === "anyone" ? "Nobody has to be signed in." : `Takes the role ${least}.`;
  const traces = audit.length === 0 ? "" : ` In the audit log: ${audit.join(", ")}.`;
  return {
    method: verb,
    path,
    operationId: operationId(verb, path),
    tags: [tag],
    summary,
    description: who + traces,
    security: least === "anyone" ? [] : [{ session: [] }, { bearer: [] }],
    request: {
      ...(params && { params }),
      ...(query && { query }),
      ...(body && { body: { required: true, content: { "application/json": { schema: body } } } }),
    },
    responses: { ...answerOf(route), ...problemsOf(route) },
  };
}

function answerOf({ answer, summary }: Route): Responses {
  switch (answer.kind) {
    case "json":
      return { [answer.status]: { description: summary, content: { "application/json": { schema: answer.schema } } } };
    case "nothing":
      return { 204: { description: "Done." } };
    case "stream": {
      const content = answer.types.map((type) => [bare(type), { schema: z.string() }] as const);
      return { 200: { description: summary, content: Object.fromEntries(content) } };
    }
    case "redirect":
      return { 303: { description: "On to the address in Location." } };
    default:
      return answer satisfies never;
  }
}

function problemsOf({ least, method, params, query, body, problems }: Route): Responses {
  // A bearer token that is worth nothing is refused everywhere.
  const statuses = new Set<ProblemStatus>([401, ...problems]);
  if (params ?? query ?? body) statuses.add(400);
  if (least !== "anyone" || method !== "GET") statuses.add(403);
  if (params !== undefined) statuses.add(404);
  const content = { "application/problem+json": { schema: problemDetails } };
  // Every request may end in one of these.
  const other = { default: { description: "Another problem, such as a fault of Emend.", content } };
  const known = [...statuses].sort().map((status) => [status, { description: `${problemTitle(status)}.`, content }]);
  return { ...(Object.fromEntries(known) as Responses), ...other };
}

const bare = (type: string): string => type.split(";")[0] ?? type;

/** `get /api/v1/messages/{id}` is getMessagesById. */
function operationId(verb: string, path: string): string {
  const words = path.replace(/^\/api(\/v1)?/, "").replaceAll(/\{(\w+)\}/g, "by-$1");
  return verb + words.replaceAll(/[^a-zA-Z]+([a-zA-Z])/g, (_all, letter: string) => letter.toUpperCase());
}
