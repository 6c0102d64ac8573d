/** What a term is looked for by: its folded code points, a run of white space being one space. */
import { classOf, CodeClass } from "../code-class.ts";
import { fold } from "../fold.ts";

export const SPACE = 0x20;

/** Empty when nothing of the term can be seen. */
export function keyOf(term: string): readonly number[] {
  const { codes } = fold(term);
  const key: number[] = [];
  for (const code of codes) {
    const isSpace = code === SPACE || (code !== 0x2d && classOf(code) === CodeClass.space);
    if (!isSpace) key.push(code);
    else if (key.length > 0 && key.at(-1) !== SPACE) key.push(SPACE);
  }
  if (key.at(-1) === SPACE) key.pop();
  return key;
}
