/** The audit log. */
import type { audit as english } from "../en/audit.ts";
import type { Translated } from "../translated.ts";

export const audit: Translated<typeof english> = {
  audit: {
    heading: "审计日志",
    act: "行为",
    actor: "操作者",
    message: "消息",
    at: "时间",
    detail: "详情",
    seal: "封印",
    exportCsv: "导出 CSV",
    exportJson: "导出 JSON Lines",
    exportNote: "导出遵循当前筛选，且导出本身也会记入日志。",
    empty: "没有符合条件的记录。",
    emptyNext: "请放宽时间范围，或清除某个筛选条件。",
  },
};
