/** What holds letters apart without being one: white space, dashes, `_`, and the punctuation put between letters. */
import { createCodeTable } from "./code-table.ts";

const SEPARATOR = /[\p{White_Space}\p{Pd}\p{Pc}.,:;/\\|·・、，。]/u;
const known = createCodeTable();

export function isSeparator(code: number): boolean {
  const found = known.get(code);
  if (found !== 0) return found === 1;
  const is = SEPARATOR.test(String.fromCodePoint(code));
  known.set(code, is ? 1 : 2);
  return is;
}
