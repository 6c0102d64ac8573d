/** A false positive, dealt with in the file of its rule. */
import { reaches } from "../domain/account.ts";
import type { RuleId } from "../domain/decision.ts";
import type { AllowOutcome, AllowPhrase } from "../flows/allow-phrase.ts";
import type { MessageId } from "../ports/store.ts";
import { byHandProblem } from "./by-hand-problems.ts";
import { idParam } from "./console-types/accounts.ts";
import * as types from "./console-types/rules.ts";
import type { ProblemError } from "./problem.ts";
import { problem } from "./problem.ts";
import type { Caller, Route } from "./route.ts";
import { defineRoute } from "./route.ts";

export type AllowRouteParts = { readonly allow: AllowPhrase };

export function allowRoutes({ allow }: AllowRouteParts): readonly Route[] {
  return [
    defineRoute(
      {
        ...{ method: "POST", path: "/api/v1/messages/{id}/allow", tag: "Rules", least: "reviewer", changes: true },
        ...{ audit: ["allow_phrase"], problems: [404, 409, 422] },
        summary:
          "Add an allow phrase to the file of a rule, with the sentence as a test. dryRun shows the change; to write it takes the role admin.",
        params: idParam,
        body: types.allowRequest,
        answer: types.allowed,
      },
      async ({ account, params, body, signal }) => {
        if (!body.dryRun) demandAdmin(account);
        const { rule, base, ...request } = body;
        const message = params.id as MessageId;
        const outcome = await allow(account.name, { ...request, message, rule: rule as RuleId, base }, signal);
        if (outcome.kind !== "shown" && outcome.kind !== "written") throw refusal(outcome, rule);
        const { kind, ...allowed } = outcome;
        return { written: kind === "written", ...allowed };
      },
    ),
  ];
}

function demandAdmin({ name, role }: Caller): void {
  if (reaches(role, "admin")) return;
  throw problem(
    403,
    "role-too-low",
    `Writing rules takes the role admin; ${name} has the role ${role}.`,
    "Ask for it with dryRun and give the change to an admin.",
    { least: "admin", role },
  );
}

function refusal(outcome: Exclude<AllowOutcome, { kind: "shown" | "written" }>, rule: string): ProblemError {
  const conflict = (detail: string, next: string, more: Readonly<Record<string, unknown>> = {}) =>
    problem(409, outcome.kind.replaceAll("_", "-"), detail, next, more);
  switch (outcome.kind) {
    case "unknown":
    case "original_not_kept":
      return byHandProblem({ why: outcome.kind });
    case "not_masked":
      return conflict(`The rule ${rule} masks nothing in this message as it was written last.`, "Choose another rule.");
    case "unknown_rule":
      return conflict(`There is no rule ${rule} in the rules folder.`, "It may have been renamed: see GET /rules.");
    case "already_allowed":
      return conflict("The phrase and the test are in the file already.", "The message can be restored.");
    case "changed":
      return conflict("The file was changed meanwhile.", "Ask with dryRun again and look at the new change.");
    case "read_only": {
      const { file, text, diff } = outcome;
      return problem(409, "folder-read-only", `${file} cannot be written here.`, "Put the new text there yourself.", {
        ...{ file, text, diff },
      });
    }
    case "folder_broken":
      return conflict("The rules folder has problems.", "Mend them first.", { lines: outcome.problems });
    case "tests_failed":
      return problem(
        422,
        "tests-failed",
        `With this phrase the rules do not pass: ${outcome.problems[0] ?? ""}`,
        "Take a phrase that covers everything the rule hits in the sentence.",
        { lines: outcome.problems },
      );
    default:
      return outcome satisfies never;
  }
}
