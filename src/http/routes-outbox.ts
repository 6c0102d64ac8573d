/** The outbox: orders by state and lane, what stands in it, and another try for those that were given up. */
import type { ConsoleReads, ConsoleWrites, Retried, WhyStopped } from "../ports/console.ts";
import { answerTo } from "./answers.ts";
import * as types from "./console-types/modifications.ts";
import { cursorFor, idIn } from "./cursor.ts";
import type { ProblemError } from "./problem.ts";
import { notFound, problem } from "./problem.ts";
import type { Route } from "./route.ts";
import { defineRoute } from "./route.ts";

export type OutboxRouteParts = {
  readonly reads: ConsoleReads;
  readonly writes: Pick<ConsoleWrites, "retryOrder">;
  readonly callsPerSecond: number;
  readonly whyStopped: WhyStopped;
  readonly now: () => number;
};

const tag = "Outbox" as const;
const LIST = "modifications";

export function outboxRoutes({ reads, writes, callsPerSecond, whyStopped, now }: OutboxRouteParts): readonly Route[] {
  return [
    defineRoute(
      {
        ...{ method: "GET", path: "/api/v1/modifications", tag, least: "viewer", problems: [503] },
        summary: "Orders to change messages, newest first.",
        query: types.modificationQuery,
        answer: types.modificationPage,
      },
      async ({ query, signal }) => {
        const { cursor, ...filters } = query;
        const asked = { ...filters, cursor: idIn(LIST, cursor) };
        const { items, next } = await answerTo(reads, "modifications", asked, signal);
        return { items, next: cursorFor(LIST, next) };
      },
    ),
    defineRoute(
      {
        ...{ method: "POST", path: "/api/v1/modifications/{id}/retry", tag, least: "reviewer", changes: true },
        ...{ audit: ["retry"], problems: [404, 409] },
        summary: "Let an order that was given up be sent again. The message is read back first.",
        params: types.modificationParam,
        answer: types.retried,
      },
      async ({ account, params: { id } }) => {
        const outcome = await writes.retryOrder(id, account.name, now());
        if (outcome !== "retried") throw refusal(outcome);
        return { id, state: "pending" as const };
      },
    ),
    defineRoute(
      {
        ...{ method: "GET", path: "/api/v1/outbox", tag, least: "viewer", problems: [503] },
        summary:
          "Backlog by lane, calls against the budget, whether sending has stopped and why, dead letters and refusals by reason.",
        answer: types.outbox,
      },
      async ({ signal }) => {
        const summary = await answerTo(reads, "outbox", { now: now() }, signal);
        const calls = summary.calls.map((each) => ({
          ...each,
          budget: callsPerSecond,
          stopped: whyStopped(each.api) ?? null,
        }));
        return { ...summary, calls };
      },
    ),
  ];
}

function refusal(outcome: Exclude<Retried, "retried">): ProblemError {
  const conflict = (code: string, detail: string, next: string) => problem(409, code, detail, next);
  switch (outcome) {
    case "unknown":
      return notFound("such order");
    case "not_given_up":
      return conflict(
        "not-given-up",
        "The order was not given up.",
        "It is on its way, or ended otherwise: see its state.",
      );
    case "recalled":
      return conflict("recalled", "The message was recalled.", "There is nothing left to change.");
    case "decided_anew":
      return conflict("decided-anew", "A newer order of the same message says what is wanted.", "Look at that one.");
    case "past_keeping":
      return conflict(
        "past-keeping",
        "The order's payload is past keeping, or erased.",
        "Nothing can be sent any more.",
      );
    default:
      return outcome satisfies never;
  }
}
