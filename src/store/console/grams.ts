/**
 * How texts are cut for search: every pair and every triple of characters is a word of the index. So two characters find
 * what holds them, in any language; a longer question asks for its triples, and the few messages that have them all are
 * compared with the question itself.
 *
 * Two kinds of words lie in one index: those of the masked text, for everybody, and those of the original, which stands in
 * it only where it differs. Who may not see originals never asks for the second kind.
 *
 * The index holds no character of a text but a short hash of each pair and triple. FTS5 keeps words as signposts in its tree
 * after what they stood for was deleted, securely too; of a hash that so many pairs and triples share nobody can tell what
 * somebody once wrote. What shares a hash by chance is told apart when it is compared.
 */
import type { Sight } from "../../domain/sight.ts";

/** A question's words; more say no more about where it stands. */
const ASKED_MAX = 24;
/** Letters and digits are words to every tokenizer; sixty million hashes for some million pairs and triples in use. */
const RADIX = 36;
const DIGITS = 5;
const HASHES = RADIX ** DIGITS;
const KIND: Readonly<Record<Sight, string>> = { masked: "m", original: "o" };

const codesOf = (text: string): readonly number[] => Array.from(text, (character) => character.codePointAt(0) ?? 0);

/** FNV-1a over code points, and MurmurHash3's last step, without which what differs little has hashes that do. */
function wordOf(kind: string, codes: readonly number[], from: number, length: number): string {
  let hash = 0x811c9dc5 ^ length;
  for (let at = from; at < from + length; at++) hash = Math.imul(hash ^ (codes[at] ?? 0), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return kind + (((hash ^ (hash >>> 16)) >>> 0) % HASHES).toString(RADIX).padStart(DIGITS, "0");
}

/** Each pair and triple once, with spaces between: what the index is given, and later asked to forget. */
export function gramsOf(text: string, sight: Sight): string {
  const codes = codesOf(text);
  const words = new Set<string>();
  for (let at = 0; at + 1 < codes.length; at++) {
    words.add(wordOf(KIND[sight], codes, at, 2));
    if (at + 2 < codes.length) words.add(wordOf(KIND[sight], codes, at, 3));
  }
  return [...words].join(" ");
}

/** @param text of two characters or more @returns what FTS5 is asked */
export function matchFor(text: string, sights: readonly Sight[]): string {
  const codes = codesOf(text);
  return sights.map((sight) => `(${asked(codes, KIND[sight]).join(" AND ")})`).join(" OR ");
}

function asked(codes: readonly number[], kind: string): readonly string[] {
  const width = codes.length === 2 ? 2 : 3;
  const words = new Set<string>();
  for (let at = 0; at + width <= codes.length && words.size < ASKED_MAX; at++)
    words.add(wordOf(kind, codes, at, width));
  return [...words].map((word) => `"${word}"`);
}
