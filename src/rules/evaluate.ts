/** What the rules say about one message. Pure: the same message and rule set always give the same decision. */
import type { Decision, Finding } from "../domain/decision.ts";
import type { Message, Place } from "../domain/message.ts";
import { judgeRun } from "./judge.ts";
import { editsOf, type MaskedSpan } from "./mask.ts";
import { readingsOf, type Reading } from "./readings.ts";
import type { Rule } from "./rule.ts";
import type { RuleSet } from "./rule-set.ts";
import { isInScope } from "./scope.ts";

export { textUnits } from "./readings.ts";

export function evaluate(ruleSet: RuleSet, message: Message): Decision {
  const scopes = new Map<number, boolean>();
  const inScope = (index: number, rule: Rule): boolean => {
    const known = scopes.get(index) ?? isInScope(rule.scope, message);
    scopes.set(index, known);
    return known;
  };

  const findings: Finding[] = [];
  const edits: Decision["edits"][number][] = [];
  for (const reading of readingsOf(ruleSet, message)) {
    const hits = judgeRun(ruleSet.matcher, reading.texts);
    if (hits.length === 0) continue; // Nearly always: most messages are innocent.
    const masks = reading.texts.map((): MaskedSpan[] => []);
    const found = reading.texts.map((): Finding[] => []);
    for (const hit of hits) {
      const rule = ruleSet.rules[hit.rule];
      if (!rule || !looksHere(rule, hit.rule, reading) || !inScope(hit.rule, rule)) continue;
      const { id, severity } = rule;
      const effect = effectOf(rule, reading);
      for (const { text, span, continued } of hit.pieces) {
        found[text]?.push({ rule: id, category: hit.category, severity, effect, place: placeOf(reading, text), span });
        if (effect === "mask") masks[text]?.push({ span, mask: rule.mask, rank: hit.rule, continued });
      }
    }
    findings.push(...found.flatMap((ofPlace) => distinct(ofPlace)));
    reading.texts.forEach((text, index) => {
      const ofText = editsOf(text, masks[index] ?? []);
      if (ofText.length > 0) edits.push({ place: placeOf(reading, index), edits: ofText });
    });
  }

  const asksForReview = findings.some(({ effect }) => effect === "flag");
  const kind = edits.length > 0 ? "rewrite" : asksForReview ? "review" : "pass";
  return { kind, revision: ruleSet.revision, findings, edits };
}

function looksHere(rule: Rule, index: number, { kind, rules }: Reading): boolean {
  return rules ? rules.has(index) : rule.scope.elements.includes(kind);
}

/** Clients show the name of a file and the abstract of merged messages from elsewhere: a mask there would change nothing. */
function effectOf(rule: Rule, { kind }: Reading): Finding["effect"] {
  if (rule.mode === "shadow") return "shadow";
  if (rule.mode === "flag" || rule.mask.kind === "none") return "flag";
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
