/**
 * Where a page ended, as the caller gets it: nothing to take apart, and of no use with another list. It tells nothing that
 * the page did not; a wrong one is refused.
 */
import { problem } from "./problem.ts";

export function cursorFor(list: string, at: number | string | null): string | null {
  return at === null ? null : Buffer.from(JSON.stringify([list, at])).toString("base64url");
}

export function numberIn(list: string, cursor: string | undefined): number | undefined {
  const at = read(list, cursor);
  if (at === undefined || (typeof at === "number" && Number.isSafeInteger(at) && at >= 0)) return at;
  throw wrongCursor();
}

export function idIn(list: string, cursor: string | undefined): string | undefined {
  const at = read(list, cursor);
  if (at === undefined || typeof at === "string") return at;
  throw wrongCursor();
}

function read(list: string, cursor: string | undefined): unknown {
  if (cursor === undefined) return undefined;
  try {
    const said: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
    if (Array.isArray(said) && said.length === 2 && said[0] === list && said[1] !== undefined)
      return said[1] as unknown;
  } catch {
    // Not one of ours.
  }
  throw wrongCursor();
}

const wrongCursor = () =>
  problem(400, "bad-cursor", "The cursor is not one that this list gave.", "Begin again without a cursor.");
