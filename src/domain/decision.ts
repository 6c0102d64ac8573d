/** What the rules say about one message. Nothing is ordered yet: see `plan.ts` for what follows from it. */
import type { Place } from "./message.ts";
import type { Span, TextEdit } from "./span.ts";

export type RuleId = string & { readonly brand: "rule id" };
export type RuleMode = "off" | "shadow" | "flag" | "enforce";
export type Severity = "low" | "medium" | "high";

/** Where a rule hit, in UTF-16 units of the original text at `place`. */
export type Finding = {
  readonly rule: RuleId;
  readonly category: string;
  readonly severity: Severity;
  /** What this finding leads to: `mask` covers the span, `flag` asks a person, `shadow` is written down only. */
  readonly effect: "mask" | "flag" | "shadow";
  readonly place: Place;
  readonly span: Span;
};

/** The edits of one text of a message: sorted, apart, never empty. */
export type PlaceEdits = { readonly place: Place; readonly edits: readonly TextEdit[] };

/** No rules: no note. Categories stand for the rules that let theirs be seen. */
export type NoteContent = { readonly rules: readonly RuleId[]; readonly categories: readonly string[] };

export type Decision = {
  /** `pass`: leave it alone · `review`: leave the body alone and say so in a note · `rewrite`: put masks in. */
  readonly kind: "pass" | "review" | "rewrite";
  /** The rule set that said so: hash of its content. */
  readonly revision: string;
  readonly findings: readonly Finding[];
  /** What the note on the message says, where that is not simply every rule that masked or flagged. */
  readonly note?: NoteContent;
  /** Empty unless `kind` is `rewrite`. */
  readonly edits: readonly PlaceEdits[];
};

/** The rules that a note names: those that masked or flagged, once each, in order of place. */
export function rulesOf(decision: Decision): readonly RuleId[] {
  return [...new Set(decision.findings.filter((f) => f.effect !== "shadow").map((f) => f.rule))];
}
