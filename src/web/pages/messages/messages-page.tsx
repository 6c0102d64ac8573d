/** The list beside the message that is open; on a narrow screen one or the other. The filters are in the address. */
import { useCallback, useMemo, useRef } from "react";
import { Outlet, useNavigate, useParams, useSearchParams } from "react-router";
import { useFreshness, useMessages } from "../../api/messages.ts";
import { useShortcuts } from "../../parts/keys.ts";
import { useTitle } from "../../parts/page.tsx";
import { Empty, Failure, Loading } from "../../parts/standing.tsx";
import { useSpelling } from "../../text/dates.ts";
import type { MessageFilters } from "../../text/filters.ts";
import { messageFilterNames, readFilters, writeFilters } from "../../text/filters.ts";
import { useText } from "../../text/language.tsx";
import { FilterBar } from "./filter-bar.tsx";
import { MessageList } from "./message-list.tsx";

export function MessagesPage() {
  const text = useText();
  useTitle(text.messages.heading);
  const [address, setAddress] = useSearchParams();
  const written = writeFilters(messageFilterNames, readFilters(messageFilterNames, address)).toString();
  const filters = useMemo(() => readFilters(messageFilterNames, new URLSearchParams(written)), [written]);
  const setFilters = useCallback(
    (next: MessageFilters) => setAddress(writeFilters(messageFilterNames, next)),
    [setAddress],
  );
  const list = useMessages(filters);
  const { fetchNextPage, items } = list;
  const more = useCallback(() => void fetchNextPage(), [fetchNextPage]);
  const search = useRef<HTMLInputElement>(null);
  const { id } = useParams();
  useWalk(items, id, written, search);
  const clear = (
    <button type="button" onClick={() => setFilters({})}>
      {text.common.clear}
    </button>
  );
  return (
    <div className={id === undefined ? "messages" : "messages has-open"}>
      <section className="messages-list" aria-labelledby="messages-heading">
        <h1 id="messages-heading" className="unseen">
          {text.messages.heading}
        </h1>
        <FilterBar filters={filters} onChange={setFilters} search={search} />
        <Pill key={written} filters={filters} />
        {list.isPending && <Loading />}
        {list.isError && (
          <Failure fault={list.error} onRetry={() => void list.refetch()}>
            {written !== "" && clear}
          </Failure>
        )}
        {list.isSuccess && items.length === 0 && !list.hasNextPage && (
          <Empty
            what={written === "" ? text.messages.emptyAll : text.messages.empty}
            next={written === "" ? text.messages.emptyAllNext : text.messages.emptyNext}
          >
            {written !== "" && clear}
          </Empty>
        )}
        {list.isSuccess && items.length === 0 && list.hasNextPage && (
          <p className="standing" role="status">
            {text.messages.searching}
          </p>
        )}
        {items.length > 0 && (
          <MessageList
            key={written}
            {...{ items, search: written, current: id, onMore: more }}
            hasMore={list.hasNextPage}
            isFetching={list.isFetching}
          />
        )}
      </section>
      <div className="messages-open">
        {id === undefined ? <Empty what={text.messages.pick} next={text.messages.pickNext} /> : <Outlet />}
      </div>
    </div>
  );
}

/** How many have come since the list was read; nothing moves until somebody wants to see them. */
function Pill({ filters }: { readonly filters: MessageFilters }) {
  const { messages } = useText();
  const spelling = useSpelling();
  const { fresh, isMore, showFresh } = useFreshness(filters);
  const count = `${spelling.count(fresh)}${isMore ? "+" : ""}`;
  return (
    <div className="pill-place">
      {/* Said once, not with every number. */}
      <span className="unseen" role="status">
        {fresh > 0 && messages.freshCome}
      </span>
      {fresh > 0 && (
        <button type="button" className="pill" aria-label={messages.freshLabel(count)} onClick={showFresh}>
          ↑ {messages.fresh(count)}
        </button>
      )}
    </div>
  );
}

function useWalk(
  items: readonly { readonly id: number }[],
  id: string | undefined,
  search: string,
  field: { readonly current: HTMLInputElement | null },
): void {
  const navigate = useNavigate();
  const go = (steps: number): void => {
    const at = items.findIndex((item) => String(item.id) === id);
    const next = items[at < 0 ? 0 : Math.min(Math.max(at + steps, 0), items.length - 1)];
    if (next !== undefined) void navigate({ pathname: `/messages/${next.id}`, search }, { replace: id !== undefined });
  };
  useShortcuts({
    j: () => go(1),
    k: () => go(-1),
    u: () => void navigate({ pathname: "/messages", search }),
    "/": () => field.current?.focus(),
  });
}
