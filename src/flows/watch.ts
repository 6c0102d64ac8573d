/**
 * What happens, as it happens, for a page that is open: read from the end of the audit log by the console's thread, never
 * from the path of a callback. Each watcher asks for what came since it asked last, so nothing is kept for a slow one: it asks
 * later, and when too much has come meanwhile it is told that it has missed something. Those who have seen equally much ask
 * together, so a hundred open pages are one question to the thread, twice a second.
 */
import type { Role } from "../domain/account.ts";
import { reaches } from "../domain/account.ts";
import type { Clock } from "../domain/time.ts";
import { OperatorError } from "../errors.ts";
import type { AuditItem, ConsoleReads, EventPosition, Tail } from "../ports/console.ts";

/** At once for a person, and a question of a tenth of a millisecond. */
const ASK_EVERY_MS = 500;
/** Proxies close what is silent for a minute. */
const HEARTBEAT_MS = 15_000;
/** Rows for one answer; a busy second has some hundreds. */
const ROWS_A_TIME = 500;
/** A page that was away for longer is quicker when it loads anew. */
const BEHIND_ROWS_MAX = 5_000;
/** Pages open at one time: each is a person who looks, or a tab that somebody forgot. */
export const WATCHERS_MAX = 100;

/** What everybody may know of: what becomes of messages. What people do in the console is for those who may see the log. */
const ofMessages: readonly string[] = [
  ...["decision", "answer", "revision", "judging_failed", "edit", "recall", "guard_exhausted", "recovered", "retry"],
  ...["verdict", "rule_limited", "rules"],
];

export type WatchEvent =
  | { readonly event: "messages"; readonly data: { readonly count: number; readonly newest: number } }
  | { readonly event: "decision" | "modification" | "audit"; readonly data: Omit<AuditItem, "seal"> }
  /** Load anew: not everything since the last event is told. */
  | { readonly event: "missed"; readonly data: Record<never, never> }
  /** Somebody's texts are gone: keep none that you have shown. Told to everybody, and neither who nor by whom. */
  | { readonly event: "erased"; readonly data: Record<never, never> };
export type Told = WatchEvent & { readonly id: string };

export type WatchParts = { readonly reads: ConsoleReads; readonly clock: Pick<Clock, "monotonic" | "wait"> };

export interface Watching {
  /** How many watch now. */
  count(): number;
  /**
   * @param after the id of the last event that was seen; undefined: from now on
   * @returns events; undefined now and then, as a sign of life. It ends with the signal.
   */
  watch(role: Role, after: string | undefined, signal: AbortSignal): AsyncGenerator<Told | undefined, void, undefined>;
}

export function createWatching({ reads, clock }: WatchParts): Watching {
  let watchers = 0;
  /** What has been asked in this beat, by where it goes on. */
  const asked = new Map<string, Promise<Tail | undefined>>();
  let beat: Promise<void> | undefined;
  /** The next beat, the same one for everybody who waits. */
  const nextBeat = (): Promise<void> =>
    (beat ??= clock.wait(ASK_EVERY_MS).then(() => {
      beat = undefined;
      asked.clear();
    }));

  const askAnew = async (after: EventPosition | undefined): Promise<Tail | undefined> => {
    try {
      return await reads.ask("tail", { after, limit: ROWS_A_TIME });
    } catch (thrown) {
      // Others are asking, or the thread begins anew: the next time.
      if (thrown instanceof OperatorError) return undefined;
      throw thrown;
    }
  };
  const ask = (after: EventPosition | undefined): Promise<Tail | undefined> => {
    // Where the log ends is asked for by whoever comes; what came before them is none of theirs.
    if (after === undefined) return askAnew(after);
    const key = idOf(after);
    const known = asked.get(key) ?? askAnew(after);
    asked.set(key, known);
    // A beat that nobody waits for ends too: what was asked is not kept.
    void nextBeat();
    return known;
  };

  async function* events(role: Role, after: string | undefined, signal: AbortSignal): ReturnType<Watching["watch"]> {
    let position: EventPosition | undefined;
    let toldAt = clock.monotonic();
    let resumeFrom = after === undefined ? undefined : positionIn(after);
    yield undefined;
    while (!signal.aborted) {
      const tail = await ask(position);
      if (signal.aborted) return;
      if (tail !== undefined && position === undefined) {
        position = tail.position;
        const { audit: end } = tail.position;
        if (after !== undefined && (resumeFrom === undefined || resumeFrom.audit > end)) {
          yield { id: idOf(position), event: "missed", data: {} };
        } else if (resumeFrom !== undefined && end - resumeFrom.audit > BEHIND_ROWS_MAX) {
          yield { id: idOf(position), event: "missed", data: {} };
        } else if (resumeFrom !== undefined) position = resumeFrom;
        resumeFrom = undefined;
        continue;
      }
      if (tail !== undefined && position !== undefined) {
        const { message } = position;
        for (const row of tail.rows) {
          const told = eventFor(row, role);
          if (told === undefined) continue;
          yield { ...told, id: idOf({ audit: row.id, message }) };
          toldAt = clock.monotonic();
        }
        position = tail.position;
        if (tail.messages > 0) {
          yield { id: idOf(position), event: "messages", data: { count: tail.messages, newest: position.message } };
          toldAt = clock.monotonic();
        }
        if (tail.rows.length === ROWS_A_TIME) continue;
      }
      if (clock.monotonic() - toldAt >= HEARTBEAT_MS) {
        toldAt = clock.monotonic();
        yield undefined;
      }
      await untilAborted(nextBeat(), signal);
    }
  }

  return {
    count: () => watchers,
    async *watch(role, after, signal) {
      watchers++;
      try {
        yield* events(role, after, signal);
      } finally {
        watchers--;
      }
    },
  };
}

/** Resolves with the promise, or at once when aborted. */
function untilAborted(promise: Promise<void>, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const stop = (): void => {
      signal.removeEventListener("abort", stop);
      resolve();
    };
    signal.addEventListener("abort", stop, { once: true });
    void promise.then(stop);
  });
}

function eventFor({ seal: _seal, ...row }: AuditItem, role: Role): WatchEvent | undefined {
  if (row.act === "erase") return { event: "erased", data: {} };
  if (!ofMessages.includes(row.act) && !reaches(role, "reviewer")) return undefined;
  const isOrder = row.act === "answer" || row.act === "revision" || row.act === "retry";
  return { event: row.act === "decision" ? "decision" : isOrder ? "modification" : "audit", data: row };
}

const idOf = ({ audit, message }: EventPosition): string => `${audit}.${message}`;

function positionIn(id: string): EventPosition | undefined {
  const [, audit, message] = /^(\d{1,15})\.(\d{1,15})$/.exec(id) ?? [];
  return audit === undefined || message === undefined ? undefined : { audit: Number(audit), message: Number(message) };
}

/** As the protocol writes it (https://html.spec.whatwg.org/multipage/server-sent-events.html). JSON has no line breaks. */
export const inWire = (told: Told | undefined): string =>
  told === undefined ? ":\n\n" : `id: ${told.id}\nevent: ${told.event}\ndata: ${JSON.stringify(told.data)}\n\n`;
