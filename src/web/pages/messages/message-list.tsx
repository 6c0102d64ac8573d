/** The list: only the rows that can be seen exist, however far one has scrolled. */
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef } from "react";
import type { MessageItem } from "../../api/shapes.ts";
import { useText } from "../../text/language.tsx";
import { MessageRow } from "./message-row.tsx";

/** About as high as a row is; each is measured when it is there. */
const ROW_PX = 96;
/** The next page is fetched when so few rows are left. */
const AHEAD_ROWS = 15;

type ListProps = {
  readonly items: readonly MessageItem[];
  readonly current: string | undefined;
  readonly search: string;
  readonly hasMore: boolean;
  readonly isFetching: boolean;
  readonly onMore: () => void;
};

export function MessageList({ items, current, search, hasMore, isFetching, onMore }: ListProps) {
  const text = useText();
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    getItemKey: (index) => items[index]?.id ?? index,
    overscan: 6,
  });
  const shown = rows.getVirtualItems();
  const last = shown.at(-1)?.index ?? 0;
  const isNearEnd = hasMore && !isFetching && last >= items.length - AHEAD_ROWS;
  useEffect(() => {
    if (isNearEnd) onMore();
  }, [isNearEnd, onMore]);
  const at = items.findIndex(({ id }) => String(id) === current);
  useEffect(() => {
    if (at >= 0) rows.scrollToIndex(at, { align: "auto" });
    // Only a move scrolls; what comes in meanwhile does not.
  }, [current]);
  return (
    <div className="list-scroller" ref={scroller}>
      <ol className="message-list" aria-label={text.messages.list} style={{ height: rows.getTotalSize() }}>
        {shown.map(({ key, index, start }) => {
          const item = items[index];
          return (
            item && (
              <li
                key={key}
                ref={rows.measureElement}
                data-index={index}
                aria-setsize={hasMore ? -1 : items.length}
                aria-posinset={index + 1}
                style={{ transform: `translateY(${start}px)` }}
              >
                <MessageRow item={item} search={search} isCurrent={index === at} />
              </li>
            )
          );
        })}
      </ol>
      <p className="list-end hint">
        {isFetching ? text.messages.searching : hasMore ? "" : text.messages.end}
        {hasMore && !isFetching && (
          <button type="button" className="small" onClick={onMore}>
            {text.common.more}
          </button>
        )}
      </p>
    </div>
  );
}
