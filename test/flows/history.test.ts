import assert from "node:assert/strict";
import { historyOf } from "../../src/flows/history.ts";
import type { MessageRecord, MessageRow } from "../../src/ports/console-rows.ts";
import type { AuditItem } from "../../src/ports/console.ts";
import type { ModificationItem } from "../../src/ports/console-views.ts";

const row: MessageRow = {
  ...{
    id: 1,
    sdkAppId: 1,
    conversation: { id: 1, kind: "c2c", first: "anna", second: "ben" },
    msgKey: "k",
    msgSeq: null,
  },
  ...{
    sender: "anna",
    operator: null,
    groupType: null,
    origin: "after_send",
    sentAt: 1,
    receivedAt: 2,
    unmodifiable: null,
  },
  ...{
    command: "C",
    callback: null,
    decision: "rewrite",
    revision: "r1",
    decidedAt: 2,
    findings: [],
    edits: [],
    modification: null,
  },
  ...{ verdict: null, editCount: 0, recalled: false },
};
const order = (id: string, more: Partial<ModificationItem>): ModificationItem => ({
  ...{ id, messageId: 1, ordinal: 0, api: "c2c", purpose: "rewrite", lane: "live", action: "mask", state: "applied" },
  ...{ reason: "", lastCode: "0", attempts: 1, createdAt: 2, dueAt: 2, endedAt: 5, ...more },
});
const logged = (at: number, act: string, more: Partial<AuditItem> = {}): AuditItem => ({
  ...{ id: at, at, actor: "emend", act, messageId: 1, modificationId: null, detail: {}, seal: "", ...more },
});
const empty: MessageRecord = { row, recalls: [], modifications: [], payloads: [], verdicts: [], audit: [] };
const told = (record: Partial<MessageRecord>, audit: readonly AuditItem[]): readonly string[] =>
  historyOf({ ...empty, ...record }, audit).map(({ at, who, what }) => `${at} ${who} ${what}`);

const answered = (at: number, modificationId: string, next = "applied"): AuditItem =>
  logged(at, "answer", { modificationId, detail: { outcome: "applied", next } });
const edit = {
  id: 4,
  operator: "ben",
  eventAt: 8,
  receivedAt: 8,
  revision: "r1",
  modificationId: "o2",
  outcome: "guard",
  command: "C",
  callback: null,
  isTheirWord: true,
};

