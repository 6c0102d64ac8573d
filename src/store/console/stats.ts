/** The overview, from counts by the quarter of an hour: as quick over a year as over a day, whatever number of messages there is. */
import type { OverviewCounts } from "../../ports/console-store.ts";
import type { HourCounts, Stats } from "../../ports/console-figures.ts";
import type { ConversationName } from "../../ports/console-views.ts";
import type { Sqlite } from "../sqlite-open.ts";
import { HOUR_MS, SLOT_MS, slotOf } from "./search-index.ts";

const CONVERSATIONS_SHOWN = 10;
const RULES_SHOWN_MAX = 500;
const HOURS_A_DAY = 24;
const MINUTE_MS = 60_000;

type Counted = { readonly name: string; readonly n: number };
type Counts = { -readonly [Name in keyof Omit<HourCounts, "at">]: number };

/** @param conversation what a conversation is called */
export function createOverviewCounts(
  file: Sqlite,
  conversation: (id: number) => ConversationName | undefined,
): OverviewCounts {
  const selectHours = file.prepare<{ first: number; last: number }, Counted & { slot: number }>(
    `SELECT t.slot, f.name, t.n FROM fact f CROSS JOIN tally t ON t.fact = f.id
     WHERE f.name IN ('decision:pass', 'decision:review', 'decision:rewrite', 'decision:failed', 'origin:backfill',
       'effect:rewritten')
       AND t.slot >= @first AND t.slot <= @last AND t.n <> 0 ORDER BY t.slot`,
  );
  const selectSums = file.prepare<{ first: number; last: number }, Counted>(
    `SELECT f.name, s.n FROM
       (SELECT fact, sum(n) AS n FROM tally WHERE slot >= @first AND slot <= @last GROUP BY fact HAVING sum(n) > 0) s
       CROSS JOIN fact f ON f.id = s.fact ORDER BY s.n DESC, f.name`,
  );
  const selectRecovered = file
    .prepare<[], number | null>(
      "SELECT sum(n) FROM tally WHERE fact = (SELECT id FROM fact WHERE name = 'origin:backfill')",
    )
    .pluck();

  return {
    stats({ since, until, offsetMinutes }, step) {
      // Whole quarters: the one in which a range begins, up to the one before it ends.
      const range = { first: slotOf(since), last: slotOf(Math.max(since, until - 1)) };
      const offsetMs = offsetMinutes * MINUTE_MS;
      const hours = new Map<number, Counts>();
      const ofDay = new Map<number, Counts>(Array.from({ length: HOURS_A_DAY }, (_, hour) => [hour, none()]));
      const totals = none();
      for (const { slot, name, n } of selectHours.all(range)) {
        const local = Math.floor((slot * SLOT_MS + offsetMs) / HOUR_MS);
        const day = ((local % HOURS_A_DAY) + HOURS_A_DAY) % HOURS_A_DAY;
        for (const counts of [at(hours, local), at(ofDay, day), totals]) add(counts, name, n);
      }
      const sums = selectSums.all(range);
      const named = (kind: string): readonly Counted[] =>
        sums
          .filter(({ name }) => name.startsWith(`${kind}:`))
          .map(({ name, n }) => ({ name: name.slice(kind.length + 1), n }));
      return {
        ...{ since, until, totals },
        hours: [...hours].map(([local, counts]) => ({ at: local * HOUR_MS - offsetMs, ...counts })),
        hoursOfDay: [...ofDay].map(([hour, counts]) => ({ at: hour, ...counts })),
        rules: byRule(named),
        categories: named("category").map(({ name, n }) => ({ category: name, messages: n })),
        states: named("state").map(({ name, n }) => ({ state: name, messages: n })),
        conversations: named("objected")
          .slice(0, CONVERSATIONS_SHOWN)
          .flatMap(({ name, n }) => {
            const found = conversation(Number(name));
            return found === undefined ? [] : [{ conversation: found, messages: n }];
          }),
        appliedAfterMs: percentiles(named("took"), step),
      };
    },
    recovered: () => selectRecovered.get() ?? 0,
  };
}

const none = (): Counts => ({ judged: 0, objected: 0, rewritten: 0, flagged: 0, failed: 0, recovered: 0 });

function at(all: Map<number, Counts>, hour: number): Counts {
  const known = all.get(hour) ?? none();
  all.set(hour, known);
  return known;
}

function add(counts: Counts, name: string, n: number): void {
  if (name === "origin:backfill") counts.recovered += n;
  if (name === "decision:rewrite") counts.objected += n;
  if (name === "effect:rewritten") counts.rewritten += n;
  if (name === "decision:review") counts.flagged += n;
  if (name === "decision:failed") counts.failed += n;
  if (name === "decision:rewrite" || name === "decision:review" || name === "decision:pass") counts.judged += n;
}

function byRule(named: (kind: string) => readonly Counted[]): Stats["rules"] {
  const kinds = ["acting", "shadow", "right", "wrong"] as const;
  const counts = kinds.map((kind) => new Map(named(kind).map(({ name, n }) => [name, n] as const)));
  const [acting = new Map<string, number>(), shadow, right, wrong] = counts;
  const rules = new Set(counts.flatMap((each) => [...each.keys()]));
  return [...rules].slice(0, RULES_SHOWN_MAX).map((rule) => {
    const confirmed = right?.get(rule) ?? 0;
    const falsePositives = wrong?.get(rule) ?? 0;
    const answered = confirmed + falsePositives;
    return {
      ...{ rule, confirmed, falsePositives },
      messages: acting.get(rule) ?? 0,
      shadow: shadow?.get(rule) ?? 0,
      falsePositiveShare: answered === 0 ? null : falsePositives / answered,
    };
  });
}

/** @param counted by powers of `step` */
function percentiles(counted: readonly Counted[], step: number): Stats["appliedAfterMs"] {
  const steps = counted.map(({ name, n }) => ({ power: Number(name), n })).sort((a, b) => a.power - b.power);
  const count = steps.reduce((sum, { n }) => sum + n, 0);
  const at = (share: number): number | null => {
    let passed = 0;
    for (const { power, n } of steps) {
      passed += n;
      if (passed >= count * share) return Math.round(step ** power);
    }
    return null;
  };
  return { p50: at(0.5), p95: at(0.95), count };
}
