/**
 * Finds messages that meet all filters, newest first. The filter that fewest messages meet is walked backwards, and the
 * others are asked about each message it names. However the filters meet, one question looks at so many messages and no
 * more: then it says where the next one goes on.
 */
import type { ConsoleStore, SearchQuery } from "../../ports/console-store.ts";
import type { Page } from "../../ports/console.ts";
import type { Sqlite } from "../sqlite-open.ts";
import type { Sight } from "../../domain/sight.ts";
import { matchFor } from "./grams.ts";
import { hourOf } from "./search-index.ts";

/** Some twenty milliseconds of looking, on a machine of today. */
const EXAMINED_MAX = 5_000;
/** The first stretch is short, because mostly the page is full by then; each further one is twice as long. */
const STRETCH_FIRST = 250;
/** Filters that more messages meet than this are all the same to the choice of where to begin. */
const COUNTED_MAX = 5_000;
/** Messages that have all the words of a question are counted no further: counting is half of finding. */
const MATCHES_COUNTED_MAX = 300;

type Row = { readonly id: number; readonly ok: number };
type Bounds = { readonly from: number; readonly before: number };
type Walk = (bounds: Bounds, limit: number) => IterableIterator<Row>;

/** @param goOn throws when nobody waits for the answer any more */
export function createSearch(db: Sqlite, goOn: () => void): ConsoleStore["search"] {
  const selectFact = db.prepare<[string], number>("SELECT id FROM fact WHERE name = ?").pluck();
  const countFact = db
    .prepare<[number, number, number, number], number>(
      "SELECT count(*) FROM (SELECT 1 FROM posting WHERE fact = ? AND message >= ? AND message < ? LIMIT ?)",
    )
    .pluck();
  const countMatches = db
    .prepare<[string, number, number, number], number>(
      `SELECT count(*) FROM (SELECT 1 FROM gram WHERE gram MATCH ? AND rowid >= ? AND rowid < ? ORDER BY rowid DESC LIMIT ?)`,
    )
    .pluck();
  const firstSince = db
    .prepare<[number], number | null>("SELECT min(first) FROM stretch WHERE kind = 'message' AND hour >= ?")
    .pluck();
  const lastUntil = db
    .prepare<[number], number | null>("SELECT max(last) FROM stretch WHERE kind = 'message' AND hour <= ?")
    .pluck();

  const boundsOf = ({ since, until, cursor }: SearchQuery): Bounds => {
    const from = since === undefined ? 0 : (firstSince.get(hourOf(since)) ?? Infinity);
    const last = until === undefined ? Infinity : (lastUntil.get(hourOf(until)) ?? -1);
    const before = Math.min(cursor ?? Infinity, last + 1);
    return { from: clamp(from), before: clamp(before) };
  };

  return (query) => {
    const facts = query.facts.map((name) => selectFact.get(name));
    const bounds = boundsOf(query);
    if (bounds.from >= bounds.before || !facts.every((fact) => fact !== undefined)) return { items: [], next: null };
    const match = query.text === undefined ? undefined : matchFor(query.text, query.sights);
    const counts = facts.map((fact) => countFact.get(fact, bounds.from, bounds.before, COUNTED_MAX) ?? 0);
    const rarest = counts.length === 0 ? COUNTED_MAX : Math.min(...counts);
    const isRareText = (): boolean =>
      match !== undefined &&
      (countMatches.get(match, bounds.from, bounds.before, MATCHES_COUNTED_MAX) ?? 0) < MATCHES_COUNTED_MAX;
    const byText = match !== undefined && (rarest >= COUNTED_MAX || (rarest > MATCHES_COUNTED_MAX && isRareText()));
    const walked = byText || facts.length === 0 ? undefined : facts[counts.indexOf(rarest)];
    const walk = walkOf(query, { match: byText ? match : undefined, walked, facts });
    return collect(walk, bounds, query.limit);
  };

  function walkOf(
    query: SearchQuery,
    plan: {
      readonly match: string | undefined;
      readonly walked: number | undefined;
      readonly facts: readonly number[];
    },
  ): Walk {
    const { match, walked } = plan;
    const others = plan.facts.filter((fact) => fact !== walked);
    const ofEntry = [
      ...(query.since === undefined ? [] : ["e.at >= @since"]),
      ...(query.until === undefined ? [] : ["e.at < @until"]),
      ...(query.text === undefined ? [] : [`(${query.sights.map((sight) => textIn[sight]).join(" OR ")})`]),
    ];
    // The first that does not hold ends it: an entry is looked up, and its text compared, only where all facts hold.
    const conditions = [
      ...others.map((fact) => `SELECT 1 FROM posting p WHERE p.fact = ${fact} AND p.message = w.id`),
      ...(ofEntry.length === 0 ? [] : [`SELECT 1 FROM entry e WHERE e.message = w.id AND ${ofEntry.join(" AND ")}`]),
    ].map((found) => `WHEN NOT EXISTS (${found}) THEN 0`);
    const ids =
      match !== undefined
        ? "SELECT rowid AS id FROM gram WHERE gram MATCH @match AND rowid >= @from AND rowid < @before ORDER BY rowid DESC LIMIT @limit"
        : walked !== undefined
          ? `SELECT message AS id FROM posting WHERE fact = ${walked} AND message >= @from AND message < @before
             ORDER BY message DESC LIMIT @limit`
          : "SELECT message AS id FROM entry WHERE message >= @from AND message < @before ORDER BY message DESC LIMIT @limit";
    const holds = conditions.length === 0 ? "1" : `CASE ${conditions.join(" ")} ELSE 1 END`;
    const statement = db.prepare<Record<string, unknown>, Row>(`SELECT w.id, ${holds} AS ok FROM (${ids}) w`);
    const { text, since, until } = query;
    return (bounds, limit) =>
      statement.iterate({
        ...{ ...bounds, limit },
        ...(text === undefined ? {} : { text }),
        ...(match === undefined ? {} : { match }),
        ...(since === undefined ? {} : { since }),
        ...(until === undefined ? {} : { until }),
      });
  }

  function collect(walk: Walk, { from, before: start }: Bounds, limit: number): Page<number> {
    const items: number[] = [];
    let before = start;
    let examined = 0;
    for (let stretch = STRETCH_FIRST; ; stretch *= 2) {
      goOn();
      const asked = Math.min(stretch, EXAMINED_MAX - examined);
      let seen = 0;
      for (const { id, ok } of walk({ from, before }, asked)) {
        seen++;
        before = id;
        if (ok === 1) items.push(id);
        if (items.length === limit) return { items, next: id };
      }
      examined += seen;
      if (seen < asked) return { items, next: null };
      if (examined >= EXAMINED_MAX) return { items, next: before };
    }
  }
}

const textIn: Readonly<Record<Sight, string>> = {
  masked: "ifnull(instr(e.masked, @text), 0) > 0",
  original: "ifnull(instr(e.original, @text), 0) > 0",
};

const clamp = (value: number): number => Math.max(0, Math.min(value, Number.MAX_SAFE_INTEGER));
