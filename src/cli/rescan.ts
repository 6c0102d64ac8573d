/** `emend rescan --since T`: what was said before a rule was there. The running service sends what is ordered here. */
import { monotonicFactory } from "ulid";
import { systemClock } from "../clock.ts";
import type { SdkAppId } from "../domain/message.ts";
import type { RuleId } from "../domain/decision.ts";
import type { EpochMs } from "../domain/time.ts";
import { createConclude, decide } from "../flows/judge.ts";
import type { RescanReport } from "../flows/rescan.ts";
import { rescan } from "../flows/rescan.ts";
import { serviceAuditKey } from "../store/audit-chain.ts";
import { migrate } from "../store/migrate.ts";
import { createSqliteRules } from "../store/sqlite-keep.ts";
import type { Sqlite } from "../store/sqlite-open.ts";
import { openSqlite } from "../store/sqlite-open.ts";
import { createSqliteRescan } from "../store/sqlite-rescan.ts";
import { rewriteBody } from "../tencent/body.ts";
import { spellPayload } from "../tencent/payload.ts";
import { decodeStored } from "../tencent/stored.ts";
import type { CliContext, ExitCode } from "./environment.ts";
import { exit, recordOrSay } from "./environment.ts";
import { progressOn } from "./progress.ts";
import { ruleSetOrSay } from "./rules.ts";

export type RescanOptions = {
  readonly since: EpochMs;
  readonly until?: EpochMs;
  readonly rule?: string;
  readonly apply: boolean;
};

/** The service looks at the folder every now and then, and long lists take a while to compile. */
const RELOAD_WAIT_MS = 30_000;
const LOOK_EVERY_MS = 500;
/** Tencent's own default for how long it keeps history; what is older can usually not be changed. */
const HISTORY_KEPT_MS = 7 * 24 * 3_600_000;

export async function rescanRecord(
  { since, until, rule, apply }: RescanOptions,
  context: CliContext,
): Promise<ExitCode> {
  const record = recordOrSay(context);
  if (typeof record === "number") return record;
  const { sdkAppId, path, service } = record;
  const ruleSet = await ruleSetOrSay(undefined, context);
  if (typeof ruleSet === "number") return ruleSet;
  if (rule !== undefined && !ruleSet.rules.some(({ id }) => id === rule)) {
    context.say(`There is no rule ${JSON.stringify(rule)} in ${service.rulesDir}. See: emend rules check.`);
    return exit.usage;
  }
  const db = openSqlite(path);
  try {
    migrate(db);
    if (apply && !(await areLive(ruleSet.revision, db, sdkAppId, context))) return exit.failed;
    const newId = monotonicFactory(Math.random);
    const report = await rescan(
      {
        store: createSqliteRescan(db, sdkAppId, serviceAuditKey(db, service.auditKey, path)),
        revision: ruleSet.revision,
        evaluate: (message) => decide(ruleSet, message, { at: systemClock.now(), flagOnly: new Set() }),
        conclude: createConclude({
          planSettings: { ...service, rewriteBody, spellPayload },
          clock: systemClock,
          newId: (at) => newId(at),
        }),
        decode: (recorded) => decodeStored.message({ sdkAppId, ...recorded }),
        decodeEdit: decodeStored.edit,
        clock: systemClock,
        onProgress: progressOn(context.say, (count) => `${Math.round(count)} messages`),
      },
      { since, until: until ?? systemClock.now(), rule: rule as RuleId | undefined, apply },
      context.signal,
    );
    context.out(inWords(report));
    if (since < systemClock.now() - HISTORY_KEPT_MS) {
      context.say(
        "Tencent keeps history for seven days unless the app's plan says otherwise: what it keeps no more stays.",
      );
    }
    if (context.signal.aborted) {
      context.say("Interrupted. Run it again: what has been ordered is not ordered twice.");
      return exit.failed;
    }
    const { found, ordered } = report;
    if (apply) {
      const mode = service.mode === "shadow" ? "written down, and not sent: EMEND_MODE is shadow" : "ordered";
      context.say(`${ordered} changes ${mode}. The running service reads each message again before it changes it.`);
    } else if (found > 0) context.say(`Nothing was ordered. Say --apply to order ${found} changes.`);
    return exit.done;
  } finally {
    db.close();
  }
}

/** A service with other rules would read what is ordered here, object to nothing, and let it be. */
async function areLive(revision: string, db: Sqlite, sdkAppId: SdkAppId, context: CliContext): Promise<boolean> {
  const { lastRules } = createSqliteRules(db, sdkAppId);
  for (let waited = 0; ; waited += LOOK_EVERY_MS) {
    const live = (await lastRules())?.revision;
    if (live === revision) return true;
    if (live === undefined || waited >= RELOAD_WAIT_MS || context.signal.aborted) {
      const theirs = live === undefined ? "has not run yet" : `has the rules ${live}`;
      context.say(
        `RESCAN_RULES_NOT_LIVE  The service ${theirs}; the folder has ${revision}. Start it, or see its log.`,
      );
      return false;
    }
    if (waited === 0) context.say("Waiting for the service to take up the rules of the folder …");
    await systemClock.wait(LOOK_EVERY_MS, context.signal);
  }
}

const reasons: Readonly<Record<string, string>> = {
  known: "dealt with before",
  recalled: "taken back by their senders",
  unmodifiable: "of a kind that Tencent does not change",
  gone: "that Tencent keeps no more",
  open: "about to be judged anyway",
  waiting: "with an order that waits",
  restored: "restored by a person",
};

function inWords({ looked, notKept, leftAlone, byRule, examples, found }: RescanReport): string {
  const lines = [`${looked} messages looked at, ${found} objected to`];
  if (notKept > 0) lines.push(`  ${notKept} whose text is past keeping (EMEND_KEEP_BODIES, EMEND_KEEP_ORIGINALS)`);
  for (const [why, count] of leftAlone) lines.push(`  ${count} left alone: ${reasons[why] ?? why}`);
  for (const [rule, { masks, flags }] of byRule) lines.push(`rule ${rule}: ${masks} to mask, ${flags} to flag`);
  for (const { message, kind, rules, sentAt } of examples) {
    const when = sentAt === undefined ? "-" : new Date(sentAt).toISOString();
    lines.push(`message ${message}  ${when}  ${kind === "rewrite" ? "mask" : "flag"}  ${rules.join(",")}`);
  }
  if (found > examples.length) lines.push(`… and ${found - examples.length} more`);
  return `${lines.join("\n")}\n`;
}
