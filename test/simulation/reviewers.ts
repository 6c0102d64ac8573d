/** What reviewers do in a simulated world: put words back, one message or many at a time, and mask by hand. */
import type { RuleId } from "../../src/domain/decision.ts";
import { epochMs } from "../../src/domain/time.ts";
import type { Wanted } from "../../src/ports/desk.ts";
import type { MessageId } from "../../src/ports/store.ts";
import type { Random } from "../../src/simulator/random.ts";
import { pick } from "../../src/simulator/random.ts";
import type { StoredMessage, World } from "../../src/simulator/world.ts";
import { isStored } from "../../src/simulator/world.ts";
import { RULE } from "../world/running.ts";
import { STORM_MS } from "./faults.ts";
import type { Troubles } from "./faults.ts";
import type { Instance } from "./instance.ts";
import { numberOf } from "./record.ts";
import type { Scheduler } from "./scheduler.ts";

/** What reviewers select in a message: every text of a simulated world has it, and no rule names it. */
const SELECTED = "number";
const REVIEWERS = ["rita", "sven"] as const;

export type ReviewParts = {
  readonly world: World;
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly troubles: Troubles;
  readonly anyone: () => Instance | undefined;
  readonly trace: (line: string) => void;
  /** What a message would say, were this masked by hand. */
  readonly onSelected: (message: StoredMessage, rawBody: string) => void;
};

export function letThemReview(parts: ReviewParts): void {
  const { scheduler, random, troubles } = parts;
  for (let n = 0; n < troubles.reviews; n++) {
    scheduler.after(random() * STORM_MS, () => {
      const message = somethingToReview(parts);
      if (message === undefined) return;
      const act = random() < 0.7 ? restore : maskByHand;
      act(parts, message, REVIEWERS[0]);
      // Two look at the same list, and click.
      if (random() < 0.3)
        scheduler.after(random() * 300, () => pick(random, [restore, maskByHand])(parts, message, REVIEWERS[1]));
    });
  }
  for (let n = 0; n < troubles.bulkRestores; n++) {
    scheduler.after((0.3 + 0.7 * random()) * STORM_MS, () => void restoreMany(parts));
  }
}

function somethingToReview({ world, random }: ReviewParts): StoredMessage | undefined {
  const all = world
    .conversations()
    .flatMap(({ messages }) => messages)
    .filter(isStored);
  const masked = all.filter(({ current }) => current.rawBody.includes("**"));
  const some = masked.length > 0 && random() < 0.8 ? masked : all;
  return some.length === 0 ? undefined : pick(random, some);
}

function restore(parts: ReviewParts, message: StoredMessage, actor: string): void {
  ask(parts, message, `${actor} restores`, ({ desk }, id) => desk.routeParts.restore.restore(actor, id));
}

function maskByHand(parts: ReviewParts, message: StoredMessage, actor: string): void {
  const [element] = JSON.parse(message.current.rawBody) as readonly [{ MsgContent: { Text: string } }];
  const text = element.MsgContent.Text;
  const start = text.indexOf(SELECTED);
  if (start === -1) return;
  const end = start + SELECTED.length;
  const masked = text.slice(0, start) + "*".repeat(SELECTED.length) + text.slice(end);
  const rawBody = JSON.stringify([{ ...element, MsgContent: { ...element.MsgContent, Text: masked } }]);
  parts.onSelected(message, rawBody);
  const selection = { place: { element: 0, part: "text" }, start, end, text } as const;
  ask(parts, message, `${actor} masks`, ({ desk }, id) => desk.routeParts.maskByHand(actor, id, [selection]));
}

function ask(
  { scheduler, anyone, trace }: ReviewParts,
  message: StoredMessage,
  what: string,
  act: (
    instance: Instance,
    id: MessageId,
  ) => Promise<{ readonly kind: string; readonly refused?: { readonly why: string } }>,
): void {
  const instance = anyone();
  const id = instance && numberOf(instance.look, message);
  if (instance === undefined || id === undefined) return trace(`${what} ${message.id}: nobody knows of it`);
  scheduler.enter(instance);
  act(instance, id as MessageId).then(
    ({ kind, refused }) => trace(`${what} ${message.id}: ${refused?.why ?? kind}`),
    (thrown: unknown) => trace(`${what} ${message.id}: ${String(thrown)}`),
  );
}

async function restoreMany({ scheduler, random, anyone, trace }: ReviewParts): Promise<void> {
  const instance = anyone();
  if (instance === undefined) return;
  scheduler.enter(instance);
  const { bulk } = instance.desk.routeParts;
  const wanted: Wanted = {
    ...{ kind: "rule", rule: RULE as RuleId, revision: undefined },
    ...{ since: epochMs(0), until: epochMs(Number.MAX_SAFE_INTEGER) },
  };
  try {
    const begun = await bulk.begin("rita", wanted, new AbortController().signal);
    trace(`rita restores many: ${begun.kind}`);
    if (begun.kind !== "begun" || random() < 0.5) return;
    const { id } = begun.job;
    let when = 0;
    // Some that are paused stay so, or are cancelled then.
    for (const change of pick(random, [["pause", "resume"], ["pause"], ["pause", "cancel"], ["cancel"]] as const)) {
      when += random() * 500;
      scheduler.after(when, () => {
        const other = anyone();
        if (other === undefined) return;
        scheduler.enter(other);
        other.desk.routeParts.bulk.change("sven", id, change).then(
          (job) => trace(`sven: ${change} ${typeof job === "string" ? job : job.state}`),
          (thrown: unknown) => trace(`sven: ${change} ${String(thrown)}`),
        );
      });
    }
  } catch (thrown) {
    trace(`rita restores many: ${String(thrown)}`);
  }
}
