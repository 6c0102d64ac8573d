/** What must hold after every event of every world, whatever goes wrong in it. */
import type { OrderByHand } from "../../src/ports/desk.ts";
import type { ClaimedOrder, Settlement } from "../../src/ports/store.ts";
import type { StoredMessage, Version, World } from "../../src/simulator/world.ts";
import { expectedFor } from "../world/oracle.ts";
import { WORDS } from "../world/running.ts";
import type { Look } from "./instance.ts";
import { noteIds, withoutNotes } from "./notes.ts";
import { claimOf, isEditRecorded, isRecallRecorded, restoreStateOf, timesRecorded, timesStored } from "./record.ts";
import type { Scheduler } from "./scheduler.ts";
import type { ModifyCall, Posted } from "./tencent.ts";
import { ADMIN } from "./tencent.ts";

/** What a person wrote, and whether a 200 was read for the callback that told of it. */
export type Written = {
  readonly version: Version;
  /** When, by the true time; undefined: it was not. */
  toldAt: number | undefined;
};

/** What a reviewer has ordered, if it got as far as the disk. */
export type ByHand = {
  readonly order: string;
  readonly kind: "restore" | "mask";
  readonly at: number;
};

export interface Invariants {
  watch(world: World): void;
  /** A 200 was read. */
  acknowledged(posted: Posted, look: Look): void;
  /** A call leaves the service. */
  called(call: ModifyCall, look: Look): void;
  /** The service heard that it was applied. */
  applied(call: ModifyCall, look: Look): void;
  /** A step of the store is about to be carried out. @returns what looks at its answer */
  step(name: string, asked: readonly unknown[], look: Look): (answer: unknown) => void;
  breaks(what: string): void;
  broken(): readonly string[];
  written(message: StoredMessage): readonly Written[];
  /** A reviewer would have the message say this. */
  selected(message: StoredMessage, rawBody: string): void;
  isSelected(message: StoredMessage, rawBody: string): boolean;
  /** The oldest first. */
  byHand(message: StoredMessage): readonly ByHand[];
  /** Whether it was a call of ours that made the message say this, some time. */
  isOurs(message: StoredMessage, rawBody: string): boolean;
  /** When somebody last said something. */
  saidAt(): number;
}

const SECOND_MS = 1_000;

