/** Tencent's history as a port: what was said stands in it, whether or not its callback came. */
import type { Outcome } from "../../src/domain/modification.ts";
import type { Clock } from "../../src/domain/time.ts";
import type { Arrival } from "../../src/flows/intake.ts";
import type { HistoryClient, HistoryLine, HistoryPage, HistoryReading } from "../../src/ports/history.ts";

export type HistoryCall = { readonly at: number; readonly what: string };

export interface FakeHistory extends HistoryClient {
  readonly calls: readonly HistoryCall[];
  /** A message that is stored. */
  hold(arrival: Arrival): void;
  /** A number that stands for nothing: a system message, an empty place. */
  tip(group: string, seq: number): void;
  /** What is answered instead from now on; undefined: pages again. */
  fail(how: ((index: number) => Outcome | undefined) | undefined): void;
  /** Tencent says that what is not in a page is past keeping. */
  expire(): void;
}

const lineOf = ({ message, command, callback }: Arrival): HistoryLine => ({
  seq: message.ref.kind === "group" ? message.ref.msgSeq : undefined,
  kind: "message",
  message,
  command,
  callback,
});

const C2C_PAGE = 3;

export function createFakeHistory(clock: Pick<Clock, "monotonic">): FakeHistory {
  const groups = new Map<string, HistoryLine[]>();
  const chats: Arrival[] = [];
  const calls: HistoryCall[] = [];
  let failing: ((index: number) => Outcome | undefined) | undefined;
  let expired = false;

  const linesOf = (group: string): HistoryLine[] => {
    const known = groups.get(group) ?? [];
    groups.set(group, known);
    return known;
  };
  const answer = (what: string, page: () => HistoryPage): HistoryReading => {
    calls.push({ at: clock.monotonic(), what });
    const outcome = failing?.(calls.length - 1);
    return outcome === undefined ? { kind: "page", page: page() } : { kind: "failed", outcome };
  };

  return {
    calls,
    hold(arrival) {
      const { ref } = arrival.message;
      if (ref.kind === "group") linesOf(ref.groupId + (ref.topicId ?? "")).push(lineOf(arrival));
      else chats.push(arrival);
    },
    tip: (group, seq) => void linesOf(group).push({ seq, kind: "nothing" }),
    fail: (how) => (failing = how),
    expire: () => (expired = true),
    groupPage: async ({ groupId, topicId }, upTo, count) =>
      answer(`${groupId}${topicId ?? ""} ${count} up to ${upTo ?? "the newest"}`, () => {
        const all = linesOf(groupId + (topicId ?? "")).sort((a, b) => (a.seq ?? 0) - (b.seq ?? 0));
        const last = Math.min(upTo ?? Infinity, all.at(-1)?.seq ?? 0);
        const lines = all.filter(({ seq = 0 }) => seq <= last && seq > last - count);
        return { lines, after: undefined, expired };
      }),
    c2cPage: async (pair, window, after) =>
      answer(`${pair.join(" ")} ${(window.until - window.from) / 1000} s`, () => {
        const wanted = chats
          .filter(({ message: { ref } }) => ref.kind === "c2c" && [ref.from, ref.to].sort().join() === pair.join())
          .filter(({ message: { sentAt = 0 } }) => sentAt >= window.from && sentAt <= (after?.until ?? window.until))
          .reverse();
        const keyOf = ({ message: { ref } }: Arrival): string => (ref.kind === "c2c" ? ref.msgKey : "");
        const seen = wanted.findIndex((arrival) => keyOf(arrival) === after?.msgKey) + 1;
        const page = wanted.slice(seen, seen + C2C_PAGE);
        const last = page.at(-1);
        const more = last !== undefined && wanted.length > seen + C2C_PAGE;
        return {
          lines: page.map(lineOf).reverse(),
          after:
            more && last.message.sentAt !== undefined ? { msgKey: keyOf(last), until: last.message.sentAt } : undefined,
          expired: false,
        };
      }),
  };
}
