/** How well a rule set does on cases of the form `{"id","category","text","expect","masked"}`, one JSON object a line. */
import { z } from "zod";
import type { RuleSet } from "../../src/rules/rule-set.ts";
import { scanLine } from "../../src/rules/scan.ts";

const caseSchema = z.object({
  id: z.string(),
  category: z.string(),
  text: z.string(),
  expect: z.enum(["flag", "clean"]),
  /** The text with one star for each offending character; null where fair people differ. */
  masked: z.string().nullable(),
  maskedAlt: z.array(z.string()).optional(),
  elements: z.array(z.string()).optional(),
  messages: z.array(z.string()).optional(),
});
export type Case = z.infer<typeof caseSchema>;

const answerSchema = z.object({ flagged: z.boolean(), masked: z.string() });

export type Count = {
  /** Cases to find, and found. */
  flag: number;
  found: number;
  /** Cases to leave alone, and not left alone. */
  clean: number;
  alarms: number;
  /** Masks to put, and put exactly. */
  masks: number;
  exact: number;
};

export type Measured = {
  readonly total: Count;
  readonly byCategory: ReadonlyMap<string, Count>;
  /** What went wrong, a line each. */
  readonly misses: readonly string[];
};

export function readCases(jsonLines: string): readonly Case[] {
  const lines = jsonLines.split("\n").filter((line) => line.trim() !== "");
  return lines.map((line) => caseSchema.parse(JSON.parse(line)));
}

export function measure(cases: readonly Case[], rules: RuleSet): Measured {
  const byCategory = new Map<string, Count>();
  const total = none();
  const misses: string[] = [];
  for (const each of cases) {
    const count = byCategory.get(each.category) ?? none();
    byCategory.set(each.category, count);
    const miss = judge(each, rules, [count, total]);
    if (miss !== undefined) misses.push(miss);
  }
  return { total, byCategory, misses };
}

export const precision = ({ found, alarms }: Count): number => ratio(found, found + alarms);
export const recall = ({ found, flag }: Count): number => ratio(found, flag);
export const exactMasks = ({ exact, masks }: Count): number => ratio(exact, masks);
export const cleanFlagged = ({ alarms, clean }: Count): number => ratio(alarms, clean);

const ratio = (part: number, whole: number): number => (whole === 0 ? NaN : part / whole);

const none = (): Count => ({ flag: 0, found: 0, clean: 0, alarms: 0, masks: 0, exact: 0 });

/** Counts one case; says what went wrong, if anything did. */
function judge(each: Case, rules: RuleSet, counts: readonly Count[]): string | undefined {
  const { id, text, elements, messages } = each;
  const asked = { id, ...(elements ? { elements } : messages ? { messages } : { text }) };
  const answer = answerSchema.parse(JSON.parse(scanLine(rules, JSON.stringify(asked))));
  const isFlag = each.expect === "flag";
  const hasMask = isFlag && each.masked !== null;
  const isExact = hasMask && [each.masked, ...(each.maskedAlt ?? [])].includes(answer.masked);
  for (const count of counts) {
    count.flag += isFlag ? 1 : 0;
    count.found += isFlag && answer.flagged ? 1 : 0;
    count.clean += isFlag ? 0 : 1;
    count.alarms += !isFlag && answer.flagged ? 1 : 0;
    count.masks += hasMask ? 1 : 0;
    count.exact += isExact ? 1 : 0;
  }
  if (isFlag && !answer.flagged) return `missed ${id} ${JSON.stringify(text)}`;
  if (!isFlag && answer.flagged) return `alarm  ${id} ${JSON.stringify(text)} gave ${JSON.stringify(answer.masked)}`;
  if (hasMask && !isExact) return `mask   ${id} ${JSON.stringify(each.masked)} was ${JSON.stringify(answer.masked)}`;
  return undefined;
}
