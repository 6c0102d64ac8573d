/** One rule as the engine sees it: read from a pack, checked, every default filled in. */
import type { ElementKind } from "../domain/message.ts";
import type { RuleId, RuleMode, Severity } from "../domain/decision.ts";
import type { EpochMs } from "../domain/time.ts";

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

/**
 * What a word may have gone through and still be found. The first line changes characters one by one and is on in every
 * profile; the second is what `standard` adds; the third what `thorough` adds.
 */
export const FOLD_KINDS = [
  ...(["case", "width", "marks", "traditional", "invisible"] as const),
  ...(["lookalikes", "leet", "emoji", "repeats", "gaps", "lines", "markup", "bidi"] as const),
  ...(["censored", "reversed", "pinyin", "homophones", "parts"] as const),
] as const;
export type FoldKind = (typeof FOLD_KINDS)[number];
export type FoldProfile = "plain" | "standard" | "thorough";

export const GAP_CLASSES = ["space", "symbol", "emoji"] as const;
export type GapClass = (typeof GAP_CLASSES)[number];

/** How the words of a rule are looked for. */
export type Fold = {
  readonly kinds: ReadonlySet<FoldKind>;
  /** Where a word of Latin letters (or other alphabets, or digits) must end: Han has `straddle` instead. */
  readonly boundary: "word" | "start" | "end" | "none";
  /** Whether a Chinese hit must begin and end where words of the sentence do. */
  readonly straddle: boolean;
  /** Whether words inside of links and mail addresses count. */
  readonly links: boolean;
  /** At most so many characters stand between two letters of a word, and of which classes. */
  readonly gapMax: number;
  readonly gapClasses: ReadonlySet<GapClass>;
};

/** What one branch of `match` looks for. */
export type Clause = {
  readonly terms: readonly Term[];
  readonly patterns: readonly string[];
  readonly named: readonly string[];
};

/** Which clauses must hit one text so that the rule speaks. Hits of clauses under `not` are never findings. */
export type Condition =
  | { readonly kind: "clause"; readonly clause: number }
  | { readonly kind: "all" | "any"; readonly of: readonly Condition[] }
  | { readonly kind: "not"; readonly of: Condition };

export type Limits = {
  /** The rule speaks only when it hits a text this often. */
  readonly hitsMin: number;
  /** The rule speaks only of texts of this length, in UTF-16 units. */
  readonly textMin: number;
  readonly textMax: number;
  /** Past so many rewritten messages an hour the rule only flags: a slip in a rule must not rewrite every chat. */
  readonly rewritesPerHour: number;
};

/** What a rewrite or a flag leaves in the custom data of the message. */
export type NoteSettings = {
  readonly write: boolean;
  /** Whether clients may read the category of the rule there. */
  readonly category: boolean;
};

export type Rule = {
  readonly id: RuleId;
  readonly title: string;
  readonly mode: Exclude<RuleMode, "off">;
  readonly category: string;
  readonly severity: Severity;
  readonly scope: Scope;
  readonly clauses: readonly Clause[];
  readonly condition: Condition;
  readonly fold: Fold;
  readonly allow: readonly Term[];
  readonly mask: Mask;
  readonly note: NoteSettings;
  readonly limits: Limits;
  /** From then on the rule is as if it were off. */
  readonly expires: EpochMs | undefined;
  /** What a reviewer should know about innocent texts that this rule hits. */
  readonly falsePositives: string | undefined;
};
