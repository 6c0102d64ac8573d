/** The console's server: what bounds its connections. What it serves is in `console-app`. */
import http from "node:http";
import type { RequestListener } from "node:http";

const HEADERS_TIMEOUT_MS = 10_000;
/** A rule file over a bad connection; answers, events among them, may take as long as they like. */
const REQUEST_TIMEOUT_MS = 60_000;
const CHECK_EVERY_MS = 5_000;
const KEEP_ALIVE_MS = 75_000;
/** A team with some pages open each, and scripts; callbacks have a listener of their own. */
const CONNECTIONS_MAX = 512;
/** Cookies of other programs on the same host come along. */
const HEADER_BYTES_MAX = 16 * 1024;

export function createConsoleServer(app: RequestListener): http.Server {
  const server = http.createServer(
    {
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      connectionsCheckingInterval: CHECK_EVERY_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      maxHeaderSize: HEADER_BYTES_MAX,
    },
    app,
  );
  server.maxConnections = CONNECTIONS_MAX;
  return server;
}
