/** The outbox. */
import type { outbox as english } from "../en/outbox.ts";
import type { Translated } from "../translated.ts";

export const outbox: Translated<typeof english> = {
  outbox: {
    lanes: { live: "实时", guard: "守护", restore: "恢复", rescan: "重扫" },
    api: "接口",
    apis: { c2c: "单聊", group: "群聊" },
    calls: (api) => `每秒调用（${api}）`,
    heading: "发件箱",
    stopped: (api) => `发送已停止（${api}）：指令正在等待。`,
    whyStopped: {
      unreachable: "腾讯云没有应答。每隔几秒会再试，恢复后自动继续。",
      misconfigured: "腾讯云拒绝了 Emend 的所有调用。会不时再试。",
    },
    backlog: "等待发送",
    idle: "没有积压：所有指令都已得到答复。",
    lane: "通道",
    waiting: "等待",
    underWay: "发送中",
    oldest: "最久",
    budget: "配额",
    deadLetters: "死信",
    refused: "无法改写",
    reason: "原因",
    count: "数量",
    recovered: "找回的消息",
    recoveredHint: "没有回调送达，由 Emend 自行找回。",
    guarded: "守护的编辑",
    orders: "修改指令",
    purpose: "目的",
    attempts: "调用次数",
    lastCode: "最后答复",
    created: "下达时间",
    message: "消息",
    replay: "重放",
    replayed: "已重新排队等待发送。",
    empty: "没有符合条件的指令。",
    emptyNext: "请选择其他状态或通道。",
  },
};
