/** Erasures: a button that begins one, how far it has come, and those that are done. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { Link } from "react-router";
import { getJson } from "../../api/client.ts";
import type { Erasures as Listed, OpenErasure } from "../../api/retention.ts";
import { useAnnounce } from "../../parts/announce.tsx";
import { Badge } from "../../parts/badge.tsx";
import { Moment } from "../../parts/moment.tsx";
import { Empty, Failure, Loading } from "../../parts/standing.tsx";
import { Table } from "../../parts/table.tsx";
import { useSpelling } from "../../text/dates.ts";
import { named } from "../../text/dictionary.ts";
import { useText } from "../../text/language.tsx";
import { EraseDialog } from "./erase-dialog.tsx";
import { NotReached } from "./not-reached.tsx";

const PROGRESS_EVERY_MS = 1_000;

export function Erasures() {
  const { retention: words } = useText();
  const [begins, setBegins] = useState(false);
  const list = useQuery({
    queryKey: ["erasures"],
    queryFn: ({ signal }) => getJson<Listed>("/erasures", {}, signal),
    refetchInterval: ({ state }) => (state.data?.open == null ? false : PROGRESS_EVERY_MS),
  });
  useEnding(list.data);
  return (
    <section className="panel" aria-labelledby="erasures">
      <div className="page-head">
        <h2 id="erasures">{words.erasures}</h2>
        <button type="button" className="danger" disabled={list.data?.open != null} onClick={() => setBegins(true)}>
          {words.erase}
        </button>
      </div>
      <p className="hint">{words.eraseLead}</p>
      {list.isPending && <Loading />}
      {list.isError && <Failure fault={list.error} onRetry={() => void list.refetch()} />}
      {list.data?.open != null && <UnderWay erasure={list.data.open} />}
      {list.isSuccess && list.data.open === null && list.data.items.length === 0 && (
        <Empty what={words.erasuresEmpty} next={words.erasuresEmptyNext} />
      )}
      {list.isSuccess && list.data.items.length > 0 && <Done items={list.data.items} />}
      {begins && <EraseDialog onClose={() => setBegins(false)} />}
    </section>
  );
}

/** Says that the one that was under way is done, and what that has changed. */
function useEnding(listed: Listed | undefined): void {
  const { retention: words } = useText();
  const announce = useAnnounce();
  const client = useQueryClient();
  const wasOpen = useRef(false);
  const isOpen = listed === undefined ? undefined : listed.open !== null;
  useEffect(() => {
    if (isOpen === undefined) return;
    if (wasOpen.current && !isOpen) {
      announce(words.done);
      void client.invalidateQueries({ queryKey: ["retention"] });
    }
    wasOpen.current = isOpen;
  }, [isOpen, announce, client, words]);
}

function UnderWay({ erasure: { user, by, at, stage, share, fault, notReached } }: { readonly erasure: OpenErasure }) {
  const { retention: words } = useText();
  return (
    <div className="preview" role="status">
      <p className="row">
        <Badge tone={fault === null ? "accent" : "warn"}>{words.underWay}</Badge>
        <bdi>{user}</bdi>
        <span>{named(words.stages, stage)}</span>
        <progress aria-label={words.progress} {...(share === null ? {} : { value: share })} />
      </p>
      <p className="hint">
        {words.by(by)}, <Moment at={at} brief />
      </p>
      {fault !== null && <p className="notice">{words.faults[fault] ?? words.again(fault)}</p>}
      <NotReached what={notReached} />
    </div>
  );
}

function Done({ items }: { readonly items: Listed["items"] }) {
  const { retention: words } = useText();
  const spelling = useSpelling();
  return (
    <>
      <Table
        caption={words.erasures}
        hideCaption
        head={[words.at, words.actor, words.digest, words.columns["bodies"] ?? "", words.columns["edits"] ?? ""]}
        numbers={[3, 4]}
        rows={items.map(({ at, actor, digest, messages, edits }) => ({
          key: at,
          cells: [
            <Moment at={at} brief />,
            <bdi>{actor}</bdi>,
            <code title={digest}>{digest.slice(0, 8)}</code>,
            spelling.count(messages),
            spelling.count(edits),
          ],
        }))}
      />
      <Link to="/audit?act=erase">{words.erasuresAll}</Link>
    </>
  );
}
