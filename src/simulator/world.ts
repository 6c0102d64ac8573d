/**
 * What this Tencent remembers: groups, conversations, every message with all its versions. It knows neither HTTP nor
 * who is told about changes; those who must know subscribe.
 */
import { createRandom, seedFor, unsigned32 } from "./random.ts";
import type { Random } from "./random.ts";
import { ControlError } from "./errors.ts";
import { isLive } from "./say.ts";
import type { Content, GroupType, SayOrder, Where } from "./say.ts";

export type Identity =
  | { readonly kind: "c2c"; readonly to: string; readonly msgSeq: number; readonly msgKey: string }
  | {
      readonly kind: "group";
      readonly groupId: string;
      readonly topicId: string | undefined;
      readonly groupType: GroupType;
      readonly msgSeq: number;
    };

export type Version = {
  readonly rawBody: string;
  readonly customData: string | undefined;
  readonly at: number;
  readonly by: string;
  /** `edited`: by a participant, in the client. `modified`: by the administrator, over REST. */
  readonly how: "said" | "edited" | "modified";
};

export type StoredMessage = {
  /** Ours, for the control routes; Tencent has no such thing. */
  readonly id: string;
  readonly conversation: string;
  readonly identity: Identity;
  readonly from: string;
  readonly sentAt: number;
  readonly msgRandom: number;
  readonly msgId: string;
  readonly onlineOnly: boolean;
  /** The receiver's unread messages, this one included; 0 in groups. */
  readonly unread: number;
  readonly original: Version;
  /** The newest versions, oldest first; the last one is what every client sees. */
  readonly versions: readonly Version[];
  readonly current: Version;
  readonly versionCount: number;
  readonly recalledBy: string | undefined;
};

export type Conversation = {
  readonly id: string;
  readonly where:
    | { readonly kind: "c2c"; readonly members: readonly [string, string] }
    | {
        readonly kind: "group";
        readonly groupId: string;
        readonly topicId: string | undefined;
        readonly groupType: GroupType;
      };
  /** In the order they were said. */
  readonly messages: readonly StoredMessage[];
  /** System messages: only group history shows them. */
  readonly tips: readonly SystemTip[];
};

export type SystemTip = { readonly msgSeq: number; readonly at: number };

export type Change =
  | { readonly what: "said" | "edited" | "modified" | "recalled"; readonly message: StoredMessage; readonly by: string }
  | { readonly what: "reset" };

export interface World {
  say(order: SayOrder): StoredMessage;
  /** A system message of a group; nobody is told. */
  tip(where: Where & { readonly kind: "group" }): SystemTip;
  /** Puts a version on top; a part that is not given stays as it is. */
  change(message: StoredMessage, content: Content, by: string, how: "edited" | "modified"): void;
  recall(message: StoredMessage, by: string): void;
  message(id: string): StoredMessage | undefined;
  c2cMessage(from: string, to: string, msgKey: string): StoredMessage | undefined;
  groupMessage(groupId: string, topicId: string | undefined, msgSeq: number): StoredMessage | undefined;
  groupType(groupId: string): GroupType | undefined;
  c2cConversation(one: string, other: string): Conversation | undefined;
  groupConversation(groupId: string, topicId: string | undefined): Conversation | undefined;
  conversations(): readonly Conversation[];
  conversation(id: string): Conversation | undefined;
  /** Forgets everything and begins again with `seed`. */
  reset(seed: number): void;
  subscribe(listener: (change: Change) => void): void;
}

/** Some hundred megabytes. A sandbox left alone for weeks should say so rather than eat the machine. */
const MESSAGES_MAX = 200_000;
/** A guard and a stubborn user can go back and forth for ever; the first version is kept beside these. */
const VERSIONS_KEPT_MAX = 1_000;

type Writable<T> = { -readonly [K in keyof T]: T[K] };
type WritableMessage = Writable<Omit<StoredMessage, "versions">> & { versions: Version[] };
type WritableConversation = Omit<Conversation, "messages" | "tips"> & {
  readonly messages: StoredMessage[];
  readonly tips: SystemTip[];
  readonly byName: Map<string, StoredMessage>;
  /** Group messages are numbered from 1, apart in each topic. */
  lastSeq: number;
};

const c2cId = (one: string, other: string): string => `c2c:${[one, other].sort().join("|")}`;
const groupIdOf = (groupId: string, topicId: string | undefined): string =>
  `group:${groupId}${topicId === undefined ? "" : `|${topicId}`}`;

