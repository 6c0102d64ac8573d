/**
 * What a pattern may cost at worst, counted and not timed, so that a folder is good or bad on every machine alike. All
 * patterns of a folder are searched together, and for each character of a text the search looks at every step of theirs
 * that may be the next; one pattern with many such steps is slow, two hundred of them hold up the service.
 *
 * The compiled program is walked here as the search walks it, over texts that are made of the pattern's own characters
 * to keep as many of its steps busy as possible, and the steps are counted.
 */
import { RE2JS } from "re2js";

// Searching all of a text again for each hit shows at twice the limit below; walking 200 patterns over some thirty such
// texts takes a fraction of a second.
const PROBE_LENGTH = 320;
// Patterns in use take 3 to 30; with one that takes as many as this, 4,000 characters cost some 10 ms.
export const PATTERN_STEPS_PER_CHARACTER_MAX = 150;
// Of all patterns together: two hundred ordinary ones take less, and 8,000 characters then cost some 150 ms at worst.
export const PATTERNS_STEPS_PER_CHARACTER_MAX = 3_000;
// Characters that lead to different steps are nearly always among the first that a pattern names.
const ALPHABET_MAX = 12;
// A class such as \p{Han} has hundreds.
const RANGE_ENDS_MAX = 8;

export type PatternSteps =
  | { readonly fault: undefined; readonly perCharacter: number }
  | { readonly fault: string; readonly perCharacter: undefined };

/** The source must compile. */
export function stepsOfPattern(source: string): PatternSteps {
  const program = programOf(source);
  const alphabet = alphabetOf(program);
  const busiest = busiestText(program, alphabet);
  let perCharacter = busiest.stepsMost;
  for (const probe of probesOf(alphabet, busiest.text)) {
    perCharacter = Math.max(perCharacter, searchSteps(program, probe) / probe.length);
    if (perCharacter <= PATTERN_STEPS_PER_CHARACTER_MAX) continue;
    const fault =
      `On some texts the pattern takes more than ${PATTERN_STEPS_PER_CHARACTER_MAX} steps for each character. ` +
      "Use smaller counts in {m,n}, say what .* may not run over ([^,]*), or split it in two.";
    return { fault, perCharacter: undefined };
  }
  return { fault: undefined, perCharacter: Math.ceil(perCharacter) };
}

type Step =
  | { readonly kind: "fork"; readonly first: number; readonly second: number }
  | { readonly kind: "pass"; readonly next: number }
  | { readonly kind: "rune"; readonly next: number; readonly takes: (rune: number) => boolean }
  | { readonly kind: "end" | "dead" };

type Program = { readonly start: number; readonly steps: readonly Step[]; readonly runes: readonly number[] };

/** The part of re2js's compiled program that is read here. Its own names for the steps are those of Go's regexp/syntax. */
type Instruction = {
  readonly out: number;
  readonly arg: number;
  readonly runes: ArrayLike<number>;
  readonly matchRune: (rune: number) => boolean;
  readonly toString: () => string;
};
type Compiled = { readonly start: number; numInst(): number; getInst(at: number): Instruction };

function programOf(source: string): Program {
  const compiled = RE2JS.compile(source, RE2JS.CASE_INSENSITIVE).re2().prog as Compiled;
  const runes: number[] = [];
  const steps = Array.from({ length: compiled.numInst() }, (_, at): Step => {
    const instruction = compiled.getInst(at);
    const next = instruction.out;
    const name = instruction.toString().split(/[ \n]/, 1)[0];
    switch (name) {
      case "alt":
      case "altmatch":
        return { kind: "fork", first: next, second: instruction.arg };
      case "match":
        return { kind: "end" };
      case "fail":
        return { kind: "dead" };
      case "rune":
      case "rune1":
        // The ends of each range: characters that lead elsewhere lie on one side of some end.
        runes.push(...Array.from(instruction.runes).slice(0, RANGE_ENDS_MAX));
        return { kind: "rune", next, takes: (rune) => instruction.matchRune(rune) };
      case "any":
        return { kind: "rune", next, takes: () => true };
      case "anynotnl":
        return { kind: "rune", next, takes: (rune) => rune !== 0x0a };
      default:
        // Captures, and assertions such as \b: taken for true, which costs more and never less.
        return { kind: "pass", next };
    }
  });
  return { start: compiled.start, steps, runes };
}

const ORDINARY = /[\p{L}\p{N}]/u;

function alphabetOf({ runes }: Program): readonly number[] {
  const found = [...new Set(runes.map((rune) => (rune >= 0x41 && rune <= 0x5a ? rune + 0x20 : rune)))];
  // What people write comes before what only bounds a range.
  const isOrdinary = (rune: number): boolean => ORDINARY.test(String.fromCodePoint(rune));
  const sorted = [...found.filter(isOrdinary), ...found.filter((rune) => !isOrdinary(rune))];
  return sorted.length > 0 ? sorted.slice(0, ALPHABET_MAX) : [0x78];
}

