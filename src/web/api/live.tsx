/**
 * What happens, as it happens. One stream for the whole page; whoever listens is told a few times a second what has come
 * since, however much it was, so that a busy hour does not make the page stutter.
 */
import { useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { createContext, useContext, useEffect, useRef, useState } from "react";
import { addressOf } from "./client.ts";
import type { AuditItem } from "./shapes.ts";

export type LiveEntry = Omit<AuditItem, "seal">;
export type Happened = {
  /** Messages that came. */
  readonly fresh: number;
  readonly entries: readonly LiveEntry[];
  /** Not everything was told: load anew. */
  readonly missed: boolean;
};
type Listener = (happened: Happened) => void;

/** Three times a second looks like at once. */
const TELL_EVERY_MS = 330;
/** More than anybody sees in that time; the rest is as good as missed. */
const ENTRIES_MAX = 500;
/** The browser comes again by itself, unless it was turned away. */
const AGAIN_AFTER_MS = 15_000;

/** The browser comes again after two seconds; that is no news yet. */
const LOST_AFTER_MS = 4_000;

const Listeners = createContext<Set<Listener> | undefined>(undefined);

const Lost = createContext(false);
/** Whether nothing is heard of what happens, so that the page may be behind. */
export const useIsLost = (): boolean => useContext(Lost);

export function LiveProvider({ children }: { readonly children: ReactNode }) {
  const client = useQueryClient();
  const [isLost, setLost] = useState(false);
  const listeners = useRef(new Set<Listener>());
  useEffect(() => {
    let fresh = 0;
    let entries: LiveEntry[] = [];
    let missed = false;
    let telling: ReturnType<typeof setTimeout> | undefined;
    const tell = (): void => {
      telling = undefined;
      const happened: Happened = { fresh, entries, missed };
      [fresh, entries, missed] = [0, [], false];
      for (const listener of listeners.current) listener(happened);
    };
    const soon = (): void => void (telling ??= setTimeout(tell, TELL_EVERY_MS));
    const onEntry = ({ data }: MessageEvent<string>): void => {
      if (entries.length < ENTRIES_MAX) entries.push(JSON.parse(data) as LiveEntry);
      else missed = true;
    };
    /** Somebody's texts were erased: none of what was read before is shown, or kept for later. */
    const onErased = (): void => {
      for (const key of ["messages", "message"]) void client.resetQueries({ queryKey: [key] });
    };
    let again: ReturnType<typeof setTimeout> | undefined;
    let stream: EventSource | undefined;
    let last = "";
    let losing: ReturnType<typeof setTimeout> | undefined;
    const onHeard = (): void => {
      // Without an id to go on after, what came while nobody listened is not told.
      if (losing !== undefined && last === "") {
        missed = true;
        soon();
      }
      clearTimeout(losing);
      losing = undefined;
      setLost(false);
    };
    const heard =
      (hear: (event: MessageEvent<string>) => void) =>
      (event: MessageEvent<string>): void => {
        last = event.lastEventId;
        hear(event);
        soon();
      };
    const open = (): void => {
      stream = new EventSource(addressOf("/events", { after: last }));
      const onCount = heard(({ data }) => (fresh += (JSON.parse(data) as { readonly count: number }).count));
      stream.addEventListener("messages", onCount);
      for (const name of ["decision", "modification", "audit"]) stream.addEventListener(name, heard(onEntry));
      stream.addEventListener("erased", heard(onErased));
      stream.addEventListener(
        "missed",
        heard(() => (missed = true)),
      );
      stream.onopen = onHeard;
      stream.onerror = () => {
        losing ??= setTimeout(() => setLost(true), LOST_AFTER_MS);
        // It ends with the session too; then nothing of what is shown may stay.
        void client.invalidateQueries({ queryKey: ["session"] });
        if (stream?.readyState === EventSource.CLOSED) again = setTimeout(open, AGAIN_AFTER_MS);
      };
    };
    const close = (): void => {
      clearTimeout(again);
      stream?.close();
    };
    // A browser has six connections for all pages of a place, and each stream keeps one: only pages that are seen listen.
    const onSight = (): void => {
      close();
      if (document.visibilityState === "visible") open();
    };
    onSight();
    document.addEventListener("visibilitychange", onSight);
    return () => {
      document.removeEventListener("visibilitychange", onSight);
      close();
      clearTimeout(telling);
      clearTimeout(losing);
    };
  }, [client]);
  return (
    <Listeners.Provider value={listeners.current}>
      <Lost.Provider value={isLost}>{children}</Lost.Provider>
    </Listeners.Provider>
  );
}

export function useLive(listener: Listener): void {
  const listeners = useContext(Listeners);
  const latest = useRef(listener);
  useEffect(() => {
    latest.current = listener;
  });
  useEffect(() => {
    const tell: Listener = (happened) => latest.current(happened);
    listeners?.add(tell);
    return () => void listeners?.delete(tell);
  }, [listeners]);
}
