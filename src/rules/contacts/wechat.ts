/**
 * `wechat-id`: an account after something that says WeChat. An account is a letter and five to nineteen more letters,
 * digits, hyphens or underscores, and so is many an English word, a phone's name or a name in code; what the announcement
 * and the words between say decides how much the account must look like one.
 */
import type { Folded } from "../fold.ts";
import { connectors, eachCue, HIDING, isNear, NO_WORD_BEFORE } from "./cues.ts";
import { cnMobile } from "./mobile.ts";
import type { UnitRange } from "./named-matcher.ts";
import { isOrdinaryName, isProductName } from "./ordinary-names.ts";
import { execAt, rangeOf, viewOf } from "./view.ts";

const NONE: readonly UnitRange[] = Object.freeze([]);
const HEARTS = "❤♥💗💓💕💖💘💙💚💛💜🧡";

// From what is nobody else's name to what is mostly something else. `full` are the names that people know it by.
const CUE = new RegExp(
  [
    `(?<wxid>${NO_WORD_BEFORE}wxid_(?=[a-z]*\\d)[a-z0-9]{6,24}(?![a-z0-9_-]))`,
    `(?<added>(?:[加➕]|(?<![a-z0-9+])\\+) ?(?:我|个|一下)? ?(?:[微薇威卫维徽]${HIDING}[信星心芯${HEARTS}]|[微薇威徽]|` +
      `v${HIDING}[信芯${HEARTS}]|(?:wechat|weixin|wx|vx|w|v)))`,
    `(?<full>[微薇徽魏溦葳韦]${HIDING}[信伈${HEARTS}]|${NO_WORD_BEFORE}(?:v${HIDING}[信芯${HEARTS}]|(?:wei|w) ?信)|绿泡泡)`,
    `(?<weak>[威维卫唯围]${HIDING}信|卫${HIDING}星|[微薇]${HIDING}[芯心])`,
    `(?<latin>${NO_WORD_BEFORE}(?:we ?chat|wei ?xin|vxin|wx|vx|w[ .·]x|v[ .·]x))`,
    `(?<letter>(?<![a-z0-9_./-])v(?= ?[:=])|(?<!\\p{Script=Han})[薇威微](?= ?:))`,
  ].join("|"),
  "gu",
);
const CONNECTORS = connectors("号码是为我的加搜索找联系咨询客服私聊账帐户名称叫请添好友小大同在这", [
  "id",
  "is",
  "no",
  "me",
  "my",
  "add",
]);
const ACCOUNT = new RegExp(
  // What follows shows a mail address, a host, a call or an assignment in code.
  `(?<gap>${CONNECTORS})(?<id>[a-z][a-z0-9_-]{5,19})(?![a-z0-9_-]|@|\\.[a-z0-9]|\\(|://)`,
  "uy",
);
const GAP = new RegExp(CONNECTORS, "uy");
const HAS_LETTER_WORD = /^[ ,]+[a-z]/;

export function wechatId(folded: Folded): readonly UnitRange[] {
  const view = viewOf(folded);
  let mobiles: readonly UnitRange[] | undefined;
  let found: UnitRange[] | undefined;
  eachCue(CUE, view.text, (cue) => {
    const end = cue.index + cue[0].length;
    if (cue.groups?.["wxid"] !== undefined) {
      (found ??= []).push(rangeOf(view, cue.index, end, cue.index, end));
      return end;
    }
    const account = execAt(ACCOUNT, view.text, end);
    if (account) {
      const { gap = "", id = "" } = account.groups ?? {};
      const after = end + account[0].length;
      if (!isAccount(cue, gap, id, view.text.slice(after, after + 3))) return undefined;
      (found ??= []).push(rangeOf(view, cue.index, after, end + gap.length, after));
      return after;
    }
    // Many an account is known by its telephone number.
    const gap = execAt(GAP, view.text, end)?.[0] ?? "";
    const unit = view.unitAt(end + gap.length);
    mobiles ??= cnMobile(folded);
    const mobile = isNear(gap) ? mobiles.find((each) => each.start === unit) : undefined;
    if (!mobile) return undefined;
    const start = view.unitAt(cue.index);
    const units = mobile.units ?? Array.from({ length: mobile.end - mobile.start }, (_, at) => mobile.start + at);
    (found ??= []).push({ start, end: mobile.end, units });
    return end + gap.length;
  });
  return found ?? NONE;
}

function isAccount(cue: RegExpExecArray, gap: string, id: string, after: string): boolean {
  const { added, weak, latin, letter } = cue.groups ?? {};
  if (!isNear(gap)) return false;
  const endsInLetter = /[a-z]$/.test(cue[0]);
  // wxd930ea5d is a name of its own, and so is wx-button; 加wxabc123 is not.
  if (endsInLetter && gap === "" && (added === undefined || /[^a-z][wv]$/.test(cue[0]))) return false;
  const hasDigit = /\d/.test(id);
  if (latin !== undefined && /^[-_.]$/.test(gap) && !hasDigit) return false;
  if ((weak ?? letter) !== undefined && !hasDigit) return false;

  const isNamed = added !== undefined || /[号加搜账帐]/u.test(gap);
  if (isNamed) return hasDigit || /[_-]/.test(id) || (!isOrdinaryName(id) && !HAS_LETTER_WORD.test(after));
  if (isProductName(id) || isOrdinaryName(id)) return false;
  // Landsat-8 is up there already.
  if (weak !== undefined && /^[a-z]{3,}-?\d{1,2}[a-z]?$/.test(id)) return false;
  if (hasDigit || id.includes("_")) return true;
  const isExplicit = /[是叫:]/u.test(gap) || /(?:^|[^a-z])id(?:[^a-z]|$)/.test(gap);
  return isExplicit && !HAS_LETTER_WORD.test(after);
}
