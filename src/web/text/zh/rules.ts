/** The rules, and a text that is tried on them. */
import type { rules as english } from "../en/rules.ts";
import type { Translated } from "../translated.ts";

export const rules: Translated<typeof english> = {
  rules: {
    heading: "规则",
    revision: "当前版本",
    watcher: "正在监视改动",
    problems: "问题",
    noProblems: "没有问题。",
    stale: "文件夹有错误，因此继续使用之前的规则。",
    rule: "规则",
    mode: "模式",
    modes: { off: "关闭", shadow: "影子", flag: "标记", enforce: "执行" },
    hits: "30 天消息数",
    hitsLabel: (rule) => `最近 30 天每天被 ${rule} 命中的消息数`,
    shadow: "本会处理",
    bulk: "恢复它遮盖的消息",
    expires: "到期",
    expired: "已到期",
    empty: "没有生效的规则。",
    emptyNext: "请把规则包放入规则文件夹；`emend rules check` 会指出问题。",
    try: "试一段文本",
    tryLead: "看看当前规则如何处理。不发送，也不保存。",
    tryText: "文本",
    trySubmit: "试一试",
    result: "结果",
    untouched: "会保持原样。",
    withShadow: "如果影子规则也执行",
    folded: "匹配时看到的文本",
    changes: "识破的伪装",
    tryHits: "命中",
    noHits: "没有规则命中。",
    silent: "找到但未处理",
    dropped: "排除原因",
    counts: "有效",
  },
};
