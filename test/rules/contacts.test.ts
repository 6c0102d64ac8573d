import assert from "node:assert/strict";
import fc from "fast-check";
import { fold } from "../../src/rules/fold.ts";
import { domainsOf, NAMED_MATCHERS, type NamedOptions, type UnitRange } from "../../src/rules/named.ts";

const options: NamedOptions = {
  allowDomains: domainsOf([
    ..."example.com example.org github.com npmjs.com wikipedia.org qq.com tencent.com".split(" "),
    ..."cloud.tencent.com mozilla.org bilibili.com Scunthorpe 3.14".split(" "),
  ]),
};

// Rows stand between bars, a text before the arrow and the same text masked after it.

const mobiles = `
明早联系15911112222 → 明早联系*********** | text me 158 0000 1234 → text me *** **** **** | 158-0000-1234 → ***-****-****
１５８００００１２３４ → *********** | ①⑤⑧⓪⓪⓪⓪①②③④ → *********** | ❶❺❽⓿⓿⓿⓿❶❷❸❹ → ***********
1\uFE0F\u20E35\uFE0F\u20E38\uFE0F\u20E30\uFE0F\u20E30\uFE0F\u20E30\uFE0F\u20E30\uFE0F\u20E31\uFE0F\u20E32\uFE0F\u20E33\uFE0F\u20E34\uFE0F\u20E3 → *********************************
一五八零零零零一二三四 → *********** | 我的号一三八零零一三八零零零，打给我 → 我的号***********，打给我 | 壹伍捌零零零零壹贰叁肆 → ***********
壹伍捌零零零零壹貳參肆 → *********** | 幺五八零零零零幺二三四 → *********** | 1五8零0零0一2三4 → *********** | 一三八 零零一三 八零零零 → *** **** ****
+86 15800001234 → +86 *********** | +8615800001234 → +86*********** | 0086-158-0000-1234 → 0086-***-****-****
86 158 0000 1234 → 86 *** **** **** | (+86)15800001234 → (+86)***********
1 5 8 0 0 0 0 1 2 3 4 → * * * * * * * * * * * | 1.5.8.0.0.0.0.1.2.3.4 → *.*.*.*.*.*.*.*.*.*.*
1-5-8-0-0-0-0-1-2-3-4 → *-*-*-*-*-*-*-*-*-*-* | 158.0000.1234 → ***.****.**** | 158，0000，1234 → ***，****，****
15800001234，15900001234 → ***********，*********** | 158 0000 1234 159 0000 1234 → *** **** **** *** **** ****
15800001234/15900001234 → ***********/*********** | tel:15800001234 → tel:***********
手机：１５８-００００-１２３４ → 手机：***-****-**** | 一五八零零零零一二三四一起玩 → ***********一起玩 | 15800001234一下 → ***********一下
158🙂0000🙂1234 → ***🙂****🙂**** | call me at (158)0000-1234 → call me at (***)****-****
158__0000__1234 → ***__****__**** | vx_15800001234 → vx_*********** | ⑴⑸⑻⓪⓪⓪⓪⑴⑵⑶⑷ → ***********
1\uFE0F\u20E3 5\uFE0F\u20E3 8\uFE0F\u20E3 0\uFE0F\u20E3 0\uFE0F\u20E3 0\uFE0F\u20E3 0\uFE0F\u20E3 1\uFE0F\u20E3 2\uFE0F\u20E3 3\uFE0F\u20E3 4\uFE0F\u20E3 → *** *** *** *** *** *** *** *** *** *** ***
1\u200B5\u200B8\u200B0\u200B0\u200B0\u200B0\u200B1\u200B2\u200B3\u200B4 → *\u200B*\u200B*\u200B*\u200B*\u200B*\u200B*\u200B*\u200B*\u200B*\u200B*
15 80 00 01 23 4 → ** ** ** ** ** * | 13800138000 or 13900139000? → *********** or ***********?
1. 13800138000 → 1. *********** | 2024-05-01 13800138000 → 2024-05-01 ***********
1-5-8 0-0-0-0 1-2-3-4 → *-*-* *-*-*-* *-*-*-* | 𝟏𝟓𝟖𝟎𝟎𝟎𝟎𝟏𝟐𝟑𝟒 → ***********
158 0000 1234 24小时在线 → *** **** **** 24小时在线
`;

