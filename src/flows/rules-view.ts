/** The live rules as people look at them: what is live since when, what each has hit day by day, and what it would say. */
import type { Clock, EpochMs } from "../domain/time.ts";
import { OperatorError } from "../errors.ts";
import type { ConsoleReads } from "../ports/console.ts";
import type { Explanation } from "../rules/explain.ts";
import { explain } from "../rules/explain.ts";
import type { LiveRule } from "../rules/rule-set.ts";
import { scanElements, scanMessages } from "../rules/scan.ts";
import type { LiveRules } from "./live-rules.ts";

export const DAYS_SHOWN = 30;
const DAY_MS = 24 * 3_600_000;
const MINUTE_MS = 60_000;
/** Thirty questions are asked for one answer; pages ask again and again. */
const COUNTS_KEPT_MS = 30_000;

export type RuleView = {
  readonly rule: LiveRule;
  /** An expired rule is as if it were off. */
  readonly expired: boolean;
  /** Messages by day, the oldest first: with a hit, and with one by which nothing was done because of the mode. */
  readonly hits: readonly number[];
  readonly shadowHits: readonly number[];
};

export type RulesView = {
  readonly revision: string;
  /** What is wrong with the folder on disk, one line each: then an earlier revision is live. */
  readonly problems: readonly string[];
  /** Where each day begins, the oldest first. */
  readonly days: readonly number[];
  /** False: hits cannot be counted right now, and are left empty. */
  readonly counted: boolean;
  readonly rules: readonly RuleView[];
};

export type Tried = {
  readonly revision: string;
  readonly flagged: boolean;
  /** What would be sent, text by text. */
  readonly masked: readonly string[];
  /** How each text was read, by itself. */
  readonly texts: readonly Explanation[];
  /** Where the rules hit in the texts read as one: elements without, messages with a line break between them. */
  readonly findings: readonly { readonly rule: string; readonly start: number; readonly end: number }[];
};

export type TryQuestion =
  | { readonly kind: "text"; readonly text: string }
  /** Text elements of one message, or consecutive messages of one sender. */
  | { readonly kind: "elements" | "messages"; readonly texts: readonly string[] };

export interface RulesDesk {
  /** @param offsetMinutes east of UTC: where days begin */
  view(offsetMinutes: number, signal: AbortSignal): Promise<RulesView>;
  try(question: TryQuestion): Tried;
}

export type RulesViewParts = {
  readonly rules: Pick<LiveRules, "ruleSet" | "problems">;
  readonly reads: ConsoleReads;
  readonly clock: Pick<Clock, "now">;
};

type DayCounts = ReadonlyMap<string, { readonly hits: number; readonly shadow: number }>;
type Counts = { readonly at: EpochMs; readonly days: readonly number[]; readonly byDay: readonly DayCounts[] };

export function createRulesDesk({ rules, reads, clock }: RulesViewParts): RulesDesk {
  const kept = new Map<number, Counts>();

  const countDay = async (since: number, offsetMinutes: number, signal: AbortSignal): Promise<DayCounts> => {
    const { rules: counted } = await reads.ask("stats", { since, until: since + DAY_MS, offsetMinutes }, signal);
    return new Map(counted.map(({ rule, messages, shadow }) => [rule, { hits: messages, shadow }]));
  };

  const count = async (offsetMinutes: number, signal: AbortSignal): Promise<Counts> => {
    const at = clock.now();
    const before = kept.get(offsetMinutes);
    if (before !== undefined && Math.abs(at - before.at) < COUNTS_KEPT_MS) return before;
    const days = daysUntil(at, offsetMinutes);
    const byDay: DayCounts[] = [];
    // One after another: others ask too.
    for (const day of days) byDay.push(await countDay(day, offsetMinutes, signal));
    const counts = { at, days, byDay };
    kept.set(offsetMinutes, counts);
    return counts;
  };

  return {
    async view(offsetMinutes, signal) {
      const counts = await count(offsetMinutes, signal).catch((thrown: unknown) => {
        // The rules can be shown all the same.
        if (thrown instanceof OperatorError) return undefined;
        throw thrown;
      });
      const { revision, rules: live } = rules.ruleSet();
      const at = clock.now();
      const daily = (rule: string, of: "hits" | "shadow"): readonly number[] =>
        counts?.byDay.map((day) => day.get(rule)?.[of] ?? 0) ?? [];
      return {
        revision,
        problems: rules.problems(),
        days: counts?.days ?? [],
        counted: counts !== undefined,
        rules: live.map((rule) => ({
          rule,
          expired: rule.expires !== undefined && rule.expires <= at,
          hits: daily(rule.id, "hits"),
          shadowHits: daily(rule.id, "shadow"),
        })),
      };
    },
    try(question) {
      const ruleSet = rules.ruleSet();
      const texts = question.kind === "text" ? [question.text] : question.texts;
      const isOfMessages = question.kind === "messages";
      const { flagged, masked, maskedElements, findings } = isOfMessages
        ? scanMessages(ruleSet, texts)
        : scanElements(ruleSet, texts);
      const explained = texts.map((text) => explain(ruleSet, text));
      return {
        ...{ revision: ruleSet.revision, flagged, findings, texts: explained },
        // Messages are masked one by one.
        masked: maskedElements ?? (isOfMessages ? explained.map((each) => each.masked) : [masked]),
      };
    },
  };
}

/** The last days, today with them, as they begin that far east of UTC. */
export function daysUntil(now: number, offsetMinutes: number): readonly number[] {
  const shift = offsetMinutes * MINUTE_MS;
  const today = Math.floor((now + shift) / DAY_MS) * DAY_MS - shift;
  return Array.from({ length: DAYS_SHOWN }, (_, back) => today - (DAYS_SHOWN - 1 - back) * DAY_MS);
}
