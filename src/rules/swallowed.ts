/** Entries that do nothing because another entry of the same clause is already there. */
import { candidatesIn } from "./candidates.ts";
import { foldedEntry } from "./entry.ts";
import type { Problem, Rule, Term } from "./rule.ts";
import type { RuleSet } from "./rule-set.ts";

// Public lists have thousands; nobody reads past the first screen.
const TOLD_MAX = 20;
// Each is looked up in the text of the longer one, which takes a good part of a millisecond.
const CHECKED_MAX = 60;

/** @param index place of the rule in the set */
export function swallowedEntries(ruleSet: RuleSet, rule: Rule, index: number): readonly Problem[] {
  // A rule that tells capitals apart may well list a word in both.
  const isFolded = CHARACTER_KINDS.every((kind) => rule.fold.kinds.has(kind));
  return rule.clauses.flatMap(({ terms }) => {
    const names = terms.map(({ text }) => (isFolded ? foldedEntry(text) : text));
    const first = new Map<string, Term>();
    const twice: Problem[] = [];
    let more = 0;
    terms.forEach((term, place) => {
      const name = names[place] ?? "";
      const before = first.get(name);
      if (!before) first.set(name, term);
      else if (twice.length === TOLD_MAX) more += 1;
      else {
        const message = `"${term.text}" is the same as "${before.text}" in ${placeOf(before)}. Remove one.`;
        twice.push(warning(term, message));
      }
    });
    const last = terms.at(-1);
    if (more > 0 && last) twice.push(warning(last, `${more} more entries are there twice. Remove those told first.`));
    return [...twice, ...containing(ruleSet, index, first, rule.fold.boundary !== "word")];
  });
}

/**
 * A longer entry in whose own text a shorter one hits. Phrases of several words are left alone: nobody writes `piss off`
 * beside `piss` by mistake, for the mask is another one.
 */
function containing(
  ruleSet: RuleSet,
  rule: number,
  entries: ReadonlyMap<string, Term>,
  insideOfWords: boolean,
): readonly Problem[] {
  const heads = new Set<number>();
  const lengths = new Set<number>();
  for (const name of entries.keys()) {
    heads.add(headOf(name, 0));
    lengths.add(name.length);
  }
  const shortest = Math.min(...lengths);
  const found: Problem[] = [];
  let checked = 0;
  for (const [name, term] of entries) {
    if (checked === CHECKED_MAX || found.length === TOLD_MAX) break;
    if (name.length <= shortest || name.includes(" ") || (!insideOfWords && WORD_OF_LETTERS.test(name))) continue;
    const shorter = shorterIn(name);
    if (!shorter) continue;
    checked += 1;
    const { text } = shorter;
    const hits = candidatesIn(ruleSet, term.text).some(
      ({ rule: owner, by, dropped }) => owner === rule && !dropped && by.source === text,
    );
    if (!hits) continue;
    const message =
      `Everything that "${term.text}" hits is also hit by "${text}" in ${placeOf(shorter)}; only the mask is longer. ` +
      "Remove one, or leave both if the longer mask is wanted.";
    found.push(warning(term, message));
  }
  return found;

  function shorterIn(name: string): Term | undefined {
    for (let start = 0; start <= name.length - shortest; start += 1) {
      if (!heads.has(headOf(name, start))) continue;
      for (let end = start + shortest; end <= name.length; end += 1) {
        if (end - start === name.length || !lengths.has(end - start)) continue;
        const term = entries.get(name.slice(start, end));
        if (term) return term;
      }
    }
    return undefined;
  }
}

const CHARACTER_KINDS = ["case", "width", "marks", "traditional", "invisible"] as const;
const WORD_OF_LETTERS = /^[a-z0-9]+$/;

/** The first two units as one number. */
function headOf(name: string, at: number): number {
  const second = name.charCodeAt(at + 1);
  return name.charCodeAt(at) * 0x10000 + (Number.isNaN(second) ? 0 : second);
}

function placeOf({ file, position }: Term): string {
  return `${file}:${position.line}`;
}

function warning({ file, position }: Term, message: string): Problem {
  return { file, ...position, message, severity: "warning" };
}
