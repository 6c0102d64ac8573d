/**
 * Mishaps on demand. A list of rules says what may go wrong and how often; a seed decides when. Each rule has numbers of
 * its own for each API, so the same calls meet the same mishaps however the APIs are interleaved.
 */
import type { Api } from "./calls.ts";
import { badInput } from "./errors.ts";
import { createRandom, seedFor } from "./random.ts";
import type { Random } from "./random.ts";

const ONS = ["modify_c2c_msg", "modify_group_msg", "history", "callback", "*"] as const;
const REST_KINDS = ["error", "http502", "reset", "hang", "applied-but-reset"] as const;
const CALLBACK_KINDS = ["drop", "duplicate", "reorder"] as const;
export type RestMishap = (typeof REST_KINDS)[number];
export type CallbackMishap = (typeof CALLBACK_KINDS)[number];

export type Fault = {
  readonly on: (typeof ONS)[number];
  readonly kind: RestMishap | CallbackMishap | "delay";
  /** Of an `error`: the `ErrorCode` of the answer, 60008 unless given. */
  readonly code?: number | undefined;
  /** Of a `delay`: how long. Of a `reorder`: how long a callback is held at most. Of a `hang`: until it is cut off. */
  readonly ms?: number | undefined;
  /** 1 unless given. */
  readonly probability?: number | undefined;
  /** How many times at most; for ever unless given. */
  readonly count?: number | undefined;
};

export type Trouble<Mishap> = {
  readonly delayMs: number;
  readonly mishap: { readonly kind: Mishap; readonly fault: Fault } | undefined;
};

export interface Faults {
  seed(): number;
  rules(): readonly Fault[];
  /** How often each rule struck since it was set. */
  struck(): readonly number[];
  /** Replaces the rules and begins their chances anew. */
  set(rules: readonly Fault[]): void;
  clear(): void;
  reset(seed: number): void;
  forCall(api: Api): Trouble<RestMishap>;
  forCallback(): Trouble<CallbackMishap>;
}

type LiveFault = { readonly fault: Fault; readonly chances: Map<string, Random>; struck: number };

export function createFaults(initialSeed: number): Faults {
  let seed = initialSeed;
  let live: LiveFault[] = [];

  const strikes = (entry: LiveFault, index: number, api: string): boolean => {
    const { probability = 1, count = Infinity } = entry.fault;
    if (entry.struck >= count) return false;
    const chance = entry.chances.get(api) ?? createRandom(seedFor(seed, `fault ${index} ${api}`));
    entry.chances.set(api, chance);
    if (chance() >= probability) return false;
    entry.struck++;
    return true;
  };

  /** Delays add up; of the other mishaps the first that strikes is the one. */
  const trouble = <Mishap extends Fault["kind"]>(api: string, on: Fault["on"], kinds: readonly Mishap[]) => {
    let delayMs = 0;
    let mishap: Trouble<Mishap>["mishap"];
    for (const [index, entry] of live.entries()) {
      const { fault } = entry;
      if (fault.on !== "*" && fault.on !== on) continue;
      const kind = kinds.find((known) => known === fault.kind);
      if (fault.kind === "delay") {
        if (strikes(entry, index, api)) delayMs += fault.ms ?? DELAY_MS;
      } else if (kind !== undefined && !mishap && strikes(entry, index, api)) {
        mishap = { kind, fault };
      }
    }
    return { delayMs, mishap };
  };

  return {
    seed: () => seed,
    rules: () => live.map(({ fault }) => fault),
    struck: () => live.map(({ struck }) => struck),
    set(rules) {
      live = rules.map((fault) => ({ fault, chances: new Map(), struck: 0 }));
    },
    clear() {
      live = [];
    },
    reset(newSeed) {
      seed = newSeed;
      live = [];
    },
    forCall: (api) => trouble(api, onOf(api), REST_KINDS),
    forCallback: () => trouble("callback", "callback", CALLBACK_KINDS),
  };
}

function onOf(api: Api): Fault["on"] {
  switch (api) {
    case "modify_c2c_msg":
    case "modify_group_msg":
      return api;
    case "admin_getroammsg":
    case "group_msg_get_simple":
      return "history";
    case "unknown":
      return "*";
    default:
      return api satisfies never;
  }
}

const DELAY_MS = 1_000;
/** Enough for any story that one wants to tell with mishaps. */
const RULES_MAX = 100;
/** Longer than any client waits. */
const MS_MAX = 600_000;
const FIELDS = ["on", "kind", "code", "ms", "probability", "count"];

/** Accepts the list itself or an object that holds it as `faults`. */
export function checkFaults(value: unknown): readonly Fault[] {
  const list = typeof value === "object" && value !== null && "faults" in value ? value.faults : value;
  if (!Array.isArray(list)) throw badInput('Give a list of faults, such as [{"on":"modify_c2c_msg","kind":"error"}].');
  if (list.length > RULES_MAX) throw badInput(`${list.length} faults are too many; ${RULES_MAX} is the most.`);
  return list.map(checkFault);
}

function checkFault(value: unknown, index: number): Fault {
  const problem = (sentence: string): Error => badInput(`faults[${index}]: ${sentence}`);
  if (typeof value !== "object" || value === null) throw problem("it must be an object.");
  const fields = value as Readonly<Record<string, unknown>>;
  const unknown = Object.keys(fields).find((name) => !FIELDS.includes(name));
  if (unknown !== undefined) throw problem(`there is no field "${unknown}"; known are ${FIELDS.join(", ")}.`);
  const on = ONS.find((known) => known === fields["on"]);
  if (!on) throw problem(`"on" must be one of ${ONS.join(", ")}.`);
  const kinds = kindsFor(on);
  const kind = kinds.find((known) => known === fields["kind"]);
  if (!kind) throw problem(`"kind" on ${on} must be one of ${kinds.join(", ")}.`);
  const number = (name: string, min: number, max: number, whole: boolean): number | undefined => {
    const given = fields[name];
    if (given === undefined) return undefined;
    if (typeof given === "number" && given >= min && given <= max && (!whole || Number.isInteger(given))) return given;
    throw problem(`"${name}" must be a${whole ? " whole" : ""} number from ${min} to ${max}.`);
  };
  return {
    on,
    kind,
    code: number("code", 1, 0x7fff_ffff, true),
    ms: number("ms", 0, MS_MAX, false),
    probability: number("probability", 0, 1, false),
    count: number("count", 0, Number.MAX_SAFE_INTEGER, true),
  };
}

function kindsFor(on: Fault["on"]): readonly Fault["kind"][] {
  if (on === "*") return [...REST_KINDS, ...CALLBACK_KINDS, "delay"];
  return on === "callback" ? [...CALLBACK_KINDS, "delay"] : [...REST_KINDS, "delay"];
}
