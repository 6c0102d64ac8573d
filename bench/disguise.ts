/** A term as people write it who do not want it found: the plain tricks, which a reader sees through at once. */
import type { Random } from "./random.ts";

type Trick = (letters: readonly string[], random: Random) => string;

// The first and the last letter stay: what stands at the edge of a word may be punctuation.
const inner =
  (change: (letter: string) => string): Trick =>
  (letters) =>
    letters.map((letter, at) => (at === 0 || at === letters.length - 1 ? letter : change(letter))).join("");
const LEET: Readonly<Record<string, string>> = { a: "4", e: "3", i: "1", o: "0" };
const CYRILLIC: Readonly<Record<string, string>> = { a: "а", e: "е", o: "о", p: "р", c: "с", x: "х" };

/** Only one letter in two: a word must keep some of its own. */
function everySecond(table: Readonly<Record<string, string>>): Trick {
  return (letters, random) => {
    let seen = 0;
    return inner((letter) => {
      const other = table[letter];
      return other !== undefined && seen++ % 2 === 0 ? other : letter;
    })(letters, random);
  };
}

const wide: Trick = (letters) =>
  letters.map((letter) => String.fromCodePoint((letter.codePointAt(0) ?? 0) + 0xfee0)).join("");
const stretched: Trick = (letters, random) => {
  const place = 1 + random.below(letters.length - 2);
  return letters.map((letter, at) => (at === place ? letter.repeat(3) : letter)).join("");
};
const joinedBy =
  (separator: string): Trick =>
  (letters) =>
    letters.join(separator);

const LATIN_TRICKS = [everySecond(LEET), everySecond(CYRILLIC), wide, stretched, joinedBy("."), joinedBy("\u200b")];
const HAN_TRICKS = [joinedBy("*"), joinedBy(" "), joinedBy("."), joinedBy("\u200b")];

export function disguised(term: string, random: Random): string {
  const letters = [...term];
  const tricks = /^[a-z]/.test(term) ? LATIN_TRICKS : HAN_TRICKS;
  const trick = random.of(tricks);
  const written = trick(letters, random);
  // Words without a letter that the trick is about.
  return written === term ? joinedBy(".")(letters, random) : written;
}
