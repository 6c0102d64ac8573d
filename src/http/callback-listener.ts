/**
 * The callback listener: the callback path and two health pages; nothing else.
 *
 * An Express app serves everything but a posted callback. That one passes it by: routing and helmet cost more than
 * reading, judging and committing a message together (see docs/benchmarks.md), and it uses nothing of either.
 */
import http from "node:http";
import express from "express";
import helmet from "helmet";
import { rejected } from "../tencent/reply.ts";
import type { CallbackHandler } from "./callbacks.ts";
import { send } from "./callbacks.ts";
import type { NoteRefusal } from "./refusals.ts";

export type Readiness = { readonly ready: boolean; readonly reason: string };

export type CallbackListenerParts = {
  readonly callbackPath: string;
  readonly onCallback: CallbackHandler;
  readonly refused: NoteRefusal;
  /** Never rejects. */
  readonly readiness: () => Promise<Readiness>;
};

function createApp(parts: CallbackListenerParts): express.Express {
  const app = express();
  app.disable("x-powered-by");
  app.set("etag", false);
  // A path with a secret in it is that path and no other.
  app.enable("strict routing");
  app.enable("case sensitive routing");
  app.use(helmet());
  app.all(parts.callbackPath, (_request, response) => {
    response.setHeader("allow", "POST");
    send(response, rejected(405, "Callbacks are posted."));
  });
  const page = (path: string, answer: () => Promise<{ status: number; body: unknown }>): void => {
    app.get(path, (_request, response, next) => {
      answer().then(({ status, body }) => response.status(status).json(body), next);
    });
    app.all(path, (_request, response) => {
      response.setHeader("allow", "GET, HEAD");
      send(response, rejected(405, "This page is read with GET."));
    });
  };
  page("/healthz", async () => ({ status: 200, body: { status: "alive" } }));
  page("/readyz", async () => {
    const { ready, reason } = await parts.readiness();
    return { status: ready ? 200 : 503, body: { status: ready ? "ready" : "not ready", reason } };
  });
  app.use((_request, response) => send(response, rejected(404, "Nothing is served here.")));
  const onFault: express.ErrorRequestHandler = (_fault, _request, response, _next) =>
    send(response, rejected(400, "The request could not be understood."));
  app.use(onFault);
  return app;
}

/** Tencent keeps its connections; its idle time is not published. Longer than any proxy's usual minute. */
const KEEP_ALIVE_MS = 75_000;
/** Tencent waits two seconds for the whole exchange: who is slower than this is not Tencent. */
const HEADERS_TIMEOUT_MS = 5_000;
const REQUEST_TIMEOUT_MS = 10_000;
/** How often Node looks for the two above; its default of 30 s would let them dangle. */
const CHECK_EVERY_MS = 1_000;
/** Each may be in the middle of a body of 256 KiB: half a gigabyte, if all of them are. Tencent uses a few dozen. */
const CONNECTIONS_MAX = 2_048;
/** A callback's query is a few hundred bytes. */
const HEADER_BYTES_MAX = 8 * 1024;

export function createCallbackServer(parts: CallbackListenerParts): http.Server {
  const app = createApp(parts);
  const path = parts.callbackPath;
  const isCallback = ({ method, url = "" }: http.IncomingMessage): boolean =>
    method === "POST" && url.startsWith(path) && (url.length === path.length || url[path.length] === "?");
  // Refused like everything else; but Tencent's name for what it posts shows that the URL in its console is not ours.
  const isStray = ({ method, url = "" }: http.IncomingMessage): boolean =>
    method === "POST" && new URLSearchParams(url.split("?", 2)[1]).has("CallbackCommand");
  const server = http.createServer(
    {
      keepAliveTimeout: KEEP_ALIVE_MS,
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      connectionsCheckingInterval: CHECK_EVERY_MS,
      maxHeaderSize: HEADER_BYTES_MAX,
    },
    (request, response) => {
      if (isCallback(request)) parts.onCallback(request, response);
      else {
        if (isStray(request)) parts.refused("wrong_path");
        app(request, response);
      }
    },
  );
  server.maxConnections = CONNECTIONS_MAX;
  return server;
}