const noMobiles = `
交易单 8813912345678 | order 2026158000012345 | 158000012345 | 12800001234 | 1580000123 | 1,380,013,800
13,800,138,000 | ¥13800138000 | 13800138000元 | 13800138000.50 | 0.13800138000 | a13800138000b | SN13812345678
SN-13812345678 | 13800138000b | 0x13800138000 | 1380 0138 0001 2345 | 6222 0213 8001 3800 017
6222 1380 0138 000 | 49-015420-323751-8 | 352099001761481 | 1714550400000 | 192.168.100.138 | 138.100.138.10
1999-12-31 2024-01-01 | 15-8-2024 10:30 | 13.5.2024 12:30 | 一三五七 | 一三五七九二四六八十 | 三月一日到五月七日 | 15 800 001 234
1-800-356-9377 | +1 415 555 2671 | 400-800-1234 | 010-13800138 | 预算15000-200000 | 1500 2000 300 三档
1, 3, 5, 7, 9, 11, 13, 15 | 135.502, 34.693 | IMG_13800138000.jpg | 550e8400-e29b-41d4-a716-138001380000
13:80:01:38:00:0a | 13800138000-2 | 双色球 13 15 22 28 31 5 | 4.13800138000 | 身份证 110101199003078888
deadbeef13800138000cafe | 二〇二四年一三五限行，二四六可以 | 158 and 0000 and 1234 | 1580000 1234 5678 9012 | 138 0013 8000 1234
T+15800001234x | 1 . 5 . 8 . 0 . 0 . 0 . 0 . 1 . 2 . 3 . 4
`;

const wechatIds = `
微信号：shop_assist7 → 微信号：************ | 微信 abc12345 → 微信 ******** | 加微信abc12345 → 加微信********
加我微信：lucky_cat88 → 加我微信：*********** | 微 信 abc12345 → 微 信 ******** | 薇信abc12345 → 薇信********
薇信：rosegarden → 薇信：********** | 威信 abc12345 → 威信 ******** | 卫星 abc_12345 → 卫星 ********* | 加卫星abc12345 → 加卫星********
维信号 test-2024a → 维信号 ********** | 徽信abc12345 → 徽信******** | 魏信: abc12345 → 魏信: ******** | 溦信 abc12345 → 溦信 ********
微❤abc12345 → 微❤******** | 微❤\uFE0F abc12345 → 微❤\uFE0F ******** | V❤ abc12345 → V❤ ********
v信 abc12345 → v信 ******** | V信：Tony_wang → V信：********* | ➕v abc12345 → ➕v ******** | +v abc12345 → +v ********
加v abc12345 → 加v ******** | 加V：abc12345 → 加V：******** | ＋薇 abc12345 → ＋薇 ******** | ➕薇：abc12345 → ➕薇：********
v: abc12345 → v: ******** | V：abc12345 → V：******** | wx: abc12345 → wx: ******** | wx abc12345 → wx ********
w x abc12345 → w x ******** | vx：abc12345 → vx：******** | VX abc12345 → VX ******** | vx abc_12345 → vx *********
wechat: jason_lee88 → wechat: *********** | WeChat ID jasonlee → WeChat ID ********
my wechat is jason_lee88 → my wechat is *********** | add my wechat jason_lee88 → add my wechat ***********
weixin abc12345 → weixin ******** | ｗｘ：ａｂｃ１２３４５ → ｗｘ：******** | ⓦⓧ ⓐⓑⓒ①②③④⑤ → ⓦⓧ ********
微信号是rosegarden哦 → 微信号是**********哦 | 微信号wxid_8h2k3l4m5n → 微信号*************** | wxid_8h2k3l4m5n21 → *****************
加微信13800138000 → 加微信*********** | 微信 13800138000 → 微信 *********** | 微.信.abc12345 → 微.信.********
wx号abc12345 → wx号******** | 加wxabc12345 → 加wx******** | 加个微信 abc12345 → 加个微信 ******** | 加微 abc12345 → 加微 ********
微信同号 abc12345 → 微信同号 ******** | ➕我V abc12345 → ➕我V ******** | 微信搜abc12345 → 微信搜********
微信账号：abc12345 → 微信账号：******** | 微信名叫abc12345 → 微信名叫******** | w.x abc12345 → w.x ******** | 𝐰𝐱 abc12345 → 𝐰𝐱 ********
`;

