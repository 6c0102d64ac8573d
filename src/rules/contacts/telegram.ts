/** `telegram`: a link to Telegram, or its name with an @handle after it. */
import type { Folded } from "../fold.ts";
import { connectors, eachCue, isNear, NO_WORD_BEFORE } from "./cues.ts";
import { DOT, SCHEME } from "./dots.ts";
import type { UnitRange } from "./named-matcher.ts";
import { execAt, rangeOf, viewOf, withoutWhiteSpace } from "./view.ts";

const NONE: readonly UnitRange[] = Object.freeze([]);

// A handle has five characters or more; invitations (+…) and channels by number (c/…) are told by their path.
const LINK =
  `(?<link>(?:(?<![a-z])${SCHEME})?(?<![a-z0-9_'’.@-])(?:t|telegram)(?:${DOT})(?:me|dog)[^\\S\\n]?/[^\\S\\n]?` +
  `(?:joinchat/|addstickers/|s/|c/)?[+@a-z0-9_][a-z0-9_/-]{2,63}|(?<![a-z0-9])tg ?: ?// ?[a-z]{2,20}\\?[!-~]{3,200})`;
const CUE = new RegExp(
  `${LINK}|${NO_WORD_BEFORE}(?:telegram|telegrm|t[ .]?g)(?![a-z0-9])|电[ .]?报|纸飞机|小飞机|飞机(?=[号群:])|✈`,
  "gu",
);
const GAP = new RegExp(
  connectors("号群频道是我的加搜找联系在账帐名私聊上", ["id", "is", "me", "my", "bot", "group"], "[^\\p{L}\\p{N}@]"),
  "uy",
);
// Not the host of a mail address, nor of a link.
const HANDLE = /@[a-z][a-z0-9_]{4,31}(?![a-z0-9_]|\.[a-z])/uy;

export function telegram(folded: Folded): readonly UnitRange[] {
  const view = viewOf(folded);
  let found: UnitRange[] | undefined;
  eachCue(CUE, view.text, (cue) => {
    const end = cue.index + cue[0].length;
    if (cue.groups?.["link"] !== undefined) {
      (found ??= []).push(withoutWhiteSpace(rangeOf(view, cue.index, end, cue.index, end), folded));
      return end;
    }
    const gap = execAt(GAP, view.text, end)?.[0] ?? "";
    if (!isNear(gap)) return undefined;
    const from = end + gap.length;
    const handle = execAt(HANDLE, view.text, from);
    if (!handle) return undefined;
    const to = from + handle[0].length;
    (found ??= []).push(rangeOf(view, cue.index, to, from, to));
    return to;
  });
  return found ?? NONE;
}
