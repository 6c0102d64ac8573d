/** From one rule as written to one rule as judged: defaults filled in, lists brought in, each part checked. */
import type { RuleId, RuleMode } from "../domain/decision.ts";
import type { EpochMs } from "../domain/time.ts";
import { foldOf } from "./build-fold.ts";
import { buildMatch, termsOf, type PricedPattern } from "./build-match.ts";
import { parseExpiry } from "./expiry.ts";
import { parseJsonPath } from "./json-path.ts";
import type { Pack } from "./rule-file.ts";
import type { RuleSource } from "./rule-schema.ts";
import type { JsonPathPattern, Limits, Mask, Problem, Rule, Scope } from "./rule.ts";
import { faultOfTestForm } from "./test-form.ts";
import type { WordList } from "./word-list.ts";

/** Where a rule stands, so that what is found later can point there. */
export type Site = {
  readonly pack: Pack;
  readonly path: readonly PropertyKey[];
  readonly source: RuleSource;
  /** Something in the rule itself is wrong: it is not tested, and the folder is refused anyway. */
  readonly faulty: boolean;
};

export type BuiltRule = {
  readonly rule: Rule;
  readonly mode: RuleMode;
  readonly patterns: readonly PricedPattern[];
  readonly site: Site;
};

export type RuleDefaults = {
  readonly exemptSenders: readonly string[];
  /** For the warning of rules that have expired; nobody is warned without it. */
  readonly now?: EpochMs;
};

export type BuildParts = {
  readonly listAt: (path: string) => WordList | undefined;
  readonly defaults: RuleDefaults;
  readonly keep: (built: BuiltRule) => void;
};

type Report = (inRule: readonly PropertyKey[], message: string, severity?: Problem["severity"]) => void;

export function buildRule(pack: Pack, index: number, { listAt, defaults, keep }: BuildParts): readonly Problem[] {
  const source = pack.source.rules[index];
  if (!source) throw new RangeError(`${pack.file} has no rule ${index}`);
  const path = ["rules", index] as const;
  const problems: Problem[] = [];
  const at = (inRule: readonly PropertyKey[]) => pack.at([...path, ...inRule]);
  const report: Report = (inRule, message, severity = "error") =>
    void problems.push({ file: pack.file, ...at(inRule), message, severity });

  const parts = { file: pack.file, at, listAt, report };
  const { clauses, condition, patterns, listsAreSound } = buildMatch(source.match, parts);
  const allow = termsOf(source.allow ?? [], ["allow"], parts);
  const scope = scopeOf(source, defaults.exemptSenders, report);
  const limits = limitsOf(source, report);
  const expires = expiryOf(source, defaults.now, report);
  source.tests?.forEach((test, place) => {
    const fault = faultOfTestForm(test);
    if (fault !== undefined) report(["tests", place], fault);
  });

  const faulty = !listsAreSound || problems.some(({ severity }) => severity === "error");
  const mode = source.mode ?? "enforce";
  const rule: Rule = {
    id: source.id as RuleId,
    title: source.title ?? source.id,
    // A rule that is off is checked like any other and goes no further.
    mode: mode === "off" ? "shadow" : mode,
    category: source.category ?? pack.source.pack,
    severity: source.severity ?? "low",
    scope,
    clauses,
    condition,
    fold: foldOf(source.fold),
    allow,
    mask: maskOf(source),
    note: { write: source.action?.note !== "off", category: source.action?.category === "shown" },
    limits,
    expires,
    falsePositives: source.falsePositives,
  };
  keep({ rule, mode, patterns, site: { pack, path, source, faulty } });
  return problems;
}

function scopeOf(source: RuleSource, exemptSenders: readonly string[], report: Report): Scope {
  const scope = source.scope ?? {};
  const elements = scope.elements ?? ["text", "location", "face", "custom", "file", "merged"];
  const jsonPaths = (scope.jsonPaths ?? []).flatMap((written, at): JsonPathPattern[] => {
    const parsed = parseJsonPath(written);
    if (parsed) return [parsed];
    const message = `"${written}" is no path into a custom element. Write data.title, or ext.items[*].name.`;
    report(["scope", "jsonPaths", at], message);
    return [];
  });
  if (jsonPaths.length > 0 && !elements.includes("custom")) {
    report(["scope", "jsonPaths"], `Paths lead into custom elements. Add custom to "elements", or remove the paths.`);
  }
  // Whoever names groups means groups, unless one-to-one chats are asked for as well.
  const namesGroups = scope.groups !== undefined || scope.groupTypes !== undefined;
  return {
    conversations: scope.conversations ?? (namesGroups ? ["group"] : ["c2c", "group"]),
    groupTypes: scope.groupTypes,
    groups: scope.groups,
    senders: scope.senders,
    exemptSenders: scope.exemptSenders ?? exemptSenders,
    elements,
    jsonPaths,
  };
}

function limitsOf({ limits }: RuleSource, report: Report): Limits {
  const textMin = Number(limits?.textMin ?? 0);
  const textMax = Number(limits?.textMax ?? Infinity);
  if (textMin > textMax) {
    report(["limits"], `No text is as long as "textMin" and no longer than "textMax". Exchange them, or remove one.`);
  }
  return {
    hitsMin: Number(limits?.hitsMin ?? 1),
    textMin,
    textMax,
    rewritesPerHour: Number(limits?.rewritesPerHour ?? Infinity),
  };
}

function expiryOf({ expires }: RuleSource, now: EpochMs | undefined, report: Report): EpochMs | undefined {
  if (expires === undefined) return undefined;
  const moment = parseExpiry(expires);
  if (moment === undefined) {
    const message = `"${expires}" is no date that exists. Write 2027-01-31, or a time with its zone: 2027-01-31T18:00:00Z.`;
    report(["expires"], message);
  } else if (now !== undefined && moment <= now) {
    report(["expires"], "The rule has expired and does nothing. Remove it, or give it a later date.", "warning");
  }
  return moment;
}

function maskOf({ action }: RuleSource): Mask {
  const mask = action?.mask ?? "stars";
  return typeof mask === "string" ? { kind: mask } : { kind: "text", text: mask.text };
}
