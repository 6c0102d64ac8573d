/** The page that shows a chat twice: as it was said, and as every client sees it now. */
import { readFile } from "node:fs/promises";
import type { RequestHandler } from "express";
import helmet from "helmet";
import { SimulatorError } from "./errors.ts";

export type Page = ReadonlyMap<string, { readonly type: string; readonly bytes: Buffer }>;
const PAGE_FILES = [
  ["/", "index.html", "text/html; charset=utf-8"],
  ["/page.css", "page.css", "text/css; charset=utf-8"],
  ["/page.js", "page.js", "text/javascript; charset=utf-8"],
  ["/bubble.js", "bubble.js", "text/javascript; charset=utf-8"],
  ["/note.js", "note.js", "text/javascript; charset=utf-8"],
  ["/favicon.svg", "favicon.svg", "image/svg+xml"],
] as const;

export async function readPage(): Promise<Page> {
  const folder = new URL("./page/", import.meta.url);
  try {
    const files = PAGE_FILES.map(
      async ([path, file, type]) => [path, { type, bytes: await readFile(new URL(file, folder)) }] as const,
    );
    return new Map(await Promise.all(files));
  } catch (cause) {
    const sentence = `The simulator's page is not in ${folder.pathname}.`;
    throw new SimulatorError("SIMULATOR_PAGE_MISSING", sentence, "Build again: npm run build puts it there.", cause);
  }
}

/** Everything on the page comes from here, and texts of users are only ever texts. */
export const pageSecurity: RequestHandler = helmet({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'"],
      imgSrc: ["'self'"],
      connectSrc: ["'self'"],
      baseUri: ["'none'"],
      formAction: ["'none'"],
      frameAncestors: ["'none'"],
      requireTrustedTypesFor: ["'script'"],
    },
  },
  // Plain HTTP on loopback: a promise of HTTPS would lock the browser out of its neighbours on other ports.
  strictTransportSecurity: false,
});

export function servePage(page: Page): RequestHandler {
  return (request, response, next) => {
    const file = request.method === "GET" || request.method === "HEAD" ? page.get(request.path) : undefined;
    if (!file) return next();
    response.writeHead(200, { "Content-Type": file.type, "Cache-Control": "no-cache" });
    response.end(file.bytes);
  };
}
