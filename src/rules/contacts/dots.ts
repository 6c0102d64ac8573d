/** How people write the dots and the beginning of a link that must not be seen for one. Pieces of regular expressions. */

const SPACES = "[^\\S\\n\\r]{0,2}";
const OPEN = "[\\[({<【〔「]";
const CLOSE = "[\\])}>】〕」]";

/** `.` `。` `[.]` `(dot)` ` dot ` 点, with white space round them. */
export const DOT =
  `${SPACES}${OPEN}${SPACES}(?:[.。点]|d[o0]t)${SPACES}${CLOSE}${SPACES}` +
  `|${SPACES}[.。丶·•・点]${SPACES}|[^\\S\\n\\r]{1,2}d[o0]t[^\\S\\n\\r]{1,2}`;

/** `https://`, `hxxp://`, `h**p[:]//`, with a slash either way. */
export const SCHEME = "(?:h ?[tx*] ?[tx*] ?p ?s?|ftps?|wss?) ?[\\[(]?:[\\])]? ?[/\\\\] ?[/\\\\] ?";

/**
 * `tight` is the dot of a link; `spaced` has white space beside it and may be the end of a sentence; `ideographic` is 。
 * and its like, the end of a Chinese one; the rest nobody writes by chance: in brackets, as 点, as the word.
 */
export type DotKind = "tight" | "spaced" | "ideographic" | "bracketed" | "han" | "word";

export function kindOfDot(dot: string): DotKind {
  const bare = dot.trim();
  if (/^[[({<【〔「]/u.test(bare)) return "bracketed";
  if (bare === "点") return "han";
  if (/^d[o0]t$/.test(bare)) return "word";
  if (bare !== ".") return "ideographic";
  return bare === dot ? "tight" : "spaced";
}
