/** What the rules say about one message. Pure: the same message, rule set and options always give the same decision. */
import type { Decision, Finding, NoteContent, RuleId } from "../domain/decision.ts";
import type { Message, Place } from "../domain/message.ts";
import type { EpochMs } from "../domain/time.ts";
import type { JudgedHit } from "./judge.ts";
import { maskRun } from "./mask-run.ts";
import { readingsOf, type Reading } from "./readings.ts";
import type { LiveRule, RuleSet } from "./rule-set.ts";
import { isInScope } from "./scope.ts";

export { textUnits } from "./readings.ts";

export type EvaluateOptions = {
  /** Rules that have expired by then are silent. Without it none has. */
  readonly at?: EpochMs;
  /** Rules that flag instead of masking for now. */
  readonly flagOnly?: ReadonlySet<RuleId>;
};

export function evaluate(ruleSet: RuleSet, message: Message, options: EvaluateOptions = {}): Decision {
  const scopes = new Map<number, boolean>();
  const inScope = (index: number, rule: LiveRule): boolean => {
    const known = scopes.get(index) ?? (isInScope(rule.scope, message) && !hasExpired(rule, options.at));
    scopes.set(index, known);
    return known;
  };

  const findings: Finding[] = [];
  const edits: Decision["edits"][number][] = [];
  for (const reading of readingsOf(ruleSet, message)) {
    const speaks = ({ rule: index }: JudgedHit): LiveRule | undefined => {
      const rule = ruleSet.rules[index];
      return rule && looksHere(rule, index, reading) && inScope(index, rule) ? rule : undefined;
    };
    const masks = (hit: JudgedHit): LiveRule["mask"] | undefined => {
      const rule = speaks(hit);
      return rule && effectOf(rule, reading, options) === "mask" ? rule.mask : undefined;
    };
    const run = maskRun(ruleSet, reading.texts, masks);
    if (run.hits.length === 0) continue; // Nearly always: most messages are innocent.
    const found = reading.texts.map((): Finding[] => []);
    for (const hit of run.hits) {
      const rule = speaks(hit);
      if (!rule) continue;
      const { id, severity } = rule;
      const effect = effectOf(rule, reading, options);
      for (const { text, span } of hit.pieces) {
        found[text]?.push({ rule: id, category: hit.category, severity, effect, place: placeOf(reading, text), span });
      }
    }
    findings.push(...found.flatMap((ofPlace) => distinct(ofPlace)));
    run.edits.forEach((ofText, index) => {
      if (ofText.length > 0) edits.push({ place: placeOf(reading, index), edits: ofText });
    });
  }

  const asksForReview = findings.some(({ effect }) => effect === "flag");
  const kind = edits.length > 0 ? "rewrite" : asksForReview ? "review" : "pass";
  const note = noteOf(ruleSet, findings);
  return { kind, revision: ruleSet.revision, findings, ...(note ? { note } : {}), edits };
}

/** Undefined where the note names every rule and nothing else, which is nearly always. */
function noteOf(ruleSet: RuleSet, findings: readonly Finding[]): NoteContent | undefined {
  const settings = new Map(ruleSet.rules.map(({ id, note }) => [id, note]));
  const speaking = findings.filter(({ effect }) => effect !== "shadow");
  if (speaking.every(({ rule }) => settings.get(rule)?.write !== false && settings.get(rule)?.category !== true)) {
    return undefined;
  }
  const noted = speaking.filter(({ rule }) => settings.get(rule)?.write === true);
  return {
    rules: [...new Set(noted.map(({ rule }) => rule))],
    categories: [...new Set(noted.flatMap(({ rule, category }) => (settings.get(rule)?.category ? [category] : [])))],
  };
}

function hasExpired({ expires }: LiveRule, at: EpochMs | undefined): boolean {
  return expires !== undefined && at !== undefined && expires <= at;
}

function looksHere(rule: LiveRule, index: number, { kind, rules }: Reading): boolean {
  return rules ? rules.has(index) : rule.scope.elements.includes(kind);
}

/** Clients show the name of a file and the abstract of merged messages from elsewhere: a mask there would change nothing. */
function effectOf(rule: LiveRule, { kind }: Reading, { flagOnly }: EvaluateOptions): Finding["effect"] {
  if (rule.mode === "shadow") return "shadow";
  if (rule.mode === "flag" || flagOnly?.has(rule.id) === true || rule.mask.kind === "none") return "flag";
  return kind === "file" || kind === "merged" ? "flag" : "mask";
}

function placeOf({ places }: Reading, text: number): Place {
  const place = places[text];
  if (!place) throw new RangeError(`A reading has no place ${text}`);
  return place;
}

/** A hit alone and a hit glued may leave the same piece in one text; a reader wants it once. */
function distinct(findings: readonly Finding[]): readonly Finding[] {
  const seen = new Set<string>();
  return [...findings]
    .sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end)
    .filter(({ rule, span }) => {
      const name = `${rule} ${span.start} ${span.end}`;
      return !seen.has(name) && seen.add(name);
    });
}
