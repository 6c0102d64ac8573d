/** A way through the text that spells an entry, with what the guards want to know of it. */
import { classOf, CodeClass } from "../code-class.ts";
import type { Folded } from "../fold.ts";
import type { Fold } from "../rule.ts";
import { Gap, gapOf } from "./gap.ts";
import { keyOf, SPACE } from "./key.ts";
import { Kind } from "./kinds.ts";
import type { Step, Way } from "./search.ts";
import type { TextFacts } from "./text-facts.ts";

/** What is known of an entry from its spelling alone. */
export type Entry = {
  readonly text: string;
  readonly key: readonly number[];
  readonly script: "han" | "mixed" | "other";
  /** Letters that a blank of the entry stands before. */
  readonly blanks: ReadonlySet<number>;
  readonly hasMarks: boolean;
};

export function entryOf(text: string, hasMarks: boolean): Entry {
  const key = keyOf(text);
  const letters = key.filter((code) => code !== SPACE);
  const hanCount = letters.filter((code) => classOf(code) === CodeClass.han).length;
  const blanks = new Set<number>();
  let letter = 0;
  for (const code of key) {
    if (code === SPACE) blanks.add(letter);
    else letter += 1;
  }
  const script = hanCount === 0 ? "other" : hanCount === letters.length ? "han" : "mixed";
  return { text, key, script, blanks, hasMarks };
}

/** Units `[from, to)` between two letters; `before` is the letter that follows. */
export type GapBetween = {
  readonly from: number;
  readonly to: number;
  readonly before: number;
  /** Between two characters of Han (or what stands for them): other rules hold there. */
  readonly isHan: boolean;
  /** The entry has a blank here. */
  readonly isBlank: boolean;
  readonly hasLine: boolean;
  readonly hasClause: boolean;
  readonly hasBracket: boolean;
  readonly hasCross: boolean;
  readonly isMarkup: boolean;
  /** What it looks like, white space runs as one; markup not counted. */
  readonly look: string;
};

export type Sighting = {
  readonly entry: Entry;
  readonly fold: Fold;
  readonly isAllow: boolean;
  readonly facts: TextFacts;
  readonly folded: Folded;
  readonly steps: readonly Step[];
  /** Units. */
  readonly start: number;
  readonly end: number;
  readonly gaps: readonly GapBetween[];
  /** What it rests on, in bits of {@link Kind}. */
  readonly used: number;
  /** The code point that a step was read as; 0 for a place that only its sound is known of. */
  readonly readAs: (step: Step) => number;
};

/** @param seenThrough what the whole text had to be seen through, in bits of {@link Kind} */
export function sightingOf(
  way: Way,
  seenThrough: number,
  parts: Pick<Sighting, "entry" | "fold" | "isAllow" | "facts" | "readAs">,
): Sighting {
  const { folded } = parts.facts;
  const { steps } = way;
  const gaps: GapBetween[] = [];
  let used = way.kinds | seenThrough;
  steps.forEach((step, at) => {
    used |= step.kind;
    const before = steps[at - 1];
    if (!before || before.to >= step.from) return;
    const gap = gapBetween(before.to, step.from, at, parts, folded, before, step);
    gaps.push(gap);
    used |= kindOfGap(gap);
  });
  for (const at of parts.entry.blanks) {
    const [before, step] = [steps[at - 1], steps[at]];
    if (before && step && before.to === step.from) used |= Kind.gaps; // Written together.
  }
  const start = steps[0]?.from ?? 0;
  const end = steps.at(-1)?.to ?? start;
  return { ...parts, folded, steps, start, end, gaps, used };
}

function gapBetween(
  from: number,
  to: number,
  at: number,
  { entry, facts, readAs }: Pick<Sighting, "entry" | "facts" | "readAs">,
  { codes }: Folded,
  before: Step,
  step: Step,
): GapBetween {
  let look = "";
  const found = { line: false, clause: false, bracket: false, cross: false, markup: false };
  for (let unit = from; unit < to;) {
    const skip = facts.markup?.get(unit);
    if (skip !== undefined && skip <= to) {
      found.markup = true;
      unit = skip;
      continue;
    }
    const code = codes[unit] ?? 0;
    const gap = gapOf(code);
    if (gap === Gap.line) found.line = true;
    if (gap === Gap.clause) found.clause = true;
    if (gap === Gap.bracket) found.bracket = true;
    if (gap === Gap.none) found.cross = true;
    if (gap === Gap.line) look = look.trimEnd() + (look.endsWith("\n") ? "" : "\n");
    else if (gap === Gap.space) look += /\s$/.test(look) ? "" : " ";
    else look += String.fromCodePoint(code);
    unit += 1;
  }
  const isHan = [before, step].some((each) => isHanOrSound(readAs(each)));
  return {
    from,
    to,
    before: at,
    isHan,
    isBlank: entry.blanks.has(at),
    hasLine: found.line,
    hasClause: found.clause,
    hasBracket: found.bracket,
    hasCross: found.cross,
    isMarkup: found.markup && look === "",
    look: found.line ? look.trim() + "\n" : look,
  };
}

function isHanOrSound(code: number): boolean {
  return code === 0 || classOf(code) === CodeClass.han;
}

function kindOfGap({ isBlank, hasLine, hasCross, isMarkup, look }: GapBetween): number {
  if (hasCross) return Kind.censored;
  if (isMarkup) return Kind.markup;
  if (hasLine) return Kind.lines | (/\S/.test(look) ? Kind.gaps : 0);
  return isBlank && look === " " ? 0 : Kind.gaps;
}
