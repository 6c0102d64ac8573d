/**
 * What announces an account (微信, QQ, Telegram) and what may stand between it and the account. Only connecting words do:
 * 微信号是… leads to an account, 微信支付…, QQ音乐… and 电报大楼… lead elsewhere.
 */
import { countOfCharacters, execAt } from "./view.ts";

/** As many characters may stand between the announcement and the account. */
const GAP_MAX = 6;

/** What people put inside a word to hide it: `微 信`, `q.q`. */
export const HIDING = "[^\\p{L}\\p{N}\\n]{0,2}";

/** In front of a Latin announcement: not the tail of a word or of a name in code. */
export const NO_WORD_BEFORE = "(?<![a-z0-9_])";

/** A character of each set at a time, or one of the Latin words. None of them holds a digit. */
export function connectors(han: string, latin: readonly string[], symbols = "[^\\p{L}\\p{N}]"): string {
  return `(?:${symbols}|[${han}]|(?:${latin.join("|")})(?![a-z0-9])){0,${GAP_MAX}}`;
}

export function isNear(gap: string): boolean {
  return countOfCharacters(gap) <= GAP_MAX;
}

/** Calls `read` with every announcement, from left to right; what it read is not read again. */
export function eachCue(cue: RegExp, text: string, read: (found: RegExpExecArray) => number | undefined): void {
  for (let at = 0; at < text.length;) {
    const found = execAt(cue, text, at);
    if (!found) return;
    at = Math.max(read(found) ?? found.index + found[0].length, found.index + 1);
  }
}
