/**
 * Patterns of rules, on the folded text, in time linear in its length whatever the pattern says (re2js). One set over
 * all of them says which hit; only those are then asked where.
 */
import { RE2JS, RE2JSException, RE2Set } from "re2js";
import { failed, ok, type Result } from "../domain/result.ts";
import { foldedString, type Folded } from "./fold.ts";
import type { UnitRange } from "./named.ts";

export type PatternHit = UnitRange & { readonly pattern: number };

export interface Patterns {
  hits(folded: Folded): readonly PatternHit[];
}

// Linear is not free: the time is text times program. Real patterns have well under a hundred steps; 200 of this size on
// 8,000 characters stay under the half second that adversarial ones were seen to take.
export const PATTERN_STEPS_MAX = 1_000;

// Past this, states are made anew: hostile patterns make more of them than any memory would hold, and filling it is what
// takes the time. Ordinary ones need a few kilobytes.
const AUTOMATON_BYTES_MAX = 512 * 1024;

// Text arrives in lower case, patterns as people write them.
const FLAGS = RE2JS.CASE_INSENSITIVE;
const NO_HITS: readonly PatternHit[] = Object.freeze([]);

/** Says what is wrong with a pattern, with a next step; undefined when it can be used. */
export function faultOfPattern(source: string): string | undefined {
  const compiled = compilePattern(source);
  if (!compiled.ok) return compiled.error;
  if (compiled.value.matches("")) return `The pattern matches an empty text. Demand at least one character in it.`;
  if (compiled.value.programSize() > PATTERN_STEPS_MAX) {
    return `The pattern has more than ${PATTERN_STEPS_MAX} steps. Use smaller counts in {m,n}, or split it in two.`;
  }
  return undefined;
}

function compilePattern(source: string): Result<RE2JS, string> {
  try {
    return ok(RE2JS.compile(source, FLAGS));
  } catch (thrown) {
    if (!(thrown instanceof RE2JSException)) throw thrown;
    return failed(
      `The pattern cannot be read (${thrown.message.replace(/^error parsing regexp: /, "")}). ${advice(source)}`,
    );
  }
}

function advice(source: string): string {
  if (/\(\?<?[=!]/.test(source)) {
    return "Look-ahead and look-behind take more than linear time; match the surroundings, or use an allow phrase.";
  }
  if (/\\[1-9]/.test(source)) return "Back references take more than linear time; write the repetitions out.";
  if (/\\u/.test(source)) return "Write the character itself, or \\x{4e00}.";
  return "The syntax is that of RE2: github.com/google/re2/wiki/Syntax.";
}

/** The sources must have been checked: a faulty one throws. */
export function createPatterns(sources: readonly string[]): Patterns {
  if (sources.length === 0) return { hits: () => NO_HITS };
  const set = new RE2Set(RE2Set.UNANCHORED, FLAGS, AUTOMATON_BYTES_MAX);
  const patterns = sources.map((source) => RE2JS.compile(source, FLAGS));
  for (const source of sources) set.add(source);
  set.compile();

  return {
    hits(folded) {
      const text = foldedString(folded);
      const which = set.match(text);
      if (which.length === 0) return NO_HITS;
      const unitAt = unitsOf(folded, text.length);
      const found: PatternHit[] = [];
      for (const pattern of which) {
        const matcher = patterns[pattern]?.matcher(text);
        while (matcher?.find()) {
          if (matcher.end() === matcher.start()) continue;
          found.push({ pattern, start: unitAt[matcher.start()] ?? 0, end: (unitAt[matcher.end() - 1] ?? 0) + 1 });
        }
      }
      return found;
    },
  };
}

/** From places in the folded string back to units. */
function unitsOf(folded: Folded, stringLength: number): Int32Array {
  const units = new Int32Array(stringLength);
  let at = 0;
  for (let unit = 0; unit < folded.length; unit += 1) {
    units[at++] = unit;
    if ((folded.codes[unit] ?? 0) > 0xffff) units[at++] = unit;
  }
  return units;
}
