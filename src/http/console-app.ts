/**
 * The console listener: the API from the table of routes, and the pages. Each request goes the same way: is the host one
 * of ours, who is it, may they, did their browser mean it, is the request of the described shape; then the handler.
 */
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import express from "express";
import type { Clock } from "../domain/time.ts";
import { reaches } from "../domain/account.ts";
import { nameOf } from "../flows/intake.ts";
import { TooBusy } from "../flows/passwords.ts";
import type { Logger } from "../ports/logger.ts";
import type { ConsolePages } from "./console-pages.ts";
import { ProblemError, problem } from "./problem.ts";
import type { Call, Caller, Reply, Route, Stream } from "./route.ts";
import { securityHeaders } from "./security-headers.ts";
import type { Callers, ConsoleAddress } from "./session.ts";
import { cookiesOf, demandCsrf, demandKnownHost, demandOwnPage, originOf, signedOut, trustOf } from "./session.ts";

export type ConsoleAppParts = {
  readonly routes: readonly Route[];
  readonly callers: Callers;
  readonly address: ConsoleAddress;
  readonly pages: ConsolePages;
  readonly clock: Pick<Clock, "wait">;
  readonly log: Logger;
  /** Ends what lasts. */
  readonly signal: AbortSignal;
};

/** The longest thing that is sent is a rule file. */
const BODY_BYTES_MAX = 256 * 1024;
/**
 * An open stream asks this often whether its caller still may listen; with it ends what a page shows to somebody who was
 * signed out elsewhere. A hundred open pages are fifty look-ups a second.
 */
const STILL_EVERY_MS = 2_000;

export function createConsoleApp(parts: ConsoleAppParts): express.Express {
  const { routes, address, pages } = parts;
  const app = express();
  app.disable("x-powered-by");
  app.set("etag", false);
  app.set("query parser", "simple");
  app.set("trust proxy", trustOf(address.proxies));
  app.enable("case sensitive routing");
  app.use(securityHeaders);
  app.use(function knownHost(request, _response, next) {
    demandKnownHost(request, address);
    next();
  });
  app.use("/api", function noStore(_request, response, next) {
    response.setHeader("cache-control", "no-store");
    next();
  });
  const readBody = express.json({ limit: BODY_BYTES_MAX });
  const underWay = new Set<AbortController>();
  parts.signal.addEventListener("abort", () => underWay.forEach((request) => request.abort()), { once: true });
  for (const route of routes) {
    const on = app.route(route.path.replaceAll(/\{(\w+)\}/g, ":$1"));
    on[methodOf[route.method]](gate(route, parts), readBody, serve(route, parts, underWay));
  }
  refuseOtherMethods(app, routes);
  app.use("/api", function unknownPath() {
    throw problem(404, "unknown-path", "The API has nothing here.", "See /api/openapi.json for what it has.");
  });
  app.use(pages);
  app.use(onFault(parts.log));
  return app;
}

const methodOf = { GET: "get", POST: "post", PUT: "put", PATCH: "patch", DELETE: "delete" } as const;

/** Whoever may not is turned away before a byte of the body is read. */
function gate({ least, method }: Route, { callers, address }: ConsoleAppParts): express.RequestHandler {
  return async (request, response, next) => {
    const caller = await callers.of(request);
    if (least !== "anyone") {
      if (caller === undefined)
        throw signedOut("Nobody is signed in.", "Sign in, or send Authorization: Bearer TOKEN.");
      if (!reaches(caller.role, least)) {
        const detail = `This takes the role ${least}; ${caller.name} has the role ${caller.role}.`;
        throw problem(403, "role-too-low", detail, "Ask an admin.", { least, role: caller.role });
      }
    }
    const isBrowser = caller === undefined ? method !== "GET" : caller.visit !== undefined;
    // Reading too: to a browser, a page of another port on the same host is the same site, and its requests bring the cookie.
    if (isBrowser && (method !== "GET" || least !== "anyone")) demandOwnPage(request, address);
    if (caller !== undefined && method !== "GET" && least !== "anyone") {
      demandCsrf(request, caller, cookiesOf(request, response, address));
    }
    (response.locals as { caller?: Caller | undefined }).caller = caller;
    next();
  };
}

