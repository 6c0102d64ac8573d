/** `url`: a link or a bare domain that the rule does not allow, also when it is written so that machines overlook it. */
import type { Folded } from "../fold.ts";
import { isAllowed } from "./domains.ts";
import { SCHEME, type DotKind } from "./dots.ts";
import { hostLength, isBrokenHost, type Evidence } from "./host.ts";
import { joinChains, LABEL, LABEL_LETTER, readChain, sentencesOf, type Chain, type Label } from "./host-chain.ts";
import { linkTextOf, type LinkText } from "./link-text.ts";
import type { NamedOptions, UnitRange } from "./named-matcher.ts";
import { execAt, withoutWhiteSpace } from "./view.ts";

const NONE: readonly UnitRange[] = Object.freeze([]);
/** Without one of these there is no link, and most messages have none. */
const SIGN = /[.。丶·•・点]|d[o0]t|:[^\p{L}\p{N}]{0,3}[/\\]/u;

// 网址点com and 中文.com: names in Chinese count where nothing else can be meant.
const SUFFIX_TALK = "(?!\\s?(?:结尾|后缀|的|和|比|还|或|好|贵|域|是))";
const NEXT = new RegExp(
  [
    `(?<scheme>(?<![a-z])${SCHEME})`,
    `(?<named>(?:网址|网站|官网|域名)[^\\S\\n]?(?:点|\\[?\\.\\]?)[^\\S\\n]?(?:com|cn|net|org)(?![a-z0-9_.-])${SUFFIX_TALK})`,
    `(?<chinese>(?<![\\p{L}\\p{N}])(?:www[.。点])?\\p{Script=Han}{1,8}\\.(?:com|cn|top|xyz|cc|vip)(?![\\p{L}\\p{N}_-]|\\.[a-z]))`,
    `(?<label>(?<!${LABEL_LETTER})${LABEL})`,
  ].join("|"),
  "gu",
);
const SUFFIX = /后缀|域名|注册|[是的个用买卖抢这那一]|什么/u;
const NEXT_SCHEME = new RegExp(SCHEME, "gu");
const USER = /[^\s/@?#]{1,64}@/uy;
const ANNOUNCED =
  /(?:网址|网站|官网|域名|链接|地址|访问|打开|浏览器|进入|登录|登陆|上|visit|website|site|url|link|browse|goto|go to|open)[^\p{L}\p{N}]{0,3}(?:是|为|到|at|is)?[^\p{L}\p{N}]{0,3}$/u;
const ANNOUNCED_MAX = 20;
const AFTER_MAX = 40;
// No path that a person is meant to follow is longer, and reading on at each of many links would take long.
const PATH = /(?::\d{2,5}(?!\d))?(?:[/?#][!-~]{0,2000})?/y;
const LOOSE_END = /[.,;:!?)'"\]}>*_~`]+$/;

type Found = { readonly start: number; readonly end: number; readonly host: string };

export function url(folded: Folded, { allowDomains }: NamedOptions): readonly UnitRange[] {
  const link = linkTextOf(folded);
  const { text } = link;
  if (!SIGN.test(text)) return NONE;
  const ranges: UnitRange[] = [];
  for (let at = 0; at < text.length;) {
    const next = execAt(NEXT, text, at);
    if (!next) break;
    const { found, end } = read(next, folded, link);
    at = Math.max(end, next.index + 1);
    for (const each of found) {
      if (!isAllowed(each.host, allowDomains)) ranges.push(rangeOf(each, folded, link));
      else at = Math.max(next.index + 1, nestedLink(text, each, at));
    }
  }
  return ranges;
}

function rangeOf({ start, end }: Found, folded: Folded, link: LinkText): UnitRange {
  return withoutWhiteSpace({ start: link.unitAt(start), end: link.unitAt(end - 1) + 1 }, folded);
}

/** An allowed page may send its visitor on to another. */
function nestedLink(text: string, { start, end, host }: Found, otherwise: number): number {
  const from = start + host.length;
  const nested = execAt(NEXT_SCHEME, text.slice(from, end), 0);
  return nested ? from + nested.index : otherwise;
}

type Reading = { readonly found: readonly Found[]; readonly end: number };

function read(next: RegExpExecArray, folded: Folded, link: LinkText): Reading {
  const { text } = link;
  const start = next.index;
  const end = start + next[0].length;
  const { scheme, named, chinese } = next.groups ?? {};
  if (named !== undefined) return { found: [{ start, end, host: named }], end };
  if (chinese !== undefined) {
    const after = endOfPath(folded, link, end);
    return { found: SUFFIX.test(chinese) ? [] : [{ start, end: after, host: chinese }], end: after };
  }
  if (scheme !== undefined) {
    const user = execAt(USER, text, end)?.[0] ?? "";
    return readHosts(readChain(text, end + user.length, true), start, end, true, folded, link);
  }
  const chain = readChain(text, start, false);
  return isPartOfOther(text, start)
    ? { found: [], end: chain.labels.at(-1)?.end ?? end }
    : readHosts(chain, start, end, false, folded, link);
}

/** The host of a mail address, a part of a path, a member of what a call gave: those have their own beginning. */
function isPartOfOther(text: string, start: number): boolean {
  return /[\p{L}\p{N}_.-]@$|[a-z0-9_.~-][/\\]$|[)\]'"]\.$/u.test(text.slice(Math.max(0, start - 2), start));
}

function readHosts(
  chain: Chain,
  start: number,
  end: number,
  hasScheme: boolean,
  folded: Folded,
  link: LinkText,
): Reading {
  const found: Found[] = [];
  let done = chain.labels.at(-1)?.end ?? end;
  const parts = sentencesOf(chain);
  let at = 0;
  for (let part = parts[0]; part !== undefined; part = parts[at]) {
    const isFirst = at === 0;
    for (let next = parts[++at]; next; next = parts[++at]) {
      const dot = dotBetween(chain, next);
      if (!isBrokenHost(part, dot, next, evidenceOf(joinChains(part, dot, next), isFirst && hasScheme, folded, link)))
        break;
      part = joinChains(part, dot, next);
    }
    const evidence = evidenceOf(part, isFirst && hasScheme, folded, link);
    const count = hostLength(part, evidence);
    const last = part.labels.at((count ?? 0) - 1);
    if (count === undefined || last === undefined) continue;
    const isWhole = count === part.labels.length;
    // a.b@c.com is a mail address from its first letter.
    if (isWhole && !evidence.hasScheme && /^@[a-z0-9]/.test(evidence.after)) continue;
    const hostEnd = last.start + last.text.replace(/[_-]+$/, "").length;
    const hitEnd = isWhole && hostEnd === last.end ? endOfPath(folded, link, hostEnd) : hostEnd;
    const hitStart = evidence.hasScheme ? start : startOfName(part.labels[0]);
    const host = part.labels
      .slice(0, count)
      .map((label) => label.text.replace(/^[_-]+|[_-]+$/g, ""))
      .join(".");
    found.push({ start: hitStart, end: hitEnd, host });
    done = Math.max(done, hitEnd);
    // What was read as the next sentence is the path of this one.
    while (at < parts.length && (parts[at]?.labels[0]?.start ?? 0) < hitEnd) at += 1;
  }
  return { found, end: Math.max(done, end) };
}

function startOfName(label: Label | undefined): number {
  if (!label) return 0;
  return label.start + label.text.length - label.text.replace(/^[_-]+/, "").length;
}

function dotBetween(chain: Chain, next: Chain): DotKind {
  const place = chain.labels.findIndex((label) => label === next.labels[0]);
  return chain.dots[place - 1] ?? "spaced";
}

function evidenceOf({ labels }: Chain, hasScheme: boolean, folded: Folded, link: LinkText): Evidence {
  const [start, end] = [labels[0]?.start ?? 0, labels.at(-1)?.end ?? 0];
  return {
    hasScheme,
    isAnnounced: ANNOUNCED.test(link.text.slice(Math.max(0, start - ANNOUNCED_MAX), start)),
    isSpelledOut: labels.some((label) => link.isSpelledOut(label.start, label.end)),
    after: link.text.slice(end, end + AFTER_MAX),
    isCapitalised: (label) => {
      const [from, to] = [link.unitAt(label.start), link.unitAt(label.end - 1)];
      const written = folded.text.slice(folded.starts[from], folded.ends[to]);
      const before = folded.text.slice(Math.max(0, (folded.starts[from] ?? 0) - 3), folded.starts[from]);
      return /^\p{Lu}\p{Ll}+$/u.test(written) && /[\p{Ll}\p{N}][^\p{L}\p{N}]*$/u.test(before);
    },
  };
}

/** Where a port, a path and a query end that begin at `at`. Full-width punctuation was none of the link. */
function endOfPath(folded: Folded, link: LinkText, at: number): number {
  const path = execAt(PATH, link.text, at)?.[0] ?? "";
  let length = 0;
  for (; length < path.length; length += 1) {
    const unit = link.unitAt(at + length);
    const written = folded.text.codePointAt(folded.starts[unit] ?? 0) ?? 0;
    if (written > 0x7f && /[,;:!?()[\]]/.test(path[length] ?? "")) break;
  }
  return at + path.slice(0, length).replace(LOOSE_END, "").length;
}
