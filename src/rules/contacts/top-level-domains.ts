/**
 * The top-level domains that count where nothing but a name and a dot says that there is a link. Real ones number some
 * 1,400, and among them are words, endings of files and names in code; hence four kinds, by how much else must speak for
 * a link. A domain that is in none needs a scheme or www.
 */

/** What must be there besides `name.tld`. */
export type TldKind =
  /** Nothing. */
  | "sure"
  /** Nothing, but it is also a name in code: `style.top`, `page.link`. */
  | "generic"
  /** A path, a port, a digit in the name, …: the next sentence may begin with it, as in `fine.so`. */
  | "word"
  /** A scheme, www or a path that is none of a file: `main.py`. */
  | "file";

const KINDS: Readonly<Record<TldKind, string>> = {
  sure:
    "com net org cn edu gov biz xyz vip icu cc tv hk tw jp kr ru su uk eu de fr nl au nz sg vn ph th ua gr cz hu ro dk fi " +
    "pt sk lt lv ee tk ga cf gq pw vc gg gd fm sx bz mobi asia xxx porn wang ltd ren cyou sbs cfd gdn io co ly sa ir il tech",
  generic:
    "top shop site online club store live link click website space host pro fun buzz bet casino poker sex adult cloud " +
    "info wiki blog chat mall market press social loan finance gold money party trade work win bid",
  word:
    "in is it so to me no us be at am as my do la es ca ch se br mx id name one run best cool plus love video news help " +
    "group city center art life today world game games team company red blue pink black men pub ink app dev ai ws mo tr " +
    "support email design studio agency monster rest quest bond lol fit band media tools network systems zone",
  file: "md py sh rs pl zip mov ml ps st ac",
};

const TLDS: ReadonlyMap<string, TldKind> = new Map(
  (Object.keys(KINDS) as TldKind[]).flatMap((kind) =>
    KINDS[kind].split(" ").map((tld): [string, TldKind] => [tld, kind]),
  ),
);

export function kindOfTld(label: string): TldKind | undefined {
  return TLDS.get(label);
}
