/** Messages: the list with its filters, one message with its story, the look at an original, and verdicts. */
import { sightOf } from "../domain/sight.ts";
import { folded } from "../flows/indexing.ts";
import type { Looks } from "../flows/looks.ts";
import type { ConsoleReads, ConsoleWrites, Verdict } from "../ports/console.ts";
import type { MessageDetail } from "../ports/console-views.ts";
import { answerTo } from "./answers.ts";
import { idParam } from "./console-types/accounts.ts";
import * as types from "./console-types/messages.ts";
import { cursorFor, numberIn } from "./cursor.ts";
import { notFound, problem } from "./problem.ts";
import type { Route } from "./route.ts";
import { defineRoute } from "./route.ts";

export type MessageRouteParts = {
  readonly reads: ConsoleReads;
  readonly writes: Pick<ConsoleWrites, "recordVerdict">;
  readonly looks: Looks;
  readonly now: () => number;
};

const tag = "Messages" as const;
const LIST = "messages";

export function messageRoutes({ reads, writes, looks, now }: MessageRouteParts): readonly Route[] {
  const detail = async (id: number, sight: MessageDetail["sight"], signal: AbortSignal): Promise<MessageDetail> => {
    const found = await answerTo(reads, "message", { id, sight }, signal);
    if (found === null) throw notFound("such message");
    return found;
  };
  const told = ({ verdicts, ...message }: MessageDetail) => ({
    ...message,
    verdicts: verdicts.map(({ verdict, ...rest }) => ({ ...rest, verdict: verdict as Verdict })),
    findings: message.findings.map((finding) => ({ ...finding, place: { ...finding.place } })),
  });

  return [
    defineRoute(
      {
        ...{ method: "GET", path: "/api/v1/messages", tag, least: "viewer", problems: [503] },
        summary: "Messages, newest first. A page may be short and still have a next: ask on with its cursor.",
        query: types.messageQuery,
        answer: types.messagePage,
      },
      async ({ account, query, signal }) => {
        const { cursor, ...filters } = query;
        // Characters that show nothing are nothing to look for.
        if (filters.q !== undefined && [...folded(filters.q)].length < 2) {
          throw problem(
            400,
            "too-short",
            "There are not two characters to look for.",
            "Ask for two characters or more.",
          );
        }
        const asked = { ...filters, cursor: numberIn(LIST, cursor), sight: sightOf(account.role) };
        const { items, next } = await answerTo(reads, "messages", asked, signal);
        return { items, next: cursorFor(LIST, next) };
      },
    ),
    defineRoute(
      {
        ...{
          method: "GET",
          path: "/api/v1/messages/{id}",
          tag,
          least: "viewer",
          audit: ["look"],
          problems: [404, 503],
        },
        summary: "One message with its findings, orders, edits, verdicts and history; originals for reviewers.",
        params: idParam,
        answer: types.messageDetail,
      },
      async ({ account, params, signal }) => {
        const found = await detail(params.id, sightOf(account.role), signal);
        if (found.sight === "original") await looks.note(account.name, params.id, "opened");
        return told(found);
      },
    ),
    defineRoute(
      {
        ...{ method: "POST", path: "/api/v1/messages/{id}/reveal", tag, least: "viewer", changes: true },
        ...{ audit: ["look"], problems: [404, 503] },
        summary: "The same with originals, for everybody; that somebody looked is written down.",
        params: idParam,
        answer: types.messageDetail,
      },
      async ({ account, params, signal }) => {
        const found = await detail(params.id, "original", signal);
        await looks.note(account.name, params.id, "clicked");
        return told(found);
      },
    ),
    defineRoute(
      {
        ...{ method: "POST", path: "/api/v1/messages/{id}/verdict", tag, least: "reviewer", changes: true },
        ...{ audit: ["verdict"], problems: [404] },
        summary: "Say whether the decision was right. The newest verdict counts, those before it stay.",
        params: idParam,
        body: types.newVerdict,
      },
      async ({ account, params, body }) => {
        const verdict = { messageId: params.id, account: account.name, ...body, at: now() };
        if (!(await writes.recordVerdict(verdict))) throw notFound("such message");
      },
    ),
  ];
}
