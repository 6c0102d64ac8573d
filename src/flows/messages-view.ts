/** Messages as they are shown: what a row of the record says, with the texts that somebody may see. */
import type { Element } from "../domain/message.ts";
import type { Sight } from "../domain/sight.ts";
import type { AuditItem } from "../ports/console.ts";
import type { ElementView, MessageDetail, MessageItem, PayloadView } from "../ports/console-views.ts";
import type { EditRow, MessageRecord, MessageRow, PayloadRow } from "../ports/console-rows.ts";
import { historyOf } from "./history.ts";
import type { DecodeElements } from "./indexing.ts";
import { isEditJudged, isJudged } from "./indexing.ts";
import { joinedText, maskedVersions, plainElements } from "./masked-text.ts";

/** A line of a list; the message itself shows all. */
const LINE_UNITS_MAX = 500;

export type ViewParts = {
  readonly decode: DecodeElements;
  /** The elements of the body that a payload writes; undefined where it writes none. */
  readonly decodePayload: (payload: string) => readonly Element[] | undefined;
  /** The custom data that it writes; undefined where it leaves them as they are. */
  readonly payloadData: (payload: string) => string | undefined;
};

/** The same for everybody: who may see originals looks at one message at a time, and the log says so. */
export function itemOf(row: MessageRow, { decode }: Pick<ViewParts, "decode">): MessageItem {
  const newest = row.edits.findLast(
    ({ isTheirWord, outcome, callback }) => isTheirWord && isEditJudged(outcome) && callback !== null,
  );
  const objected = new Set(row.findings.map(({ edit }) => edit));
  // What is covered elsewhere in the message is covered here as well.
  const others = row.edits.filter((edit) => edit !== newest && objected.has(edit.id));
  const [ofEdits, asSent] = seenBy("masked", row, newest === undefined ? others : [...others, newest], decode);
  const said = newest === undefined ? asSent : (ofEdits.at(-1) ?? null);
  const { id, conversation, sender, sentAt, receivedAt, origin, decision, verdict, editCount, recalled } = row;
  return {
    ...{ id, conversation, sender, sentAt, receivedAt, origin, decision, verdict, editCount, recalled },
    rules: [...new Set(row.findings.map(({ rule }) => rule))],
    state: row.modification?.state ?? null,
    reason: row.modification?.reason ?? null,
    purpose: row.modification?.purpose ?? null,
    text: said === null ? null : line(joinedText(said)),
  };
}

export function detailOf(
  record: MessageRecord,
  audit: readonly AuditItem[],
  sight: Sight,
  parts: ViewParts,
): MessageDetail {
  const { row, modifications, payloads } = record;
  const { edits } = row;
  const isOpen = sight === "original";
  const [ofEdits, asSent] = seenBy(sight, row, edits, parts.decode);
  const seenEdits = edits.map((edit, at) => ({
    ...{ id: edit.id, operator: edit.operator, at: edit.eventAt, outcome: edit.outcome, revision: edit.revision },
    modificationId: edit.modificationId,
    elements: ofEdits[at] ?? null,
    callback: isOpen ? utf8Of(edit.callback) : null,
  }));
  const lastWord = edits.findLast(({ isTheirWord }) => isTheirWord);
  const verdicts = record.verdicts.map((said) => (isOpen ? said : { ...said, note: "" }));
  const masked = new Set(row.findings.flatMap(({ effect, edit }) => (effect === "mask" ? [edit] : [])));
  return {
    ...itemOf(row, parts),
    sight,
    ...{ sdkAppId: row.sdkAppId, address: { msgKey: row.msgKey, msgSeq: row.msgSeq }, groupType: row.groupType },
    ...{ operator: row.operator, unmodifiable: row.unmodifiable, revision: row.revision, decidedAt: row.decidedAt },
    elements: asSent,
    ...currentOf(record, { asSent, seenEdits }, isOpen, parts),
    writtenBy: lastWord === undefined ? "sender" : `edit:${lastWord.id}`,
    findings: row.findings.map((finding) =>
      isOpen || masked.size === 0 ? finding : { ...finding, start: null, end: null },
    ),
    modifications: modifications.map((order) => ({
      ...order,
      payloads: payloads
        .filter(({ modificationId }) => modificationId === order.id)
        .map((payload) => payloadView(payload, isOpen, parts)),
    })),
    edits: seenEdits,
    verdicts,
    history: historyOf({ ...record, verdicts }, audit),
    callback: isOpen ? utf8Of(row.callback) : null,
  };
}

