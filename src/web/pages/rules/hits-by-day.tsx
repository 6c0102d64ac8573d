/** What the rules hit and, in shadow mode, would have acted on, day by day: all of them together, or one. */
import { lazy, Suspense, useMemo, useState } from "react";
import type { LiveRule, LiveRules } from "../../api/rules.ts";
import { Choose } from "../../parts/field.tsx";
import { Loading } from "../../parts/standing.tsx";
import { useSpelling } from "../../text/dates.ts";
import { useText } from "../../text/language.tsx";

/** What charts are drawn with comes only when there is one to draw. */
const Chart = lazy(async () => {
  const { Chart: chart } = await import("../../parts/chart.tsx");
  return { default: chart };
});

export function HitsByDay({ live: { days, rules } }: { readonly live: LiveRules }) {
  const text = useText();
  const spelling = useSpelling();
  const [chosen, choose] = useState("");
  const { xs, series } = useMemo(() => {
    const counted = chosen === "" ? rules : rules.filter(({ id }) => id === chosen);
    const byDay = (of: (rule: LiveRule) => readonly number[]): readonly number[] =>
      days.map((_, day) => counted.reduce((sum, rule) => sum + (of(rule)[day] ?? 0), 0));
    return {
      xs: days.map((at) => at / 1_000),
      series: [
        { name: text.rules.acted, colour: "warn" as const, values: byDay(({ hits }) => hits) },
        { name: text.rules.shadow, colour: "accent" as const, values: byDay(({ shadowHits }) => shadowHits) },
      ],
    };
  }, [days, rules, chosen, text]);
  const choices = [{ value: "", label: text.rules.allRules }, ...rules.map(({ id }) => ({ value: id, label: id }))];
  return (
    <Suspense fallback={<Loading />}>
      <Chart
        title={text.rules.byDay}
        xName={text.rules.day}
        {...{ xs, series, isTime: true, kind: "lines" as const, count: spelling.count }}
        spell={(x) => spelling.day(x * 1_000)}
        tick={spelling.tick}
        quiet={text.rules.quietDays}
      >
        <div className="grid">
          <Choose
            label={text.rules.rule}
            choices={choices}
            value={chosen}
            onChange={({ target }) => choose(target.value)}
          />
        </div>
      </Chart>
    </Suspense>
  );
}
