/** What people do in a simulated world: talk, edit, take masks off, take messages back. */
import { checkSay } from "../../src/simulator/say.ts";
import type { Say } from "../../src/simulator/say.ts";
import type { Random } from "../../src/simulator/random.ts";
import { pick } from "../../src/simulator/random.ts";
import type { StoredMessage, World } from "../../src/simulator/world.ts";
import { isStored } from "../../src/simulator/world.ts";
import { WORDS } from "../world/running.ts";
import type { Troubles } from "./faults.ts";
import { STORM_MS } from "./faults.ts";
import type { Scheduler } from "./scheduler.ts";

const PEOPLE = ["anna", "ben", "carlos"] as const;
const PLACES: readonly Partial<Say>[] = [
  { to: "dora" },
  { to: "emil" },
  { group: "hike", groupType: "Public" },
  {
    group: "@TGS#_@TGS#cTOWN",
    groupType: "Community",
    topic: "@TGS#_@TGS#cTOWN@TOPIC#_general",
  },
  { group: "concert", groupType: "AVChatRoom" },
];
const CUSTOM_DATA = [undefined, undefined, "", '{"reply":{"n":1.50}}', "plain words"] as const;
/** Longer than what is judged while its callback waits. */
const LONG_WORDS = 300;

export function letThemTalk(world: World, scheduler: Scheduler, random: Random, troubles: Troubles): void {
  for (let n = 0; n < troubles.messages; n++) {
    scheduler.after(random() * STORM_MS, () => {
      const message = world.say(checkSay(somethingToSay(random, n)));
      if (!isStored(message)) return;
      for (let edits = 0; edits < 5 && random() < troubles.edited; edits++) {
        scheduler.after(random() * 10_000, () => edit(world, scheduler, message, random, n));
      }
      if (random() < troubles.recalled) {
        scheduler.after(random() * 15_000, () => {
          if (message.recalledBy === undefined) world.recall(message, message.from);
        });
      }
    });
    if (random() < 0.1) {
      const group = {
        kind: "group",
        groupId: "hike",
        topicId: undefined,
        groupType: "Public",
      } as const;
      scheduler.after(random() * STORM_MS, () => void world.tip(group));
    }
  }
}

function somethingToSay(random: Random, n: number): Say {
  const place = random() < 0.05 ? { ...pick(random, PLACES), onlineOnly: true } : pick(random, PLACES);
  const text = textWith(random, n);
  return {
    from: pick(random, PEOPLE),
    ...place,
    text,
    customData: pick(random, CUSTOM_DATA),
  };
}

function textWith(random: Random, n: number): string {
  const dirty = random() < 0.5;
  const text = dirty ? `${pick(random, WORDS)} number ${n}` : `fine number ${n}`;
  return random() < 0.05 ? `${text} ${"and so on ".repeat(LONG_WORDS)}` : text;
}

function edit(world: World, scheduler: Scheduler, message: StoredMessage, random: Random, n: number): void {
  if (message.recalledBy !== undefined) return;
  // Edits of one message within one millisecond have no order that anybody could tell.
  if (message.current.at >= scheduler.trueTime()) {
    return scheduler.after(1, () => edit(world, scheduler, message, random, n));
  }
  const { identity, from, original } = message;
  const by = identity.kind === "c2c" ? pick(random, [from, identity.to]) : pick(random, PEOPLE);
  // The mask taken off, something new, or the same again.
  const kind = random();
  const rawBody =
    kind < 0.4
      ? original.rawBody
      : kind < 0.9
        ? JSON.stringify([
            {
              MsgType: "TIMTextElem",
              MsgContent: { Text: `edited ${textWith(random, n)}` },
            },
          ])
        : message.current.rawBody;
  world.change(message, { rawBody, customData: undefined }, by, "edited");
}
