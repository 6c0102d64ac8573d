/** What the enforced rules make of texts; and one line of `rules scan`: JSON in, JSON out, so that one bad line costs one line. */
import { z } from "zod";
import { applyEdits } from "../domain/span.ts";
import { judgeMessages, offsetsOf, SHORT_MESSAGE_UNITS, type JudgedHit } from "./judge.ts";
import { maskRun } from "./mask-run.ts";
import type { RuleSet } from "./rule-set.ts";

const lineSchema = z.object({
  id: z.union([z.string(), z.number()]),
  text: z.string().optional(),
  elements: z.array(z.string()).optional(),
  messages: z.array(z.string()).optional(),
});

/** One text, the text elements of one message, or consecutive messages of one sender. */
export type ScanQuestion = {
  readonly text?: string | undefined;
  readonly elements?: readonly string[] | undefined;
  readonly messages?: readonly string[] | undefined;
};

type Finding = { readonly rule: string; readonly start: number; readonly end: number };
export type ScanAnswer = {
  readonly flagged: boolean;
  readonly masked: string;
  /** Where elements were asked about; their join is `masked`. */
  readonly maskedElements?: readonly string[];
  /** In the texts read as one: elements joined, messages with a line break between them. */
  readonly findings: readonly Finding[];
};

/** @returns undefined where nothing is asked */
export function scan(ruleSet: RuleSet, { text, elements, messages }: ScanQuestion): ScanAnswer | undefined {
  if (messages) return scanMessages(ruleSet, messages);
  if (elements) return scanElements(ruleSet, elements);
  if (text === undefined) return undefined;
  const { maskedElements: _, ...answer } = scanElements(ruleSet, [text]);
  return answer;
}

/** Never throws. */
export function scanLine(ruleSet: RuleSet, line: string): string {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    return badLine('The line is not JSON. Write one object a line: {"id":"1","text":"…"}.');
  }
  const read = lineSchema.safeParse(json);
  if (!read.success) {
    return badLine('The line needs "id" and "text" (or "elements", or "messages"): strings, and lists of strings.');
  }
  const answer = scan(ruleSet, read.data);
  if (answer === undefined) return badLine('The line has an "id" and nothing to judge. Add "text".');
  return JSON.stringify({ id: read.data.id, ...answer });
}

function badLine(error: string): string {
  return JSON.stringify({ id: null, error });
}

export function scanElements(ruleSet: RuleSet, elements: readonly string[]): ScanAnswer {
  const { hits, edits } = maskRun(ruleSet, elements, ({ rule: index }) => {
    const rule = ruleSet.rules[index];
    return rule?.mode === "enforce" && rule.scope.elements.includes("text") ? rule.mask : undefined;
  });
  const maskedElements = elements.map((element, index) => applyEdits(element, edits[index] ?? []));
  const findings = findingsOf(ruleSet, hits, 0);
  return { flagged: findings.length > 0, masked: maskedElements.join(""), maskedElements, findings };
}

/** Findings count in the messages joined with line breaks. What is split over messages is reported and not masked. */
export function scanMessages(ruleSet: RuleSet, messages: readonly string[]): ScanAnswer {
  const starts = offsetsOf(messages.map((message) => `${message}\n`));
  const findings: Finding[] = [];
  const becomes = messages.map((message, index) => {
    const { masked, findings: ofMessage } = scanElements(ruleSet, [message]);
    const offset = starts[index] ?? 0;
    findings.push(...ofMessage.map(({ rule, start, end }) => ({ rule, start: start + offset, end: end + offset })));
    return masked;
  });
  for (const [from, to] of shortRuns(messages)) {
    const run = messages.slice(from, to);
    for (const { rule: index, pieces } of judgeMessages(ruleSet, run)) {
      const [first, last] = [pieces[0], pieces.at(-1)];
      const rule = ruleSet.rules[index];
      if (!first || !last || !rule || rule.mode === "shadow") continue;
      const indent = (at: number): number => (run[at] ?? "").length - (run[at] ?? "").trimStart().length;
      findings.push({
        rule: rule.id,
        start: (starts[from + first.text] ?? 0) + indent(first.text) + first.span.start,
        end: (starts[from + last.text] ?? 0) + indent(last.text) + last.span.end,
      });
    }
  }
  findings.sort((a, b) => a.start - b.start || a.end - b.end);
  return { flagged: findings.length > 0, masked: becomes.join("\n"), findings };
}

/** Runs of two and more short messages, as `[from, to)`. */
function shortRuns(messages: readonly string[]): readonly (readonly [number, number])[] {
  const runs: (readonly [number, number])[] = [];
  let from = 0;
  for (let to = 0; to <= messages.length; to += 1) {
    const message = messages[to];
    if (message !== undefined && message.length <= SHORT_MESSAGE_UNITS) continue;
    if (to - from > 1) runs.push([from, to]);
    from = to + 1;
  }
  return runs;
}

function findingsOf(ruleSet: RuleSet, hits: readonly JudgedHit[], offset: number): readonly Finding[] {
  return hits.flatMap(({ rule: index, span }) => {
    const rule = ruleSet.rules[index];
    if (!rule || rule.mode === "shadow" || !rule.scope.elements.includes("text")) return [];
    return [{ rule: rule.id, start: offset + span.start, end: offset + span.end }];
  });
}
