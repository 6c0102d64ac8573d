/** Puts back what a rule has masked in a time: first how many it would be, then a job with its progress. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useSearchParams } from "react-router";
import { getJson, postJson } from "../api/client.ts";
import type { RestoreJob, RestoreCount } from "../api/desk.ts";
import { useAnnounce } from "../parts/announce.tsx";
import { Badge } from "../parts/badge.tsx";
import { TextField } from "../parts/field.tsx";
import { Moment } from "../parts/moment.tsx";
import { Page } from "../parts/page.tsx";
import { RevisionField, RuleField } from "../parts/rule-field.tsx";
import { Empty, Failure, Loading } from "../parts/standing.tsx";
import { Table } from "../parts/table.tsx";
import { useSpelling } from "../text/dates.ts";
import { named } from "../text/dictionary.ts";
import { localOf, momentOf } from "../text/filters.ts";
import { useText } from "../text/language.tsx";

const DAY_MS = 24 * 3_600_000;
/** While something runs its progress is read so often. */
const PROGRESS_EVERY_MS = 1_000;

export function RestoresPage() {
  const text = useText();
  return (
    <Page heading={text.restores.heading}>
      <p>{text.restores.lead}</p>
      <NewRestore />
      <Jobs />
    </Page>
  );
}

type Wanted = { readonly rule: string; readonly revision?: string; readonly since: number; readonly until: number };

function NewRestore() {
  const text = useText();
  const { restores: words } = text;
  const spelling = useSpelling();
  const announce = useAnnounce();
  const client = useQueryClient();
  const [address] = useSearchParams();
  const [rule, setRule] = useState(address.get("rule") ?? "");
  const [revision, setRevision] = useState("");
  const [since, setSince] = useState(() => localOf(Date.now() - DAY_MS));
  const [until, setUntil] = useState(() => localOf(Date.now() + 60_000));
  const [from, to] = [momentOf(since), momentOf(until)];
  const wanted: Wanted | undefined =
    rule.trim() === "" || from === undefined || to === undefined || from >= to
      ? undefined
      : { rule: rule.trim(), ...(revision.trim() === "" ? {} : { revision: revision.trim() }), since: from, until: to };
  const preview = useMutation({
    mutationFn: (of: Wanted) => postJson<RestoreCount>("/restores", { ...of, dryRun: true }),
  });
  const start = useMutation({
    mutationFn: (of: Wanted) => postJson("/restores", of),
    onSuccess() {
      announce(words.started);
      preview.reset();
      void client.invalidateQueries({ queryKey: ["restores"] });
    },
  });
  const typed = (set: (value: string) => void) => ({
    onChange({ target }: { readonly target: { readonly value: string } }) {
      set(target.value);
      preview.reset();
    },
  });
  return (
    <section className="panel" aria-label={words.preview}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (wanted !== undefined) preview.mutate(wanted);
        }}
      >
        <div className="grid">
          <RuleField label={words.rule} value={rule} required {...typed(setRule)} />
          <RevisionField
            label={`${words.revision} (${text.common.optional})`}
            value={revision}
            {...typed(setRevision)}
          />
          <TextField label={text.common.since} type="datetime-local" value={since} required {...typed(setSince)} />
          <TextField label={text.common.until} type="datetime-local" value={until} required {...typed(setUntil)} />
        </div>
        {wanted === undefined && <p className="hint">{words.needTimes}</p>}
        <div>
          <button type="submit" disabled={wanted === undefined || preview.isPending}>
            {words.preview}
          </button>
        </div>
      </form>
      {preview.isError && <Failure fault={preview.error} />}
      {start.isError && <Failure fault={start.error} />}
      {preview.isSuccess && wanted !== undefined && (
        <div className="preview" role="status">
          <p>{words.count(spelling.count(preview.data.count))}</p>
          {isNothingKnown(preview.data) && <p className="hint">{words.noSuchRule}</p>}
          <LeftAlone counts={preview.data.leftAlone} />
          {preview.data.newest.length > 0 && (
            <>
              <h3 className="hint">{words.newestTen}</h3>
              <p className="row">
                {preview.data.newest.map(({ messageId, sentAt }) => (
                  <Link key={messageId} to={`/messages/${messageId}`}>
                    #{messageId} {sentAt !== null && <Moment at={sentAt} brief />}
                  </Link>
                ))}
              </p>
            </>
          )}
          <button
            type="button"
            className="primary"
            disabled={preview.data.count === 0 || start.isPending}
            onClick={() => start.mutate(wanted)}
          >
            {words.start(spelling.count(preview.data.count))}
          </button>
        </div>
      )}
    </section>
  );
}

