/**
 * The note: one entry appended to an array under one key of the message's custom data. UIKits keep quotes and replies in
 * the same object, so every other byte of it stays as the sender wrote it. A note never holds text of the message.
 */
import type { RuleId } from "./decision.ts";
import { isArray, isObject, items, members, rootValue } from "./json-text.ts";
import type { EpochMs } from "./time.ts";

export type NoteAction = "mask" | "flag" | "restore";

export type Note = {
  readonly id: string;
  readonly action: NoteAction;
  readonly rules: readonly RuleId[];
  /** Of those rules that let theirs be seen. */
  readonly categories?: readonly string[];
  readonly at: EpochMs;
};

/** What to do with custom data that is no JSON object. */
export type NonJson = "leave" | "wrap";

export type NotedCustomData =
  | { readonly kind: "noted"; readonly customData: string }
  /** `not_an_object`: the sender's data has another shape and is to be left · `not_ours`: our key is taken. */
  | { readonly kind: "skipped"; readonly reason: "not_an_object" | "not_ours" };

/** @returns the sender's custom data with the note in it, or why there is no place for one. Never throws. */
export function appendNote(
  customData: string | undefined,
  note: Note,
  settings: { readonly key: string; readonly nonJson: NonJson },
): NotedCustomData {
  const { id, action, rules, categories = [], at } = note;
  const entry = JSON.stringify({ v: 1, id, action, rules, ...(categories.length > 0 ? { categories } : {}), at });
  const member = `${JSON.stringify(settings.key)}:[${entry}]`;
  if (customData === undefined || customData === "") return { kind: "noted", customData: `{${member}}` };
  if (!isJsonObject(customData)) {
    if (settings.nonJson === "leave") return { kind: "skipped", reason: "not_an_object" };
    return { kind: "noted", customData: `{"original":${JSON.stringify(customData)},${member}}` };
  }
  const object = rootValue(customData);
  const all = [...members(customData, object)];
  const ours = all.findLast((candidate) => candidate.key === settings.key)?.value;
  if (ours === undefined) {
    return { kind: "noted", customData: insert(customData, object.end - 1, all.length === 0 ? member : `,${member}`) };
  }
  if (!isNotes(customData.slice(ours.start, ours.end))) return { kind: "skipped", reason: "not_ours" };
  const empty = customData.slice(ours.start + 1, ours.end - 1).trim() === "";
  return { kind: "noted", customData: insert(customData, ours.end - 1, empty ? entry : `,${entry}`) };
}

/**
 * Takes notes out again, those with one of these ids, and touches nothing else: a client that edits a message sends back the
 * custom data that it was shown.
 */
export function withoutNotes(customData: string, ids: ReadonlySet<string>, key: string): string {
  if (!isJsonObject(customData)) return customData;
  const all = [...members(customData, rootValue(customData))];
  const place = all.findLastIndex((candidate) => candidate.key === key);
  const value = all[place]?.value;
  if (value === undefined || !isNotes(customData.slice(value.start, value.end))) return customData;
  const notes = [...items(customData, value)].map(({ start, end }) => customData.slice(start, end));
  const kept = notes.filter((note) => !ids.has((JSON.parse(note) as Pick<Note, "id">).id));
  if (kept.length === notes.length) return customData;
  const [before, behind] = [customData.slice(0, value.start), customData.slice(value.end)];
  if (kept.length > 0) return `${before}[${kept.join(",")}]${behind}`;
  const previous = all[place - 1];
  if (previous !== undefined) return customData.slice(0, customData.indexOf(",", previous.value.end)) + behind;
  return customData.slice(0, customData.indexOf('"')) + behind.replace(/^\s*,\s*/, "");
}

const insert = (text: string, at: number, what: string): string => text.slice(0, at) + what + text.slice(at);

function isJsonObject(text: string): boolean {
  try {
    JSON.parse(text);
  } catch {
    return false;
  }
  return isObject(text, rootValue(text));
}

/** An array in which every entry looks like one of our notes; an empty one too. */
function isNotes(json: string): boolean {
  if (!isArray(json, rootValue(json))) return false;
  return (JSON.parse(json) as unknown[]).every(
    (entry) =>
      typeof entry === "object" &&
      entry !== null &&
      "v" in entry &&
      typeof entry.v === "number" &&
      "id" in entry &&
      typeof entry.id === "string" &&
      "action" in entry &&
      typeof entry.action === "string",
  );
}
