/**
 * Digits and symbols that stand for letters. They are alternatives and never replacements: a price stays a price, and
 * whether `455` may be read as letters at all is for the matcher to guard. A character that may be read in several ways
 * has several rows.
 *
 * Left out: `*` and `_`, which censor and separate; `?`, `.`, `,`, `-` and quotes, which sentences are full of; ß, which
 * is an honest letter; and letters for letters (that is what `lookalikes.ts` is for).
 */

/** Pairs: digit or symbol, the letter it may be read as. Look it up after NFKC. */
export const LEET: string = [
  // Digits.
  "0o1i1l2z3e4a5s6g6b7t8b9g9q",
  // What a keyboard has.
  "@a$s!i!l|i|l+t(c<c{c[c^a#h",
  // Money.
  "€e£l¥y¢c₿b₵c₳a₫d₲g₭k₦n₱p₽p₹r₮t₩w",
  // Signs.
  "×x§s©c®r¡i¦i†t‡t∂d∆a∅o∫s√v∩n∪u⊂c∈e⊤t∨v∧a¤o○o◯o●o◎o",
].join("");

/** Rows of characters that draw one letter; longer ones must be tried first. */
export const LEET_SEQUENCES: readonly (readonly [sequence: string, letter: string])[] = [
  ["/\\", "a"],
  ["/-\\", "a"],
  ["|3", "b"],
  ["13", "b"],
  ["|)", "d"],
  ["|>", "d"],
  ["|]", "d"],
  ["|=", "f"],
  ["|-|", "h"],
  ["]-[", "h"],
  ["}{", "h"],
  ["_|", "j"],
  ["|<", "k"],
  ["|{", "k"],
  ["/<", "k"],
  ["|_", "l"],
  ["|\\/|", "m"],
  ["/\\/\\", "m"],
  ["|v|", "m"],
  ["|\\|", "n"],
  ["/\\/", "n"],
  ["()", "o"],
  ["[]", "o"],
  ["{}", "o"],
  ["<>", "o"],
  ["|°", "p"],
  ["|*", "p"],
  ["|2", "r"],
  ["|_|", "u"],
  ["(_)", "u"],
  ["[_]", "u"],
  ["\\_/", "u"],
  ["\\/", "v"],
  ["\\/\\/", "w"],
  ["|/\\|", "w"],
  ["vv", "w"],
  ["><", "x"],
  [")(", "x"],
  ["`/", "y"],
  ["'/", "y"],
];
