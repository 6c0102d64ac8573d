/** Messages as the page keeps them: the list that grows as one scrolls, and one message. */
import type { InfiniteData, QueryClient } from "@tanstack/react-query";
import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import type { MessageFilters } from "../text/filters.ts";
import { asked } from "../text/filters.ts";
import { getJson } from "./client.ts";
import type { Happened, LiveEntry } from "./live.tsx";
import { useLive } from "./live.tsx";
import type { MessageDetail, MessageItem, Page } from "./shapes.ts";

const PAGE_SIZE = 60;
type Pages = InfiniteData<Page<MessageItem>, string | null>;

const keyOf = (filters: MessageFilters) => ["messages", filters] as const;
export const messageKey = (id: string | number) => ["message", String(id)] as const;

const readPage = (filters: MessageFilters, cursor: string | null, signal?: AbortSignal) =>
  getJson<Page<MessageItem>>("/messages", { ...asked(filters), limit: PAGE_SIZE, cursor }, signal);

export function useMessages(filters: MessageFilters) {
  const query = useInfiniteQuery({
    queryKey: keyOf(filters),
    queryFn: ({ pageParam, signal }) => readPage(filters, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
    // New messages wait behind a pill; the list does not move under anybody's hand.
    refetchOnWindowFocus: false,
    staleTime: Infinity,
    // Nobody counts what is new while the list is not on the page: whoever comes back reads it anew.
    gcTime: 0,
  });
  const items = query.data?.pages.flatMap((page) => page.items) ?? [];
  // A page may be short and have a next: as much was looked at as one question may. Then looking goes on by itself.
  const { hasNextPage, isFetching, isError, fetchNextPage } = query;
  const isThin = hasNextPage && items.length < 20;
  useEffect(() => {
    if (isThin && !isFetching && !isError) void fetchNextPage();
  }, [isThin, isFetching, isError, fetchNextPage]);
  return { ...query, items };
}

export const useMessage = (id: string) =>
  useQuery({
    queryKey: messageKey(id),
    queryFn: ({ signal }) => getJson<MessageDetail>(`/messages/${encodeURIComponent(id)}`, {}, signal),
  });

/** How often the newest page is read again while messages change; a change of state shows at once, see `patched`. */
const REFRESH_EVERY_MS = 1_500;

export type Freshness = {
  readonly fresh: number;
  /** There are at least so many: a page of them was looked at. */
  readonly isMore: boolean;
  showFresh(): void;
};

/** Keeps what is on the page true, and counts what is not there yet. */
export function useFreshness(filters: MessageFilters): Freshness {
  const client = useQueryClient();
  const [fresh, setFresh] = useState(0);
  const looking = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(looking.current), []);
  const isNarrowed = Object.keys(filters).length > 0;
  const known = (): readonly MessageItem[] =>
    client.getQueryData<Pages>(keyOf(filters))?.pages.flatMap(({ items }) => items) ?? [];
  const lookSoon = (): void => {
    looking.current ??= setTimeout(() => {
      looking.current = undefined;
      void readPage(filters, null).then(
        ({ items }) => {
          change(client, filters, (item) => items.find(({ id }) => id === item.id) ?? item);
          // Of all that came, only what fits the filters is new here.
          const newest = known()[0]?.id ?? 0;
          if (isNarrowed) setFresh(items.filter(({ id }) => id > newest).length);
        },
        // The next change asks again.
        () => undefined,
      );
    }, REFRESH_EVERY_MS);
  };
  useLive(({ fresh: come, entries, missed }: Happened) => {
    if (!isNarrowed && (come > 0 || missed)) setFresh((before) => before + Math.max(come, 1));
    const ids = new Set(known().map(({ id }) => id));
    const touched = entries.filter(({ messageId }) => messageId !== null && ids.has(messageId));
    if (touched.length > 0) change(client, filters, (item) => touched.reduce(patched, item));
    if (touched.length > 0 || (isNarrowed && (come > 0 || entries.length > 0 || missed))) lookSoon();
  });
  return {
    fresh,
    isMore: isNarrowed && fresh >= PAGE_SIZE,
    showFresh() {
      setFresh(0);
      void client.resetQueries({ queryKey: keyOf(filters) });
    },
  };
}

function change(client: QueryClient, filters: MessageFilters, to: (item: MessageItem) => MessageItem): void {
  client.setQueryData<Pages>(keyOf(filters), (data) =>
    data === undefined ? data : { ...data, pages: data.pages.map((page) => ({ ...page, items: page.items.map(to) })) },
  );
}

/** A line of the list after an entry of the log. */
function patched(item: MessageItem, { messageId, act, detail }: LiveEntry): MessageItem {
  if (messageId !== item.id) return item;
  const word = (name: string): string | undefined => {
    const value = detail[name];
    return typeof value === "string" ? value : undefined;
  };
  switch (act) {
    case "decision":
      return { ...item, decision: word("decision") ?? item.decision, state: word("state") ?? item.state };
    case "answer":
      return { ...item, state: word("next") === "retry" ? "pending" : (word("next") ?? item.state) };
    case "retry":
      return { ...item, state: "pending" };
    case "verdict":
      return { ...item, verdict: word("verdict") ?? item.verdict };
    case "recall":
      return { ...item, recalled: true };
    default:
      return item;
  }
}
