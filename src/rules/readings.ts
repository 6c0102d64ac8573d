/** The texts of a message that rules look at, in the groups in which they are judged. */
import type { Element, JsonPath, Message, Place } from "../domain/message.ts";
import { parsedJson, textsAt } from "./json-path.ts";
import type { ScopedElement } from "./rule.ts";
import type { RuleSet } from "./rule-set.ts";

/** Texts that are read as one, each with its place. */
export type Reading = {
  readonly kind: ScopedElement;
  readonly texts: readonly string[];
  readonly places: readonly Place[];
  /** The rules that look here, by place; undefined for all whose scope names the kind. */
  readonly rules: ReadonlySet<number> | undefined;
};

export function readingsOf(ruleSet: RuleSet, message: Message): readonly Reading[] {
  const readings: Reading[] = [];
  let run: { texts: string[]; places: Place[] } | undefined;
  message.elements.forEach((element, index) => {
    if (element.kind !== "text") {
      run = undefined;
      readings.push(...readingsOfElement(ruleSet, element, index));
      return;
    }
    if (element.text === "") return;
    if (!run) {
      run = { texts: [], places: [] };
      readings.push({ kind: "text", ...run, rules: undefined });
    }
    run.texts.push(element.text);
    run.places.push({ element: index, part: "text" });
  });
  return readings;
}

function readingsOfElement(ruleSet: RuleSet, element: Exclude<Element, { kind: "text" }>, index: number): Reading[] {
  switch (element.kind) {
    case "location":
      return one("location", element.description, { element: index, part: "description" });
    case "face":
      return one("face", element.label, { element: index, part: "label" });
    case "custom":
      return [
        ...one("custom", element.description, { element: index, part: "description" }),
        ...jsonReadings(ruleSet, element, index),
      ];
    case "file":
      return one("file", element.name, { element: index, part: "name" });
    case "merged":
      return element.texts.flatMap((text, at) => one("merged", text, { element: index, part: "merged", index: at }));
    case "opaque":
      return [];
    default:
      return element satisfies never;
  }
}

function one(kind: ScopedElement, text: string, place: Place): Reading[] {
  return text === "" ? [] : [{ kind, texts: [text], places: [place], rules: undefined }];
}

function jsonReadings(ruleSet: RuleSet, custom: Extract<Element, { kind: "custom" }>, index: number): Reading[] {
  if (ruleSet.jsonPaths.length === 0) return [];
  // Two paths may lead to one string (`items[*]`, `items[0]`): it is read once, for the rules of both.
  const found = new Map<string, { part: "data" | "extension"; path: JsonPath; text: string; rules: Set<number> }>();
  for (const part of ["data", "extension"] as const) {
    const wanted = ruleSet.jsonPaths.filter(({ pattern }) => pattern.part === part);
    const json = wanted.length === 0 ? undefined : parsedJson(custom[part]);
    for (const { pattern, rules } of wanted) {
      for (const { path, text } of textsAt(json, pattern)) {
        const name = JSON.stringify([part, path]);
        const known = found.get(name) ?? { part, path, text, rules: new Set() };
        found.set(name, known);
        for (const rule of rules) known.rules.add(rule);
      }
    }
  }
  return Array.from(found.values(), ({ part, path, text, rules }) => ({
    kind: "custom",
    texts: [text],
    places: [{ element: index, part, path }],
    rules,
  }));
}

/**
 * How much text judging a message may take, in UTF-16 units: whoever calls sets the bound. Custom elements count
 * whole, because what a path leads to is known only after the work of looking.
 */
export function textUnits(message: Message): number {
  return message.elements.reduce((units, element) => units + unitsOfElement(element), 0);
}

function unitsOfElement(element: Element): number {
  switch (element.kind) {
    case "text":
      return element.text.length;
    case "location":
      return element.description.length;
    case "face":
      return element.label.length;
    case "custom":
      return element.description.length + element.data.length + element.extension.length;
    case "file":
      return element.name.length;
    case "merged":
      return element.texts.reduce((units, text) => units + text.length, 0);
    case "opaque":
      return 0;
    default:
      return element satisfies never;
  }
}
