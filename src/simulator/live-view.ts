/** Server-sent events, so that a page shows what happens while it happens. */
import type { Request, Response } from "express";
import { ControlError } from "./errors.ts";
import type { Change, World } from "./world.ts";

/** Each is an open connection. A person has a few tabs. */
const WATCHERS_MAX = 100;
/** A page that does not read is cut off; it comes back by itself and loads the state anew. */
const UNREAD_BYTES_MAX = 1024 * 1024;
/** Below the minute after which middle boxes close silent connections. */
const HEARTBEAT_MS = 15_000;

export interface LiveView {
  watch(request: Request, response: Response): void;
  close(): void;
}

export function createLiveView(world: World): LiveView {
  const watchers = new Set<Response>();
  const send = (text: string): void => {
    for (const watcher of watchers) {
      if (watcher.writableLength > UNREAD_BYTES_MAX) watcher.destroy();
      else watcher.write(text);
    }
  };
  const heartbeat = setInterval(() => send(": still here\n\n"), HEARTBEAT_MS);
  world.subscribe((change) => send(`event: change\ndata: ${JSON.stringify(describe(change))}\n\n`));

  return {
    watch(request, response) {
      if (watchers.size >= WATCHERS_MAX) throw new ControlError(503, `Already ${WATCHERS_MAX} pages watch.`);
      response.writeHead(200, { "Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-store" });
      response.write("retry: 1000\n\n");
      watchers.add(response);
      request.on("close", () => watchers.delete(response));
    },
    close() {
      clearInterval(heartbeat);
      for (const watcher of watchers) watcher.end();
    },
  };
}

const describe = (change: Change): Readonly<Record<string, string>> =>
  change.what === "reset"
    ? { what: "reset" }
    : { what: change.what, conversation: change.message.conversation, id: change.message.id, by: change.by };
