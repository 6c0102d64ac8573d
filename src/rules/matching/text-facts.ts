/** What guards ask of a text as a whole, worked out only when something was found in it. */
import { classOf, CodeClass } from "../code-class.ts";
import type { Folded } from "../fold.ts";
import { linksIn } from "./links.ts";

export interface TextFacts {
  readonly folded: Folded;
  /** Where markup begins and what follows it, in units. */
  readonly markup: ReadonlyMap<number, number> | undefined;
  /** What was found out about words of its sentences: `han-guards.ts` asks the same more than once. */
  readonly crossings: Map<string, boolean>;
  /** Its marks are spelling, not decoration. */
  isVietnamese(): boolean;
  /** Units of links and mail addresses, as `[start, end)`, with the part that is a name of a machine. */
  links(): ReturnType<typeof linksIn>;
  /** Letters of an alphabet other than Latin, by class. */
  letterCount(of: CodeClass): number;
}

// Letters that only Vietnamese writes, without the further marks that decoration heaps on. Two of them are no accident.
const VIETNAMESE = /[ạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹơư](?!\p{M})/giu;
const VIETNAMESE_MIN = 2;

export function createTextFacts(folded: Folded, markup: ReadonlyMap<number, number> | undefined): TextFacts {
  let vietnamese: boolean | undefined;
  let links: ReturnType<typeof linksIn> | undefined;
  let counts: Map<CodeClass, number> | undefined;
  return {
    folded,
    markup,
    crossings: new Map(),
    isVietnamese() {
      vietnamese ??= (folded.text.normalize("NFC").match(VIETNAMESE)?.length ?? 0) >= VIETNAMESE_MIN;
      return vietnamese;
    },
    links() {
      links ??= linksIn(folded);
      return links;
    },
    letterCount(of) {
      if (!counts) {
        counts = new Map();
        for (const code of folded.codes) counts.set(classOf(code), (counts.get(classOf(code)) ?? 0) + 1);
      }
      return counts.get(of) ?? 0;
    },
  };
}
