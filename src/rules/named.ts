/** Matchers that are easier to say in code than as a pattern. A rule asks for one by name. */
import { cnMobile } from "./contacts/mobile.ts";
import type { NamedMatcher } from "./contacts/named-matcher.ts";
import { qqNumber } from "./contacts/qq.ts";
import { telegram } from "./contacts/telegram.ts";
import { url } from "./contacts/url.ts";
import { wechatId } from "./contacts/wechat.ts";

export { domainsOf } from "./contacts/domains.ts";
export type { NamedMatcher, NamedOptions, UnitRange } from "./contacts/named-matcher.ts";

export const NAMED_MATCHERS: Readonly<Record<string, NamedMatcher>> = {
  "cn-mobile": cnMobile,
  "wechat-id": wechatId,
  "qq-number": qqNumber,
  telegram,
  url,
};