export function createInvariants(parts: {
  readonly scheduler: Scheduler;
  readonly callsPerSecond: number;
  /** Crashes and refusals of the disk so far: each excuses a call that is made again. */
  readonly excuses: () => number;
  /** Jumps of the clock so far. A claim runs out in one, so each excuses a call for what was claimed before. */
  readonly jumps: () => number;
}): Invariants {
  const { scheduler } = parts;
  const broken: string[] = [];
  const departures = { c2c: [] as number[], group: [] as number[] };
  const payloads = new Map<string, { readonly excusesBefore: number; applied: number }>();
  const written = new Map<StoredMessage, Written[]>();
  const recallTold = new Set<StoredMessage>();
  const selected = new Map<StoredMessage, Set<string>>();
  const byHand = new Map<StoredMessage, ByHand[]>();
  const ours = new Map<StoredMessage, Set<string>>();
  let world: World | undefined;
  let saidAt = 0;

  const messageOf = (payload: string): StoredMessage | undefined => {
    const fields = JSON.parse(payload) as Readonly<Record<string, never>>;
    return "MsgKey" in fields
      ? world?.c2cMessage(fields["From_Account"] ?? "", fields["To_Account"] ?? "", fields["MsgKey"] ?? "")
      : world?.groupMessage(fields["GroupId"] ?? "", fields["TopicId"], fields["MsgSeq"] ?? 0);
  };

  const ordered = (entries: readonly OrderByHand[]): void => {
    for (const { order, decidedForThis } of entries) {
      const message = order.payload === "" ? undefined : messageOf(order.payload);
      if (message === undefined) continue;
      const kind = decidedForThis ? "mask" : "restore";
      byHand.set(message, [...(byHand.get(message) ?? []), { order: order.id, kind, at: scheduler.trueTime() }]);
    }
  };

  /** A change of ours is what the rules make of something that a person wrote, or exactly that; nothing of theirs is lost. */
  const refuseInvention = (message: StoredMessage): void => {
    const { rawBody, customData } = message.current;
    const isByHand = selected.get(message)?.has(rawBody) === true;
    if (!(written.get(message) ?? []).some(({ version }) => version.rawBody === rawBody)) {
      ours.set(message, (ours.get(message) ?? new Set()).add(rawBody));
    }
    const theirs = (written.get(message) ?? []).map(({ version }) => version);
    const isTheirs = theirs.some((version) => {
      const expected = expectedFor({ rawBody: version.rawBody, customData: undefined }, true, WORDS);
      return rawBody === version.rawBody || (expected.kind === "changed" && rawBody === expected.rawBody);
    });
    if (!isTheirs && !isByHand) broken.push(`message ${message.id} was made to say what nobody wrote: ${rawBody}`);
    if (!selected.has(message) && !theirs.some((version) => isNamed(version.rawBody))) {
      broken.push(`message ${message.id} was changed although no rule names it`);
    }
    const kept = withoutNotes(customData);
    if (!theirs.some((version) => withoutNotes(version.customData) === kept)) {
      broken.push(`message ${message.id} has the custom data ${customData}, which are none of its writers'`);
    }
    const ids = noteIds(customData);
    if (new Set(ids).size !== ids.length) broken.push(`message ${message.id} has a note twice: ${customData}`);
  };

  return {
    watch(watched) {
      world = watched;
      watched.subscribe((change) => {
        if (change.what === "reset" || change.what === "recalled") return;
        const { message, by } = change;
        if (change.what === "said") saidAt = scheduler.trueTime();
        if (by === ADMIN) return refuseInvention(message);
        const versions = written.get(message) ?? [];
        versions.push({ version: message.current, toldAt: undefined });
        written.set(message, versions);
      });
    },
    acknowledged({ message, command, body }, look) {
      const told = JSON.parse(body.toString()) as {
        readonly MsgBody?: unknown;
        readonly EventTime: number;
      };
      if (command.endsWith("AfterSendMsg")) {
        const times = timesRecorded(look, message);
        if (times !== 1) broken.push(`message ${message.id} was acknowledged and is ${times} times in the record`);
      } else if (command.endsWith("AfterModifyMsg")) {
        if (!isEditRecorded(look, message, told.EventTime)) {
          broken.push(`an edit of message ${message.id} was acknowledged and is not in the record`);
        }
      } else {
        recallTold.add(message);
        if (!isRecallRecorded(look, message)) {
          broken.push(`the recall of message ${message.id} was acknowledged and is not in the record`);
        }
      }
      for (const each of written.get(message) ?? []) {
        if (each.version.at === told.EventTime) each.toldAt ??= scheduler.trueTime();
      }
    },
    called({ api, payload }, look) {
      const now = scheduler.passed();
      const recent = departures[api];
      recent.push(now);
      while (recent[0] !== undefined && recent[0] <= now - SECOND_MS) recent.shift();
      if (recent.length > parts.callsPerSecond) {
        broken.push(`${recent.length} calls of ${api} in a second; ${parts.callsPerSecond} are allowed`);
      }
      const message = messageOf(payload);
      if (message === undefined) return void broken.push(`a call for a message that nobody said: ${payload}`);
      if (timesStored(look, payload) === 0) broken.push(`message ${message.id}: a call that was never stored`);
      const stopped = restoreStateOf(look, payload);
      // What was claimed to be called when the process died, the disk refused or the clock jumped may have been called.
      const mayHaveBeen = payloads.has(payload) || parts.excuses() + parts.jumps() > 0;
      if (!mayHaveBeen && (stopped === "paused" || stopped === "cancelled")) {
        broken.push(`message ${message.id} was restored by a restore of many that is ${stopped}`);
      }
      if (!payloads.has(payload)) payloads.set(payload, { excusesBefore: parts.excuses(), applied: 0 });
    },
    applied({ payload }, look) {
      const known = payloads.get(payload);
      if (known === undefined) return;
      known.applied++;
      const allowed = timesStored(look, payload) + parts.excuses() - known.excusesBefore + parts.jumps();
      if (known.applied > allowed) {
        const id = messageOf(payload)?.id;
        broken.push(`message ${id}: one call was applied ${known.applied} times, and ${allowed} were due`);
      }
    },
    step(name, [first, second], look) {
      // What is ordered is on disk once this step is carried out, whether or not anybody lives to hear of it.
      if (name === "recordByHand") ordered([first as OrderByHand]);
      if (name === "stepJob") ordered((second as { readonly orders: readonly OrderByHand[] }).orders);
      if (name === "claimOrders") {
        return (answer) => {
          for (const { payload } of answer as readonly ClaimedOrder[]) {
            const message = messageOf(payload);
            if (message !== undefined && recallTold.has(message)) {
              broken.push(`message ${message.id} has an order that was taken up after its recall was acknowledged`);
            }
          }
        };
      }
      if (name !== "settleOrders") return () => undefined;
      const settlements = first as readonly Settlement[];
      const isOurs = settlements.map(({ id, fence }) => {
        const claim = claimOf(look, id);
        return claim?.state === "claimed" && claim.fence === fence;
      });
      return (answer) => {
        for (const [index, counted] of (answer as readonly boolean[]).entries()) {
          if (counted && isOurs[index] === false) {
            broken.push(`order ${settlements[index]?.id}: an answer counted although its claim was lost`);
          }
        }
      };
    },
    breaks: (what) => void broken.push(what),
    broken: () => broken,
    written: (message) => written.get(message) ?? [],
    saidAt: () => saidAt,
    selected: (message, rawBody) => void selected.set(message, (selected.get(message) ?? new Set()).add(rawBody)),
    isSelected: (message, rawBody) => selected.get(message)?.has(rawBody) === true,
    byHand: (message) => byHand.get(message) ?? [],
    isOurs: (message, rawBody) => ours.get(message)?.has(rawBody) === true,
  };
}

const isNamed = (rawBody: string): boolean => WORDS.some((word) => rawBody.includes(word));
