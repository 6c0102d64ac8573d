/**
 * The rules that are live: loaded at start, replaced whole when the folder changes, never replaced by something broken.
 * Where the folder is broken at start, the last revision that was good speaks, with an alarm.
 */
import { crashPoint } from "../crash-point.ts";
import type { Decision, RuleId } from "../domain/decision.ts";
import type { Message, UserId } from "../domain/message.ts";
import type { Clock } from "../domain/time.ts";
import { OperatorError } from "../errors.ts";
import type { Logger } from "../ports/logger.ts";
import type { OrderStore, RuleStore } from "../ports/store.ts";
import type { Compilation, RuleDefaults, RuleFiles } from "../rules/compile.ts";
import { problemLine } from "../rules/compile.ts";
import type { FolderReading } from "../rules/rule-folder.ts";
import { readRuleFolder, watchRuleFolder } from "../rules/rule-folder.ts";
import type { Problem } from "../rules/rule.ts";
import type { RuleSet, RuleSetParts } from "../rules/rule-set.ts";
import { nameOf } from "./intake.ts";
import type { JudgingOptions, PieceFinding } from "./judge.ts";
import { decide, decideOnRun } from "./judge.ts";
import type { PieceRun } from "./sender-window.ts";

/** Often enough that a saved file is live before its author has looked up. */
const LOOK_EVERY_MS = 500;

export interface LiveRules {
  evaluate(message: Message, options: JudgingOptions): Decision;
  /** What is said about messages of one sender that are read as one; see `judge.ts`. */
  evaluateRun(message: Message, run: PieceRun, options: JudgingOptions): readonly PieceFinding[];
  revision(): string;
  ruleSet(): RuleSet;
  /** The live set as plain data, for another thread. */
  parts(): RuleSetParts;
  /** How many messages a rule may rewrite within an hour; Infinity where it does not say, or is not live. */
  rewritesPerHour(rule: RuleId): number;
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
  /** Counts what became of the folder: `rules.live`, `rules.refused`. */
  readonly count: (name: string) => void;
  readonly log: Logger;
  /** Compiles without holding up callbacks. Rejects only when aborted. */
  readonly compile: (files: RuleFiles, defaults: RuleDefaults, signal: AbortSignal) => Promise<Compilation>;
};

type Compiled = Extract<Compilation, { ok: true }>;

type Live = {
  readonly ruleSet: RuleSet;
  readonly parts: RuleSetParts;
  readonly files: RuleFiles;
  readonly rewritesPerHour: ReadonlyMap<RuleId, number>;
};

/** @throws OperatorError when the folder is broken and no earlier revision is known */
export async function loadRules(parts: LiveRulesParts): Promise<LiveRules> {
  const { store, log, clock, exemptSenders } = parts;
  let live: Live | undefined;
  let problems: readonly string[] = [];

  const compiled = async (reading: FolderReading, until: AbortSignal): Promise<Compilation> =>
    reading.ok ? parts.compile(reading.files, { exemptSenders, now: clock.now() }, until) : reading;

  const refuse = (found: readonly Problem[]): void => {
    problems = found.map(problemLine);
    parts.count("rules.refused");
    for (const problem of problems) log.error({ problem }, "The rules folder has a problem.");
  };

  const makeLive = async ({ ruleSet, parts: plain }: Compiled, files: RuleFiles): Promise<void> => {
    const { revision, rules } = ruleSet;
    const at = clock.now();
    await store.saveRules({ revision, files }, at);
    crashPoint("rules.saved");
    const detail = { revision, rules: rules.length };
    if (revision !== live?.ruleSet.revision) {
      await store.auditOnly([{ at, actor: "emend", act: "rules", detail }]);
    }
    crashPoint("rules.audited");
    const rewritesPerHour = new Map(rules.map(({ id, limits }) => [id, limits.rewritesPerHour]));
    live = { ruleSet, parts: plain, files, rewritesPerHour };
    problems = [];
    parts.count("rules.live");
    log.info(detail, "Rules are live.");
  };

  /** @returns whether they are live now */
  const tryAtStart = async (reading: FolderReading): Promise<boolean> => {
    // A start is short and goes on to its end; what is compiled while the service runs is interrupted.
    const compilation = await compiled(reading, new AbortController().signal);
    if (!compilation.ok || !reading.ok) {
      if (!compilation.ok) refuse(compilation.problems);
      return false;
    }
    warn(compilation.warnings, log);
    await makeLive(compilation, reading.files);
    return true;
  };

  if (!(await tryAtStart(await readRuleFolder(parts.dir)))) {
    const broken = problems;
    const last = await store.lastRules();
    if (last === undefined || !(await tryAtStart({ ok: true, files: last.files }))) {
      throw new OperatorError(
        "RULES_BROKEN",
        ["The rules folder is broken.", ...broken].join("\n"),
        "\nMend it and start again; check it with: npm run -s emend -- rules check",
      );
    }
    problems = broken;
    log.error({ revision: last.revision }, "The rules folder is broken: the last good revision is live instead.");
  }

  const current = (): Live => {
    if (live === undefined) throw new Error("Rules are loaded before anything is judged");
    return live;
  };

  /** A change is told once: while the record is out of reach, it is tried again here. */
  const takeUp = async (reading: FolderReading, until: AbortSignal): Promise<void> => {
    const compilation = await compiled(reading, until);
    if (!compilation.ok || !reading.ok) {
      if (!compilation.ok) refuse(compilation.problems);
      const { revision } = current().ruleSet;
      log.error({ revision }, "The changed rules are not used; the revision before stays live.");
      return;
    }
    warn(compilation.warnings, log);
    while (!until.aborted) {
      try {
        return await makeLive(compilation, reading.files);
      } catch (thrown) {
        log.error({ fault: nameOf(thrown) }, "The changed rules could not be recorded; trying again.");
        await clock.wait(LOOK_EVERY_MS, until);
      }
    }
  };

  return {
    evaluate: (message, options) => decide(current().ruleSet, message, options),
    evaluateRun: (message, run, options) => decideOnRun(current().ruleSet, message, run, options),
    revision: () => current().ruleSet.revision,
    ruleSet: () => current().ruleSet,
    parts: () => current().parts,
    rewritesPerHour: (rule) => current().rewritesPerHour.get(rule) ?? Infinity,
    problems: () => problems,
    watch: (until) =>
      watchRuleFolder({
        dir: parts.dir,
        files: problems.length > 0 ? undefined : current().files,
        wait: () => clock.wait(LOOK_EVERY_MS, until),
        signal: until,
        onChange: async (reading) => {
          try {
            await takeUp(reading, until);
          } catch (thrown) {
            if (!until.aborted) throw thrown;
          }
        },
      }),
  };
}

function warn(warnings: readonly Problem[], log: Logger): void {
  for (const warning of warnings) log.warn({ problem: problemLine(warning) }, "A rule deserves a look.");
}