const noWechatIds = `
微信支付 12345 | 微信支付 abc12345 | 微信群abc12345 | 微信读书 abc12345 | 微信红包 88888 | 微信小程序 demo_app1 | 微信公众号 tech_news1
微信公众号：dailynews | wechat message received | 微信 android | 微信Android版本8.0 | WeChat for Windows | 微信 Windows11 打不开
微信 iPhone15 拍照 | 微信是tencent做的 | wechat is broken | wechat is working again | wx.getUserInfo(res)
wx.request({url}) | wx_user_id = 1 | wechat_pay_sign | wxd930ea5d5a258f4f | appid: wxd930ea5d5a258f4f
微信 access_token 过期 | 微信 js-sdk 报错 | 微信 errcode=40029 | 微信 openid 是什么 | 卫星 landsat-8 的数据 | 卫星Sentinel-2A影像
卫星 Beidou3 发射 | 威信 很重要 | weixin-java-pay | 微信 mp.weixin.qq.com | 微信 abc12345@qq.com | w*x+bias_1
v1.2.3 released | V8 engine update2024 | version v: boolean | 导航 v-model value1 | 微信：please call me
微信: message received | 我没有微信，only email | 微信群里有菜谱 | 微信表情 emoji_2024 | 微信转账 500000 | 微信 13800138 | 糖少加。微信群里发过步骤
加v50 | v我50 | 微信version8 | console.log(wx) | const wx = require | 小薇: hello12 | wechat covid-19 health code
企业微信 API_KEY | 加VIP12345 | 微信运动 steps10000
`;

const qqNumbers = `
QQ12345678 → QQ******** | QQ 12345678 → QQ ******** | qq：123456 → qq：****** | ＱＱ：１２３４５６７８ → ＱＱ：********
Q Q 12345678 → Q Q ******** | q.q 12345678 → q.q ******** | 扣扣12345678 → 扣扣******** | 扣 扣 12345678 → 扣 扣 ********
抠抠 123456 → 抠抠 ****** | 企鹅号 12345678 → 企鹅号 ******** | 企鹅：12345678 → 企鹅：******** | Q群 123456789 → Q群 *********
q群：123456789 → q群：********* | Q号12345678 → Q号******** | 加Q12345678 → 加Q******** | 加q 12345678 → 加q ********
加QQ 12345678 → 加QQ ******** | +q 12345678 → +q ******** | ➕Q 12345678 → ➕Q ******** | ➕QQ12345678 → ➕QQ********
球球 12345678 → 球球 ******** | 蔻蔻12345678 → 蔻蔻******** | 秋秋：12345678 → 秋秋：******** | 🐧12345678 → 🐧********
🐧：12345678 → 🐧：******** | QQ①②③④⑤⑥⑦ → QQ******* | 扣扣一二三四五六七八 → 扣扣******** | QQ 1 2 3 4 5 6 7 → QQ * * * * * * *
QQ 1234-5678 → QQ ****-**** | QQ 1234 5678 → QQ **** **** | QQ群号：123456789 → QQ群号：*********
加扣扣12345678 → 加扣扣******** | QQ联系12345678 → QQ联系******** | qq是12345678 → qq是********
我的QQ号是 12345678 → 我的QQ号是 ******** | QQ裙123456789 → QQ裙********* | QQ群123456789月入过万 → QQ群*********月入过万
QQ交流群：123456789 → QQ交流群：********* | 口口号12345678 → 口口号******** | q：12345678 → q：********
Q1\uFE0F\u20E3 no; QQ 1\uFE0F\u20E32\uFE0F\u20E33\uFE0F\u20E34\uFE0F\u20E35\uFE0F\u20E36\uFE0F\u20E3 → Q1\uFE0F\u20E3 no; QQ ******************
my qq is 12345678 → my qq is ******** | 扣群123456789 → 扣群********* | QQ 12345678，微信同号 → QQ ********，微信同号
`;

