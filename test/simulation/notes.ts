/** Our notes in custom data, told by a pattern of their own: the code that writes them is not asked. */
const NOTE = String.raw`\{"v":1,"id":"([0-9A-HJKMNP-TV-Z]{26})","action":"\w+","rules":\["[^"]+"\],"at":\d+\}`;
const NOTES = new RegExp(String.raw`,?"moderation":\[(?:${NOTE},?)+\]`);

/** What is the sender's own. An empty object says as much as nothing. */
export function withoutNotes(customData: string | undefined): string {
  const rest = (customData ?? "").replace(NOTES, "");
  return rest === "{}" ? "" : rest;
}

export const noteIds = (customData: string | undefined): readonly string[] =>
  [...(customData ?? "").matchAll(new RegExp(NOTE, "g"))].map(([, id = ""]) => id);
