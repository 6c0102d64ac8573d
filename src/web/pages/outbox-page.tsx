/** What is on its way to Tencent, what did not get there and why, and another try for what was given up. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useSearchParams } from "react-router";
import { getJson, postJson } from "../api/client.ts";
import { useLive } from "../api/live.tsx";
import { usePaged } from "../api/paged.ts";
import { reaches, usePerson } from "../api/session.tsx";
import type { Modification, Outbox } from "../api/shapes.ts";
import { useAnnounce } from "../parts/announce.tsx";
import { Badge, toneOfState } from "../parts/badge.tsx";
import { Choose, choicesOf } from "../parts/field.tsx";
import { Figure } from "../parts/figure.tsx";
import { Moment } from "../parts/moment.tsx";
import { More } from "../parts/more.tsx";
import { Page } from "../parts/page.tsx";
import { Empty, Failure, Loading } from "../parts/standing.tsx";
import { Table } from "../parts/table.tsx";
import { useSpelling } from "../text/dates.ts";
import { named, nameReason } from "../text/dictionary.ts";
import { useText } from "../text/language.tsx";

const SUMMARY_EVERY_MS = 2_000;

export function OutboxPage() {
  const text = useText();
  const summary = useQuery({
    queryKey: ["outbox"],
    queryFn: ({ signal }) => getJson<Outbox>("/outbox", {}, signal),
    refetchInterval: SUMMARY_EVERY_MS,
  });
  return (
    <Page heading={text.outbox.heading}>
      {summary.isPending && <Loading />}
      {summary.isError && <Failure fault={summary.error} onRetry={() => void summary.refetch()} />}
      {summary.isSuccess && <Summary outbox={summary.data} />}
      <Orders />
    </Page>
  );
}

function Summary({ outbox }: { readonly outbox: Outbox }) {
  const text = useText();
  const spelling = useSpelling();
  const { outbox: words } = text;
  const { backlog, calls, deadLetters, refused, recovered, guarded } = outbox;
  const now = Date.now();
  const reasons = (caption: string, all: Outbox["refused"]) =>
    all.length > 0 && (
      <section className="panel">
        <Table
          caption={caption}
          head={[words.reason, words.count]}
          numbers={[1]}
          rows={all.map(({ reason, count }) => ({
            key: reason,
            cells: [nameReason(text, reason), spelling.count(count)],
          }))}
        />
      </section>
    );
  return (
    <>
      {calls.map(({ api, stopped }) => stopped !== null && <Stopped key={api} api={api} stopped={stopped} />)}
      <div className="figures">
        {calls.map(({ api, perSecond, budget }) => (
          <Figure
            key={api}
            name={words.calls(named(words.apis, api))}
            value={spelling.count(Math.round(perSecond * 10) / 10)}
            aside={`${words.budget}: ${spelling.count(budget)}`}
          >
            <meter min={0} max={budget} value={perSecond} aria-label={words.calls(named(words.apis, api))} />
          </Figure>
        ))}
        <Figure name={words.recovered} value={spelling.count(recovered)} aside={words.recoveredHint} />
        <Figure name={words.guarded} value={spelling.count(guarded)} />
      </div>
      <section className="panel">
        {backlog.length === 0 ? (
          <p>
            <strong>{words.backlog}</strong> · {words.idle}
          </p>
        ) : (
          <Table
            caption={words.backlog}
            head={[words.lane, words.api, words.waiting, words.underWay, words.oldest]}
            numbers={[2, 3, 4]}
            rows={backlog.map(({ lane, api, waiting, underWay, oldestAt }) => ({
              key: `${lane} ${api}`,
              cells: [
                named(words.lanes, lane),
                named(words.apis, api),
                spelling.count(waiting),
                spelling.count(underWay),
                oldestAt === null ? "" : spelling.lasted(Math.max(0, now - oldestAt)),
              ],
            }))}
          />
        )}
      </section>
      {reasons(words.deadLetters, deadLetters)}
      {reasons(words.refused, refused)}
    </>
  );
}

type StoppedProps = { readonly api: string; readonly stopped: NonNullable<Outbox["calls"][number]["stopped"]> };

/** Orders wait on disk meanwhile; nothing is lost, but nothing new is masked either. */
function Stopped({ api, stopped: { why, code, next } }: StoppedProps) {
  const text = useText();
  const { outbox: words } = text;
  return (
    <div className="failure" role="alert">
      <p className="standing-what">{words.stopped(named(words.apis, api))}</p>
      <p>
        {named(words.whyStopped, why)} <code>{code}</code>
      </p>
      <p className="hint">{text.nextSteps[`sending-${why}`] ?? next}</p>
    </div>
  );
}

