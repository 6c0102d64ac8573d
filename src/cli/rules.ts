/** `emend rules check | scan | explain`: the rules as their author sees them, with nothing of the service running. */
import { createInterface } from "node:readline";
import { systemClock } from "../clock.ts";
import type { Compilation } from "../rules/compile.ts";
import { compileRules, problemLine } from "../rules/compile.ts";
import { explain } from "../rules/explain.ts";
import { readRuleFolder } from "../rules/rule-folder.ts";
import type { RuleSet } from "../rules/rule-set.ts";
import { scanLine } from "../rules/scan.ts";
import type { CliContext, ExitCode } from "./environment.ts";
import { configOrSay, exit } from "./environment.ts";
import { explanationInWords } from "./explain-words.ts";

async function compileFolder(dir: string, admin: string): Promise<Compilation> {
  const reading = await readRuleFolder(dir);
  return reading.ok ? compileRules(reading.files, { exemptSenders: [admin], now: systemClock.now() }) : reading;
}

/** The folder that was named, or the configured one; undefined after the configuration's problems have been said. */
function folderOf(dir: string | undefined, context: CliContext): { dir: string; admin: string } | undefined {
  const config = configOrSay(context);
  if (config === undefined) return undefined;
  return { dir: dir ?? config.service.rulesDir, admin: config.tencent?.admin ?? "administrator" };
}

export async function rulesCheck(dir: string | undefined, context: CliContext): Promise<ExitCode> {
  const folder = folderOf(dir, context);
  if (folder === undefined) return exit.usage;
  const compiled = await compileFolder(folder.dir, folder.admin);
  const problems = compiled.ok ? compiled.warnings : compiled.problems;
  for (const problem of problems) context.out(`${problemLine(problem)}\n`);
  if (!compiled.ok) {
    const errors = problems.filter(({ severity }) => severity === "error").length;
    context.say(`${folder.dir}: ${errors} to mend.`);
    return exit.failed;
  }
  const { rules, revision } = compiled.ruleSet;
  context.say(`${folder.dir}: ${rules.length} rules, revision ${revision}, tests passed.`);
  return exit.done;
}

/** A rule set, or undefined after the folder's problems have been said. */
export async function ruleSetOrSay(dir: string | undefined, context: CliContext): Promise<RuleSet | ExitCode> {
  const folder = folderOf(dir, context);
  if (folder === undefined) return exit.usage;
  const compiled = await compileFolder(folder.dir, folder.admin);
  if (compiled.ok) return compiled.ruleSet;
  for (const problem of compiled.problems) context.say(problemLine(problem));
  return exit.failed;
}

export async function rulesScan(
  dir: string | undefined,
  input: NodeJS.ReadableStream,
  context: CliContext,
): Promise<ExitCode> {
  const ruleSet = await ruleSetOrSay(dir, context);
  if (typeof ruleSet === "number") return ruleSet;
  for await (const line of createInterface({ input, crlfDelay: Infinity })) {
    if (context.signal.aborted) return exit.failed;
    if (line.trim() !== "") context.out(`${scanLine(ruleSet, line)}\n`);
  }
  return exit.done;
}

export async function rulesExplain(dir: string | undefined, text: string, context: CliContext): Promise<ExitCode> {
  const ruleSet = await ruleSetOrSay(dir, context);
  if (typeof ruleSet === "number") return ruleSet;
  context.out(explanationInWords(explain(ruleSet, text)));
  return exit.done;
}
