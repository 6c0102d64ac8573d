/**
 * The texts of a message as everybody may see them: what rules cover is three stars, however long it was. Not what clients
 * see, where a mask may keep the length or the first letter; here nothing of the word is told at all.
 */
import type { Element } from "../domain/message.ts";
import type { Span } from "../domain/span.ts";
import { applyEdits, span, union } from "../domain/span.ts";
import type { ElementView, FindingView } from "../ports/console-views.ts";

const HIDDEN = "***";

export type TextPart = { readonly part: string; readonly text: string };

export function partsOf(element: Element): readonly TextPart[] {
  switch (element.kind) {
    case "text":
      return [{ part: "text", text: element.text }];
    case "location":
      return [{ part: "description", text: element.description }];
    case "face":
      return [{ part: "label", text: element.label }];
    case "custom":
      return [
        { part: "description", text: element.description },
        { part: "data", text: element.data },
        { part: "extension", text: element.extension },
      ].filter(({ text }) => text !== "");
    case "file":
      return [{ part: "name", text: element.name }];
    case "merged":
      return element.texts.map((text) => ({ part: "merged", text }));
    case "opaque":
      return [];
    default:
      return element satisfies never;
  }
}

/** One of the texts that a message has had: as it was sent, or as an edit left it. */
export type Version = {
  readonly elements: readonly Element[];
  /** Of this very text. */
  readonly findings: readonly FindingView[];
};

/**
 * Texts of one message. What is covered in one of them is covered in the others too: a person covers words where they stand
 * now, and a rule that is younger than the message has judged its newest text alone.
 */
export function maskedVersions(versions: readonly Version[]): readonly (readonly ElementView[])[] {
  const covered = versions.map(coveredIn);
  return versions.map((version, own) => maskedElements(version, together(covered.filter((_, at) => at !== own))));
}

type Covered = {
  readonly words: readonly string[];
  /** What lies inside the app's own JSON is hidden as a whole, in every text. */
  readonly hidesAppData: boolean;
};

function coveredIn({ elements, findings }: Version): Covered {
  const words = new Set<string>();
  let hidesAppData = false;
  for (const { effect, place, start, end } of findings) {
    if (effect !== "mask") continue;
    hidesAppData ||= isAppData(place.part);
    const element = elements[place.element];
    const parts = element === undefined ? [] : partsOf(element);
    const text = parts.find(({ part }, at) => part === place.part && (place.part !== "merged" || place.index === at));
    const word = text?.text.slice(start, end) ?? "";
    if (!isAppData(place.part) && word.trim() !== "") words.add(word);
  }
  return { words: [...words], hidesAppData };
}

const together = (all: readonly Covered[]): Covered => ({
  words: [...new Set(all.flatMap(({ words }) => words))],
  hidesAppData: all.some(({ hidesAppData }) => hidesAppData),
});

const isAppData = (part: string): boolean => part === "data" || part === "extension";

function maskedElements({ elements, findings }: Version, elsewhere: Covered): readonly ElementView[] {
  return elements.map((element, index) => {
    const here = findings.filter(({ effect, place }) => effect === "mask" && place.element === index);
    const texts = partsOf(element).map((part, at) => ({ ...part, text: maskedPart(part, at, here, elsewhere) }));
    return viewOf(element, texts);
  });
}

export const plainElements = (elements: readonly Element[]): readonly ElementView[] =>
  elements.map((element) => viewOf(element, partsOf(element)));

const viewOf = (element: Element, texts: readonly TextPart[]): ElementView => ({
  kind: element.kind,
  texts,
  type: element.kind === "opaque" ? element.type : null,
});

function maskedPart(
  { part, text }: TextPart,
  at: number,
  findings: readonly FindingView[],
  { words, hidesAppData }: Covered,
): string {
  const hits = findings.filter(({ place }) => place.part === part && (place.part !== "merged" || place.index === at));
  // These spans count in a string inside the app's own JSON: all of it is hidden.
  if (isAppData(part) && (hidesAppData || hits.length > 0)) return HIDDEN;
  const inside = hits.filter(({ start, end }) => start < end && end <= text.length);
  // A span that does not fit is of another text; then nobody knows what to hide.
  if (inside.length < hits.length) return HIDDEN;
  const spans = [
    ...inside.map(({ start, end }) => span(start, end)),
    ...words.flatMap((word) => occurrencesOf(word, text)),
  ];
  return applyEdits(
    text,
    union(spans).map((where) => ({ span: where, text: HIDDEN })),
  );
}

function occurrencesOf(word: string, text: string): readonly Span[] {
  const found: Span[] = [];
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) found.push(span(at, at + word.length));
  return found;
}

/** One after another, each part on a line of its own. */
export const joinedText = (views: readonly ElementView[]): string =>
  views.flatMap(({ texts }) => texts.map(({ text }) => text)).join("\n");
