/** Ways into the JSON that an app keeps in a custom element, as rules write them: `data.title`, `ext.items[*].name`. */
import type { JsonPath } from "../domain/message.ts";
import type { JsonPathPattern } from "./rule.ts";

/** Undefined when it is not a path. */
export function parseJsonPath(source: string): JsonPathPattern | undefined {
  const shape = /^(data|ext)((?:\.[^.[\]]+|\[(?:\*|\d{1,6})\])+)$/.exec(source);
  if (!shape) return undefined;
  const steps = [...(shape[2] ?? "").matchAll(/\.([^.[\]]+)|\[(\*|\d+)\]/g)].map(([, name, place]) => {
    if (name !== undefined) return name;
    return place === "*" ? ({ every: true } as const) : Number(place);
  });
  return { part: shape[1] === "data" ? "data" : "extension", steps };
}

export type JsonText = { readonly path: JsonPath; readonly text: string };

/** The strings that a path leads to; what is missing or not a string is nobody's fault and nothing to judge. */
export function textsAt(json: unknown, pattern: JsonPathPattern): readonly JsonText[] {
  let reached: { readonly path: JsonPath; readonly value: unknown }[] = [{ path: [], value: json }];
  for (const step of pattern.steps) {
    reached = reached.flatMap(({ path, value }) => {
      if (typeof step === "string") {
        if (typeof value !== "object" || value === null || Array.isArray(value)) return [];
        return Object.hasOwn(value, step) ? [{ path: [...path, step], value: (value as Json)[step] }] : [];
      }
      if (!Array.isArray(value)) return [];
      const places = typeof step === "number" ? [step].filter((place) => place < value.length) : [...value.keys()];
      return places.map((place) => ({ path: [...path, place], value: value[place] as unknown }));
    });
  }
  return reached.flatMap(({ path, value }) =>
    typeof value === "string" && value !== "" ? [{ path, text: value }] : [],
  );
}
type Json = Readonly<Record<string, unknown>>;

/** What an app keeps there need not be JSON; then there is nothing to look into. */
export function parsedJson(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
