/**
 * Han characters that are taken for one another at a glance and are put in each other's place to hide a word: 冼钱 for
 * 洗钱. Every group shares its whole outline but for a stroke, a dot or one small part.
 *
 * Left out: pairs that merely share a component (清 and 请 are told apart by every reader), characters that sound the
 * same and look different (the readings are a table of their own), and traditional spellings and radicals, which are
 * folded anyway. No character stands in two groups.
 */
const GROUPS = [
  // A stroke more, less, longer or elsewhere.
  "未末耒 己已巳 日曰 土士 人入 大太犬 天夭 夫失 干千于 午牛 刀刃 力办 九丸 几凡 乞气 王玉主 目且 田由甲申 今令 厂广 名各 间问 斤斥 ",
  "戊戌戍 毋母毌 乌鸟 鸣呜 兔免 拔拨 折拆析 侯候 坚竖 哀衰衷 徒徙 即既 狠狼 冶治 汨汩 贝见 贷货 买卖 头斗 右石 古占 丐丏 住佳 东车 ",
  "史吏 代伐 仑仓 凤风 幻幼 厉历 厄危 灸炙 茶荼 萧箫 侍待 享亨 撤撒 栗粟 弋戈 少小 尤尢 无元 云去 瓜爪 自白 心必 乒乓 兵丘 巨臣 ",
  "氏民 尸户 子孑孓 了丁 又叉 卯卵 体休 祟崇 密蜜 管菅 帅师 昂昴 扰拢 沾沽 枯桔 裸祼 赢嬴羸蠃 ",
  // One small part changed for another that looks like it: 扌 and 木, 氵 and 冫, 亻 and 彳, 日 and 目, 礻 and 衤.
  "洗冼 枪抢 赌睹 搏博膊 微徽溦 毒毐 痴疵 淫婬 炮泡 采釆 钞抄 证怔 含合 杨扬 板扳 杆扦 栏拦 柱拄 柏拍 桃挑 棒捧 根恨 ",
  "冲仲 凉谅 净诤 减喊 冷泠 凌浚 决诀 情倩 睛晴 睁静 眠眼 盲肓 瞎瞅 瞟嫖 暖媛缓 假暇瑕 骚搔瘙 贱践溅 诈炸咋 骗谝骟 操澡燥 ",
  "爆瀑 枝技妓 娼猖 奸奷 婊俵 弹殚 撸噜 狗拘 狍抱 猪渚 猫描 鸡鸠 滚衮 贩版 赔陪 赚嫌 账帐 转传 钱浅线 银很 铁轶 钩钓 销消 刷涮 码玛犸 ",
  "粉纷 迷述 药约 摇遥瑶 因囚困 洛络 冰泳 麻痳 淘掏 扫妇 付什 伙秋 查杳 借惜 套奎 现砚 兼廉 职识 汇江 券卷 股般 盘盆 彩菜 ",
  "赛寒 宫官 庄压 闲闭 场汤 彪虎 奖桨 票漂 偷愉 盗盔 狱犹 死歹 杀刹 枭枲 屎屏 尿尻 屁屈 屌吊 逼副 驴炉 孬歪 傻僾 ",
  "脏胜 臭嗅 妞扭 奶仍 乳孔 胸脑 腿退 群郡裙 裤库 吻物 舔恬 摸模 抠枢 肛肝 阴阳 阵陈 肉内 贞负 处外 宿缩 ",
  // Rare characters that serve as a disguise of a common one, and the spellings of the young and the bored.
  "达迖 国囯 他仛 加伽茄 你伱沵 我莪 地哋 是昰湜 不芣丕 的旳 好恏 爱嗳 到菿 在茬 下丅 上丄 来唻 草艹 孩垓 妹姝 哥謌 信伩 ",
  "扣叩 杯抔 网罔 投没 仅权 灰恢 钉盯 叮订 喝渴 拐另 吸汲 吃忔 吹炊 玩顽",
];
export const HAN_LOOKALIKES: readonly string[] = GROUPS.join("").split(" ");
