/** One rule as the engine sees it: read from a pack, checked, every default filled in. */
import type { ElementKind } from "../domain/message.ts";
import type { RuleId, RuleMode, Severity } from "../domain/decision.ts";

/** Where in a file something stands, both counted from 1. */
export type Position = { readonly line: number; readonly column: number };

/** A fault of a rules folder. `error` refuses the folder, `warning` does not; the message ends in a next step. */
export type Problem = Position & {
  readonly file: string;
  readonly message: string;
  readonly severity: "error" | "warning";
};

export type Mask =
  { readonly kind: "stars" | "fixed" | "keep-first" | "none" } | { readonly kind: "text"; text: string };

export type ScopedElement = Exclude<ElementKind, "opaque">;

/** A way into the JSON of a custom element as a rule writes it; `"*"` stands for every place of an array. */
export type JsonPathPattern = {
  readonly part: "data" | "extension";
  readonly steps: readonly (string | number | { readonly every: true })[];
};

/** Undefined means no limit. Ids may hold `*` for any run of characters. */
export type Scope = {
  readonly conversations: readonly ("c2c" | "group")[];
  readonly groupTypes: readonly string[] | undefined;
  readonly groups: readonly string[] | undefined;
  readonly senders: readonly string[] | undefined;
  readonly exemptSenders: readonly string[];
  readonly elements: readonly ScopedElement[];
  readonly jsonPaths: readonly JsonPathPattern[];
};

/** A term with where it was written; entries of a list may have a category of their own. */
export type Term = {
  readonly text: string;
  readonly category: string | undefined;
  readonly file: string;
  readonly position: Position;
};

export type Rule = {
  readonly id: RuleId;
  readonly title: string;
  readonly mode: Exclude<RuleMode, "off">;
  readonly category: string;
  readonly severity: Severity;
  readonly scope: Scope;
  readonly terms: readonly Term[];
  readonly patterns: readonly string[];
  readonly named: readonly string[];
  readonly allow: readonly Term[];
  readonly mask: Mask;
};