const noQqNumbers = `
QQ音乐 2024 | QQ音乐 20240101 | QQ 2013版 | qq邮箱 12345@qq.com | qq: 12345@qq.com | QQ浏览器 12345 | QQ飞车 100000
QQ 2024-05-01 更新 | QQ 2024/5/1 更新 | QQ 9.7.25.29419 | QQ 1234 | QQ 123456789012 | QQ群有10000人 | QQ 10000人在线
QQ币 10000 | QQ 12,345 | QQ 12345.67 | QQ ¥12345 | 企鹅 15000只 | 企鹅影视 12345 | mail.qq.com/12345 | qq.com 12345
aqq12345678 | qq12345abc | BQQ 12345678 | Q1 2024 | Q: 10000是多少 | FAQ 12345 | 球球大作战 50000 | 10口口12345
QQ等级 12345 | QQ空间 20240501 | QQ 充值100000 | Q3营收 12345亿 | 🐧🐧🐧 100 | 看企鹅去 | qq 5000 | 一二三四五六 | QQ会员 88888
QQ 0123456 | QQ版本10.1.22
`;

const telegrams = `
t.me/abcde → ********** | https://t.me/abcde → ****************** | t.me/+AbCdEf123 → ***************
t.me/joinchat/AAAA → ****************** | t[.]me/abcde → ************ | t点me/abcde → **********
t . me / abcde → * * ** * ***** | hxxps://t.me/abcde → ****************** | telegram.me/abcde → *****************
tg://resolve?domain=abcde → ************************* | telegram @abcde → telegram ******
Telegram: @abc_de1 → Telegram: ******** | tg @abcde → tg ****** | TG：@abcde → TG：****** | tg号@abcde → tg号******
电报 @abcde → 电报 ****** | 电报：@abcde → 电报：****** | 电报群 @abcde → 电报群 ****** | 纸飞机 @abcde → 纸飞机 ******
纸飞机：@abcde12 → 纸飞机：******** | 飞机号 @abcde → 飞机号 ****** | ✈\uFE0F @abcde → ✈\uFE0F ****** | ✈@abcde → ✈******
T G @abcde → T G ****** | ｔｇ ＠abcde → ｔｇ ****** | my tg is @abcde → my tg is ****** | 加我tg：@abcde → 加我tg：******
联系电报 @sales_bot → 联系电报 ********** | t.me/s/abcde → ************ | telegram-@abcde → telegram-******
t (dot) me/abcde → * ***** ******** | t dot me/abcde → * *** ********
`;

const noTelegrams = `
@handle | @abcde 你好 | tg 值 | tg值高 @abcde | 电报大楼 | 电报大楼 @wangfujing | Telegram is an app | telegram app
tg(x) = 1 | btg @abcde | tg me@gmail.com | tg @abc | mail me at a@telegram.com | t.me | don't.me/abcde
cat.me/abcde | print.me | 电报发明于 1837 | 纸飞机折法 | 飞机 @shanghai_airport | ✈\uFE0F 出发 | tg: 3.5
telegram me@abcde.com | tg @abcde.com | targeting @abcde | 发电报给他 | let me/them know | https://example.com/t.meat
@telegram
`;