function Jobs() {
  const text = useText();
  const { restores: words } = text;
  const list = useQuery({
    queryKey: ["restores"],
    queryFn: ({ signal }) => getJson<{ readonly items: readonly RestoreJob[] }>("/restores", {}, signal),
    refetchInterval: ({ state }) => (state.data?.items.some(isUnderWay) === true ? PROGRESS_EVERY_MS : false),
  });
  return (
    <section className="panel" aria-labelledby="jobs">
      <h2 id="jobs">{words.jobs}</h2>
      {list.isPending && <Loading />}
      {list.isError && <Failure fault={list.error} onRetry={() => void list.refetch()} />}
      {list.isSuccess && list.data.items.length === 0 && <Empty what={words.empty} next={words.emptyNext} />}
      {list.isSuccess && list.data.items.length > 0 && (
        <Table
          caption={words.jobs}
          hideCaption
          head={[words.rule, words.state, words.progress, words.refused, words.by, ""]}
          rows={list.data.items.map((job) => ({ key: job.id, cells: cellsOf(job, text) }))}
        />
      )}
    </section>
  );
}

/** A rule that is gone may be named, and what it masked put back; but this name stands nowhere. */
const isNothingKnown = ({ count, ruleIsLive, leftAlone }: RestoreCount): boolean =>
  ruleIsLive === false && count === 0 && Object.keys(leftAlone).length === 0;

/** What was under way when a job was paused or cancelled is answered a little later, and may have been the last of it. */
const isUnderWay = ({ state, orders }: RestoreJob): boolean =>
  state === "running" || state === "paused" || (orders["pending"] ?? 0) + (orders["claimed"] ?? 0) > 0;

const cellsOf = (job: RestoreJob, text: ReturnType<typeof useText>) => [
  <>
    {job.rule !== null && <code>{job.rule}</code>}
    {job.revision !== null && (
      <p className="hint">
        {text.restores.revision}: <code>{job.revision}</code>
      </p>
    )}
    {job.messages !== null && text.restores.named(String(job.messages))}
    {job.since !== null && job.until !== null && (
      <p className="hint">
        <Moment at={job.since} brief /> – <Moment at={job.until} brief />
      </p>
    )}
  </>,
  <Badge tone={job.state === "running" ? "accent" : "plain"}>{named(text.restores.states, job.state)}</Badge>,
  <Progress job={job} />,
  <LeftAlone counts={job.leftAlone} />,
  <bdi>{job.madeBy}</bdi>,
  <JobActs job={job} />,
];

/** What is not restored, and why. */
function LeftAlone({ counts }: { readonly counts: Readonly<Record<string, number>> }) {
  const text = useText();
  const spelling = useSpelling();
  const told = Object.entries(counts).filter(([, count]) => count > 0);
  if (told.length === 0) return null;
  return (
    <p className="hint">
      {text.restores.refused}:{" "}
      {told.map(([reason, count]) => `${named(text.reasons, reason)}: ${spelling.count(count)}`).join(", ")}
    </p>
  );
}

function Progress({ job }: { readonly job: RestoreJob }) {
  const { restores, states } = useText();
  const spelling = useSpelling();
  const words = restores.of(spelling.count(job.ended), spelling.count(job.all));
  const all = Math.max(1, job.all);
  return (
    <>
      <progress max={all} value={job.state === "done" ? all : job.ended} aria-label={restores.progress} /> {words}
      <p className="hint">
        {Object.entries(job.orders)
          .map(
            ([state, count]) => `${named({ ...states, not_sent: restores.notSent }, state)}: ${spelling.count(count)}`,
          )
          .join(", ")}
      </p>
    </>
  );
}

function JobActs({ job }: { readonly job: RestoreJob }) {
  const { restores } = useText();
  const client = useQueryClient();
  const act = useMutation({
    mutationFn: (to: "pause" | "resume" | "cancel") => postJson(`/restores/${job.id}/${to}`),
    onSettled: () => client.invalidateQueries({ queryKey: ["restores"] }),
  });
  const button = (to: "pause" | "resume" | "cancel") => (
    <button type="button" className="small" disabled={act.isPending} onClick={() => act.mutate(to)}>
      {restores[to]}
    </button>
  );
  return (
    <div className="row">
      {job.state === "running" && button("pause")}
      {job.state === "paused" && button("resume")}
      {(job.state === "running" || job.state === "paused") && button("cancel")}
      {act.isError && <Failure fault={act.error} />}
    </div>
  );
}
