/** What can be changed while the simulator runs. */
import { badInput } from "./errors.ts";
import type { Fields } from "./say.ts";

export type SettingValues = {
  /** Where callbacks go; undefined sends none. */
  readonly callbackUrl: string | undefined;
  /** Callbacks are signed when it is set. */
  readonly callbackToken: string | undefined;
  /** Calls of one API in any second; more are refused with 60007. */
  readonly callsPerSecond: number;
  /** Whether edits and modifications are told too, as on apps where that is ticked. */
  readonly editCallbacks: boolean;
  /** Tencent's console has this switch; it speaks of time-outs only. */
  readonly retryOnTimeout: boolean;
};

export interface Settings {
  read(): SettingValues;
  change(part: Partial<SettingValues>): SettingValues;
}

/** What Tencent gives every app for each modify API. */
export const CALLS_PER_SECOND = 200;

export function createSettings(initial: Partial<SettingValues>): Settings {
  let values: SettingValues = {
    callbackUrl: undefined,
    callbackToken: undefined,
    callsPerSecond: CALLS_PER_SECOND,
    editCallbacks: true,
    retryOnTimeout: false,
  };
  const change = (part: Partial<SettingValues>): SettingValues => (values = { ...values, ...checkSettings(part) });
  change(initial);
  return { read: () => values, change };
}

/** A member that is missing stays; null or an empty text takes the URL or the token away. */
export function checkSettings(fields: Fields): Partial<SettingValues> {
  const part: { -readonly [K in keyof SettingValues]?: SettingValues[K] } = {};
  for (const [name, value] of Object.entries(fields)) {
    switch (name) {
      case "callbackUrl":
        part.callbackUrl = checkUrl(value);
        break;
      case "callbackToken":
        part.callbackToken = optionalText(name, value);
        break;
      case "callsPerSecond":
        if (typeof value !== "number" || !Number.isInteger(value) || value < 1) {
          throw badInput('"callsPerSecond" must be a whole number above 0.');
        }
        part.callsPerSecond = value;
        break;
      case "editCallbacks":
      case "retryOnTimeout":
        if (typeof value !== "boolean") throw badInput(`"${name}" must be true or false.`);
        part[name] = value;
        break;
      default:
        throw badInput(
          `There is no setting ${JSON.stringify(name)}; known are callbackUrl, callbackToken, callsPerSecond, ` +
            "editCallbacks, retryOnTimeout.",
        );
    }
  }
  return part;
}

function optionalText(name: string, value: unknown): string | undefined {
  if (value === undefined || value === null || value === "") return undefined;
  if (typeof value === "string") return value;
  throw badInput(`"${name}" must be a string or null.`);
}

function checkUrl(value: unknown): string | undefined {
  const text = optionalText("callbackUrl", value);
  if (text === undefined) return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !["http:", "https:"].includes(url.protocol) || url.search !== "" || url.hash !== "") {
    throw badInput('"callbackUrl" must begin with http:// or https:// and have no query of its own.');
  }
  return text;
}
