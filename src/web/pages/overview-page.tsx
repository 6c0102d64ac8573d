/** What a lead wants to know on a Monday. Every chart has its table. */
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { Link, useSearchParams } from "react-router";
import { getJson } from "../api/client.ts";
import type { Stats } from "../api/shapes.ts";
import type { Series } from "../parts/chart.tsx";
import { Chart } from "../parts/chart.tsx";
import { conversationName, ConversationLabel } from "../parts/conversation.tsx";
import { Figure } from "../parts/figure.tsx";
import { Page } from "../parts/page.tsx";
import { Empty, Failure, Loading } from "../parts/standing.tsx";
import { Table } from "../parts/table.tsx";
import { useSpelling } from "../text/dates.ts";
import { useText } from "../text/language.tsx";

const HOUR_MS = 3_600_000;
const rangesMs = { day: 24 * HOUR_MS, week: 168 * HOUR_MS, month: 720 * HOUR_MS, quarter: 2_160 * HOUR_MS };
type Range = keyof typeof rangesMs;
const ranges = Object.keys(rangesMs) as readonly Range[];
const AGAIN_MS = 30_000;
/** Past this many columns hours are told as days. */
const HOURS_SHOWN_MAX = 200;

export function OverviewPage() {
  const text = useText();
  const [address, setAddress] = useSearchParams();
  const range = ranges.find((each) => each === address.get("range")) ?? "week";
  const stats = useQuery({
    queryKey: ["stats", range],
    queryFn: ({ signal }) => {
      const until = Date.now();
      const offset = -new Date().getTimezoneOffset();
      return getJson<Stats>("/stats", { since: until - rangesMs[range], until, offset }, signal);
    },
    refetchInterval: AGAIN_MS,
  });
  const choice = (
    <select
      aria-label={text.overview.range}
      value={range}
      onChange={({ target }) => setAddress({ range: target.value })}
    >
      {ranges.map((each) => (
        <option key={each} value={each}>
          {text.overview.ranges[each]}
        </option>
      ))}
    </select>
  );
  return (
    <Page heading={text.overview.heading} aside={<div className="settings">{choice}</div>}>
      {stats.isPending && <Loading />}
      {stats.isError && <Failure fault={stats.error} onRetry={() => void stats.refetch()} />}
      {stats.isSuccess && <Figures stats={stats.data} />}
      {stats.isSuccess && stats.data.hours.length === 0 && (
        <Empty what={text.overview.empty} next={text.overview.emptyNext} />
      )}
      {stats.isSuccess && stats.data.hours.length > 0 && <Charts stats={stats.data} />}
    </Page>
  );
}

function Figures({ stats }: { readonly stats: Stats }) {
  const { overview } = useText();
  const spelling = useSpelling();
  const { totals, rules, appliedAfterMs, backlog, behind } = stats;
  const confirmed = rules.reduce((sum, rule) => sum + rule.confirmed, 0);
  const wrong = rules.reduce((sum, rule) => sum + rule.falsePositives, 0);
  const { p50, p95 } = appliedAfterMs;
  const numbers: readonly (readonly [string, string, string?])[] = [
    [overview.judged, spelling.count(totals.judged)],
    [
      overview.rewritten,
      spelling.count(totals.rewritten),
      totals.judged === 0
        ? ""
        : `${overview.share}: ${spelling.share(totals.rewritten / totals.judged)} · ${overview.ofObjected(spelling.count(totals.objected))}`,
    ],
    [overview.flagged, spelling.count(totals.flagged)],
    [
      overview.falsePositives,
      confirmed + wrong === 0 ? "–" : spelling.share(wrong / (confirmed + wrong)),
      overview.ofVerdicts(spelling.count(confirmed + wrong)),
    ],
    [
      `${overview.applied}, ${overview.p50}`,
      p50 === null ? "–" : spelling.lasted(p50),
      p95 === null ? "" : `${overview.p95} ${spelling.lasted(p95)}`,
    ],
    [overview.recovered, spelling.count(totals.recovered)],
    [overview.failed, spelling.count(totals.failed)],
    [overview.backlog, spelling.count(backlog)],
  ];
  return (
    <>
      <div className="figures">
        {numbers.map(([name, value, aside]) => (
          <Figure key={name} name={name} value={value} aside={aside} />
        ))}
      </div>
      {behind > 0 && <p className="hint">{overview.behind(spelling.count(behind))}</p>}
    </>
  );
}

