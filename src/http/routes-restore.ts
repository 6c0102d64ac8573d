/** What a reviewer does to a message: putting back what was written, and masking by hand. */
import type { MaskByHand, MaskOutcome } from "../flows/mask-by-hand.ts";
import type { Restore } from "../flows/restore.ts";
import type { MessageId } from "../ports/store.ts";
import { byHandProblem, messageOld } from "./by-hand-problems.ts";
import { idParam } from "./console-types/accounts.ts";
import * as types from "./console-types/restore.ts";
import type { ProblemError } from "./problem.ts";
import { problem } from "./problem.ts";
import type { Route } from "./route.ts";
import { defineRoute } from "./route.ts";

export type RestoreRouteParts = { readonly restore: Restore; readonly maskByHand: MaskByHand };

const tag = "Messages" as const;

export function restoreRoutes({ restore, maskByHand }: RestoreRouteParts): readonly Route[] {
  return [
    defineRoute(
      {
        ...{ method: "GET", path: "/api/v1/messages/{id}/restore", tag, least: "reviewer" },
        summary: "Whether a message can be restored, as far as the record knows.",
        params: idParam,
        answer: types.restorable,
      },
      async ({ params }) => {
        const known = await restore.preview(params.id as MessageId);
        if (known.kind === "refused") {
          if (known.refused.why === "unknown") throw byHandProblem(known.refused);
          const { code, detail, next } = byHandProblem(known.refused).problem;
          return { may: false, restores: null, code, detail, next };
        }
        const said = known.expected ? messageOld : { code: null, detail: null, next: null };
        return { may: true, restores: known.restores, ...said };
      },
    ),
    defineRoute(
      {
        ...{ method: "POST", path: "/api/v1/messages/{id}/restore", tag, least: "reviewer", changes: true },
        ...{ audit: ["restore", "look"], problems: [404, 409, 503], status: 202 },
        summary: "Put back what was written. 409 with all three versions where somebody changed the message meanwhile.",
        params: idParam,
        answer: types.restored,
      },
      async ({ account, params }) => {
        const outcome = await restore.restore(account.name, params.id as MessageId);
        if (outcome.kind === "refused") throw byHandProblem(outcome.refused, outcome.modificationId);
        const { modificationId, restores } = outcome;
        return { modificationId, restores, state: "pending" as const };
      },
    ),
    defineRoute(
      {
        ...{ method: "POST", path: "/api/v1/messages/{id}/mask", tag, least: "reviewer", changes: true },
        ...{ audit: ["mask_by_hand", "look"], problems: [404, 409, 422, 503], status: 202 },
        summary: "Cover what is selected in the message as it stands, aligned outwards to whole characters.",
        params: idParam,
        body: types.selection,
        answer: types.ordered,
      },
      async ({ account, params, body }) => {
        const spans = body.spans.map(({ text, ...span }) => ({ ...span, text }));
        const outcome = await maskByHand(account.name, params.id as MessageId, spans);
        if (outcome.kind !== "ordered") throw maskProblem(outcome);
        return { modificationId: outcome.modificationId, state: "pending" as const };
      },
    ),
  ];
}

const misplacedInWords = {
  no_text: ["has no text that could be masked", "Take a text, the description of a place, or the label of a face."],
  outside: ["does not lie inside its text", "Count in UTF-16 units; the end is exclusive."],
  another_text: ["was made in another text than stands there now", "Load the message again and select again."],
} as const;

function maskProblem(outcome: Exclude<MaskOutcome, { kind: "ordered" }>): ProblemError {
  switch (outcome.kind) {
    case "refused":
      return byHandProblem(outcome.refused);
    case "misplaced": {
      const [what, next] = misplacedInWords[outcome.why];
      const path = `body.spans.${outcome.index}`;
      const detail = `${path} ${what}.`;
      return problem(422, "misplaced", detail, next, { errors: [{ path, code: "refused" as const, detail, next }] });
    }
    case "nothing_to_mask":
      return problem(409, "nothing-to-mask", "What is selected is covered already.", "Select something else.");
    default:
      return outcome satisfies never;
  }
}
