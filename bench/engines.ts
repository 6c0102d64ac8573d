/**
 * Engines that look for the words of a list, each set up as its own README does it for running text. Ours is the built
 * program, so that what is measured is what is run.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { built } from "./built.ts";

/** The words of the list that are in a text. */
export type Find = (text: string) => readonly string[];

export type EngineName = keyof typeof ENGINES;

/** What comes before the list is there: ours reads a folder, the others are handed an array. */
type Prepare = (terms: readonly string[], setting: { lists: number; folder: string }) => Promise<() => Promise<Find>>;

export const ENGINES = {
  async emend(terms, { lists, folder }) {
    const { compileRules } = await built("rules/compile");
    const { fold } = await built("rules/fold");
    const { readRuleFolder } = await built("rules/rule-folder");
    writeFolder(folder, terms, lists);
    return async () => {
      const reading = await readRuleFolder(folder);
      const compilation = reading.ok ? compileRules(reading.files, { exemptSenders: [] }) : reading;
      if (!compilation.ok) throw new Error(JSON.stringify(compilation.problems.slice(0, 3)));
      const { matcher } = compilation.ruleSet;
      return (text) => matcher.hits(fold(text)).map(({ by }) => by.source);
    };
  },
  async obscenity(terms) {
    const { englishRecommendedTransformers, parseRawPattern, RegExpMatcher } = await import("obscenity");
    // Without asking for word boundaries, as most of its own list: asking takes it many times as long.
    return async () => {
      const matcher = new RegExpMatcher({
        blacklistedTerms: terms.map((term, id) => ({ id, pattern: parseRawPattern(term) })),
        ...englishRecommendedTransformers,
      });
      return (text) => matcher.getAllMatches(text).map(({ termId }) => terms[termId] ?? "");
    };
  },
  async "glin-profanity"(terms) {
    const { Filter } = await import("glin-profanity");
    return async () => {
      // As it comes, it asks for a word boundary of Latin letters at both ends. Without, it guesses at everything.
      const filter = new Filter({ languages: [], customWords: [...terms], detectLeetspeak: true });
      return (text) => filter.checkProfanity(text).profaneWords;
    };
  },
  async "sensitive-word-tool"(terms) {
    const { SensitiveWordTool } = await import("sensitive-word-tool");
    return async () => {
      const tool = new SensitiveWordTool({ wordList: [...terms] });
      return (text) => tool.match(text).map((word) => word.toLowerCase());
    };
  },
} satisfies Record<string, Prepare>;

/** A pack whose rules have one list each; the words are dealt out like cards. */
function writeFolder(folder: string, terms: readonly string[], lists: number): void {
  mkdirSync(join(folder, "lists"), { recursive: true });
  const rules = Array.from({ length: lists }, (_, list) => {
    const own = terms.filter((_, at) => at % lists === list);
    writeFileSync(join(folder, `lists/${list}.txt`), `${own.join("\n")}\n`);
    return `  - { id: bench.${list}, match: { lists: [lists/${list}.txt] } }\n`;
  });
  writeFileSync(join(folder, "bench.yaml"), `pack: bench\nrules:\n${rules.join("")}`);
}
