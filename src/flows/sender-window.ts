/**
 * The last short messages of each sender in each conversation, so that a word split over several of them is seen.
 *
 * It lives in memory alone. After a restart it is empty, and a word whose first part came before is missed; so is one
 * whose parts reached different processes, and one with a part that was judged later because its turn had no time left. What
 * it finds is only ever flagged, so a miss costs a person's look and nothing that was promised. Messages stand in the
 * order in which they were sent, not in which their callbacks came. A long message, a picture or one without a time
 * ends the run: what stands on both sides of it is not read as one word.
 */
import { SHORT_MESSAGE_UNITS, SPLIT_MESSAGES_MAX } from "../rules/judge.ts";
import type { Message } from "../domain/message.ts";
import type { EpochMs } from "../domain/time.ts";

export type SenderWindowLimits = {
  readonly messagesMax: number;
  readonly spanMs: number;
  readonly textUnitsMax: number;
  readonly sendersMax: number;
};

export const SENDER_WINDOW: SenderWindowLimits = {
  messagesMax: SPLIT_MESSAGES_MAX,
  // Long enough to type five short messages, too short for the next thought.
  spanMs: 20_000,
  textUnitsMax: SHORT_MESSAGE_UNITS,
  // Everyone who spoke within the span at a thousand short messages a second; some hundred bytes each.
  sendersMax: 20_000,
};

/** Messages that are read as one, in the order in which they were sent, and which of them was just added. */
export type PieceRun = { readonly texts: readonly string[]; readonly place: number };

export interface SenderWindow {
  /**
   * Takes a message in; one that is known already changes nothing.
   *
   * @returns the run that it is part of, two messages at least; undefined when it stands alone
   */
  add(message: Message): PieceRun | undefined;
}

/** One message; without a text it ends the run before it. */
type Entry = {
  readonly name: string;
  readonly sentAt: EpochMs;
  readonly seq: number;
  readonly text: string | undefined;
};

export function createSenderWindow(limits: SenderWindowLimits): SenderWindow {
  const { messagesMax, spanMs, textUnitsMax, sendersMax } = limits;
  /** The sender who spoke last comes last. */
  const bySender = new Map<string, readonly Entry[]>();

  const keep = (sender: string, entries: readonly Entry[]): void => {
    bySender.delete(sender);
    bySender.set(sender, entries);
    const [oldest] = bySender.keys();
    if (bySender.size > sendersMax && oldest !== undefined) bySender.delete(oldest);
  };

  return {
    add(message) {
      const sender = senderOf(message);
      const known = bySender.get(sender);
      const text = pieceOf(message, textUnitsMax);
      // Most messages are no piece and follow none.
      if (text === undefined && known === undefined) return undefined;
      const { sentAt } = message;
      if (sentAt === undefined) {
        bySender.delete(sender);
        return undefined;
      }
      const { name, seq } = addressOf(message);
      const entry: Entry = { name, sentAt, seq, text };
      const isKnown = known?.some((each) => each.name === name) ?? false;
      const all = isKnown ? (known ?? []) : [...(known ?? []), entry].sort(bySending);
      const newest = all.at(-1)?.sentAt ?? sentAt;
      const entries = all.filter((each) => newest - each.sentAt <= spanMs).slice(-messagesMax);
      keep(sender, entries);
      return runAround(entries, name);
    },
  };
}

function runAround(entries: readonly Entry[], name: string): PieceRun | undefined {
  const at = entries.findIndex((each) => each.name === name);
  if (entries[at]?.text === undefined) return undefined;
  const start = entries.findLastIndex(({ text }, index) => index < at && text === undefined) + 1;
  const end = entries.findIndex(({ text }, index) => index > at && text === undefined);
  const texts = entries.slice(start, end === -1 ? undefined : end).map(({ text }) => text ?? "");
  return texts.length < 2 ? undefined : { texts, place: at - start };
}

const bySending = (a: Entry, b: Entry): number => a.sentAt - b.sentAt || a.seq - b.seq;

/** The text of a message that is nothing but a short one. */
function pieceOf({ elements }: Message, unitsMax: number): string | undefined {
  let whole = "";
  for (const element of elements) {
    if (element.kind !== "text") return undefined;
    whole += element.text;
  }
  const text = whole.trim();
  return text === "" || text.length > unitsMax ? undefined : text;
}

/** A NUL stands in no id. */
function senderOf({ sdkAppId, ref, sender }: Message): string {
  const where = ref.kind === "c2c" ? ["c2c", ref.from, ref.to] : ["group", ref.groupId, topicOf(ref)];
  return [sdkAppId, ...where, sender].join("\0");
}

const topicOf = (ref: Exclude<Message["ref"], { kind: "c2c" }>): string =>
  ref.kind === "group" ? (ref.topicId ?? "") : "";

/** What makes the message the same one when its callback comes again, and its place among those of one second. */
function addressOf({ ref, sentAt }: Message): { readonly name: string; readonly seq: number } {
  switch (ref.kind) {
    case "c2c":
      return { name: ref.msgKey, seq: 0 };
    case "group":
      // A group that is dissolved and made anew counts from 1 again.
      return { name: `${ref.msgSeq} ${sentAt}`, seq: ref.msgSeq };
    case "unnumbered":
      return { name: ref.digest, seq: 0 };
    default:
      return ref satisfies never;
  }
}
