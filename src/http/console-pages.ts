/** The built console: files whose names change with their content, kept for ever, and the page that names them, never. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import express from "express";
import { problem } from "./problem.ts";

export type ConsolePages = express.RequestHandler;

/** Where the console has views, as `src/web/app.tsx` names them. */
export const viewPaths = [
  ...(["/", "/messages", "/messages/:id", "/rules", "/outbox", "/overview", "/restores", "/audit"] as const),
  ...(["/accounts", "/retention", "/self", "/sign-in", "/setup"] as const),
] as const;

/** @param folder what `npm run build` made of the console: index.html, and assets/ beside it */
export function createConsolePages(folder: string): ConsolePages {
  const router = express.Router();
  const index = join(folder, "index.html");
  const files = { index: false, redirect: false, dotfiles: "ignore" } as const;
  router.use("/assets", express.static(join(folder, "assets"), { ...files, immutable: true, maxAge: "365d" }));
  router.use("/assets", () => {
    throw problem(404, "unknown-file", "There is no such file.", "Load the page again: the console was updated.");
  });
  const asAnew = (response: { setHeader(name: string, value: string): unknown }): void =>
    void response.setHeader("cache-control", "no-cache");
  router.use(express.static(folder, { ...files, cacheControl: false, setHeaders: asAnew }));
  const sendPage = (response: express.Response, status: 200 | 404, next: express.NextFunction): void => {
    if (!existsSync(index)) {
      response.status(503).type("text/plain");
      response.send(
        "The console's pages are not built. Run `npm run build` and load this page again; the API works.\n",
      );
      return;
    }
    asAnew(response.status(status));
    response.sendFile("index.html", { root: folder, cacheControl: false }, (fault?: Error) => {
      if (fault !== undefined && !response.headersSent) next(fault);
    });
  };
  router.use((request, _response, next) => {
    if (request.method !== "GET" && request.method !== "HEAD") {
      throw problem(405, "wrong-method", "Pages are read with GET.", "The API is under /api/v1.");
    }
    next();
  });
  // All views are one page, which finds out by itself what to show.
  router.get([...viewPaths], (_request, response, next) => sendPage(response, 200, next));
  router.use((request, response, next) => {
    // The page says so to a person, in their language and with a way back.
    if (request.accepts(["json", "html"]) === "html") return sendPage(response, 404, next);
    throw problem(404, "unknown-page", "The console has no such page.", "Begin at /; the API is under /api/v1.");
  });
  return router;
}
