/** An explanation as it is read on a terminal. */
import type { ExplainedHit, Explanation } from "../rules/explain.ts";
import type { FoldChange } from "../rules/fold-steps.ts";

// A text that changes in more places than this is seen at one look: it is disguised throughout.
const CHANGES_SHOWN_MAX = 30;

export function explanationInWords(explanation: Explanation): string {
  const { revision, text, folded, hits, silent, masked, maskedWithShadow } = explanation;
  const heard = new Set(silent.map(({ rule }) => rule));
  const counted = hits.filter((hit) => hit.counted && !heard.has(hit.rule));
  const verdict =
    masked !== text ? `rewritten: ${masked}` : counted.length > 0 ? "left as it is, with a finding" : "left as it is";
  const changes = joined(explanation.changes);
  const more = changes.length - CHANGES_SHOWN_MAX;
  const lines = [
    `text      ${text}`,
    `folded    ${folded}`,
    ...changes.slice(0, CHANGES_SHOWN_MAX).map(changeInWords),
    ...(more > 0 ? [`step      and ${more} more`] : []),
    ...(hits.length === 0 ? ["hits      none"] : hits.map(hitInWords)),
    ...silent.map(({ rule, reason }) => `silent    ${rule}: ${reason}`),
    `result    ${verdict}`,
    ...(maskedWithShadow === masked ? [] : [`in shadow ${maskedWithShadow}`]),
    `revision  ${revision}`,
  ];
  return `${lines.join("\n")}\n`;
}

type Change = Pick<FoldChange, "start" | "end" | "original" | "folded"> & { readonly kinds: string };

/** Neighbours that changed in the same way are one line: a word in full width is one thing to a reader. */
function joined(changes: readonly FoldChange[]): readonly Change[] {
  const lines: Change[] = [];
  for (const { start, end, original, folded, steps } of changes) {
    const kinds = [...new Set(steps.map(({ kind }) => kind))].join(", ");
    const last = lines.at(-1);
    if (last?.end !== start || last.kinds !== kinds) lines.push({ start, end, original, folded, kinds });
    else {
      const both = { original: last.original + original, folded: last.folded + folded };
      lines[lines.length - 1] = { start: last.start, end, ...both, kinds };
    }
  }
  return lines;
}

function changeInWords({ start, end, original, folded, kinds }: Change): string {
  const becomes = folded === "" ? "nothing" : JSON.stringify(folded);
  return `step      ${start}–${end} ${visible(original)} → ${becomes} (${kinds})`;
}

function hitInWords(hit: ExplainedHit): string {
  const what = `${hit.rule} (${hit.mode}) by ${hit.by.kind} ${JSON.stringify(hit.by.source)}`;
  const where = `at ${hit.start}–${hit.end} ${JSON.stringify(hit.text)}`;
  const through = hit.used.length === 0 ? "" : `, through ${hit.used.join(", ")}`;
  return `hit       ${what} ${where}${through}${hit.dropped ? ` — does not count: ${hit.dropped.reason}` : ""}`;
}

/** As JSON, and with names for what a terminal would not show. */
function visible(text: string): string {
  const named = [...text].map((character) =>
    /[\p{Default_Ignorable_Code_Point}\p{Cf}\p{Cc}]/u.test(character)
      ? `⟨U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}⟩`
      : character,
  );
  return JSON.stringify(named.join(""));
}
