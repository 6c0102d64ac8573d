/**
 * Finds moderation notes in custom data. The key they stand under is the operator's choice, so they are known by their
 * shape: an array of {v, id, action, rules, at}.
 */
export function notesIn(customData) {
  const data = parse(customData);
  if (typeof data !== "object" || data === null || Array.isArray(data)) return [];
  for (const value of Object.values(data)) {
    if (Array.isArray(value) && value.length > 0 && value.every(isNote)) return value;
  }
  return [];
}

const isNote = (entry) =>
  typeof entry === "object" &&
  entry !== null &&
  typeof entry.v === "number" &&
  typeof entry.id === "string" &&
  typeof entry.action === "string" &&
  typeof entry.at === "number" &&
  Array.isArray(entry.rules) &&
  entry.rules.every((rule) => typeof rule === "string");

/** The message that this one answers, as the chat kits write it beside the body. */
export function quoteIn(customData) {
  const reply = parse(customData)?.messageReply;
  if (typeof reply?.messageAbstract !== "string") return undefined;
  return { sender: typeof reply.messageSender === "string" ? reply.messageSender : "", text: reply.messageAbstract };
}

export function parse(json) {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
