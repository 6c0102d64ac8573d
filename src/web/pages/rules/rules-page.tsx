/** The live set of rules: what it is, what is wrong with the folder, what each rule did; and a place to try a text. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import { postJson } from "../../api/client.ts";
import type { LiveRule, LiveRules, Tried } from "../../api/rules.ts";
import { liveRulesQuery } from "../../api/rules.ts";
import { reaches, usePerson } from "../../api/session.tsx";
import type { Tone } from "../../parts/badge.tsx";
import { Badge } from "../../parts/badge.tsx";
import { TextArea } from "../../parts/field.tsx";
import { Moment } from "../../parts/moment.tsx";
import { Page } from "../../parts/page.tsx";
import { Empty, Failure, Loading } from "../../parts/standing.tsx";
import { Table } from "../../parts/table.tsx";
import { useSpelling } from "../../text/dates.ts";
import { named } from "../../text/dictionary.ts";
import { localOf, messageFilterNames, writeFilters, writtenOf } from "../../text/filters.ts";
import { useText } from "../../text/language.tsx";
import { Days } from "./days.tsx";
import { HitsByDay } from "./hits-by-day.tsx";
import { Explanation } from "./explanation.tsx";

/** The folder is watched; what has changed there shows within half a minute. */
const AGAIN_MS = 30_000;

export function RulesPage() {
  const text = useText();
  const { role } = usePerson();
  const live = useQuery({ ...liveRulesQuery, refetchInterval: AGAIN_MS });
  return (
    <Page heading={text.rules.heading}>
      {live.isPending && <Loading />}
      {live.isError && <Failure fault={live.error} onRetry={() => void live.refetch()} />}
      {live.isSuccess && <Standing live={live.data} />}
      {reaches(role, "reviewer") && <TryText />}
      {live.isSuccess && <RuleTable live={live.data} />}
      {live.isSuccess && live.data.counted && live.data.rules.length > 0 && <HitsByDay live={live.data} />}
    </Page>
  );
}

function Standing({ live: { revision, problems, watcher } }: { readonly live: LiveRules }) {
  const { rules } = useText();
  return (
    <section className="panel" aria-labelledby="standing">
      <div className="row">
        <h2 id="standing">{rules.revision}</h2>
        <code>{revision}</code>
        <Badge tone={watcher === "live" ? "good" : "bad"}>{watcher === "live" ? rules.watcher : rules.problems}</Badge>
      </div>
      {problems.length === 0 ? (
        <p className="hint">{rules.noProblems}</p>
      ) : (
        <div className="failure" role="alert">
          <p className="standing-what">{rules.stale}</p>
          <ul>
            {problems.map((problem) => (
              <li key={problem}>
                <code>{problem}</code>
              </li>
            ))}
          </ul>
        </div>
      )}
    </section>
  );
}

const toneOfMode: Readonly<Record<LiveRule["mode"], Tone>> = { enforce: "warn", flag: "accent", shadow: "plain" };
const sum = (counts: readonly number[]): number => counts.reduce((all, count) => all + count, 0);

/** Those that are counted: of the days that are shown. */
function foundBy({ id }: LiveRule, { days: [since] }: LiveRules): string {
  const filters = { rule: id, ...(since === undefined ? {} : { since: writtenOf(localOf(since)) }) };
  return `/messages?${writeFilters(messageFilterNames, filters).toString()}`;
}

function RuleTable({ live }: { readonly live: LiveRules }) {
  const text = useText();
  const spelling = useSpelling();
  const { role } = usePerson();
  const { rules: words, message, common } = text;
  if (live.rules.length === 0) return <Empty what={words.empty} next={words.emptyNext} />;
  return (
    <section className="panel">
      <Table
        caption={words.heading}
        head={[words.rule, words.mode, message.finding.category, message.finding.severity, words.hits, words.shadow]}
        rows={live.rules.map((rule) => ({
          key: rule.id,
          cells: [
            <>
              <Link to={`/messages?rule=${encodeURIComponent(rule.id)}`}>
                <code>{rule.id}</code>
              </Link>
              <div dir="auto">{rule.title}</div>
              {rule.falsePositives !== null && (
                <p className="hint" dir="auto">
                  {rule.falsePositives}
                </p>
              )}
              {rule.expires !== null && (
                <p className="hint">
                  {rule.expired ? words.expired : words.expires}: <Moment at={rule.expires} brief />
                </p>
              )}
              {reaches(role, "reviewer") && rule.mode === "enforce" && (
                <Link className="hint" to={`/restores?rule=${encodeURIComponent(rule.id)}`}>
                  {words.bulk}
                </Link>
              )}
            </>,
            <Badge tone={toneOfMode[rule.mode]}>{named(words.modes, rule.mode)}</Badge>,
            rule.category,
            named(text.severities, rule.severity),
            live.counted ? (
              <div className="days-cell">
                <span className="days-sum">{spelling.count(sum(rule.hits))}</span>
                {sum(rule.hits) > 0 && <Days counts={rule.hits} label={words.hitsLabel(rule.id)} />}
              </div>
            ) : (
              common.unknown
            ),
            sum(rule.shadowHits) === 0 ? (
              live.counted && rule.mode === "shadow" && spelling.count(0)
            ) : (
              <div className="days-cell">
                <Link
                  className="days-sum"
                  to={foundBy(rule, live)}
                  aria-label={words.shadowLink(rule.id, spelling.count(sum(rule.shadowHits)))}
                >
                  {spelling.count(sum(rule.shadowHits))}
                </Link>
                <Days counts={rule.shadowHits} label={words.shadowLabel(rule.id)} />
              </div>
            ),
          ],
        }))}
      />
    </section>
  );
}

function TryText() {
  const { rules } = useText();
  const [typed, type] = useState("");
  const tried = useMutation({ mutationFn: () => postJson<Tried>("/rules/try", { text: typed }) });
  return (
    <section className="panel" aria-labelledby="try">
      <h2 id="try">{rules.try}</h2>
      <p className="hint">{rules.tryLead}</p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          tried.mutate();
        }}
      >
        <TextArea
          label={rules.tryText}
          value={typed}
          maxLength={2_000}
          required
          onChange={({ target }) => type(target.value)}
        />
        <div>
          <button type="submit" className="primary" disabled={typed === "" || tried.isPending}>
            {rules.trySubmit}
          </button>
        </div>
      </form>
      {tried.isError && <Failure fault={tried.error} />}
      <div aria-live="polite">
        {tried.data?.texts.map((each, index) => (
          <Explanation key={index} tried={each} />
        ))}
      </div>
    </section>
  );
}
