/**
 * From the files of a rules folder to a rule set, or to everything that is wrong with them. A rule that has a fault of
 * its own does not keep the others from being tested: all problems are told at once.
 */
import { createHash } from "node:crypto";
import { buildRule, type BuiltRule, type RuleDefaults, type Site } from "./build-rule.ts";
import { lintRules } from "./lint.ts";
import { buildMatcher } from "./matcher.ts";
import { PATTERNS_STEPS_PER_CHARACTER_MAX } from "./pattern-cost.ts";
import { readPack, type Pack } from "./rule-file.ts";
import type { Clause, Problem, Rule } from "./rule.ts";
import { createRuleSet, jsonPathsOf, liveRuleOf, type RuleSet, type RuleSetParts } from "./rule-set.ts";
import { testRules } from "./rule-tests.ts";
import { readWordList, type WordList } from "./word-list.ts";

/** Relative path (with `/`) → text: the packs and the lists that they name. */
export type RuleFiles = ReadonlyMap<string, string>;

export type { RuleDefaults };

export type Compilation =
  | {
      readonly ok: true;
      readonly ruleSet: RuleSet;
      /** The same as plain data, for another thread. */
      readonly parts: RuleSetParts;
      readonly warnings: readonly Problem[];
    }
  | { readonly ok: false; readonly problems: readonly Problem[] };

// More files than anybody reviews; a folder that has them is most likely the wrong folder.
export const PACKS_MAX = 200;
// Twice the largest public list; at forty bytes a state the automaton then stays under 100 MB.
export const TERMS_MAX = 200_000;
// All patterns run over every message: see `pattern-cost.ts` for what this many can cost.
export const PATTERNS_MAX = 200;

export function compileRules(files: RuleFiles, defaults: RuleDefaults): Compilation {
  const problems: Problem[] = [];
  // A list can have more faults than a call can have arguments.
  const report = (found: readonly Problem[]): void => found.forEach((problem) => problems.push(problem));
  const packs = readPacks(files, report);
  const lists = new Map<string, WordList | undefined>();
  const listAt = (path: string): WordList | undefined => {
    if (!lists.has(path)) {
      const text = files.get(path);
      const list = text === undefined ? undefined : readWordList(path, text);
      lists.set(path, list);
      report(list?.problems ?? []);
    }
    return lists.get(path);
  };

  const seen = new Map<string, string>();
  const built: BuiltRule[] = [];
  for (const pack of packs) {
    report(usedTwice(seen, `pack ${pack.source.pack}`, { pack, path: ["pack"] }));
    pack.source.rules.forEach((source, index) => {
      report(usedTwice(seen, `id ${source.id}`, { pack, path: ["rules", index, "id"] }));
      report(buildRule(pack, index, { listAt, defaults, keep: (rule) => built.push(rule) }));
    });
  }
  report(tooMany(built));
  report(tooCostly(built));

  // Past the limits nothing is worth building.
  const isTooMuch = problems.some(({ file }) => file === ".");
  const sound = isTooMuch ? [] : built.filter(({ mode, site }) => mode !== "off" && !site.faulty);
  const rules = sound.map(({ rule }) => rule);
  const parts: RuleSetParts = {
    revision: revisionOf(files),
    rules: rules.map(liveRuleOf),
    matcher: buildMatcher(rules),
    jsonPaths: jsonPathsOf(rules),
  };
  const ruleSet = createRuleSet(parts);
  report(lintRules(ruleSet, sound));
  report(testRules(ruleSet, sound));

  problems.sort(byPlace);
  if (problems.some(({ severity }) => severity === "error")) return { ok: false, problems };
  return { ok: true, ruleSet, parts, warnings: problems };
}

/** `file:line:column: message`, as compilers say it, so that editors can jump there. */
export function problemLine({ file, line, column, message, severity }: Problem): string {
  return `${file}:${line}:${column}: ${severity === "warning" ? "warning: " : ""}${message}`;
}

function readPacks(files: RuleFiles, report: (problems: readonly Problem[]) => void): readonly Pack[] {
  const names = [...files.keys()].filter((path) => /^[^/]+\.ya?ml$/.test(path)).sort();
  if (names.length === 0) {
    report([atTop(".", "There is no pack (*.yaml) in the rules folder. Add one, or set EMEND_RULES_DIR.")]);
  }
  if (names.length > PACKS_MAX) {
    report([atTop(".", `There are ${names.length} packs; at most ${PACKS_MAX} are read. Join some of them.`)]);
  }
  return names.slice(0, PACKS_MAX).flatMap((file) => {
    const reading = readPack(file, files.get(file) ?? "");
    if (reading.ok) return [reading.pack];
    report(reading.problems);
    return [];
  });
}

function usedTwice(seen: Map<string, string>, name: string, { pack, path }: Pick<Site, "pack" | "path">): Problem[] {
  const at = pack.at(path);
  const before = seen.get(name);
  if (before === undefined) {
    seen.set(name, `${pack.file}:${at.line}`);
    return [];
  }
  const message = `The ${name} is already used in ${before}. Give this one another name; old names are never reused.`;
  return [{ file: pack.file, ...at, message, severity: "error" }];
}

const count = ({ clauses }: Rule, of: (clause: Clause) => readonly unknown[]): number =>
  clauses.reduce((sum, clause) => sum + of(clause).length, 0);

function tooMany(built: readonly BuiltRule[]): Problem[] {
  const terms = built.reduce((sum, { rule }) => sum + rule.allow.length + count(rule, ({ terms }) => terms), 0);
  const patterns = built.reduce((sum, { rule }) => sum + count(rule, ({ patterns }) => patterns), 0);
  const over = (what: string, count: number, max: number): Problem[] =>
    count <= max ? [] : [atTop(".", `There are ${count} ${what}; at most ${max} are loaded. Remove some.`)];
  return [...over("terms and allow phrases", terms, TERMS_MAX), ...over("patterns", patterns, PATTERNS_MAX)];
}

/** Told at the pattern with which the sum is past the limit. */
function tooCostly(built: readonly BuiltRule[]): Problem[] {
  let steps = 0;
  for (const { mode, patterns, site } of built) {
    for (const { stepsPerCharacter, position } of mode === "off" ? [] : patterns) {
      steps += stepsPerCharacter;
      if (steps <= PATTERNS_STEPS_PER_CHARACTER_MAX) continue;
      const message =
        `Up to here the patterns of this folder may take ${steps} steps for each character, this one ` +
        `${stepsPerCharacter} of them; at most ${PATTERNS_STEPS_PER_CHARACTER_MAX} are allowed. Make the costly ones simpler.`;
      return [{ file: site.pack.file, ...position, message, severity: "error" }];
    }
  }
  return [];
}

function atTop(file: string, message: string): Problem {
  return { file, line: 1, column: 1, message, severity: "error" };
}

function byPlace(a: Problem, b: Problem): number {
  return (a.file < b.file ? -1 : a.file > b.file ? 1 : 0) || a.line - b.line || a.column - b.column;
}

function revisionOf(files: RuleFiles): string {
  const hash = createHash("sha256");
  for (const path of [...files.keys()].sort()) {
    const text = files.get(path) ?? "";
    // Lengths keep `a` + `bc` apart from `ab` + `c`.
    hash.update(`${path.length} ${path} ${text.length} `).update(text);
  }
  return hash.digest("hex").slice(0, 16);
}