export function createWorld({ seed, now }: { seed: number; now: () => number }): World {
  let random: Random = createRandom(seedFor(seed, "world"));
  const conversations = new Map<string, WritableConversation>();
  const groups = new Map<string, GroupType>();
  const messages = new Map<string, WritableMessage>();
  const unread = new Map<string, number>();
  const senderSeq = new Map<string, number>();
  const listeners: ((change: Change) => void)[] = [];
  const tell = (change: Change): void => {
    for (const listener of listeners) listener(change);
  };

  const open = (from: string, where: Where): WritableConversation => {
    const id = where.kind === "c2c" ? c2cId(from, where.to) : groupIdOf(where.groupId, where.topicId);
    const known = conversations.get(id);
    if (where.kind === "group") refuseOtherType(groups.get(where.groupId), where);
    if (known) return known;
    const fresh = { id, where: placeOf(from, where), messages: [], tips: [], byName: new Map(), lastSeq: 0 };
    conversations.set(id, fresh);
    return fresh;
  };

  const placeOf = (from: string, where: Where): Conversation["where"] => {
    if (where.kind === "c2c") return { kind: "c2c", members: [from, where.to] };
    const { groupId, topicId } = where;
    const usual = topicId === undefined ? "Public" : "Community";
    const groupType = groups.get(groupId) ?? where.groupType ?? usual;
    groups.set(groupId, groupType);
    return { kind: "group", groupId, topicId, groupType };
  };

  /** The sender's client picks these; two messages of one second must still differ. */
  const c2cIdentity = (from: string, to: string, msgRandom: number, sentAt: number): Identity => {
    const msgSeq = ((senderSeq.get(from) ?? unsigned32(random)) + 1) >>> 0;
    senderSeq.set(from, msgSeq);
    return { kind: "c2c", to, msgSeq, msgKey: `${msgSeq}_${msgRandom}_${Math.floor(sentAt / 1000)}` };
  };

  return {
    say(order) {
      if (messages.size >= MESSAGES_MAX) {
        throw new ControlError(503, `The world is full (${MESSAGES_MAX} messages); POST /simulator/reset empties it.`);
      }
      const { from, where } = order;
      const conversation = open(from, where);
      const sentAt = now();
      const msgRandom = unsigned32(random);
      const place = conversation.where;
      if (place.kind === "group") conversation.lastSeq++;
      const identity: Identity =
        place.kind === "group"
          ? { ...place, msgSeq: conversation.lastSeq }
          : c2cIdentity(from, where.kind === "c2c" ? where.to : from, msgRandom, sentAt);
      if (identity.kind === "c2c") unread.set(identity.to, (unread.get(identity.to) ?? 0) + 1);
      const { rawBody, customData } = order;
      const original: Version = { rawBody, customData, at: sentAt, by: from, how: "said" };
      const message: WritableMessage = {
        id: String(messages.size + 1),
        conversation: conversation.id,
        identity,
        from,
        sentAt,
        msgRandom,
        msgId: `${144115200000000000n + BigInt(seedFor(0, from))}-${Math.floor(sentAt / 1000)}-${msgRandom}`,
        onlineOnly: order.onlineOnly,
        unread: identity.kind === "c2c" ? (unread.get(identity.to) ?? 0) : 0,
        original,
        versions: [original],
        current: original,
        versionCount: 1,
        recalledBy: undefined,
      };
      messages.set(message.id, message);
      conversation.messages.push(message);
      conversation.byName.set(nameIn(identity, from), message);
      tell({ what: "said", message, by: from });
      return message;
    },
    tip(where) {
      const conversation = open("", where);
      const tip = { msgSeq: ++conversation.lastSeq, at: now() };
      conversation.tips.push(tip);
      return tip;
    },
    change({ id }, content, by, how) {
      const message = messages.get(id);
      if (!message) throw new Error(`There is no message ${id} to change.`);
      const { rawBody = message.current.rawBody, customData = message.current.customData } = content;
      message.current = { rawBody, customData, at: now(), by, how };
      message.versions.push(message.current);
      if (message.versions.length > VERSIONS_KEPT_MAX) message.versions.shift();
      message.versionCount++;
      tell({ what: how, message, by });
    },
    recall({ id }, by) {
      const message = messages.get(id);
      if (!message) throw new Error(`There is no message ${id} to recall.`);
      message.recalledBy = by;
      tell({ what: "recalled", message, by });
    },
    message: (id) => messages.get(id),
    c2cMessage: (from, to, msgKey) => conversations.get(c2cId(from, to))?.byName.get(`${from} ${msgKey}`),
    groupMessage: (groupId, topicId, msgSeq) =>
      conversations.get(groupIdOf(groupId, topicId))?.byName.get(String(msgSeq)),
    groupType: (groupId) => groups.get(groupId),
    c2cConversation: (one, other) => conversations.get(c2cId(one, other)),
    groupConversation: (groupId, topicId) => conversations.get(groupIdOf(groupId, topicId)),
    conversations: () => [...conversations.values()],
    conversation: (id) => conversations.get(id),
    reset(newSeed) {
      random = createRandom(seedFor(newSeed, "world"));
      for (const memory of [conversations, groups, messages, unread, senderSeq]) memory.clear();
      tell({ what: "reset" });
    },
    subscribe: (listener) => void listeners.push(listener),
  };
}

const nameIn = (identity: Identity, from: string): string =>
  identity.kind === "c2c" ? `${from} ${identity.msgKey}` : String(identity.msgSeq);

function refuseOtherType(known: GroupType | undefined, where: Where & { kind: "group" }): void {
  const type = known ?? where.groupType ?? (where.topicId === undefined ? "Public" : "Community");
  if (known !== undefined && where.groupType !== undefined && where.groupType !== known) {
    throw new ControlError(409, `The group ${where.groupId} is of the type ${known}, not ${where.groupType}.`);
  }
  if (where.topicId !== undefined && type !== "Community") {
    throw new ControlError(409, `Only a Community has topics; the group ${where.groupId} is of the type ${type}.`);
  }
}

/** Whether history holds the message: only then can it be pulled, modified or edited. */
export const isStored = ({ identity, onlineOnly }: StoredMessage): boolean =>
  !onlineOnly && !(identity.kind === "group" && isLive(identity.groupType));
