/** Everything that the page says, in both languages. A word that is missing in one of them does not compile. */
import type { FieldError } from "../../http/console-types/problem.ts";
import { en } from "./en.ts";
import type { Translated } from "./translated.ts";
import { zh } from "./zh.ts";

export const languages = ["en", "zh"] as const;
export type Language = (typeof languages)[number];

export type Dictionary = Translated<typeof en>;

export const dictionaries: Readonly<Record<Language, Dictionary>> = { en, zh };

/** The first of the wanted languages that we speak; English otherwise. */
export function languageOf(wanted: readonly string[]): Language {
  const known = wanted.map((tag) => languages.find((language) => tag.toLowerCase().split("-")[0] === language));
  return known.find((language) => language !== undefined) ?? "en";
}

/** Why something ended; some reasons end in a code of Tencent's. */
export function nameReason({ reasons, codedReasons }: Dictionary, reason: string): string {
  const [, kind = "", code = ""] = /^(.+)_(-?\d+)$/.exec(reason) ?? [];
  return Object.hasOwn(codedReasons, kind) ? (codedReasons[kind]?.(code) ?? reason) : named(reasons, reason);
}

/** Which field, as the page calls it, and what is wrong with it. */
export function sayFieldError(text: Dictionary, { path, code, limit }: FieldError): string {
  const what = text.fieldLimits[code]?.(String(limit)) ?? text.fieldFaults[code] ?? code;
  const field = text.fields[path.split(".").at(-1) ?? ""];
  return field === undefined ? what : text.fieldFault(field, what);
}

/** What a code of the API is called; one that is not in the dictionary is shown as it is. */
export const named = (names: Readonly<Record<string, string>>, code: string): string =>
  Object.hasOwn(names, code) ? (names[code] ?? code) : code;