type Seen = readonly ElementView[] | null;

/** The edits and the message as they were written, or as everybody may see them. Null: past keeping, or not to be seen. */
function seenBy(
  sight: Sight,
  row: MessageRow,
  edits: readonly EditRow[],
  decode: DecodeElements,
): readonly [ofEdits: readonly Seen[], asSent: Seen] {
  const told = [
    ...edits.map((edit) => ({ ...edit, edit: edit.id, isKnown: isEditJudged(edit.outcome) })),
    { command: row.command, callback: row.callback, edit: null, isKnown: isJudged(row.decision) },
  ].map(({ command, callback, edit, isKnown }) => ({
    elements: callback === null ? undefined : decode(command, callback),
    findings: row.findings.filter((finding) => finding.edit === edit),
    isKnown,
  }));
  const versions = told.map(({ elements = [], findings }) => ({ elements, findings }));
  const views =
    sight === "original" ? versions.map(({ elements }) => plainElements(elements)) : maskedVersions(versions);
  const seen = told.map(({ elements, isKnown }, at): Seen =>
    elements === undefined || !(sight === "original" || isKnown) ? null : (views[at] ?? null),
  );
  return [seen.slice(0, -1), seen.at(-1) ?? null];
}

/**
 * What was written last, by a person or by us. Whoever may not see originals gets it with everything covered that a rule has
 * found since, so not as a payload of ours says it.
 */
function currentOf(
  { row, modifications, payloads }: MessageRecord,
  seen: { readonly asSent: readonly ElementView[] | null; readonly seenEdits: MessageDetail["edits"] },
  isOpen: boolean,
  { decodePayload }: ViewParts,
): Pick<MessageDetail, "current" | "currentBy"> {
  const lastEdit = seen.seenEdits.at(-1);
  const ofPeople = { at: lastEdit?.at ?? -1, elements: lastEdit === undefined ? seen.asSent : lastEdit.elements };
  const ours = modifications.findLast(({ state, action }) => state === "applied" && action !== "flag");
  if (ours === undefined || (ours.endedAt ?? ours.createdAt) < ofPeople.at) {
    return { current: ofPeople.elements, currentBy: lastEdit === undefined ? "sender" : `edit:${lastEdit.id}` };
  }
  const currentBy = `modification:${ours.id}`;
  if (!isOpen) return { current: ofPeople.elements, currentBy };
  const payload = payloads.findLast(({ modificationId }) => modificationId === ours.id);
  const body = payload === undefined ? null : textOf(payload);
  const elements = body === null || row.callback === null ? undefined : decodePayload(body);
  return { current: elements === undefined ? null : plainElements(elements), currentBy };
}

/** Both the body and the custom data may quote what people wrote: they are seen together or not at all. */
function payloadView(
  payload: PayloadRow,
  isOpen: boolean,
  { payloadData }: Pick<ViewParts, "payloadData">,
): PayloadView {
  const { revision, reason, createdAt } = payload;
  const body = isOpen ? textOf(payload) : null;
  return { revision, reason, createdAt, body, customData: body === null ? null : (payloadData(body) ?? null) };
}

const textOf = ({ body }: PayloadRow): string | null => (body.length === 0 ? null : utf8Of(body));

const utf8Of = (bytes: Buffer | null): string | null => bytes && Buffer.from(bytes).toString("utf8");

const line = (text: string): string =>
  text.length <= LINE_UNITS_MAX ? text : `${text.slice(0, LINE_UNITS_MAX).toWellFormed()}…`;
