/**
 * A message's story in order: who did what, and when. The audit log is its spine: it is written in the commit of what it
 * tells of, so its order is the order in which things happened here. What the log does not tell stands beside the entry that
 * it belongs to, or where its time puts it.
 */
import type { AuditItem } from "../ports/console.ts";
import type { HistoryLine, ModificationItem } from "../ports/console-views.ts";
import type { MessageRecord } from "../ports/console-rows.ts";

export function historyOf(record: MessageRecord, audit: readonly AuditItem[]): readonly HistoryLine[] {
  const { row, recalls, modifications } = record;
  const spine = spineOf(record, audit);
  const told = new Set(spine.flatMap(({ what, modificationId }) => (isOrdered(what) ? (modificationId ?? []) : [])));
  const ended = new Set(audit.flatMap((entry) => (isEnding(entry) ? (entry.modificationId ?? []) : [])));
  const isJudged = audit.some(isJudgement);
  // An order may end where it begins, and be written into the log a moment later: no story begins with its end.
  const orderedAt = (order: string): number =>
    Math.max(
      -Infinity,
      ...spine.flatMap(({ at, what, modificationId: id }) => (id === order && isBegun(what) ? at : [])),
    );
  const beside: readonly Placed[] = [
    placed(row.receivedAt, line(row.receivedAt, "received", "emend", { origin: row.origin })),
    // A message that no rule objected to has no entry in the log.
    ...(row.decidedAt === null || isJudged
      ? []
      : [placed(row.decidedAt, line(row.decidedAt, "judged", "emend", pick(row.decision, row.revision)))]),
    ...modifications.filter(({ id }) => !told.has(id)).map((order) => placed(order.createdAt, lineOf(order, "emend"))),
    ...modifications.flatMap((order) => {
      const { id, endedAt, state, reason } = order;
      return endedAt === null || ended.has(id)
        ? []
        : [placed(Math.max(endedAt, orderedAt(id)), line(endedAt, "ended", "emend", { state, reason }, id))];
    }),
    // By Tencent's clock, which may be ahead of ours: nothing is told of before it happens.
    ...row.edits.map(({ id, eventAt, receivedAt, operator, outcome }) =>
      placed(Math.min(eventAt, receivedAt), line(eventAt, "edited", operator, { edit: id, outcome })),
    ),
    ...recalls.map(({ eventAt, receivedAt, operator }) =>
      placed(Math.min(eventAt, receivedAt), line(eventAt, "recalled", operator ?? row.sender)),
    ),
  ];
  const first = row.sentAt === null ? [] : [line(row.sentAt, "sent", row.sender)];
  return [...first, ...merged(spine, beside)];
}

/** What the log tells, each entry as the line that says most. */
function spineOf({ modifications, verdicts }: MessageRecord, audit: readonly AuditItem[]): readonly HistoryLine[] {
  const orders = new Map(modifications.map((order) => [order.id, order]));
  const answers = verdicts.values();
  return audit.flatMap((entry): readonly HistoryLine[] => {
    const { at, act, actor, detail, modificationId } = entry;
    const order = modificationId === null ? undefined : orders.get(modificationId);
    if (isJudgement(entry)) {
      const judged =
        act === "guard_exhausted"
          ? line(at, "noted", actor, { act, ...detail }, modificationId)
          : line(at, "judged", actor, detail, modificationId);
      return [judged, ...(order ? [lineOf(order, actor)] : [])];
    }
    switch (act) {
      case "restore":
      case "mask_by_hand":
        // What a person ordered stands in the story as the order itself, unless it is about an order that gave way.
        if (order === undefined || isEnding(entry)) break;
        return [lineOf(order, actor)];
      case "verdict": {
        const { value: said } = answers.next();
        return said === undefined ? [] : [line(said.at, "reviewed", actor, { verdict: said.verdict, note: said.note })];
      }
      case "answer":
      case "revision": {
        // Before some orders go out, what stands there is read: that changes nothing, and is no answer to a change.
        const { outcome, ...found } = detail;
        return outcome === "read_back"
          ? [line(at, "read_back", actor, found, modificationId)]
          : [line(at, "answered", actor, detail, modificationId)];
      }
      case "look":
        return [line(at, "looked", actor, detail)];
      case "erase":
        // Of how many others texts were erased is not this message's story.
        return [line(at, "noted", actor, { act })];
    }
    return isEnding(entry)
      ? [line(at, "ended", actor, detail, modificationId)]
      : [line(at, "noted", actor, { act, ...detail }, modificationId)];
  });
}

/** Of the message as it was sent, or of an edit. */
const isJudgement = ({ act, detail }: AuditItem): boolean =>
  act === "decision" || act === "guard_exhausted" || (act === "edit" && "decision" in detail);

/** The entry says how its order ended. */
const isEnding = (entry: AuditItem): boolean => {
  const { act, detail, modificationId } = entry;
  if (modificationId === null || isJudgement(entry)) return false;
  return act === "answer" ? ENDED.has(String(detail["next"])) : detail["state"] === "cancelled";
};
const ENDED: ReadonlySet<string> = new Set(["applied", "refused", "given_up", "cancelled"]);

const pick = (decision: string, revision: string | null): HistoryLine["detail"] => ({ decision, revision });

const lineOf = (order: ModificationItem, who: string): HistoryLine => {
  const { purpose, api, lane, action, createdAt, id } = order;
  return line(createdAt, orderedAs(order), who, { api, lane, action, purpose }, id);
};
const orderedAs = ({ purpose }: ModificationItem): HistoryLine["what"] =>
  purpose === "guard" ? "guarded" : purpose === "restore" ? "restored" : "ordered";
const isOrdered = (what: HistoryLine["what"]): boolean =>
  what === "ordered" || what === "guarded" || what === "restored";
const isBegun = (what: HistoryLine["what"]): boolean => what === "judged" || isOrdered(what);

const line = (
  at: number,
  what: HistoryLine["what"],
  who: string,
  detail: HistoryLine["detail"] = {},
  modificationId: string | null = null,
): HistoryLine => ({ at, what, who, modificationId, detail });

/** @property at by which it is put in; the line may show another time */
type Placed = { readonly at: number; readonly line: HistoryLine };
const placed = (at: number, told: HistoryLine): Placed => ({ at, line: told });

/** The spine as it is; everything else before the first of its lines that is later. */
function merged(spine: readonly HistoryLine[], beside: readonly Placed[]): readonly HistoryLine[] {
  const rest = [...beside].sort((a, b) => a.at - b.at || rank(a.line) - rank(b.line));
  const story: HistoryLine[] = [];
  for (const each of spine) {
    while (rest[0] !== undefined && isBefore(rest[0], each))
      story.push(...rest.splice(0, 1).map(({ line: told }) => told));
    story.push(each);
  }
  return [...story, ...rest.map(({ line: told }) => told)];
}

const isBefore = (one: Placed, { at, ...other }: HistoryLine): boolean =>
  one.at < at || (one.at === at && rank(one.line) < rank(other));

/** What happened in one millisecond stays in the order in which it must have happened. */
const ORDER: readonly HistoryLine["what"][] = [
  ...(["sent", "received", "edited", "recalled", "judged", "ordered", "guarded", "restored"] as const),
  ...(["read_back", "answered", "ended", "reviewed", "looked", "noted"] as const),
];
const rank = ({ what }: Pick<HistoryLine, "what">): number => ORDER.indexOf(what);
