/** Restores of many messages. */
import type { restores as english } from "../en/restores.ts";
import type { Translated } from "../translated.ts";

export const restores: Translated<typeof english> = {
  restores: {
    heading: "批量恢复",
    lead: "恢复某条规则在一段时间内遮盖的所有消息。每条都会先读回；此后被人改过的保持不动。",
    rule: "规则",
    revision: "版本",
    preview: "预览",
    count: (n) => `将恢复 ${n} 条消息。`,
    noSuchRule: "没有叫这个名称的生效规则，该时段内也没有同名规则遮盖过消息。请检查拼写。",
    newestTen: "其中最新的几条",
    start: (n) => `恢复 ${n} 条消息`,
    started: "已开始。",
    jobs: "任务",
    state: "状态",
    states: { running: "进行中", paused: "已暂停", cancelled: "已取消", done: "已完成", finished: "已完成" },
    progress: "进度",
    of: (done, all) => `${done} / ${all}`,
    notSent: "未发送",
    refused: "保持不动",
    pause: "暂停",
    resume: "继续",
    cancel: "取消其余",
    by: "发起者",
    empty: "还没有批量恢复任务。",
    emptyNext: "请在上方选择规则和时间，并先查看预览。",
    named: (n) => `${n} 条指定消息`,
    needTimes: "请选择规则以及起止时间。",
  },
};
