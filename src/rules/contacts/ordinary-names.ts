/** What stands after 微信 and WeChat in talk about phones and code, and has the shape of an account. */

const WORDS = new Set(
  (
    "access account action active adapter address alipay amount android apple applet article authorization avatar " +
    "background backup balance banned beijing better binding blocked broken browser button callback camera cancel " +
    "center channel check client cloud code component config connect contact content cookie custom customer " +
    "debug default deleted desktop details developer device devtools disabled document doesn download emoji " +
    "enabled enterprise error errcode errmsg expired failed feature file follow format friend friends frozen function " +
    "github google group groups hacked handler harmony header history huawei image inside install installed invalid " +
    "iphone issue latest launch library limited linux location locked login logout macbook manager menus " +
    "merchant message messages messenger method mini mobile module moment moments native network normal notice number " +
    "object offline official online openid openapi option order package paid param password payment picture platform " +
    "please plugin policy preview profile program project promise public qrcode query read received receiver redpacket " +
    "refund register release removed request required response result return router sandbox scanner screen secret " +
    "sender server service session setting settings share shared signature simulator source stable started status " +
    "sticker store string style subscribe success suspended switch system tablet template tencent timeout token " +
    "transfer unable undefined unionid update updated upload user username verified verify version video " +
    "voice wallet wechat weixin webhook webview website widget window windows working xiaomi " +
    "api app ai auth base bug cdn css data demo dev env exe h5 html http https icon id ios ipad js json jssdk key kit lib " +
    "log mac miniprogram mp name node npm open oauth pay php ping play qr react sdk sign sql ssl sub test type ui uni url v2 v3 " +
    "view vue web work xml"
  ).split(" "),
);
const PRODUCT =
  /^(?:iphone|ipad|ipados|android|windows|win|mac|macos|ios|harmony|harmonyos|huawei|xiaomi|redmi|oppo|vivo|honor|chrome|chromium|version|ver|build|release|http|https|covid|error|code|utf|sha|base|es)[-_]?\d/;

/** A word of the trade, or several of them joined: `android`, `access_token`, `js-sdk`. */
export function isOrdinaryName(id: string): boolean {
  return id.split(/[-_]+/).every((part) => part === "" || WORDS.has(part));
}

/** `iphone15pro`, `windows11`, `covid-19`. */
export function isProductName(id: string): boolean {
  return PRODUCT.test(id);
}