function serve(route: Route, parts: ConsoleAppParts, underWay: Set<AbortController>): express.RequestHandler {
  return async (request, response) => {
    if (route.body !== undefined && request.body === undefined && Number(request.headers["content-length"] ?? 0) > 0) {
      throw problem(415, "not-json", "The body is not JSON.", "Send it with Content-Type: application/json.");
    }
    const { caller } = response.locals as { caller?: Caller | undefined };
    // The body may have taken its time, and somebody has been signed out meanwhile.
    if (caller !== undefined && request.method !== "GET" && !(await parts.callers.still(request, caller))) {
      throw signedOut("The session has ended, or the token was revoked.", "Sign in again.");
    }
    const gone = new AbortController();
    underWay.add(gone);
    response.on("close", () => {
      underWay.delete(gone);
      gone.abort();
    });
    const call: Call = {
      from: { device: request.headers["user-agent"] ?? "unknown", address: request.ip ?? "unknown" },
      cookies: cookiesOf(request, response, parts.address),
      origin: originOf(request, parts.address),
      url: request.originalUrl,
      header: (name) => request.get(name),
      signal: gone.signal,
    };
    const { params, query } = request;
    const reply = await route.run({ ...call, account: caller, params, query, body: request.body as unknown });
    if (reply.kind === "stream") {
      if (caller !== undefined) void endWithSession(request, caller, gone, parts);
      return sendStream(reply.stream, request, response, gone.signal);
    }
    return send(reply, route, response);
  };
}

function send(reply: Exclude<Reply, { kind: "stream" }>, { answer }: Route, response: express.Response): void {
  switch (reply.kind) {
    case "json":
      response.status(answer.kind === "json" ? answer.status : 200).json(reply.value);
      return;
    case "nothing":
      response.status(204).end();
      return;
    case "redirect":
      response.redirect(303, reply.to);
      return;
    default:
      reply satisfies never;
  }
}

async function sendStream(
  { type, filename, chunks }: Stream,
  request: express.Request,
  response: express.Response,
  signal: AbortSignal,
): Promise<void> {
  response.setHeader("content-type", type);
  // Proxies that gather what they pass on would hold events back.
  response.setHeader("x-accel-buffering", "no");
  if (filename !== undefined) response.attachment(filename).setHeader("content-type", type);
  if (request.method === "HEAD") return void response.end();
  response.flushHeaders();
  try {
    await pipeline(Readable.from(chunks), response, { signal });
  } catch (thrown) {
    // Whoever left, left; and who was sent half of it must not take it for the whole.
    response.destroy();
    if (!signal.aborted) throw thrown;
  }
}

/** Somebody who was signed out or lost a role learns nothing more from a stream that they opened before. */
async function endWithSession(
  request: express.Request,
  caller: Caller,
  gone: AbortController,
  { callers, clock }: ConsoleAppParts,
): Promise<void> {
  while (!gone.signal.aborted) {
    await clock.wait(STILL_EVERY_MS, gone.signal);
    if (gone.signal.aborted) return;
    const still = await callers.still(request, caller).catch(() => false);
    if (!still) gone.abort();
  }
}

function refuseOtherMethods(app: express.Express, routes: readonly Route[]): void {
  const methods = new Map<string, string[]>();
  for (const { path, method } of routes) methods.set(path, [...(methods.get(path) ?? []), method]);
  for (const [path, known] of methods) {
    const allow = [...known, ...(known.includes("GET") ? ["HEAD"] : [])].join(", ");
    app.all(path.replaceAll(/\{(\w+)\}/g, ":$1"), () => {
      throw problem(405, "wrong-method", `This path takes ${allow}.`, "See /api/openapi.json.", { headers: { allow } });
    });
  }
}

function onFault(log: Logger): express.ErrorRequestHandler {
  return function onFault(thrown: unknown, request, response, _next) {
    // Whoever asked has left, and the question was called back.
    if (response.destroyed && nameOf(thrown) === "AbortError") return;
    const told = inWords(thrown);
    if (told.problem.status === 500) {
      // Never the message: a driver may quote what somebody wrote. The one that is ours names fields alone.
      const described =
        thrown instanceof TypeError && thrown.message.startsWith("The answer of") ? thrown.message : undefined;
      log.error({ fault: nameOf(thrown), described, method: request.method }, "A console request failed.");
    }
    if (response.headersSent || response.destroyed) return void response.destroy();
    response.status(told.problem.status).set(told.headers).type("application/problem+json");
    response.send(JSON.stringify(told.problem));
  };
}

function inWords(thrown: unknown): ProblemError {
  if (thrown instanceof ProblemError) return thrown;
  if (thrown instanceof TooBusy) {
    const headers = { "retry-after": "2" };
    return problem(503, "busy", "Too many people sign in right now.", "Try again in some seconds.", { headers });
  }
  if (nameOf(thrown) === "AbortError") {
    return problem(503, "stopping", "Emend is stopping.", "Try again when it has started.");
  }
  // Errors of Express and its reader of bodies carry the status that they mean.
  const status = typeof thrown === "object" && thrown !== null && "status" in thrown ? thrown.status : undefined;
  if (status === 413) {
    return problem(413, "too-long", `The body is over ${BODY_BYTES_MAX} bytes.`, "Send less at a time.");
  }
  if (status === 415) return problem(415, "not-json", "The body's encoding is unknown.", "Send it as plain UTF-8.");
  if (typeof status === "number" && status >= 400 && status < 500) {
    return problem(400, "bad-input", "The request cannot be read.", "Send well-formed JSON and a well-formed path.");
  }
  return problem(500, "internal", "Emend could not do this.", "Try again; the log has a line about it.");
}
