/**
 * Saboteurs: the program with one promise broken on purpose. Each is a change of a line or two in a copy of the source, so
 * the program that is shipped holds no switch for it. A check that stays green over a saboteur is worth nothing.
 */
export type Sabotage = {
  /** Ends the sentence "a service that …". */
  readonly title: string;
  /** Each `find` stands exactly once in its file; where it no longer does, the saboteur is to be named anew. */
  readonly edits: readonly { readonly file: string; readonly find: string; readonly replace: string }[];
  /** The test that must turn red, and what it must say: red for another reason shows nothing. */
  readonly check: { readonly file: string; readonly title: string; readonly says: RegExp };
};

export const CRASHES = "test/world/crash-points.test.ts";
export const STORE = "test/store/sqlite-store.test.ts";
/** Fifty worlds; each of these saboteurs is found in one of the first thirty. */
export const SIMULATED = {
  file: "test/world/simulation.test.ts",
  title: "keeps every promise after every event",
} as const;

/** One change. */
export const edit = (file: string, find: string, replace: string): Sabotage["edits"][number] => ({
  file,
  find,
  replace,
});
