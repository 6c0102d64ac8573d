/** What a profile means, and what a rule that says nothing of folding gets. */
import { FOLD_KINDS, type Fold, type FoldKind, type FoldProfile } from "./rule.ts";

const PLAIN: readonly FoldKind[] = ["case", "width", "marks", "traditional", "invisible"];
const THOROUGH_ONLY: readonly FoldKind[] = ["censored", "reversed", "pinyin", "homophones", "parts"];

export function kindsOfProfile(profile: FoldProfile): ReadonlySet<FoldKind> {
  switch (profile) {
    case "plain":
      return new Set(PLAIN);
    case "standard":
      return new Set(FOLD_KINDS.filter((kind) => !THOROUGH_ONLY.includes(kind)));
    case "thorough":
      return new Set(FOLD_KINDS);
    default:
      return profile satisfies never;
  }
}

// Three is what people put between two letters; more of it is a layout, not a disguise.
export const GAP_MAX = 3;

export const DEFAULT_FOLD: Fold = {
  kinds: kindsOfProfile("standard"),
  boundary: "word",
  straddle: true,
  links: false,
  gapMax: GAP_MAX,
  gapClasses: new Set(["space", "symbol", "emoji"]),
};
