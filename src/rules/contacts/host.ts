/**
 * Whether a chain of names is a host. A dot is also the end of a sentence, the point of a version, the access to a member
 * in code and the ending of a file, so each kind of top-level domain and of dot asks for its own evidence.
 */
import type { DotKind } from "./dots.ts";
import type { Chain, Label } from "./host-chain.ts";
import { kindOfTld, type TldKind } from "./top-level-domains.ts";

/** What else speaks for a link. */
export type Evidence = {
  readonly hasScheme: boolean;
  /** Somebody said just before that a link follows. */
  readonly isAnnounced: boolean;
  /** Letters with spaces between them: nobody writes a sentence so. */
  readonly isSpelledOut: boolean;
  /** What follows the last name, up to a few characters. */
  readonly after: string;
  /** Whether a name is written `Like this`, before folding. */
  isCapitalised(label: Label): boolean;
};

const SECOND_LEVEL = new Set("com co net org gov edu ac or ne".split(" "));
// Namespaces that are read from right to left.
const PACKAGES = new Set("com org net io edu java javax android system microsoft".split(" "));
const PRODUCTS = new Set(
  "asp.net vb.net ado.net ml.net f.net paint.net socket.io main.cc test.cc util.cc utils.cc".split(" "),
);
const OBJECTS = new Set(
  (
    "this self user obj object data app window document console logger log node el elem element style event evt e props " +
    "state item items req res ctx config conf json target rect math player page order product process module exports " +
    "screen parent child root list arr array params query model form input button btn div body entity result response " +
    "request client server session router route store api options opts settings my our new get set std fs os sys i18n"
  ).split(" "),
);
/** These are members of objects in code as well. */
const MEMBERS = new Set("net io cc co id info name click link live host store online run video dev pub".split(" "));
/** A sentence may go on after these: it was fine.live music again tonight. */
const OPENERS = new Set("live fun win work click host market money party press social trade bid".split(" "));
const NOT_NAMES = new Set(
  (
    "a an the this that these those our my your his her its their every each any some no of was is are were and or but " +
    "to in on at by with for from as like via use used using get buy sell register domain domains ending red green " +
    "blue black white yellow pink orange purple grey gray polka micro quantum laser little small big tiny one two three " +
    "connect click tap press single double"
  ).split(" "),
);

/** How many names of the chain, from the first, are a host; undefined when none are. */
export function hostLength({ labels, dots }: Chain, evidence: Evidence): number | undefined {
  if (isAddress(labels)) return isLinkedAddress(labels, evidence) ? labels.length : undefined;
  const isLink = evidence.hasScheme || startsInWww(labels);
  for (let count = labels.length; count >= 2; count -= 1) {
    const label = labels[count - 1];
    const tld = label?.text.replace(/[_-]+$/, "") ?? "";
    const isLast = count === labels.length;
    const kind = kindOfTld(tld);
    const couldBeTld = isLast && (count > 2 || evidence.hasScheme) && /^\p{L}{2,}$/u.test(tld);
    if (isLink && (kind !== undefined || couldBeTld)) return count;
    // i18n.cn.title is code; after .com a sentence may begin.
    if (!kind || (!isLast && tld !== "com")) continue;
    const host: Chain = { labels: labels.slice(0, count), dots: dots.slice(0, count - 1) };
    if (isHost(host, tld, kind, isLast ? evidence : { ...evidence, after: "" })) return count;
  }
  return undefined;
}

