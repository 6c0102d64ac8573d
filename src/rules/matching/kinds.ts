/** The kinds of folding as bits: a hit says in one number what it rests on, a rule in another what it accepts. */
import { FOLD_KINDS, type FoldKind } from "../rule.ts";

const bitOf = (kind: FoldKind): number => 1 << FOLD_KINDS.indexOf(kind);

export const Kind = {
  none: 0,
  case: bitOf("case"),
  width: bitOf("width"),
  marks: bitOf("marks"),
  traditional: bitOf("traditional"),
  invisible: bitOf("invisible"),
  lookalikes: bitOf("lookalikes"),
  leet: bitOf("leet"),
  emoji: bitOf("emoji"),
  repeats: bitOf("repeats"),
  gaps: bitOf("gaps"),
  lines: bitOf("lines"),
  markup: bitOf("markup"),
  bidi: bitOf("bidi"),
  censored: bitOf("censored"),
  reversed: bitOf("reversed"),
  pinyin: bitOf("pinyin"),
  homophones: bitOf("homophones"),
  parts: bitOf("parts"),
} as const;

/** Folded away before the matcher sees a text, so a rule that does without them looks twice. */
export const CHARACTER_KINDS = Kind.case | Kind.width | Kind.marks | Kind.traditional | Kind.invisible;

export function bitsOf(kinds: Iterable<FoldKind>): number {
  let bits = 0;
  for (const kind of kinds) bits |= bitOf(kind);
  return bits;
}

export function kindsOf(bits: number): readonly FoldKind[] {
  return FOLD_KINDS.filter((kind) => (bits & bitOf(kind)) !== 0);
}
