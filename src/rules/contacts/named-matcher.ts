/** What a named matcher is given and what it answers. */
import type { Folded } from "../fold.ts";

/**
 * Units `[start, end)` of a folded text. With `units`, only those offend: the digits of `158 0000 1234` are masked, what
 * stands between them stays.
 */
export type UnitRange = { readonly start: number; readonly end: number; readonly units?: readonly number[] };

export type NamedOptions = {
  /** Domains in lower case that a rule lets pass; each allows its subdomains. */
  readonly allowDomains: ReadonlySet<string>;
};

/** Answers ranges that are sorted and apart. */
export type NamedMatcher = (folded: Folded, options: NamedOptions) => readonly UnitRange[];