function isHost({ labels, dots }: Chain, tld: string, kind: TldKind, evidence: Evidence): boolean {
  const { after } = evidence;
  const hasSecondLevel = labels.length > 2 && SECOND_LEVEL.has(labels.at(-2)?.text ?? "");
  const name = labels.at(hasSecondLevel ? -3 : -2)?.text ?? "";
  const first = labels[0]?.text ?? "";
  const hasPath = /^(?::\d{2,5})?\/[\p{L}\p{N}?#@+_-]/u.test(after);
  const hasPort = /^:\d{2,5}(?!\d)/.test(after);
  if (hasPath && kind !== "file") return true;
  // 1.VIP is the first point of a list; 163.com is a house.
  if (/^\d{1,2}$/.test(name) && !hasSecondLevel) return false;
  const hasMark = /[\d-]/.test(name);

  if (PACKAGES.has(first) && (labels.length > 2 || MEMBERS.has(tld))) return false;
  if (PRODUCTS.has(labels.map(({ text }) => text).join("."))) return false;
  const last = labels.at(-1);
  const opensSentence = tld !== "com" && last !== undefined && evidence.isCapitalised(last);
  const isCalled = /^(?:[(;[]| ?[-+*/|&]?=|\+\+|--|\?\.)/.test(after);
  const isMember = kind !== "sure" || MEMBERS.has(tld);
  if (opensSentence && (!hasMark || kind === "word")) return false;
  if (isMember && (isCalled || (OBJECTS.has(first) && !hasMark))) return false;
  return isEnough(dots.at(-1) ?? "tight", tld, kind, name, {
    ...evidence,
    isAnnounced: evidence.isAnnounced || hasPort || hasSecondLevel,
    hasMark,
  });
}

function isEnough(
  dot: DotKind,
  tld: string,
  kind: TldKind,
  name: string,
  { after, isAnnounced, isSpelledOut, hasMark }: Evidence & { readonly hasMark: boolean },
): boolean {
  if (kind === "file") return /^\/(?![^\s]*\.[a-z]{1,4}(?![a-z]))[a-z0-9]/.test(after);
  switch (dot) {
    case "bracketed":
      return true;
    case "han":
      // A点 and 8点 are points on a map and on a clock.
      return kind !== "word" && name.length > 1;
    case "word":
      return kind !== "word" && !NOT_NAMES.has(name) && (kind === "sure" || !/^ [a-z]/.test(after) || hasMark);
    default:
      if (isAnnounced || isSpelledOut) return true;
      if (kind !== "word") return hasMark || !OPENERS.has(tld) || !/^ [a-z]/.test(after);
      return hasMark && !MEMBERS.has(tld) && !/^ ?[a-z]/.test(after);
  }
}

/** Whether a name and what stands after a dot that looks like the end of a sentence are one host all the same. */
export function isBrokenHost(before: Chain, dot: DotKind, next: Chain, evidence: Evidence): boolean {
  const name = before.labels.at(-1)?.text ?? "";
  if (evidence.hasScheme || startsInWww(before.labels) || evidence.isSpelledOut) {
    const last = before.labels.at(-1);
    return before.labels.length === 1 || (last !== undefined && kindOfTld(last.text) === undefined);
  }
  const kinds = next.labels.map(({ text }) => kindOfTld(text));
  if (!kinds.every((kind) => kind === "sure" || kind === "generic")) return false;
  if (/^\d{1,2}$/.test(name) || next.labels.some((label) => evidence.isCapitalised(label))) return false;
  const tld = next.labels[0]?.text ?? "";
  if (tld === "com") return name.length > 1 && !NOT_NAMES.has(name);
  if (dot === "ideographic" && ["cn", "org", "xyz"].includes(tld)) return name.length > 1;
  return /[\d-]/.test(name) && !/^ ?[a-z]/.test(evidence.after);
}

function startsInWww(labels: readonly Label[]): boolean {
  return /^w{3,4}\d{0,2}$/.test(labels[0]?.text ?? "");
}

function isAddress(labels: readonly Label[]): boolean {
  return labels.length === 4 && labels.every(({ text }) => /^\d{1,3}$/.test(text) && Number(text) <= 255);
}

/** An address alone is talk about machines, and nobody else can reach a private one. */
function isLinkedAddress(labels: readonly Label[], { hasScheme, after }: Evidence): boolean {
  const address = labels.map(({ text }) => text).join(".");
  if (/^(?:0|10|127)\.|^192\.168\.|^172\.(?:1[6-9]|2\d|3[01])\.|^169\.254\./.test(address)) return false;
  return hasScheme || /^(?::\d{2,5}(?!\d)|\/[a-z])/.test(after);
}
