/** How long texts are kept and what is held, and the erasure of one user's texts. For admins. */
import type { UserId } from "../domain/message.ts";
import type { Erasures, OpenErasure } from "../flows/erasures.ts";
import type { Forgetting } from "../flows/retention.ts";
import type { ConsoleReads } from "../ports/console.ts";
import { answerTo } from "./answers.ts";
import * as types from "./console-types/retention.ts";
import { problem } from "./problem.ts";
import type { Route } from "./route.ts";
import { defineRoute } from "./route.ts";

export type RetentionRouteParts = {
  readonly reads: ConsoleReads;
  readonly erasures: Erasures;
  readonly keepBodiesMs: number;
  readonly keepOriginalsMs: number;
  readonly forgetting: () => Forgetting;
};

const tag = "Retention" as const;
const ERASURES_SHOWN = 20;
const notReached = ["stored_by_tencent", "quoted_by_others", "backups"] as const;

export function retentionRoutes({ reads, erasures, ...keeps }: RetentionRouteParts): readonly Route[] {
  return [
    defineRoute(
      {
        ...{ method: "GET", path: "/api/v1/retention", tag, least: "admin", problems: [503] },
        summary: "How long texts are kept, what is held now, what was forgotten, and how large the files are.",
        answer: types.retention,
      },
      async ({ signal }) => ({
        kept: {
          bodies: { setting: "EMEND_KEEP_BODIES", ms: keeps.keepBodiesMs },
          originals: { setting: "EMEND_KEEP_ORIGINALS", ms: keeps.keepOriginalsMs },
        },
        forgetting: keeps.forgetting(),
        ...(await answerTo(reads, "retention", {}, signal)),
      }),
    ),
    defineRoute(
      {
        ...{ method: "GET", path: "/api/v1/erasures", tag, least: "admin", problems: [503] },
        summary: "The erasure that is under way, and those that are done.",
        answer: types.erasures,
      },
      async ({ signal }) => {
        const open = await erasures.open();
        const query = { act: "erase", limit: ERASURES_SHOWN, cursor: undefined };
        const { items } = await answerTo(reads, "audit", query, signal);
        return {
          open: open === undefined ? null : toldErasure(open),
          // The record has none of it when its entry is written; it counts as done when the files have none either.
          items: items
            .filter(({ at }) => at !== open?.recordedAt)
            .map(({ at, actor, detail }) => {
              const { user: digest, ...reached } = types.erasedDetail.parse(detail);
              return { at, actor, digest, ...reached };
            }),
        };
      },
    ),
    defineRoute(
      {
        ...{ method: "GET", path: "/api/v1/erasures/preview", tag, least: "admin", problems: [503] },
        summary: "What an erasure of this user's texts would reach; changes nothing. All 0: nothing of them is kept.",
        query: types.erasureQuery,
        answer: types.erasurePreview,
      },
      async ({ query, signal }) => {
        const found = await erasures.preview(query.user as UserId, signal);
        if (found !== "busy") return { ...found, notReached: [...notReached] };
        throw problem(503, "erasure-counting", "Another one is being counted.", "Try again in some seconds.", {
          headers: { "retry-after": "2" },
        });
      },
    ),
    defineRoute(
      {
        ...{ method: "POST", path: "/api/v1/erasures", tag, least: "admin", changes: true },
        ...{ audit: ["erase"], problems: [409, 422] },
        summary:
          "Erase the texts of one user, who is named twice. One at a time; it is done when it is no longer open.",
        body: types.newErasure,
        answer: types.erasure,
        status: 202,
      },
      async ({ account, body }) => {
        if (body.confirm !== body.user) {
          throw problem(422, "not-confirmed", "The two ids differ.", "Type the user's id once more, exactly.");
        }
        const open = await erasures.order(body.user as UserId, account.name);
        if (open !== "under_way") return toldErasure(open);
        throw problem(409, "erasure-under-way", "Another erasure is not done yet.", "Wait until it is done.");
      },
    ),
  ];
}

const toldErasure = ({ recordedAt: _recordedAt, share, fault, found, ...open }: OpenErasure) => ({
  ...open,
  share: share ?? null,
  fault: fault ?? null,
  found: found ?? null,
  notReached: [...notReached],
});