function Charts({ stats }: { readonly stats: Stats }) {
  const { overview: words } = useText();
  const spelling = useSpelling();
  const drawn = useMemo(() => {
    const counted = stepsOf(stats);
    const seriesOf = (all: readonly { judged: number; rewritten: number; flagged: number }[]): readonly Series[] => [
      { name: words.judged, colour: "accent", values: all.map(({ judged }) => judged) },
      { name: words.rewritten, colour: "warn", values: all.map(({ rewritten }) => rewritten) },
      { name: words.flagged, colour: "good", values: all.map(({ flagged }) => flagged) },
    ];
    return {
      isByDay: counted.isByDay,
      xs: counted.steps.map(({ at }) => at / 1_000),
      series: seriesOf(counted.steps),
      dayXs: stats.hoursOfDay.map(({ at }) => at),
      daySeries: seriesOf(stats.hoursOfDay).slice(1, 2),
    };
  }, [stats, words]);
  const { count } = spelling;
  return (
    <>
      <Chart
        title={drawn.isByDay ? words.byDay : words.byHour}
        xName={words.time}
        {...{ xs: drawn.xs, series: drawn.series, count, isTime: true, kind: "lines" as const }}
        spell={(x) => (drawn.isByDay ? spelling.day : spelling.hour)(x * 1_000)}
        tick={spelling.tick}
        quiet={drawn.isByDay ? words.quietDays : words.quietHours}
      />
      <Chart
        title={`${words.hoursOfDay}: ${words.rewritten}`}
        xName={words.hour}
        {...{ xs: drawn.dayXs, series: drawn.daySeries, count, isTime: false, kind: "columns" as const }}
        spell={String}
      />
      <Tables stats={stats} />
    </>
  );
}

function Tables({ stats }: { readonly stats: Stats }) {
  const { overview: words, rules, messages } = useText();
  const spelling = useSpelling();
  return (
    <>
      <section className="panel">
        <Table
          caption={words.byRule}
          head={[rules.rule, words.messages, words.shadow, words.confirmed, words.falsePositives, "%"]}
          numbers={[1, 2, 3, 4, 5]}
          rows={stats.rules.map(({ rule, falsePositiveShare, ...counts }) => ({
            key: rule,
            cells: [
              <Link to={`/messages?rule=${encodeURIComponent(rule)}`}>
                <code>{rule}</code>
              </Link>,
              spelling.count(counts.messages),
              spelling.count(counts.shadow),
              spelling.count(counts.confirmed),
              spelling.count(counts.falsePositives),
              falsePositiveShare === null ? "–" : spelling.share(falsePositiveShare),
            ],
          }))}
        />
      </section>
      <section className="panel">
        <Table
          caption={words.byCategory}
          head={[words.category, words.messages]}
          numbers={[1]}
          rows={stats.categories.map(({ category, messages: n }) => ({
            key: category,
            cells: [category, spelling.count(n)],
          }))}
        />
      </section>
      <section className="panel">
        <Table
          caption={words.conversations}
          head={[messages.conversation, words.messages]}
          numbers={[1]}
          rows={stats.conversations.map(({ conversation, messages: n }) => ({
            key: conversation.id,
            cells: [
              <Link to={`/messages?conversation=${encodeURIComponent(conversationName(conversation))}`}>
                <ConversationLabel conversation={conversation} />
              </Link>,
              spelling.count(n),
            ],
          }))}
        />
      </section>
    </>
  );
}

type Step = { readonly at: number; readonly judged: number; readonly rewritten: number; readonly flagged: number };

/** Every hour of the range, quiet ones too; days of the reader's zone where those would be too many. */
function stepsOf({ since, until, hours }: Stats): { readonly isByDay: boolean; readonly steps: readonly Step[] } {
  const isByDay = (until - since) / HOUR_MS > HOURS_SHOWN_MAX;
  const beginOf = (at: number): number =>
    // By the reader's clock: there are zones whose hours begin at half past.
    isByDay ? new Date(at).setHours(0, 0, 0, 0) : new Date(at).setMinutes(0, 0, 0);
  const steps = new Map<number, { judged: number; rewritten: number; flagged: number }>();
  for (let at = since; at < until; at += HOUR_MS) steps.set(beginOf(at), { judged: 0, rewritten: 0, flagged: 0 });
  for (const { at, judged, rewritten, flagged } of hours) {
    const begin = beginOf(at);
    const sum = steps.get(begin) ?? { judged: 0, rewritten: 0, flagged: 0 };
    sum.judged += judged;
    sum.rewritten += rewritten;
    sum.flagged += flagged;
    steps.set(begin, sum);
  }
  return { isByDay, steps: [...steps].sort(([a], [b]) => a - b).map(([at, counts]) => ({ at, ...counts })) };
}
