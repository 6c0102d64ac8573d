/** The record and the console's own file as the console's thread uses them: plain calls, because nobody else is there. */
import type { Sight } from "../domain/sight.ts";
import type { RetentionFigures, Stats, StatsQuery } from "./console-figures.ts";
import type { AuditItem, AuditQuery, ModificationQuery, OutboxSummary, Page, Tail, TailQuery } from "./console.ts";
import type { ConversationName, ModificationItem } from "./console-views.ts";
import type { AuditRow, MessageRecord, MessageRow } from "./console-rows.ts";

export type SearchQuery = {
  readonly facts: readonly string[];
  /** Folded, of two characters or more. */
  readonly text: string | undefined;
  readonly sights: readonly Sight[];
  readonly since: number | undefined;
  /** Exclusive. */
  readonly until: number | undefined;
  readonly limit: number;
  readonly cursor: number | undefined;
};

export interface MessageRows {
  newest(before: number, limit: number): readonly MessageRow[];
  of(ids: readonly number[]): readonly MessageRow[];
  record(id: number): MessageRecord | undefined;
  /** @param name its number, or as people write it: see `MessageFilters` */
  conversationId(name: string): number | undefined;
  conversation(id: number): ConversationName | undefined;
}

export interface OrderRows {
  page(query: ModificationQuery): Page<ModificationItem, string>;
  summary(now: number): Omit<OutboxSummary, "recovered">;
  backlog(): number;
}

export interface AuditRows {
  page(query: AuditQuery): Page<AuditItem>;
  tail(query: TailQuery): Tail;
  item(row: AuditRow): AuditItem;
}

export interface OverviewCounts {
  /** @param step of the powers by which times are counted */
  stats(query: StatsQuery, step: number): Omit<Stats, "backlog" | "behind">;
  /** Messages that no callback brought, ever. */
  recovered(): number;
}

export interface ConsoleStore extends Disposable {
  readonly messages: MessageRows;
  readonly orders: OrderRows;
  readonly audit: AuditRows;
  readonly overview: OverviewCounts;
  retention(): Omit<RetentionFigures, "behind">;
  search(query: SearchQuery): Page<number>;
  /**
   * Takes one small step towards the record.
   *
   * @returns whether there is more to do, and how far the notes of changes have been dealt with
   */
  catchUp(): { readonly more: boolean; readonly changed: boolean; readonly touchedTo: number };
  /** Messages and changes that are not in the file yet. */
  behind(): number;
}
