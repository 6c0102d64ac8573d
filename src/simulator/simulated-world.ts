/** The world as a person or a test uses it: what users do, and what there is to see. Behind the control routes and the
 * same for a program that started the simulator itself. */
import type { ApiCalls, Api, Call, CallLog } from "./calls.ts";
import type { Callbacks, Ending } from "./callbacks.ts";
import { ControlError } from "./errors.ts";
import type { Faults } from "./faults.ts";
import { checkContent, checkSay, checkTip, EDIT_FIELDS, RECALL_FIELDS, refuseUnknown, userId } from "./say.ts";
import type { Fields, Say, Tip } from "./say.ts";
import { refOf, viewConversation, viewMessage } from "./views.ts";
import type { ConversationView, MessageView, RefView } from "./views.ts";
import { isStored } from "./world.ts";
import type { StoredMessage, World } from "./world.ts";

export type Said = { readonly id: string; readonly conversation: string; readonly ref: RefView };

/** `id` as `say` gave it; `by` is whoever does it, the sender unless given. */
export type Edit = { readonly id: string; readonly by?: string | undefined } & Pick<
  Say,
  "text" | "body" | "rawBody" | "customData"
>;
export type Recall = { readonly id: string; readonly by?: string | undefined };

export interface SimulatedWorld {
  say(said: Say): Said;
  /** A system message of a group: it takes a number. */
  tip(tip: Tip): { readonly msgSeq: number };
  edit(edit: Edit): MessageView;
  recall(recall: Recall): MessageView;
  conversations(): readonly ConversationView[];
  /** All messages of a conversation, or its newest `limit`, in the order they were said. */
  messages(conversation: string, limit?: number): readonly MessageView[];
  message(id: string): MessageView | undefined;
  calls(): Readonly<Partial<Record<Api, ApiCalls>>>;
  callList(): readonly Call[];
  /** How callback deliveries ended. */
  deliveries(): Readonly<Partial<Record<Ending, number>>>;
  /** Resolves when no callback is in flight or held back. */
  quiet(): Promise<void>;
  seed(): number;
  /** An empty world, an empty call log, no faults; chance begins again with `seed`, or with the seed it had. */
  reset(seed?: number): void;
}

type Parts = {
  readonly world: World;
  readonly calls: CallLog;
  readonly callbacks: Callbacks;
  readonly faults: Faults;
};

export function createSimulatedWorld({ world, calls, callbacks, faults }: Parts): SimulatedWorld {
  /** Any participant may edit or recall any message through the SDK, not only its sender. */
  const actOn = (fields: Fields): { message: StoredMessage; by: string } => {
    const id = fields["id"];
    if (typeof id !== "string") throw new ControlError(400, 'The message\'s "id" must be a string, as "say" gave it.');
    const message = world.message(id);
    if (!message) throw new ControlError(404, `There is no message with the "id" ${JSON.stringify(id)}.`);
    const by = fields["by"] === undefined ? message.from : userId(fields, "by");
    if (message.identity.kind === "c2c" && by !== message.from && by !== message.identity.to) {
      throw new ControlError(400, `"by" must be one of the two who talk here, not ${by}.`);
    }
    if (message.recalledBy !== undefined) throw new ControlError(409, "The message was recalled.");
    if (!isStored(message)) throw new ControlError(409, "The message was never stored: online-only or a live group.");
    return { message, by };
  };

  return {
    say(said) {
      const message = world.say(checkSay(said));
      return { id: message.id, conversation: message.conversation, ref: refOf(message) };
    },
    tip(tip) {
      const { msgSeq } = world.tip(checkTip(tip));
      return { msgSeq };
    },
    edit(edit) {
      refuseUnknown(edit, EDIT_FIELDS);
      const content = checkContent(edit);
      if (content.rawBody === undefined && content.customData === undefined) {
        throw new ControlError(400, 'Give what to change: "text", "body" or "customData".');
      }
      const { message, by } = actOn(edit);
      world.change(message, content, by, "edited");
      return viewMessage(message);
    },
    recall(recall) {
      refuseUnknown(recall, RECALL_FIELDS);
      const { message, by } = actOn(recall);
      world.recall(message, by);
      return viewMessage(message);
    },
    conversations: () => world.conversations().map(viewConversation),
    messages(id, limit) {
      const conversation = world.conversation(id);
      if (!conversation) throw new ControlError(404, `There is no conversation ${JSON.stringify(id)}.`);
      const { messages } = conversation;
      return messages.slice(limit === undefined ? 0 : Math.max(0, messages.length - limit)).map(viewMessage);
    },
    message(id) {
      const message = world.message(id);
      return message && viewMessage(message);
    },
    calls: () => calls.summary(),
    callList: () => calls.list(),
    deliveries: () => callbacks.counts(),
    quiet: () => callbacks.quiet(),
    seed: () => faults.seed(),
    reset(seed = faults.seed()) {
      faults.reset(seed);
      calls.clear();
      callbacks.forget();
      world.reset(seed);
    },
  };
}
