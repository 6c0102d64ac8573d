/**
 * The rules that are live: loaded at start, replaced whole when the folder changes, never replaced by something broken.
 * Where the folder is broken at start, the last revision that was good speaks, with an alarm.
 */
import type { Message, UserId } from "../domain/message.ts";
import type { Decision } from "../domain/decision.ts";
import type { Clock } from "../domain/time.ts";
import { OperatorError } from "../errors.ts";
import type { Logger } from "../ports/logger.ts";
import type { OrderStore, RuleStore } from "../ports/store.ts";
import type { RuleFiles } from "../rules/compile.ts";
import { compileRules, problemLine } from "../rules/compile.ts";
import { evaluate } from "../rules/evaluate.ts";
import type { FolderReading } from "../rules/rule-folder.ts";
import { readRuleFolder, watchRuleFolder } from "../rules/rule-folder.ts";
import type { RuleSet } from "../rules/rule-set.ts";
import { nameOf } from "./intake.ts";

/** Often enough that a saved file is live before its author has looked up. */
const LOOK_EVERY_MS = 500;

export interface LiveRules {
  evaluate(message: Message): Decision;
  revision(): string;
  /** What the live set was compiled from. */
  files(): RuleFiles;
  /** What is wrong with the folder on disk, one line each; empty when what is live is what is there. */
  problems(): readonly string[];
  /** Follows the folder until aborted. */
  watch(signal: AbortSignal): Promise<void>;
}

export type LiveRulesParts = {
  readonly dir: string;
  readonly store: RuleStore & Pick<OrderStore, "auditOnly">;
  readonly exemptSenders: readonly UserId[];
  readonly clock: Pick<Clock, "now" | "wait">;
  readonly log: Logger;
};

/** @throws OperatorError when the folder is broken and no earlier revision is known */
export async function loadRules(parts: LiveRulesParts): Promise<LiveRules> {
  const { store, log, clock } = parts;
  let live: RuleSet | undefined;
  let files: RuleFiles | undefined;
  let problems: readonly string[] = [];

  /** @returns whether it is live now */
  const tryFiles = async (reading: FolderReading): Promise<boolean> => {
    const compiled = reading.ok ? compileRules(reading.files, { exemptSenders: parts.exemptSenders }) : reading;
    if (!compiled.ok || !reading.ok) {
      problems = compiled.ok ? [] : compiled.problems.map(problemLine);
      for (const problem of problems) log.error({ problem }, "The rules folder has a problem.");
      return false;
    }
    problems = [];
    for (const warning of compiled.warnings) log.warn({ problem: problemLine(warning) }, "A rule deserves a look.");
    const { revision } = compiled.ruleSet;
    const at = clock.now();
    await store.saveRules({ revision, files: reading.files }, at);
    const detail = { revision, rules: compiled.ruleSet.rules.length };
    if (revision !== live?.revision) await store.auditOnly([{ at, actor: "emend", act: "rules", detail }]);
    live = compiled.ruleSet;
    files = reading.files;
    log.info(detail, "Rules are live.");
    return true;
  };

  if (!(await tryFiles(await readRuleFolder(parts.dir)))) {
    const broken = problems;
    const last = await store.lastRules();
    if (last === undefined || !(await tryFiles({ ok: true, files: last.files }))) {
      throw new OperatorError(
        "RULES_BROKEN",
        ["The rules folder is broken.", ...broken].join("\n"),
        "\nMend it and start again; check it with: npm run -s emend -- rules check",
      );
    }
    problems = broken;
    log.error({ revision: last.revision }, "The rules folder is broken: the last good revision is live instead.");
  }

  const current = (): RuleSet => {
    if (live === undefined) throw new Error("Rules are loaded before anything is judged");
    return live;
  };
  /** A change is told once: while the record is out of reach, it is tried again here. */
  const takeUp = async (reading: FolderReading, signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      try {
        if (await tryFiles(reading)) return;
        log.error({ revision: current().revision }, "The changed rules are not used; the revision before stays live.");
        return;
      } catch (thrown) {
        log.error({ fault: nameOf(thrown) }, "The changed rules could not be recorded; trying again.");
        await clock.wait(LOOK_EVERY_MS, signal);
      }
    }
  };
  return {
    evaluate: (message) => evaluate(current(), message),
    revision: () => current().revision,
    files: () => files ?? new Map(),
    problems: () => problems,
    watch: (signal) =>
      watchRuleFolder({
        dir: parts.dir,
        files: problems.length > 0 ? undefined : files,
        wait: () => clock.wait(LOOK_EVERY_MS, signal),
        signal,
        onChange: (reading) => takeUp(reading, signal),
      }),
  };
}