describe("a message's story", () => {
  it("tells who did what, in the order in which it happened", () => {
    const modifications = [
      order("o1", {}),
      order("o2", { ordinal: 1, purpose: "guard", lane: "guard", createdAt: 9, endedAt: 10 }),
      order("o3", { ordinal: 2, purpose: "restore", action: "restore", createdAt: 20, endedAt: 22 }),
    ];
    const record: Partial<MessageRecord> = {
      modifications,
      row: { ...row, edits: [edit] },
      verdicts: [{ account: "rita", verdict: "false_positive", note: "a name", at: 19 }],
    };
    const audit = [
      logged(2, "decision", { modificationId: "o1" }),
      answered(5, "o1"),
      logged(9, "edit", { modificationId: "o2", detail: { decision: "rewrite", verdict: "guard", state: "pending" } }),
      answered(10, "o2"),
      logged(18, "look", { actor: "rita" }),
      logged(19, "verdict", { actor: "rita" }),
      logged(20, "restore", { actor: "rita", modificationId: "o3", detail: { state: "pending", reason: "" } }),
      answered(22, "o3"),
    ];
    assert.deepEqual(told(record, audit), [
      ...["1 anna sent", "2 emend received", "2 emend judged", "2 emend ordered", "5 emend answered"],
      ...["8 ben edited", "9 emend judged", "9 emend guarded", "10 emend answered", "18 rita looked"],
      ...["19 rita reviewed", "20 rita restored", "22 emend answered"],
    ]);
  });

  it("tells of a message that nobody objected to that it was judged", () => {
    assert.deepEqual(told({ row: { ...row, decision: "pass" } }, []), [
      ...["1 anna sent", "2 emend received", "2 emend judged"],
    ]);
  });

  it("tells how an order ended that was never called for", () => {
    const modifications = [order("o1", { state: "refused", reason: "live_group", endedAt: 2 })];
    assert.deepEqual(told({ modifications }, [logged(2, "decision")]).slice(-2), ["2 emend ordered", "2 emend ended"]);
  });

  it("tells of an end behind what it ended, though the log is written a moment later", () => {
    const modifications = [order("o1", { state: "refused", reason: "live_group", endedAt: 2 })];
    const audit = [logged(3, "decision", { modificationId: "o1" }), logged(9, "look", { actor: "rita" })];
    assert.deepEqual(told({ modifications }, audit).slice(1), [
      ...["2 emend received", "3 emend judged", "2 emend ordered", "2 emend ended", "9 rita looked"],
    ]);
  });

  it("tells of a look at what stands there as such, and not as an answer to a change", () => {
    const modifications = [order("o3", { purpose: "restore", action: "restore", createdAt: 20, endedAt: 22 })];
    const readBack = logged(21, "answer", { modificationId: "o3", detail: { outcome: "read_back", next: "retry" } });
    const audit = [logged(20, "restore", { actor: "rita", modificationId: "o3" }), readBack, answered(22, "o3")];
    assert.deepEqual(told({ modifications }, audit).slice(-3), [
      ...["20 rita restored", "21 emend read_back", "22 emend answered"],
    ]);
    assert.deepEqual(historyOf({ ...empty, modifications }, audit).at(-2)?.detail, { next: "retry" });
  });

  it("tells once that an order gave way to another one, and by whom", () => {
    const modifications = [order("o1", { state: "cancelled", reason: "superseded", endedAt: 7 })];
    const detail = { state: "cancelled", reason: "superseded" };
    const audit = [logged(2, "decision"), logged(7, "restore", { actor: "rita", modificationId: "o1", detail })];
    assert.deepEqual(told({ modifications }, audit).slice(-2), ["2 emend ordered", "7 rita ended"]);
  });

  it("tells of each try of an order, and of its end where the last answer was none", () => {
    const modifications = [order("o1", { state: "cancelled", reason: "recalled", endedAt: 9 })];
    const audit = [logged(2, "decision", { modificationId: "o1" }), answered(5, "o1", "retry"), logged(9, "recall")];
    const recalls = [{ operator: null, eventAt: 8, receivedAt: 9 }];
    assert.deepEqual(told({ modifications, recalls }, audit).slice(2), [
      ...["2 emend judged", "2 emend ordered", "5 emend answered", "8 anna recalled", "9 emend ended", "9 emend noted"],
    ]);
  });

  it("keeps the log's order where two things happened in one millisecond, or the clock was set back", () => {
    const modifications = [order("o1", {}), order("o2", { ordinal: 1, lane: "rescan", createdAt: 5 })];
    const audit = [
      logged(2, "decision", { modificationId: "o1" }),
      { ...answered(5, "o1"), id: 3 },
      { ...logged(5, "decision", { actor: "operator", modificationId: "o2" }), id: 4 },
      { ...answered(4, "o2"), id: 5 },
    ];
    assert.deepEqual(told({ modifications }, audit).slice(2), [
      ...["2 emend judged", "2 emend ordered", "5 emend answered", "5 operator judged", "5 operator ordered"],
      ...["4 emend answered"],
    ]);
  });

  it("puts an edit before what followed from it, whatever Tencent's clock says", () => {
    const modifications = [order("o2", { purpose: "guard", createdAt: 9, endedAt: 10 })];
    const edits = [{ ...edit, eventAt: 400, receivedAt: 8 }];
    const audit = [logged(9, "decision", { modificationId: "o2" }), answered(10, "o2")];
    assert.deepEqual(told({ row: { ...row, edits }, modifications }, audit).slice(2, 5), [
      ...["400 ben edited", "9 emend judged", "9 emend guarded"],
    ]);
  });

  it("tells that its text was erased, and not of how many others", () => {
    const [erased] = historyOf({ ...empty }, [
      logged(30, "erase", { actor: "operator", detail: { messages: 7 } }),
    ]).slice(-1);
    assert.deepEqual([erased?.who, erased?.what, erased?.detail], ["operator", "noted", { act: "erase" }]);
  });
});