const urls = `
上www点lucky66点vip看 → 上***************看 | https://evil.top → ****************
http://evil.top/a?b=c → ********************* | hxxp://evil.top → ***************
hxxps[:]//evil[.]top/x → ********************** | h**p://evil.top → ***************
看 http：//evil．top → 看 *************** | site[.]top → ********** | site(.)top → ********** | site【.】top → **********
abc dot xyz → *** *** *** | abc [dot] xyz → *** ***** *** | www dot sample dot com → *** *** ****** *** ***
网址点com → ****** | 网址：sample点com → 网址：********** | example777 。com → ********** **** | example777。com → **************
ａｂｃ．ｃｏｍ → ******* | ⓐⓑⓒ.ⓒⓞⓜ → ******* | 中文.com → ****** | www.中文.com → ********** | sample.xyz → **********
sample.top → ********** | sample777.me → ************ | t.me/abc → ******** | bit.ly/3xYz → ***********
www.sample.unknown → ****************** | w w w . a b c . c o m → * * * * * * * * * * *
s a m p l e 7 . t o p → * * * * * * * * * * * | sample . com → ****** * *** | sample. com → ******* ***
github.com.evil.top → ******************* | evil.top/github.com → ******************* | notgithub.com → *************
https://github.com@evil.top/x → *****************************
https://github.com.evil.zzz/x → ***************************** | http://203.0.113.7/login → ************************
203.0.113.7:8080 → **************** | 看看sample.cn吧 → 看看*********吧 | sample.com。欢迎 → **********。欢迎
(sample.com) → (**********) | [点我](https://evil.top/x) → [点我](******************)
<a href="https://evil.top"> → <a href="****************">
https://qq.com/jump?url=https://evil.top/a → https://qq.com/jump?url=******************
visit sample.me now → visit ********* now | 打开 sample.so 看看 → 打开 ********* 看看 | 4399.com → ********
163点com → ******* | gооgle.com → ********** | sample.com.cn → ************* | deals-4u.shop → *************
bücher.de → ********* | sample丶com → ********** | sample·com → ********** | 𝐬𝐚𝐦𝐩𝐥𝐞.𝐜𝐨𝐦 → **********
sample\u200B.\u200Bcom → ******\u200B*\u200B*** | evil.top，github.com → ********，github.com
github.com evil.top → github.com ******** | //evil.top/x → //********** | www.site.in → ***********
ftp://evil.net/file → ******************* | sam-ple.online → **************
加我 example777.vip 领取 → 加我 ************** 领取 | sample.com:8080/x → ***************** | m.sample.cc → ***********
sample.ru → ********* | abc点cc → ****** | order: https://qq.com.evil.top/ → order: ************************
example777点com点cn → ***************** | example777.c o m → ************ * * | https:// evil.top → ******** ********
http:/evil.top → http:/******** | https：／／evil.top／path → *********************
进群链接:evil.top/abc，先到先得 → 进群链接:************，先到先得 | evil[dot]top → ************ | evil{.}top → **********
evil(dot)com → ************ | evil（点）com → ********** | evil点c o m → ****** * * | a.b.c.d.evil.xyz → ****************
百度 baidu.com → 百度 ********* | @evil.top → @******** | #evil.top → #******** | _evil.top_ → _********_
"evil.top" → "********" | 访问evil.in → 访问******* | evil.io → *******
https://evil.top:8080/a，后面 → ***********************，后面 | https://evil.top/路径 hi → *****************路径 hi
evil．top → ******** | evil｡com → ********
`;

