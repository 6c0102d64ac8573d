/** The overview: counts by hour, rule, category and conversation. */
import type { ConsoleReads } from "../ports/console.ts";
import { answerTo } from "./answers.ts";
import * as types from "./console-types/stats.ts";
import { problem } from "./problem.ts";
import type { Route } from "./route.ts";
import { defineRoute } from "./route.ts";

export type StatsRouteParts = { readonly reads: ConsoleReads; readonly now: () => number };

const WEEK_MS = 7 * 24 * 3_600_000;
/** Hours are answered one by one: a year of them is what a page can draw. */
const RANGE_MAX_MS = 367 * 24 * 3_600_000;

export function statsRoutes({ reads, now }: StatsRouteParts): readonly Route[] {
  return [
    defineRoute(
      {
        ...{ method: "GET", path: "/api/v1/stats", tag: "Statistics", least: "viewer", problems: [503] },
        summary: "Counts of the hours in a range: judged, rewritten, flagged; by rule, category, conversation.",
        query: types.statsQuery,
        answer: types.stats,
      },
      async ({ query, signal }) => {
        const until = query.until ?? now();
        const since = query.since ?? Math.max(0, until - WEEK_MS);
        if (since >= until || until - since > RANGE_MAX_MS) {
          throw problem(400, "bad-range", "since has to be before until, by a year at most.", "Choose another range.");
        }
        return answerTo(reads, "stats", { since, until, offsetMinutes: query.offset }, signal);
      },
    ),
  ];
}
