/**
 * A crowd that talks for a while, one message in three or so with a given word in it, and what became of it: enough to kill a
 * service in the middle of, start it again, and see by one look whether each message ended as it should.
 */
import { ControlError } from "./errors.ts";
import { refuseUnknown } from "./say.ts";
import type { Fields } from "./say.ts";
import type { SimulatedWorld } from "./simulated-world.ts";

export type StormReport = {
  readonly word: string;
  readonly said: number;
  readonly withWord: number;
  /** With the word, and clients no longer see it. */
  readonly masked: number;
  /** With the word, and clients still see it. */
  readonly stillShown: number;
  /** Without the word, and something was changed all the same. */
  readonly changedForNothing: number;
  /** Changed by more than one call: the answer to the first was lost. The text is the same. */
  readonly changedTwice: number;
  readonly isOver: boolean;
};

export interface Storm {
  /** Begins one. @throws ControlError while another goes on */
  begin(fields: Fields): StormReport;
  /** What became of the last one; undefined before the first. */
  report(): StormReport | undefined;
  close(): void;
}

const COUNT_MAX = 100_000;
const PER_SECOND_MAX = 1_000;
const WORD_LENGTH_MAX = 50;
const TICK_MS = 20;
const ONE_IN_MAX = 1_000;
const PEOPLE = ["anna", "ben", "carlos", "dora"] as const;

type Running = {
  readonly word: string;
  /** Every so many messages one has the word. */
  readonly oneIn: number;
  readonly messages: { readonly id: string; readonly hasWord: boolean }[];
};

export function createStorm(world: Pick<SimulatedWorld, "say" | "message">): Storm {
  let last: Running | undefined;
  let timer: NodeJS.Timeout | undefined;

  const sayNext = ({ word, oneIn, messages }: Running): void => {
    const n = messages.length;
    const hasWord = n % oneIn === 0;
    const from = PEOPLE[n % PEOPLE.length] ?? "anna";
    const to = PEOPLE[(n + 1) % PEOPLE.length] ?? "ben";
    const place = n % 2 === 0 ? { to } : ({ group: "storm", groupType: "Public" } as const);
    const { id } = world.say({ from, ...place, text: hasWord ? `storm ${n}: ${word} it` : `storm ${n}: never mind` });
    messages.push({ id, hasWord });
  };

  const end = (): void => {
    clearInterval(timer);
    timer = undefined;
  };

  const report = (): StormReport | undefined => {
    if (last === undefined) return undefined;
    const { word, messages } = last;
    const ends = messages.map(({ id, hasWord }) => {
      const message = world.message(id);
      const isShown = message?.current.rawBody.includes(word) === true;
      const changes = (message?.versions ?? 1) - 1;
      return { hasWord, isShown, changes };
    });
    const countOf = (which: (end: (typeof ends)[number]) => boolean): number => ends.filter(which).length;
    return {
      word,
      said: ends.length,
      withWord: countOf(({ hasWord }) => hasWord),
      masked: countOf(({ hasWord, isShown }) => hasWord && !isShown),
      stillShown: countOf(({ hasWord, isShown }) => hasWord && isShown),
      changedForNothing: countOf(({ hasWord, changes }) => !hasWord && changes > 0),
      changedTwice: countOf(({ changes }) => changes > 1),
      isOver: timer === undefined,
    };
  };

  return {
    begin(fields) {
      refuseUnknown(fields, ["count", "perSecond", "word", "oneIn"]);
      if (timer !== undefined) throw new ControlError(409, "A storm goes on; wait until it is over.");
      const count = wholeIn(fields, "count", 300, COUNT_MAX);
      const perSecond = wholeIn(fields, "perSecond", 100, PER_SECOND_MAX);
      const oneIn = wholeIn(fields, "oneIn", 3, ONE_IN_MAX);
      const { word = "damn" } = fields;
      if (typeof word !== "string" || word === "" || word.length > WORD_LENGTH_MAX) {
        throw new ControlError(400, `"word" must be a text of 1 to ${WORD_LENGTH_MAX} characters.`);
      }
      const storm: Running = { word, oneIn, messages: [] };
      last = storm;
      const begun = Date.now();
      timer = setInterval(() => {
        try {
          const due = Math.min(count, Math.ceil(((Date.now() - begun) / 1_000) * perSecond));
          while (storm.messages.length < due) sayNext(storm);
          if (storm.messages.length >= count) end();
        } catch {
          // The world is full, or was emptied.
          end();
        }
      }, TICK_MS);
      return report() as StormReport;
    },
    report,
    close: end,
  };
}

function wholeIn(fields: Fields, name: string, otherwise: number, max: number): number {
  const value = fields[name] ?? otherwise;
  if (typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= max) return value;
  throw new ControlError(400, `"${name}" must be a whole number from 1 to ${max}.`);
}
