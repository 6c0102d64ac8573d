/** Restores of many messages: counted first, then begun, followed, paused and cancelled. */
import type { RuleId } from "../domain/decision.ts";
import { epochMs } from "../domain/time.ts";
import type { BulkRestore, Change } from "../flows/bulk-restore.ts";
import { endedOf } from "../flows/bulk-restore.ts";
import type { JobId, RestoreJob, Wanted } from "../ports/desk.ts";
import type { MessageId } from "../ports/store.ts";
import { byHandProblem } from "./by-hand-problems.ts";
import { idParam } from "./console-types/accounts.ts";
import * as types from "./console-types/restore.ts";
import { notFound, problem } from "./problem.ts";
import type { Route } from "./route.ts";
import { defineRoute } from "./route.ts";

export type RestoresRouteParts = {
  readonly bulk: BulkRestore;
  readonly isRuleLive: (rule: RuleId) => boolean;
  readonly now: () => number;
};

const tag = "Messages" as const;
const summaries: Readonly<Record<Change, string>> = {
  pause: "Send nothing more for now but what is under way; orders that were not sent are put aside.",
  resume: "Go on where it was paused. Messages that somebody has decided about since are left as they are.",
  cancel: "End a restore; its orders that were not sent are cancelled. What was restored stays restored.",
};

export function restoresRoutes({ bulk, isRuleLive, now }: RestoresRouteParts): readonly Route[] {
  const changeOf = (change: Change): Route =>
    defineRoute(
      {
        ...{ method: "POST", path: `/api/v1/restores/{id}/${change}`, tag, least: "reviewer", changes: true },
        ...{ audit: ["bulk_restore"], problems: [404, 409] },
        summary: summaries[change],
        params: idParam,
        answer: types.restoreJob,
      },
      async ({ account, params }) => {
        const job = await bulk.change(account.name, params.id as JobId, change);
        if (job === "unknown") throw notFound("such restore");
        if (job !== "as_it_is") return toldJob(job);
        throw problem(409, "restore-ended", "The restore has ended, or is as you want it.", "Look at its state.");
      },
    );
  return [
    defineRoute(
      {
        ...{ method: "POST", path: "/api/v1/restores", tag, least: "reviewer", changes: true },
        ...{ audit: ["bulk_restore"], problems: [409] },
        summary: "Restore all messages that a rule has masked in a time, or some by number; dryRun only counts.",
        body: types.restoresWanted,
        answer: types.restoresAnswer,
      },
      async ({ account, body, signal }) => {
        const wanted = wantedOf(body, now());
        const ruleIsLive = wanted.kind === "rule" ? isRuleLive(wanted.rule) : null;
        if (body.dryRun) return { ...(await bulk.preview(wanted, signal)), ruleIsLive, job: null };
        const begun = await bulk.begin(account.name, wanted, signal);
        if (begun.kind === "shadow_mode") throw byHandProblem({ why: begun.kind });
        if (begun.kind === "nothing_to_restore") throw nothingToRestore(begun.leftAlone, ruleIsLive);
        return { ...begun.preview, ruleIsLive, job: toldJob(begun.job) };
      },
    ),
    defineRoute(
      {
        ...{ method: "GET", path: "/api/v1/restores", tag, least: "reviewer" },
        summary: "Restores of many messages, the newest hundred first.",
        answer: types.restoreJobs,
      },
      async () => ({ items: (await bulk.jobs()).map(toldJob) }),
    ),
    defineRoute(
      {
        ...{ method: "GET", path: "/api/v1/restores/{id}", tag, least: "reviewer" },
        summary: "How far one has come.",
        params: idParam,
        answer: types.restoreJob,
      },
      async ({ params }) => {
        const job = await bulk.job(params.id as JobId);
        if (job === undefined) throw notFound("such restore");
        return toldJob(job);
      },
    ),
    changeOf("pause"),
    changeOf("resume"),
    changeOf("cancel"),
  ];
}

const nothingToRestore = (leftAlone: RestoreJob["leftAlone"], ruleIsLive: boolean | null) =>
  problem(
    409,
    "nothing-to-restore",
    ruleIsLive === false
      ? "None of these messages would be restored, and no live rule has this name."
      : "None of these messages would be restored.",
    "See under leftAlone why; where there is nothing, look at the rule and the time.",
    { leftAlone },
  );

function wantedOf(
  { rule, revision, since, until, messages = [] }: ReturnType<typeof types.restoresWanted.parse>,
  now: number,
): Wanted {
  if (rule === undefined) {
    return { kind: "messages", messages: [...new Set(messages)].sort((a, b) => a - b) as MessageId[] };
  }
  const time = { since: epochMs(since ?? 0), until: epochMs(until ?? now) };
  return { kind: "rule", rule: rule as RuleId, revision, ...time };
}

function toldJob({ wanted, cursor: _cursor, last: _last, endedAt, ...job }: RestoreJob) {
  const rule = wanted.kind === "rule" ? wanted : undefined;
  return {
    ...job,
    ended: endedOf(job),
    ...{ rule: rule?.rule ?? null, revision: rule?.revision ?? null },
    ...{ since: rule?.since ?? null, until: rule?.until ?? null },
    messages: wanted.kind === "messages" ? wanted.messages.length : null,
    endedAt: endedAt ?? null,
  };
}