function Orders() {
  const text = useText();
  const { outbox: words } = text;
  const client = useQueryClient();
  const [address, setAddress] = useSearchParams();
  const filters = { state: address.get("state"), lane: address.get("lane") };
  const list = usePaged<Modification>("/modifications", filters);
  useLive(({ entries }) => {
    // Only the first page moves by itself; whoever reads on is not disturbed.
    const isTop = (list.data?.pages.length ?? 0) <= 1;
    if (isTop && entries.some(({ modificationId }) => modificationId !== null)) {
      void client.invalidateQueries({ queryKey: ["/modifications", filters] });
    }
  });
  const choose = (name: string) => ({
    value: address.get(name) ?? "",
    onChange({ target }: { readonly target: { readonly value: string } }) {
      const next = new URLSearchParams(address);
      if (target.value === "") next.delete(name);
      else next.set(name, target.value);
      setAddress(next);
    },
  });
  return (
    <section className="panel" aria-labelledby="orders">
      <h2 id="orders">{words.orders}</h2>
      <div className="grid">
        <Choose label={text.messages.state} choices={choicesOf(text.states, text.common.all)} {...choose("state")} />
        <Choose label={words.lane} choices={choicesOf(words.lanes, text.common.all)} {...choose("lane")} />
      </div>
      {list.isPending && <Loading />}
      {list.isError && <Failure fault={list.error} onRetry={() => void list.refetch()} />}
      {list.isSuccess && list.items.length === 0 && <Empty what={words.empty} next={words.emptyNext} />}
      {list.items.length > 0 && (
        <Table
          caption={words.orders}
          hideCaption
          head={[
            ...[words.message, words.purpose, text.messages.state, words.reason],
            ...[words.lane, words.attempts, words.lastCode, words.created, ""],
          ]}
          numbers={[5]}
          rows={list.items.map((order) => ({ key: order.id, cells: cellsOf(order, text) }))}
        />
      )}
      <More list={list} />
    </section>
  );
}

const cellsOf = (order: Modification, text: ReturnType<typeof useText>) => [
  <Link to={`/messages/${order.messageId}`}>#{order.messageId}</Link>,
  named(text.purposes, order.purpose),
  <Badge tone={toneOfState(order.state)}>{named(text.states, order.state)}</Badge>,
  order.reason === "" ? "" : nameReason(text, order.reason),
  named(text.outbox.lanes, order.lane),
  order.attempts,
  order.lastCode ?? "",
  <Moment at={order.createdAt} brief />,
  order.state === "given_up" ? <Replay id={order.id} /> : "",
];

function Replay({ id }: { readonly id: string }) {
  const { outbox } = useText();
  const { role } = usePerson();
  const announce = useAnnounce();
  const client = useQueryClient();
  const retry = useMutation({
    mutationFn: () => postJson(`/modifications/${id}/retry`),
    onSuccess() {
      announce(outbox.replayed);
      void client.invalidateQueries({ queryKey: ["/modifications"] });
    },
  });
  if (!reaches(role, "reviewer")) return null;
  return (
    <>
      <button type="button" className="small" disabled={retry.isPending} onClick={() => retry.mutate()}>
        {outbox.replay}
      </button>
      {retry.isError && <Failure fault={retry.error} />}
    </>
  );
}
