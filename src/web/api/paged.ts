/** A list that is read page by page, with a button for the next one. */
import { useInfiniteQuery } from "@tanstack/react-query";
import type { Query } from "./client.ts";
import { getJson } from "./client.ts";
import type { Page } from "./shapes.ts";

const PAGE_SIZE = 50;

export function usePaged<Item>(path: string, query: Query) {
  const list = useInfiniteQuery({
    queryKey: [path, query],
    queryFn: ({ pageParam, signal }) =>
      getJson<Page<Item>>(path, { ...query, limit: PAGE_SIZE, cursor: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
  });
  return { ...list, items: list.data?.pages.flatMap(({ items }) => items) ?? [] };
}
