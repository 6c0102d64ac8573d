/** Which messages a rule is about. */
import type { Message } from "../domain/message.ts";
import type { Scope } from "./rule.ts";

export function isInScope(scope: Scope, message: Message): boolean {
  const { ref, sender, groupType } = message;
  if (!scope.conversations.includes(ref.kind === "c2c" ? "c2c" : "group")) return false;
  if (matchesAny(scope.exemptSenders, sender)) return false;
  if (scope.senders && !matchesAny(scope.senders, sender)) return false;
  if (ref.kind === "c2c") return true;
  if (scope.groups && !matchesAny(scope.groups, ref.groupId)) return false;
  return !scope.groupTypes || scope.groupTypes.some((type) => type.toLowerCase() === groupType?.toLowerCase());
}

function matchesAny(patterns: readonly string[], id: string): boolean {
  return patterns.some((pattern) => matchesId(pattern, id));
}

/** `*` stands for any run of characters. The first fit from the left is enough, so no pattern can make this slow. */
export function matchesId(pattern: string, id: string): boolean {
  if (!pattern.includes("*")) return pattern === id;
  const parts = pattern.split("*");
  const first = parts[0] ?? "";
  const last = parts.at(-1) ?? "";
  if (id.length < first.length + last.length || !id.startsWith(first) || !id.endsWith(last)) return false;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = id.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return at <= id.length - last.length;
}