const noUrls = `
文档 https://www.npmjs.com/package/zod | https://github.com/vercel/next.js | github.com | docs.github.com
cloud.tencent.com/document/product/269 | see example.com for details | github点com
https://example.org/a.b/c.top | readme.md | main.py | script.sh | index.ts | app.js | data.json
see main.rs/lib.rs | v1.2.3 | e.g. this | i.e. that | U.S.A | U.S.A. is | 好的...com? | 好的…… | 3.14 | end.Start
I like it.So do I | this is fine.in fact it is | done.to be continued | that's it.is it | yes.me too
oh no.no way | a@b.com | mail a.b@sub.evil.top please | 联系 sales@evil.com | console.log("x") | user.name
obj.top(1) | obj.top; | el.style.top = 1 | node.link | this.site.name | 三点一刻 | 重点top10 | 早点com | 早点休息
8点online见 | 晚上8点live直播 | 从A点to B点 | the dot com bubble | a dot com company | connect the dot to me
red dot top left | use .net core | 学习.net开发 | ASP.NET | using System.Net; | java.io.File | com.example.app
org.apache.commons.io | socket.io | 192.168.1.1 | 10.0.0.0/8 | http://localhost:3000 | http://127.0.0.1:8080
1.VIP会员 | 2.com域名 | 3.CC攻击 | 1. Top players | I won. Top players win | Paris. Net income rose
Thanks. VIP members | Regards. CC: bob | end. In fact | he said no. So what | i18n.cn.title | logger.info
logger.info("x") | file.tar.gz | a.b.c | Mr.Li 你好 | 后缀是.com的域名 | 注册.com域名 | 他走了。他来了 | 我用iphone。vip用户
price 10.99. | p.s. me | fine.live music tonight?x | docker-compose.dev | setup.py install | chapter 1.in
Hello . World | 3.5.vip | 1.5.8.0 | he/she.is | and/or.so | std::vector.in | data.live.value
await page.click('a') | React.js and Vue.js | Node.js | 步骤1.打开 2.点击 3.完成 | 2024.05.01 | 10.am | wait...so what
ok...top | rm -rf ./build.sh | package.json | https://zh.wikipedia.org/wiki/Top.com
`;

const suites: Readonly<Record<string, readonly [found: string, left: string]>> = {
  "cn-mobile": [mobiles, noMobiles],
  "wechat-id": [wechatIds, noWechatIds],
  "qq-number": [qqNumbers, noQqNumbers],
  telegram: [telegrams, noTelegrams],
  url: [urls, noUrls],
};

function rowsOf(table: string): readonly string[] {
  return table
    .split(/\n| \| /)
    .map((row) => row.trim())
    .filter((row) => row !== "");
}

function find(name: string, text: string): readonly UnitRange[] {
  return NAMED_MATCHERS[name]?.(fold(text), options) ?? [];
}

/** One star for each character that offends. */
function mask(name: string, text: string): string {
  const { starts, ends } = fold(text);
  const offends = new Set<number>();
  for (const { start, end, units } of find(name, text)) {
    for (const unit of units ?? Array.from({ length: end - start }, (_, at) => start + at)) {
      for (let at = starts[unit] ?? 0; at < (ends[unit] ?? 0); at += 1) offends.add(at);
    }
  }
  let [at, masked] = [0, ""];
  for (const character of text) {
    masked += offends.has(at) ? "*" : character;
    at += character.length;
  }
  return masked;
}

for (const [name, [found, left]] of Object.entries(suites)) {
  describe(`the matcher ${name}`, () => {
    for (const row of rowsOf(found)) {
      const [text = "", masked = ""] = row.split(" → ");
      it(`masks ${text}`, () => {
        assert.equal(mask(name, text), masked);
        assert.deepEqual(find(name, masked), [], "what is masked is left alone");
      });
    }
    for (const text of rowsOf(left)) it(`leaves ${text} alone`, () => assert.equal(mask(name, text), text));
    it("sees it on a line of its own, in the middle of a chat", () => {
      const text = rowsOf(found)[0]?.split(" → ")[0] ?? "";
      assert.equal(find(name, `你好\n${text}\n谢谢\n${text}`).length, 2);
    });
  });
}

