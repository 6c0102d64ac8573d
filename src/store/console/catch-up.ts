/**
 * Brings the console's file up to the record, a small step at a time. Each step is one commit together with how far it has
 * come, so after a kill the next process goes on exactly there, and nothing is counted twice.
 *
 * A step takes the file's lock before it reads the record. An erasure empties the record first and then waits for this
 * lock, so what a step has read too early is erased behind it.
 */
import type { IndexEntry, IndexSource } from "../../ports/console-index.ts";
import type { Sqlite } from "../sqlite-open.ts";
import type { SearchIndex } from "./search-index.ts";
import { createSearchIndex } from "./search-index.ts";
import { createIndexSources } from "./source.ts";

/** Some fifteen milliseconds: a question that comes meanwhile waits as long. */
const MESSAGES_A_STEP = 200;
const TOUCHED_A_STEP = 100;
const AUDIT_A_STEP = 2_000;

export type CaughtUp = {
  readonly more: boolean;
  /** Texts were taken out: what the write-ahead log still holds of them has to go. */
  readonly forgot: boolean;
  readonly touchedTo: number;
};

export interface CatchUp {
  step(): CaughtUp;
  /** Messages and changes that are not in the file yet. */
  behind(): number;
  indexedTo(): number;
}

/**
 * @param entryFor says what is to be kept of a message
 * @returns undefined when the file is of another record, or of a later state of it: it has to be made anew
 */
export function createCatchUp(
  main: Sqlite,
  file: Sqlite,
  sdkAppId: number,
  entryFor: (source: IndexSource) => IndexEntry,
): CatchUp | undefined {
  const index = createSearchIndex(file);
  const sources = createIndexSources(main, sdkAppId);
  const lastTouched = main.prepare<[], number | null>("SELECT max(id) FROM touched").pluck();
  const lastMessage = main.prepare<[], number | null>("SELECT max(id) FROM message").pluck();
  const selectTouched = main.prepare<[number, number], { id: number; message_id: number }>(
    "SELECT id, message_id FROM touched WHERE id > ? ORDER BY id LIMIT ?",
  );
  const selectAudit = main.prepare<[number, number], { id: number; at: number; seal: Buffer }>(
    "SELECT id, at, seal FROM audit WHERE id > ? ORDER BY id LIMIT ?",
  );
  const far = (name: string): number => Number(index.progress(name) ?? 0);

  if (!isOf(main, index, sdkAppId)) return undefined;
  // A file that begins now reads every message as it is by then: changes from before are in it.
  if (index.progress("app") === undefined) {
    file.transaction(() => {
      index.setProgress("app", String(sdkAppId));
      index.setProgress("touched", String(lastTouched.get() ?? 0));
    })();
  }

  const takeMessages = (): boolean => {
    const from = far("messages");
    const { sources: found, last } = sources.after(from, MESSAGES_A_STEP);
    for (const source of found) {
      index.put(entryFor(source));
      index.noteTime("message", source.id, source.receivedAt);
    }
    if (last === undefined) return false;
    index.setProgress("messages", String(last));
    index.setProgress("last_message_at", String(found.at(-1)?.receivedAt ?? ""));
    return last < (lastMessage.get() ?? 0);
  };
  const takeTouched = (): { more: boolean; forgot: boolean } => {
    const rows = selectTouched.all(far("touched"), TOUCHED_A_STEP);
    const to = far("messages");
    let forgot = false;
    for (const id of new Set(rows.map(({ message_id }) => message_id))) {
      // Those further on are read as they are when their turn comes.
      const source = id > to ? undefined : sources.one(id);
      if (source === undefined) continue;
      forgot = index.put(entryFor(source)) || forgot;
    }
    const last = rows.at(-1)?.id;
    if (last !== undefined) index.setProgress("touched", String(last));
    return { more: rows.length === TOUCHED_A_STEP, forgot };
  };
  const takeAudit = (): boolean => {
    const rows = selectAudit.all(far("audit"), AUDIT_A_STEP);
    for (const { id, at } of rows) index.noteTime("audit", id, at);
    const last = rows.at(-1);
    if (last !== undefined) {
      index.setProgress("audit", String(last.id));
      index.setProgress("seal", last.seal.toString("hex"));
    }
    return rows.length === AUDIT_A_STEP;
  };
  const step = file.transaction((): CaughtUp => {
    const messages = takeMessages();
    const touched = takeTouched();
    const audit = takeAudit();
    return { more: messages || touched.more || audit, forgot: touched.forgot, touchedTo: far("touched") };
  });

  return {
    step() {
      try {
        return step.immediate();
      } catch (thrown) {
        index.forgetCache();
        throw thrown;
      }
    },
    behind: () => (lastMessage.get() ?? 0) - far("messages") + ((lastTouched.get() ?? 0) - far("touched")),
    indexedTo: () => far("messages"),
  };
}

/** A backup that was put in place of the record knows less than the file, or something else. */
function isOf(main: Sqlite, index: SearchIndex, sdkAppId: number): boolean {
  const app = index.progress("app");
  if (app === undefined) return true;
  if (app !== String(sdkAppId)) return false;
  const [messages, audit, touched] = ["messages", "audit", "touched"].map((name) => Number(index.progress(name) ?? 0));
  const seal = main
    .prepare<[number], Buffer>("SELECT seal FROM audit WHERE id = ?")
    .pluck()
    .get(audit ?? 0);
  if (audit !== 0 && seal?.toString("hex") !== index.progress("seal")) return false;
  const last = main
    .prepare<[number], number>("SELECT received_at FROM message WHERE id = ?")
    .pluck()
    .get(messages ?? 0);
  const lastAt = index.progress("last_message_at") ?? "";
  if (messages !== 0 && (last === undefined || (lastAt !== "" && String(last) !== lastAt))) return false;
  const changes = main
    .prepare<[], { first: number | null; last: number | null }>("SELECT min(id) AS first, max(id) AS last FROM touched")
    .get();
  const { first, last: newest } = changes ?? { first: null, last: null };
  return first === null ? touched === 0 : first <= (touched ?? 0) + 1 && (newest ?? 0) >= (touched ?? 0);
}
