/** What the tests of the tables know about characters by themselves. */
import { LETTERS, RADICALS } from "../../../src/rules/tables/letters.ts";
import { LOOKALIKES } from "../../../src/rules/tables/lookalikes.ts";
import { pairsOf } from "../../../src/rules/tables/pairs.ts";
import { SIMPLIFIED } from "../../../src/rules/tables/simplified.ts";

export const HAN = /^\p{Script=Han}$/u;
export const simplified = new Map(pairsOf(SIMPLIFIED));
export const radicals = new Map(pairsOf(RADICALS));
export const letters = new Map(pairsOf(LETTERS));
export const lookalikes = new Map(pairsOf(LOOKALIKES));

export function folded(character: string): string {
  return character.normalize("NFKC").toLowerCase();
}

/** What a Han character of a table must be so that it can ever be found in folded text. */
export function isFoldedHan(character: string): boolean {
  return (
    HAN.test(character) && folded(character) === character && !simplified.has(character) && !radicals.has(character)
  );
}
