/**
 * Covers what a reviewer has selected, as a rule would: whole graphemes, a note, an order. What is selected counts in the
 * text as it stands at Tencent, so that is read first, and nothing is sent when it has changed by then.
 */
import type { AuditEntry } from "../domain/audit.ts";
import type { Decision, Finding, PlaceEdits, RuleId } from "../domain/decision.ts";
import type { Element } from "../domain/message.ts";
import { BY_HAND } from "../domain/restore.ts";
import type { Span } from "../domain/span.ts";
import { span } from "../domain/span.ts";
import type { MessageId } from "../ports/store.ts";
import { graphemesOf } from "../rules/graphemes.ts";
import { editsOf } from "../rules/mask.ts";
import type { ByHandParts, Looked, Refused } from "./by-hand.ts";
import { look, lookedAt, tell } from "./by-hand.ts";
import type { Conclude } from "./judge.ts";
import { isOrdered } from "./restore.ts";

/** The parts of a message that clients can show changed, and that people can select. */
export type SelectablePart = "text" | "description" | "label";

export type Selection = {
  readonly place: { readonly element: number; readonly part: SelectablePart };
  /** Half-open, in UTF-16 units of the text at that place as it stands. */
  readonly start: number;
  readonly end: number;
  /** That text as whoever selects sees it; undefined: they take it for the newest that we know of. */
  readonly text: string | undefined;
};

export type MaskOutcome =
  | { readonly kind: "ordered"; readonly modificationId: string }
  | { readonly kind: "refused"; readonly refused: Refused }
  /** Which selection does not fit: there is no such text, it ends outside of it, or the text is another one. */
  | { readonly kind: "misplaced"; readonly index: number; readonly why: "no_text" | "outside" | "another_text" }
  /** Everything selected is covered already. */
  | { readonly kind: "nothing_to_mask" };

export type MaskByHand = (actor: string, id: MessageId, selected: readonly Selection[]) => Promise<MaskOutcome>;

export type MaskByHandParts = ByHandParts & {
  readonly conclude: Conclude;
  /** Of the live rules; a decision by hand is made beside them. */
  readonly revision: () => string;
};

export function createMaskByHand(parts: MaskByHandParts): MaskByHand {
  const { store, clock } = parts;
  const looked = async (actor: string, id: MessageId): Promise<Looked | Refused> => {
    const subject = await store.subject(id);
    if (subject === undefined) return { why: "unknown" };
    const told = tell(parts, subject);
    if ("why" in told) {
      if (told.why === "recalled") await lookedAt(parts, actor, id);
      return told;
    }
    // What was selected would be another text by then.
    return subject.maskOpen || isOrdered(subject) ? { why: "already_ordered" } : look(parts, actor, told);
  };

  return async (actor, id, selected) => {
    const seen = await looked(actor, id);
    if ("why" in seen) return { kind: "refused", refused: seen };
    const placed = place(selected, seen.current.elements);
    if (placed.kind === "misplaced") return placed;
    const edits = placed.texts.flatMap(({ place: where, text, spans }): readonly PlaceEdits[] => {
      const masks = spans.map((each) => ({ span: each, mask: { kind: "stars" } as const, rank: 0 }));
      const put = editsOf(text, masks);
      return put.length === 0 ? [] : [{ place: where, edits: put }];
    });
    if (edits.length === 0) return { kind: "nothing_to_mask" };
    const findings = placed.texts.flatMap((each) => findingsIn(each, seen));
    const decision: Decision = { kind: "rewrite", revision: parts.revision(), findings, edits };
    const { order, prints } = parts.conclude(seen.current, decision, "after_send");
    if (order === undefined) throw new Error("A rewrite leads to an order");
    const at = clock.now();
    const { state, reason, noteSkipped } = order;
    const audit: AuditEntry = {
      ...{ at, actor, act: "mask_by_hand", modificationId: order.id },
      detail: { spans: findings.length, state, reason, ...(noteSkipped === undefined ? {} : { noteSkipped }) },
    };
    const entry = { subject: seen.subject, order, prints, decidedForThis: true, findings, audit };
    if (!(await store.recordByHand(entry, at))) return { kind: "refused", refused: { why: "meanwhile" } };
    parts.wakeDispatcher();
    return { kind: "ordered", modificationId: order.id };
  };
}

type SelectedText = { readonly place: Selection["place"]; readonly text: string; readonly spans: readonly Span[] };

function place(selected: readonly Selection[], elements: readonly Element[]) {
  const texts = new Map<string, SelectedText & { readonly spans: Span[] }>();
  for (const [index, { place: where, start, end, text: seen }] of selected.entries()) {
    const misplaced = (why: "no_text" | "outside" | "another_text") => ({ kind: "misplaced" as const, index, why });
    const text = textAt(elements[where.element], where.part);
    if (text === undefined) return misplaced("no_text");
    if (seen !== undefined && seen !== text) return misplaced("another_text");
    if (start >= end || end > text.length) return misplaced("outside");
    const name = `${where.element} ${where.part}`;
    const known = texts.get(name) ?? { place: where, text, spans: [] };
    // Aligned outwards: nobody covers half a character.
    known.spans.push(graphemesOf(text).snap(span(start, end)));
    texts.set(name, known);
  }
  return { kind: "placed" as const, texts: [...texts.values()] };
}

/**
 * Where the selection lies in what the person wrote: the record counts there. The masks of ours that keep the length keep
 * the places too; after others nobody knows, so all of it is taken for covered.
 */
function findingsIn({ place: where, text, spans }: SelectedText, { words }: Looked): readonly Finding[] {
  const written = textAt(words.elements[where.element], where.part);
  if (written === undefined || written === "") return [];
  const known = written.length === text.length ? spans : [span(0, written.length)];
  const common = { rule: BY_HAND as RuleId, category: BY_HAND, severity: "medium", effect: "mask" } as const;
  return known.map((each) => ({ ...common, place: where, span: each }));
}

function textAt(element: Element | undefined, part: SelectablePart): string | undefined {
  switch (part) {
    case "text":
      return element?.kind === "text" ? element.text : undefined;
    case "description":
      return element?.kind === "location" || element?.kind === "custom" ? element.description : undefined;
    case "label":
      return element?.kind === "face" ? element.label : undefined;
    default:
      return part satisfies never;
  }
}
