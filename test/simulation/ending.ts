/** What must hold once a world has become calm and come to rest. */
import Database from "better-sqlite3";
import type { StoredMessage, World } from "../../src/simulator/world.ts";
import { isStored } from "../../src/simulator/world.ts";
import { verifyAudit } from "../../src/store/audit-chain.ts";
import { expectedFor, faultIn } from "../world/oracle.ts";
import { RULE, WORDS } from "../world/running.ts";
import type { Disk, Look } from "./instance.ts";
import { AUDIT_KEY } from "./instance.ts";
import type { Written } from "./invariants.ts";
import { isGroupKnown, ordersOf } from "./record.ts";

export type EndingParts = {
  readonly world: World;
  readonly look: Look;
  readonly written: (message: StoredMessage) => readonly Written[];
  /** Nobody has set it. Where somebody has, "since when" means less, and a missed message may be held for an old one. */
  readonly isClockRight: boolean;
};

/** @returns what is wrong with what people see, one line each */
export function faultsAtRest(parts: EndingParts): readonly string[] {
  return parts.world
    .conversations()
    .flatMap(({ messages }) => messages)
    .flatMap((message) => {
      const fault = faultOf(message, parts);
      return fault === undefined ? [] : [`message ${message.id}: ${fault}`];
    });
}

/** @returns what is wrong with the file, after a crash or in the end */
export function faultsOfDisk({ database }: Disk): readonly string[] {
  const db = new Database(database, { readonly: true });
  try {
    const integrity = db.pragma("integrity_check", { simple: true });
    return [
      ...(integrity === "ok" ? [] : [`integrity_check says ${String(integrity)}`]),
      ...(verifyAudit(db, AUDIT_KEY).ok ? [] : ["the audit log's chain does not verify"]),
    ];
  } finally {
    db.close();
  }
}

function faultOf(message: StoredMessage, { look, written, isClockRight }: EndingParts): string | undefined {
  const versions = written(message);
  const newest = versions.at(-1);
  if (newest === undefined || message.recalledBy !== undefined) return undefined;
  const orders = ordersOf(look, message);
  if (orders === undefined) {
    // A group's numbers show what is missing, once one of its messages has come.
    const group = message.identity.kind === "group" ? message.identity : undefined;
    const isToBeFound = group !== undefined && isStored(message) && isClockRight && isGroupKnown(look, group);
    return isToBeFound ? "it was missed and never found" : undefined;
  }
  // Nobody told of the newest text, and nobody else will: of edits there is no other way.
  if (versions.length > 1 && !newest.told) return undefined;
  const expected = expectedFor(newest.version, isStored(message), WORDS);
  if (versions.length === 1) {
    const withoutNote = orders.some(({ without_note }) => without_note === 1);
    const wanted = expected.kind === "changed" && withoutNote ? { ...expected, noted: false } : expected;
    return faultIn(message.original, message.current, wanted, RULE);
  }
  // Somebody insists: what stands there is for a person to decide.
  if (orders.some(({ reason }) => reason === "guard_exhausted")) return undefined;
  const { rawBody } = message.current;
  const wanted = expected.kind === "changed" ? expected.rawBody : newest.version.rawBody;
  return rawBody === wanted ? undefined : `it says ${rawBody}, and should say ${wanted}`;
}
