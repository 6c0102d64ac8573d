/** What one letter of a word may be written as where its rule asks for more than plain letters. */
import { classOf, CodeClass } from "../code-class.ts";
import { PARTS } from "../tables/parts.ts";
import { keyOf } from "./key.ts";
import { Kind } from "./kinds.ts";
import { readingsOf } from "./readings.ts";
import { Special, type Symbols } from "./symbols.ts";

/** Kinds that are ways round a letter; all others are alternatives of the text's own characters. */
export const DISGUISES = Kind.pinyin | Kind.homophones | Kind.parts | Kind.censored;

export type Disguise = { readonly symbols: readonly number[]; readonly kind: number };

/** @param accepts bits of {@link Kind}; of no use outside {@link DISGUISES} */
export function disguisesOf(code: number, accepts: number, symbols: Symbols): readonly Disguise[] {
  if ((accepts & DISGUISES) === 0) return NONE;
  const found: Disguise[] = [];
  if ((accepts & Kind.censored) !== 0) found.push({ symbols: [Special.star], kind: Kind.censored });
  if (classOf(code) !== CodeClass.han) return found;
  const character = String.fromCodePoint(code);
  const readings = (accepts & (Kind.pinyin | Kind.homophones)) === 0 ? [] : readingsOf(character);
  for (const reading of readings) {
    if ((accepts & Kind.homophones) !== 0) {
      found.push({ symbols: [symbols.ofReading(reading)], kind: Kind.homophones });
    }
    if ((accepts & Kind.pinyin) !== 0) {
      const letters = Array.from(reading, (letter) => symbols.ofCode(letter.codePointAt(0) ?? 0));
      found.push({ symbols: letters, kind: Kind.pinyin });
    }
  }
  const parts = (accepts & Kind.parts) === 0 ? [] : (partRows.get(character) ?? []);
  for (const row of parts) found.push({ symbols: keyOf(row).map(symbols.ofCode), kind: Kind.parts });
  return found;
}

const NONE: readonly Disguise[] = Object.freeze([]);
const partRows = new Map(PARTS.map(([character, ...rows]) => [character, rows]));
