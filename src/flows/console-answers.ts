/** What is answered to each question of the console, on its thread: rows of the record, made into what may be seen. */
import type { ConsoleQuestions, MessageQuery, Page, QuestionName } from "../ports/console.ts";
import type { MessageItem } from "../ports/console-views.ts";
import type { ConsoleStore } from "../ports/console-store.ts";
import { writtenPage } from "./audit-export.ts";
import { folded, STEP } from "./indexing.ts";
import type { ViewParts } from "./messages-view.ts";
import { detailOf, itemOf } from "./messages-view.ts";

export type ConsoleAnswers = {
  readonly [Name in QuestionName]: (question: ConsoleQuestions[Name]["asks"]) => ConsoleQuestions[Name]["answers"];
};

export function createConsoleAnswers(store: ConsoleStore, parts: ViewParts): ConsoleAnswers {
  const { messages, orders, audit, overview } = store;

  const found = (query: MessageQuery): Page<number> | undefined => {
    const facts = factsOf(query);
    const text = query.q === undefined ? undefined : folded(query.q);
    const asked = [text, query.since, query.until, query.conversation];
    if (facts.length === 0 && asked.every((filter) => filter === undefined)) return undefined;
    if (text !== undefined && [...text].length < 2) return { items: [], next: null };
    const conversation = query.conversation === undefined ? undefined : messages.conversationId(query.conversation);
    if (query.conversation !== undefined && conversation === undefined) return { items: [], next: null };
    return store.search({
      ...{ text, since: query.since, until: query.until, limit: query.limit, cursor: query.cursor },
      facts: conversation === undefined ? facts : [...facts, `conversation:${conversation}`],
      sights: query.sight === "original" ? ["masked", "original"] : ["masked"],
    });
  };

  return {
    messages(query): Page<MessageItem> {
      const view = (rows: Parameters<typeof itemOf>[0][]) => rows.map((row) => itemOf(row, parts));
      const page = found(query);
      if (page !== undefined) return { items: view([...messages.of(page.items)]), next: page.next };
      const rows = messages.newest(query.cursor ?? Number.MAX_SAFE_INTEGER, query.limit);
      return { items: view([...rows]), next: rows.length < query.limit ? null : (rows.at(-1)?.id ?? null) };
    },
    message({ id, sight }) {
      const record = messages.record(id);
      return record === undefined ? null : detailOf(record, record.audit.map(audit.item), sight, parts);
    },
    modifications: (query) => orders.page(query),
    outbox: ({ now }) => ({ ...orders.summary(now), recovered: overview.recovered() }),
    stats: (query) => ({ ...overview.stats(query, STEP), backlog: orders.backlog(), behind: store.behind() }),
    retention: () => ({ ...store.retention(), behind: store.behind() }),
    audit: (query) => audit.page(query),
    writtenAudit: ({ format, ...query }) => writtenPage(audit.page(query), format),
    tail: (query) => audit.tail(query),
  };
}

function factsOf({ rule, state, sender, verdict, origin, edited, decision }: MessageQuery): readonly string[] {
  const named = Object.entries({ rule, state, sender, verdict, origin, edited, decision });
  return named.flatMap(([name, value]) => (value === undefined ? [] : [`${name}:${value}`]));
}
