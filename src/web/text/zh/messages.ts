/** The list of messages. */
import type { messages as english } from "../en/messages.ts";
import type { Translated } from "../translated.ts";

export const messages: Translated<typeof english> = {
  messages: {
    freshCome: "有新消息。",
    heading: "消息",
    list: "消息，最新的在前",
    search: "搜索文本",
    searchHint: "至少两个字符",
    filters: "筛选",
    rule: "规则",
    state: "状态",
    conversation: "会话",
    conversationHint: "group:群ID 或 c2c:甲|乙",
    sender: "发送者",
    verdict: "审核结论",
    origin: "得知方式",
    edits: "编辑",
    editedChoices: { yes: "被编辑过" },
    decision: "判定",
    fresh: (n) => `${n} 条新消息`,
    freshLabel: (n) => `显示 ${n} 条新消息`,
    empty: "没有符合条件的消息。",
    emptyNext: "请放宽时间范围，或清除某个筛选条件。",
    emptyAll: "还没有收到消息。",
    emptyAllNext: "在聊天中发送一条，一秒内就会出现在这里。如果一直没有，请运行 `emend doctor` 查看原因。",
    end: "已经到底了。",
    searching: "正在继续往前查找…",
    hidden: "文本未保存，或尚未判定",
    pick: "选择一条消息，查看它为什么被遮盖。",
    pickNext: "按 j 和 k 在列表中移动。",
    edited: (n) => `已编辑 ${n} 次`,
    recalled: "已撤回",
  },
};