/** Steps that may be next, in the order of preference, each once. */
function createThreads(program: Program): { readonly at: number[]; add(step: number): number; clear(): void } {
  const addedIn = new Uint32Array(program.steps.length);
  const at: number[] = [];
  const stack: number[] = [];
  let round = 1;
  return {
    at,
    /** @returns how many steps were looked at */
    add(step) {
      let looked = 0;
      stack.push(step);
      for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
        if (addedIn[next] === round) continue;
        addedIn[next] = round;
        looked += 1;
        const found = program.steps[next];
        if (found?.kind === "fork") stack.push(found.second, found.first);
        else if (found?.kind === "pass") stack.push(found.next);
        else if (found && found.kind !== "dead") at.push(next);
      }
      return looked;
    },
    clear() {
      at.length = 0;
      round += 1;
    },
  };
}

/**
 * A text on which many steps are busy at once: at each place the character that leads to most of them, and among equals
 * the one that goes on with most of what has begun.
 */
function busiestText(program: Program, alphabet: readonly number[]): { text: readonly number[]; stepsMost: number } {
  const LENGTH = 64; // What is busiest shows within a few words.
  const text: number[] = [];
  let here: readonly number[] = [];
  let stepsMost = 0;
  const threads = createThreads(program);
  for (let place = 0; place < LENGTH; place += 1) {
    threads.clear();
    let looked = 0;
    for (const step of here) looked += threads.add(step);
    const begun = threads.at.length;
    looked += threads.add(program.start);
    stepsMost = Math.max(stepsMost, looked);
    let best = { score: -1, rune: 0, next: here };
    for (let turn = 0; turn < alphabet.length; turn += 1) {
      const rune = alphabet[(turn + place) % alphabet.length] ?? 0; // In turns, so that equals take turns.
      const next = new Set<number>();
      let goesOn = 0;
      threads.at.forEach((at, index) => {
        const step = program.steps[at];
        if (step?.kind === "rune" && step.takes(rune)) next.add(step.next);
        if (index < begun) goesOn = next.size;
      });
      const score = next.size * program.steps.length + goesOn;
      if (score > best.score) best = { score, rune, next: [...next] };
    }
    here = best.next;
    text.push(best.rune);
  }
  return { text, stepsMost };
}

/** Texts in which one hit follows the other are the costly ones, and they repeat themselves. */
function probesOf(alphabet: readonly number[], busiest: readonly number[]): readonly (readonly number[])[] {
  let seed = 1; // The same on every machine and in every run.
  const chance = (below: number): number => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return (seed >>> 16) % below;
  };
  const LETTERS_MAX = 5; // Of which every pair is tried.
  const letters = alphabet.slice(0, LETTERS_MAX);
  const pairs = letters.flatMap((a, at) => letters.slice(at + 1).map((b) => [a, b] as const));
  const RANDOM_RUNS = 6;
  const random = Array.from({ length: RANDOM_RUNS }, () =>
    Array.from({ length: 3 + chance(6) }, () => alphabet[chance(alphabet.length)] ?? 0),
  );
  const mixed = Array.from({ length: PROBE_LENGTH }, () => alphabet[chance(alphabet.length)] ?? 0);
  const repeated = [
    busiest,
    alphabet,
    ...letters.map((letter) => [letter]),
    ...pairs,
    ...pairs.map(([a, b]) => [a, a, b]),
    ...pairs.map(([a, b]) => [a, b, b]),
    ...random,
  ].map((part) => Array.from({ length: PROBE_LENGTH }, (_, at) => part[at % part.length] ?? 0));
  return [...repeated, mixed];
}

/** Steps looked at while every hit in a text is found, one after the other; stops counting where it is too much anyway. */
function searchSteps(program: Program, text: readonly number[]): number {
  const most = (PATTERN_STEPS_PER_CHARACTER_MAX + 1) * text.length;
  let [here, there] = [createThreads(program), createThreads(program)];
  let looked = 0;
  for (let from = 0; from < text.length && looked <= most;) {
    let hitEnd: number | undefined;
    here.clear();
    for (let place = from; place <= text.length && looked <= most; place += 1) {
      if (hitEnd === undefined) looked += here.add(program.start);
      else if (here.at.length === 0) break;
      there.clear();
      for (const at of here.at) {
        const step = program.steps[at];
        looked += 1;
        if (step?.kind === "end") {
          hitEnd = place;
          break; // What stands behind it in the order of preference is given up.
        }
        const rune = text[place];
        if (step?.kind === "rune" && rune !== undefined && step.takes(rune)) looked += there.add(step.next);
      }
      [here, there] = [there, here];
    }
    if (hitEnd === undefined) break;
    from = Math.max(hitEnd, from + 1);
  }
  return looked;
}
