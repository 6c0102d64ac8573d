/**
 * What NFKC and taking marks off leave of letters, digits and radicals. These rows hold in every text and every profile,
 * because no reader sees a difference: `ᴅᴀᴍɴ` is small capitals, `đ` is a `d`, ⺡ is 氵.
 *
 * Look a character up as it stands, before NFKC (which takes ⒜ apart), and what NFKC and lower case make of it once more
 * (ᶦ becomes ɪ, Đ becomes đ): rows are of lower case only. What merely looks like a letter stands in `lookalikes.ts`. Ligatures of two letters (æ, œ, ƣ) and signs of several (🆎, 🆗) are left alone.
 */

const ALPHABET = [..."abcdefghijklmnopqrstuvwxyz"];

/** Pairs for an alphabet that stands in one piece from `first` on: 🅐 to 🅩, 🇦 to 🇿. */
function row(first: number): string {
  return ALPHABET.map((letter, at) => String.fromCodePoint(first + at) + letter).join("");
}

const SMALL_CAPITALS = "ᴀaʙbᴄcᴅdᴇeꜰfɢgʜhɪiᴊjᴋkʟlᴍmɴnᴏoᴘpꞯqʀrꜱsᴛtᴜuᴠvᴡwʏyᴢz" + "ᴃbᴆdᴌlᴎnᴙrᴚrʛgʁr";

/** Strokes, hooks, tails and curls that are part of the letter for Unicode, and an ornament for a reader. */
const ORNAMENTED = [
  "ⱥaᶏaƀbɓbƃbᵬbᶀbꞗbȼcƈcɕcꞓcꞔcđdɖdɗdƌdȡdᵭdᶁdᶑdðdɇeᶒeⱸeꬴeƒfᵮfᶂfꞙfꬵfǥgɠgᶃgꞡgꬶg",
  "ħhɦhɧhⱨhⱶhꞕhıiɨiᵻiᶖiᵼiȷjɉjʝjɟjĸkƙkⱪkᶄkꝁkꝃkꝅkꞣkłlƚlɫlɬlɭlȴlⱡlᶅlꝉlꞎlꬷlꬸlꬹl",
  "ɱmᵯmᶆmꬺmƞnɲnɳnȵnŋnᵰnᶇnꞑnꞥnꬻnꬼnøoɵoⱺoꝋoꬾoƥpᵱpᵽpᶈpꝑpꝓpꝕpɋqʠqꝗqꝙqɍrɼrɽrɾrᵲrᵳrᶉrꞧrꭇrꭉr",
  "ʂsȿsᵴsᶊsꞩsꟊsŧtƫtƭtʈtȶtⱦtᵵtꞇtʉuᵾuᶙuꭎuꭒuʋvⱱvⱴvᶌvꝟvⱳwᶍxꭖxꭗxꭘxꭙxƴyɏyỿyꭚyƶzȥzɀzʐzʑzⱬzᵶzᶎz",
].join("");

/** Also those that NFKC would give as `(a)` or `〔s〕`, three characters for one. */
const ENCLOSED = [row(0x1f150), row(0x1f170), row(0x1f1e6), row(0x249c), row(0x1f110), "🄪s"].join("");

/** Pairs: character, base letter. */
export const LETTERS: string = SMALL_CAPITALS + ORNAMENTED + ENCLOSED;

/** Pairs for numbers `from`, `from + 1`, … that stand in one piece. */
function numbers(first: number, from: number, to: number): [string, string][] {
  return Array.from({ length: to - from + 1 }, (_, at) => [String.fromCodePoint(first + at), String(from + at)]);
}

/** Numbers in circles, brackets or with a full stop: the digits alone, where NFKC has none or gives `(1)`, `1.`, `0,`. */
export const DIGITS: readonly (readonly [character: string, digits: string])[] = [
  ...numbers(0x2776, 1, 10), // ❶
  ...numbers(0x2780, 1, 10), // ➀
  ...numbers(0x278a, 1, 10), // ➊
  ...numbers(0x24eb, 11, 20), // ⓫
  ...numbers(0x24f5, 1, 10), // ⓵
  ...numbers(0x2474, 1, 20), // ⑴
  ...numbers(0x2488, 1, 20), // ⒈
  ...numbers(0x1f101, 0, 9), // 🄁
  ["⓿", "0"],
  ["🄋", "0"],
  ["🄌", "0"],
  ["🄀", "0"],
];

/**
 * Pairs: character of the block CJK Radicals Supplement, the ordinary one. Kangxi radicals are NFKC's business. Left out
 * are the shapes that are no character of their own (⺀ ⺍ ⺧ …): nothing is written with them.
 */
export const RADICALS: string = [
  "⺁厂⺄乙⺅亻⺈刀⺉刂⺊卜⺋卩⺎兀⺏尣⺐尢⺑尢⺒巳⺓幺⺔彐⺕彐⺖忄⺗心⺘扌⺙攵⺛旡⺜日⺝月⺞歹⺟母⺠民⺡氵⺢水⺣灬⺤爪⺥爪⺦丬",
  "⺨犭⺩王⺪疋⺫目⺬示⺭礻⺮竹⺯糸⺰纟⺱网⺲罒⺳网⺴冖⺵网⺶羊⺷羊⺸羊⺹耂⺺聿⺻聿⺼月⺽臼⺾艹⺿艹⻀艹⻁虎⻂衤⻃西⻄西",
  "⻅见⻆角⻇角⻈讠⻉贝⻊足⻋车⻌辶⻍辶⻎辶⻏阝⻐钅⻑长⻒长⻓长⻔门⻕阝⻖阝⻗雨⻘青⻙韦⻚页⻛风⻜飞⻝食⻞食⻟食⻠饣⻡首⻢马",
  "⻣骨⻤鬼⻥鱼⻦鸟⻧卤⻨麦⻩黄⻪黾⻫齐⻬齐⻭齿⻮齿⻯龙⻰龙⻱龟⻲龟⻳龟",
].join("");
