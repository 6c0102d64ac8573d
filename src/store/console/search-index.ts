/** Writes the console's file: one message after another is put in, replaced, or forgotten. Call inside a transaction. */
import type { IndexEntry } from "../../ports/console-index.ts";
import type { Sqlite } from "../sqlite-open.ts";
import { gramsOf } from "./grams.ts";

/** Names of facts that are looked up again and again; a chat service has millions of senders, the busy ones fit. */
const FACTS_CACHED_MAX = 50_000;
export const HOUR_MS = 3_600_000;
/** What is counted is counted by this much time. */
export const SLOT_MS = HOUR_MS / 4;

export interface SearchIndex {
  /**
   * Says of a message what holds now; what was said before is taken out, texts to the last byte.
   *
   * @returns whether a text was there that is there no more
   */
  put(entry: IndexEntry): boolean;
  /** Takes the texts of messages out. What was counted stays counted. */
  forgetTexts(messages: readonly number[]): void;
  noteTime(kind: "message" | "audit", id: number, at: number): void;
  progress(name: string): string | undefined;
  setProgress(name: string, value: string): void;
  /** After a transaction that was rolled back. */
  forgetCache(): void;
}

type EntryRow = {
  readonly at: number;
  readonly facts: string;
  readonly masked: string | null;
  readonly original: string | null;
};

export const hourOf = (at: number): number => Math.floor(at / HOUR_MS);
export const slotOf = (at: number): number => Math.floor(at / SLOT_MS);

export function createSearchIndex(db: Sqlite): SearchIndex {
  const selectFact = db.prepare<[string], number>("SELECT id FROM fact WHERE name = ?").pluck();
  const insertFact = db.prepare("INSERT INTO fact (name) VALUES (?)");
  const selectEntry = db.prepare<[number], EntryRow>("SELECT at, facts, masked, original FROM entry WHERE message = ?");
  const putEntry = db.prepare(
    `INSERT INTO entry (message, at, facts, masked, original) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (message) DO UPDATE SET facts = excluded.facts, masked = excluded.masked, original = excluded.original`,
  );
  const addPosting = db.prepare("INSERT INTO posting (fact, message) VALUES (?, ?) ON CONFLICT DO NOTHING");
  const dropPosting = db.prepare("DELETE FROM posting WHERE fact = ? AND message = ?");
  const count = db.prepare(
    "INSERT INTO tally (slot, fact, n) VALUES (?, ?, ?) ON CONFLICT (fact, slot) DO UPDATE SET n = n + excluded.n",
  );
  const addGrams = db.prepare("INSERT INTO gram (rowid, grams) VALUES (?, ?)");
  const dropGrams = db.prepare("INSERT INTO gram (gram, rowid, grams) VALUES ('delete', ?, ?)");
  const stretch = db.prepare(
    `INSERT INTO stretch (kind, hour, first, last) VALUES (?, ?, ?, ?)
     ON CONFLICT (kind, hour) DO UPDATE SET first = min(first, excluded.first), last = max(last, excluded.last)`,
  );
  const selectProgress = db.prepare<[string], string>("SELECT value FROM progress WHERE name = ?").pluck();
  const putProgress = db.prepare(
    "INSERT INTO progress (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
  );
  const cache = new Map<string, number>();

  const factId = (name: string): number => {
    const known = cache.get(name);
    if (known !== undefined) return known;
    const id = selectFact.get(name) ?? Number(insertFact.run(name).lastInsertRowid);
    if (cache.size >= FACTS_CACHED_MAX) cache.clear();
    cache.set(name, id);
    return id;
  };
  const textGrams = (row: Pick<EntryRow, "masked" | "original">): string =>
    [
      row.masked === null ? "" : gramsOf(row.masked, "masked"),
      row.original === null ? "" : gramsOf(row.original, "original"),
    ]
      .filter((grams) => grams !== "")
      .join(" ");
  const replaceTexts = (
    message: number,
    before: EntryRow | undefined,
    masked: string | null,
    original: string | null,
  ) => {
    if (before?.masked === masked && before.original === original) return;
    const old = before === undefined ? "" : textGrams(before);
    if (old !== "") dropGrams.run(message, old);
    const fresh = textGrams({ masked, original });
    if (fresh !== "") addGrams.run(message, fresh);
  };

  return {
    put({ message, at, facts, counted, masked, original }) {
      const before = selectEntry.get(message);
      // Of two lists: what is found by it, and what is only counted.
      const [oldFacts, oldCounted] = JSON.parse(before?.facts ?? "[[],[]]") as [number[], number[]];
      const newFacts = [...new Set(facts.map(factId))];
      const newCounted = [...new Set([...facts.filter(isCounted), ...counted].map(factId))];
      const slot = slotOf(before?.at ?? at);
      for (const fact of oldFacts) if (!newFacts.includes(fact)) dropPosting.run(fact, message);
      for (const fact of newFacts) if (!oldFacts.includes(fact)) addPosting.run(fact, message);
      for (const fact of oldCounted) if (!newCounted.includes(fact)) count.run(slot, fact, -1);
      for (const fact of newCounted) if (!oldCounted.includes(fact)) count.run(slot, fact, 1);
      replaceTexts(message, before, masked, original);
      putEntry.run(message, before?.at ?? at, JSON.stringify([newFacts, newCounted]), masked, original);
      const was = before === undefined ? "" : wholeText(before);
      return !wholeText({ masked, original }).includes(was);
    },
    forgetTexts(messages) {
      for (const message of messages) {
        const before = selectEntry.get(message);
        if (before === undefined) continue;
        replaceTexts(message, before, null, null);
        putEntry.run(message, before.at, before.facts, null, null);
      }
    },
    noteTime(kind, id, at) {
      stretch.run(kind, hourOf(at), id, id);
    },
    progress: (name) => selectProgress.get(name),
    setProgress: (name, value) => void putProgress.run(name, value),
    forgetCache: () => cache.clear(),
  };
}

/** The original is there only where it differs. */
const wholeText = ({ masked, original }: Pick<EntryRow, "masked" | "original">): string => original ?? masked ?? "";

/** Facts that are few enough to be counted over time. Senders and conversations are not. */
const COUNTED = /^(decision|origin|rule|category|state|verdict):/;
const isCounted = (name: string): boolean => COUNTED.test(name);
