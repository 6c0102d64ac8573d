/**
 * Prints how well rules find what they should and leave alone what they should not: precision, recall and exact masks,
 * by category.
 *
 *     npm run accuracy [-- [--rules DIR] [--misses] [FILE …]]
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { compileRules, problemLine } from "../src/rules/compile.ts";
import { readRuleFolder } from "../src/rules/rule-folder.ts";
import type { RuleSet } from "../src/rules/rule-set.ts";
import {
  cleanFlagged,
  exactMasks,
  measure,
  precision,
  readCases,
  recall,
  type Count,
} from "../test/accuracy/measure.ts";

const here = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));
// Cases that are handed round between engines lie beside the checkout, where there are any.
const SHARED = here("../shared/accuracy/sample-cases.jsonl");
const OWN = here("test/accuracy/cases");

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rules: { type: "string" }, misses: { type: "boolean", default: false } },
});
const own = readdirSync(OWN).map((name) => `${OWN}/${name}`);
const files = positionals.length > 0 ? positionals : [...(existsSync(SHARED) ? [SHARED] : []), ...own];
const rules = await compiled(values.rules ?? here("test/accuracy/rules"));
for (const file of files) print(file);

async function compiled(dir: string): Promise<RuleSet> {
  const reading = await readRuleFolder(dir);
  const compilation = reading.ok ? compileRules(reading.files, { exemptSenders: [] }) : reading;
  if (compilation.ok) return compilation.ruleSet;
  console.error(compilation.problems.map(problemLine).join("\n"));
  process.exit(1);
}

function print(file: string): void {
  const cases = readCases(readFileSync(file, "utf8"));
  const { total, byCategory, misses } = measure(cases, rules);
  console.log(`\n${file}: ${cases.length} cases\n`);
  console.log("category              flag  found  recall   clean alarms   exact masks");
  for (const [category, count] of [...byCategory].sort(([a], [b]) => (a < b ? -1 : 1))) {
    console.log(rowOf(category, count));
  }
  console.log(rowOf("all", total));
  console.log(
    `\nprecision ${share(precision(total))}, recall ${share(recall(total))}, exact masks ${share(exactMasks(total))}, ` +
      `clean texts flagged ${share(cleanFlagged(total))}`,
  );
  if (values.misses) for (const miss of misses) console.log(miss);
}

function rowOf(name: string, count: Count): string {
  const columns = [
    name.padEnd(20),
    number(count.flag, 5),
    number(count.found, 6),
    share(recall(count)).padStart(7),
    number(count.clean, 7),
    number(count.alarms, 6),
    share(exactMasks(count)).padStart(13),
  ];
  return columns.join(" ");
}

function number(value: number, width: number): string {
  return (value === 0 ? "" : String(value)).padStart(width);
}

function share(value: number): string {
  return Number.isNaN(value) ? "" : value.toFixed(3);
}