// Pieces of what the matchers look for, so that chance makes more of it than chance would.
const PIECES = [
  ..."微 信 薇 卫星 v V信 wx vx wechat QQ qq 扣扣 企鹅 🐧 tg telegram 电报 ✈️ ❤ ➕ + 加 号 ： : @ abc12345 demo_user @handle".split(
    " ",
  ),
  ..."1 3 8 一 三 八 零 ① 86 +86 0000 13800138000 158 1234 . 。 点 dot [.] ( ) / // http hxxp :// www com top in me t.me".split(
    " ",
  ),
  ..."github.com evil.top 网址 中文 - _ , ， 元 ¥ \n \u200B \u0301 İ ﬁ ⑩ 🇨🇳 \ud800".split(" "),
  " ",
  "  ",
];

describe("named matchers", () => {
  const texts = fc.oneof(
    fc.string({ unit: "binary", maxLength: 60 }),
    fc.array(fc.constantFrom(...PIECES), { maxLength: 24 }).map((pieces) => pieces.join("")),
  );
  for (const name of Object.keys(suites)) {
    it(`${name} answers ranges of any text, in order, inside it and apart`, () => {
      fc.assert(
        fc.property(texts, (text) => {
          const { length } = fold(text);
          let done = 0;
          for (const { start, end, units } of find(name, text)) {
            assert.ok(done <= start && start < end && end <= length);
            done = end;
            if (!units) continue;
            assert.ok(units.length > 0 && units.every((unit, at) => unit >= start && unit > (units[at - 1] ?? -1)));
            assert.ok((units.at(-1) ?? 0) < end);
          }
        }),
        { numRuns: 1000 },
      );
    });
  }

  // Eight times the text may take eight times as long, and a good deal of noise more, but not sixty-four times.
  const TIMES = 8;
  for (const piece of [
    ...[
      ".",
      " . ",
      "a.",
      "a. ",
      "com.",
      "www . a . ",
      "w ",
      "点",
      "a点",
      "中.",
      "a dot ",
      "http:/",
      "evil.top ",
      "github.com ",
    ],
    ...["https://github.com/?u=", "qq", "qq 1 ", "q", "微信", "vx:", "wx 13800138000 ", "+v", "tg @", "t.me/", "@a"],
    ...["1", "13", "1 3 ", "一", "86", "13800138000,", "a", "_", "[", "❤"],
  ]) {
    it(`work on ${JSON.stringify(piece)} over and over grows as the text does`, () => {
      for (const [name, matcher] of Object.entries(NAMED_MATCHERS)) {
        const millisOf = (size: number): number => {
          const text = piece.repeat(size / piece.length);
          const tries = [1, 2, 3].map(() => {
            const folded = fold(text);
            const before = process.cpuUsage();
            matcher(folded, options);
            return process.cpuUsage(before).user / 1_000;
          });
          return Math.min(...tries);
        };
        // What is over at once cannot have been done for each pair of characters; what grows too fast does so each time.
        const grows = (): boolean => {
          const large = millisOf(4_000 * TIMES);
          return large <= 40 || large < millisOf(4_000) * TIMES * 4;
        };
        assert.ok(grows() || grows() || grows() || grows(), `the work of ${name} grows faster than the text`);
      }
    });
  }
});

describe("domains of allow phrases", () => {
  it("are told from words and numbers", () => {
    const phrases = [
      "Example.COM",
      "ｇｉｔｈｕｂ．ｃｏｍ",
      "a.b-c.cn",
      "中文.com",
      "Moby Dick",
      "3.14",
      "e.g.",
      "com",
      "a@b.com",
    ];
    assert.deepEqual([...domainsOf(phrases)], ["example.com", "github.com", "a.b-c.cn", "中文.com"]);
  });
  it("allow nothing unless they are given", () => {
    const { length } = NAMED_MATCHERS["url"]?.(fold("github.com"), { allowDomains: new Set() }) ?? [];
    assert.equal(length, 1);
  });
});
