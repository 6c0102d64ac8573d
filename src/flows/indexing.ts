/**
 * Says of a recorded message what the console searches, lists and counts it by. Everything follows from the record alone, so
 * it can be said again at any time and comes out the same.
 */
import type { Element } from "../domain/message.ts";
import type { IndexEntry, IndexSource } from "../ports/console-index.ts";
import { fold, foldedString } from "../rules/fold.ts";
import type { Version } from "./masked-text.ts";
import { joinedText, maskedVersions, plainElements } from "./masked-text.ts";

/** Tencent takes 12 KB of a message: all of it, and of its newest edits as much as a message may have. */
const TEXT_UNITS_MAX = 16_384;
/** Times are counted in steps of a tenth: near enough for a percentile, and a day has some two hundred. */
export const STEP = 1.1;

/** The fact by which messages are counted whose mask was applied. */
const REWRITTEN = "effect:rewritten";
/** The text is held: so long as bodies are, or so long as originals are. */
const HELD_BODY = "held:body";
const HELD_ORIGINAL = "held:original";

export type DecodeElements = (command: string, callback: Buffer) => readonly Element[] | undefined;

export function entryFor(source: IndexSource, decode: DecodeElements): IndexEntry {
  return { message: source.id, at: source.receivedAt, ...factsOf(source), ...textsOf(source, decode) };
}

function factsOf(source: IndexSource): Pick<IndexEntry, "facts" | "counted"> {
  const { sender, conversation, origin, decision, findings, edits, state, verdict } = source;
  const { appliedAt, isRewritten, receivedAt, callback } = source;
  const isObjected = decision !== "pass" && decision !== "undecided";
  const acting = findings.filter(({ effect }) => effect !== "shadow");
  const rules = unique(acting.map(({ rule }) => rule));
  const shadow = unique(findings.filter(({ effect }) => effect === "shadow").map(({ rule }) => rule));
  const judgedWrong = verdict === "false_positive" ? "wrong" : "right";
  return {
    facts: [
      `sender:${sender}`,
      `conversation:${conversation}`,
      `decision:${decision}`,
      `origin:${origin}`,
      ...rules.map((rule) => `rule:${rule}`),
      ...shadow.filter((rule) => !rules.includes(rule)).map((rule) => `rule:${rule}`),
      ...(edits.length > 0 || origin === "after_edit" ? ["edited:yes"] : []),
      ...(state === null ? [] : [`state:${state}`]),
      ...(verdict === null ? (isObjected ? ["verdict:none"] : []) : [`verdict:${verdict}`]),
    ],
    counted: [
      ...rules.map((rule) => `acting:${rule}`),
      ...shadow.map((rule) => `shadow:${rule}`),
      ...unique(acting.map(({ category }) => category)).map((category) => `category:${category}`),
      ...(isObjected ? [`objected:${conversation}`] : []),
      ...(isRewritten ? [REWRITTEN] : []),
      ...(callback === null || decision === "undecided" ? [] : [isObjected ? HELD_ORIGINAL : HELD_BODY]),
      ...(verdict === null ? [] : rules.map((rule) => `${judgedWrong}:${rule}`)),
      ...(appliedAt === null
        ? []
        : [`took:${Math.ceil(Math.log(Math.max(1, appliedAt - receivedAt)) / Math.log(STEP))}`]),
    ],
  };
}

function textsOf(source: IndexSource, decode: DecodeElements): Pick<IndexEntry, "masked" | "original"> {
  const told: (Version & { readonly isKnown: boolean })[] = [];
  const add = (command: string, callback: Buffer | null, edit: number | null, isKnown: boolean): void => {
    const elements = callback === null ? undefined : decode(command, callback);
    if (elements === undefined) return;
    told.push({ elements, findings: source.findings.filter((finding) => finding.edit === edit), isKnown });
  };
  add(source.command, source.callback, null, isJudged(source.decision));
  for (const edit of source.edits) {
    add(edit.command, edit.callback, edit.id, isEditJudged(edit.outcome));
  }
  const original = folded(told.map(({ elements }) => joinedText(plainElements(elements))).join("\n"));
  // What nobody has judged is shown to nobody who may see masked texts alone.
  const shown = maskedVersions(told).filter((_, at) => told[at]?.isKnown === true);
  const masked = folded(shown.map(joinedText).join("\n"));
  return { masked: masked === "" ? null : masked, original: original === masked || original === "" ? null : original };
}

export const isJudged = (decision: string): boolean => decision !== "undecided" && decision !== "failed";
export const isEditJudged = (outcome: string): boolean => !UNJUDGED.includes(outcome);
const UNJUDGED: readonly string[] = ["open", "failed", "gone", "unknown_message", "overtaken", "recalled"];

/** Texts and questions go the same way: width, case, invisible and traditional characters make no difference. */
export function folded(text: string): string {
  const units = foldedString(fold(text.toWellFormed()));
  return units
    .replace(/[^\S\n]+/g, " ")
    .slice(0, TEXT_UNITS_MAX)
    .toWellFormed()
    .trim();
}

const unique = (words: readonly string[]): readonly string[] => [...new Set(words)];
