/** The live rules, and what they say about a text that somebody types. */
import type { RulesDesk, TryQuestion } from "../flows/rules-view.ts";
import * as types from "./console-types/rules.ts";
import type { Route } from "./route.ts";
import { defineRoute } from "./route.ts";

export type RulesRouteParts = { readonly rules: RulesDesk };

const tag = "Rules" as const;

export function rulesRoutes({ rules }: RulesRouteParts): readonly Route[] {
  return [
    defineRoute(
      {
        ...{ method: "GET", path: "/api/v1/rules", tag, least: "viewer" },
        summary: "The live set: its revision, what is wrong with the folder, and what each rule has hit by day.",
        query: types.rulesQuery,
        answer: types.liveRules,
      },
      async ({ query, signal }) => {
        const { rules: all, problems, ...view } = await rules.view(query.offsetMinutes, signal);
        return {
          ...view,
          problems,
          watcher: problems.length > 0 ? ("refused" as const) : ("live" as const),
          rules: all.map(({ rule, ...counts }) => ({
            ...{ id: rule.id, title: rule.title, mode: rule.mode, category: rule.category, severity: rule.severity },
            mask: rule.mask.kind,
            expires: rule.expires ?? null,
            falsePositives: rule.falsePositives ?? null,
            ...counts,
          })),
        };
      },
    ),
    defineRoute(
      {
        ...{ method: "POST", path: "/api/v1/rules/try", tag, least: "reviewer" },
        summary: "What the live rules say about a text, and why.",
        body: types.tryQuestion,
        answer: types.tried,
      },
      async ({ body }) => {
        const tried = rules.try(questionOf(body));
        const told = tried.texts.map(({ hits, ...text }) => ({
          ...text,
          hits: hits.map(({ dropped, ...hit }) => ({ ...hit, dropped: dropped ?? null })),
        }));
        return { ...tried, texts: told };
      },
    ),
  ];
}

function questionOf({
  text,
  elements,
  messages,
}: {
  readonly text?: string | undefined;
  readonly elements?: readonly string[] | undefined;
  readonly messages?: readonly string[] | undefined;
}): TryQuestion {
  if (elements !== undefined) return { kind: "elements", texts: elements };
  if (messages !== undefined) return { kind: "messages", texts: messages };
  return { kind: "text", text: text ?? "" };
}
