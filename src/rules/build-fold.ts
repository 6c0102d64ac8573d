/** From `fold` as written to how words are looked for. */
import { DEFAULT_FOLD, kindsOfProfile } from "./fold-profile.ts";
import type { FoldSource } from "./fold-schema.ts";
import { FOLD_KINDS, type Fold } from "./rule.ts";

export function foldOf(source: FoldSource | undefined): Fold {
  if (source === undefined) return DEFAULT_FOLD;
  if (typeof source === "string") return { ...DEFAULT_FOLD, kinds: kindsOfProfile(source) };
  const kinds = new Set(kindsOfProfile(source.profile ?? "standard"));
  for (const kind of FOLD_KINDS) {
    const written = source[kind];
    if (written === undefined) continue;
    // Whoever says how wide gaps may be wants gaps.
    if (written === "off") kinds.delete(kind);
    else kinds.add(kind);
  }
  const gaps = typeof source.gaps === "object" ? source.gaps : {};
  return {
    kinds,
    boundary: source.boundary ?? DEFAULT_FOLD.boundary,
    straddle: isOn(source.straddle, DEFAULT_FOLD.straddle),
    links: isOn(source.links, DEFAULT_FOLD.links),
    gapMax: gaps.max === undefined ? DEFAULT_FOLD.gapMax : Number(gaps.max),
    gapClasses: gaps.classes === undefined ? DEFAULT_FOLD.gapClasses : new Set(gaps.classes),
  };
}

function isOn(written: "on" | "off" | undefined, unlessWritten: boolean): boolean {
  return written === undefined ? unlessWritten : written === "on";
}
