/** The overview. */
import type { overview as english } from "../en/overview.ts";
import type { Translated } from "../translated.ts";

export const overview: Translated<typeof english> = {
  overview: {
    heading: "概览",
    range: "时间",
    ranges: { day: "24 小时", week: "7 天", month: "30 天", quarter: "90 天" },
    judged: "已判定",
    rewritten: "已改写",
    flagged: "待审核",
    failed: "无法判定",
    recovered: "找回",
    share: "改写占比",
    ofObjected: (n) => `规则要求改写 ${n} 条`,
    falsePositives: "误判",
    ofVerdicts: (n) => `共 ${n} 个结论`,
    applied: "从回调到生效",
    p50: "半数不超过",
    p95: "95% 不超过",
    backlog: "等待发送",
    byHour: "每小时消息数",
    byDay: "每天消息数",
    hoursOfDay: "一天中的时段",
    hour: "小时",
    time: "时间",
    byRule: "按规则",
    byCategory: "按类别",
    category: "类别",
    conversations: "最活跃的会话",
    messages: "消息",
    confirmed: "已确认",
    shadow: "影子",
    behind: (n) => `还有 ${n} 处变化正在统计。`,
    empty: "这段时间没有判定过消息。",
    emptyNext: "请选择更长的时间。",
  },
};
