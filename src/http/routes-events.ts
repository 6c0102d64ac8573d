/** What happens, as it happens: server-sent events. */
import type { Watching } from "../flows/watch.ts";
import { inWire, WATCHERS_MAX } from "../flows/watch.ts";
import * as types from "./console-types/events.ts";
import { problem } from "./problem.ts";
import type { Route } from "./route.ts";
import { defineStream } from "./route.ts";

export type EventRouteParts = { readonly watching: Watching };

/** How long a browser waits before it comes again. */
const COME_AGAIN_MS = 2_000;

export function eventRoutes({ watching }: EventRouteParts): readonly Route[] {
  return [
    defineStream(
      {
        ...{ method: "GET", path: "/api/v1/events", tag: "Events", least: "viewer", problems: [503] },
        summary: "Decisions and modifications as they happen; messages are counted. Goes on after Last-Event-ID.",
        query: types.eventQuery,
        types: ["text/event-stream"],
      },
      async ({ account, query, header, signal }) => {
        if (watching.count() >= WATCHERS_MAX) {
          throw problem(503, "too-many-watchers", "Too many pages are open.", "Close some, or load this one by hand.", {
            headers: { "retry-after": "30" },
          });
        }
        const events = watching.watch(account.role, header("last-event-id") ?? query.after, signal);
        return { type: "text/event-stream", filename: undefined, chunks: written(events) };
      },
    ),
  ];
}

async function* written(events: ReturnType<Watching["watch"]>): AsyncGenerator<string, void, undefined> {
  yield `retry: ${COME_AGAIN_MS}\n\n`;
  for await (const event of events) yield inWire(event);
}
