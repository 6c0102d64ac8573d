/** What must hold once a world has become calm and come to rest. */
import Database from "better-sqlite3";
import type { StoredMessage, World } from "../../src/simulator/world.ts";
import { isStored } from "../../src/simulator/world.ts";
import { verifyAudit } from "../../src/store/audit-chain.ts";
import { expectedFor, faultIn } from "../world/oracle.ts";
import { RULE, WORDS } from "../world/running.ts";
import type { Disk, Look } from "./instance.ts";
import { AUDIT_KEY } from "./instance.ts";
import type { Invariants } from "./invariants.ts";
import { noteIds, withoutNotes } from "./notes.ts";
import type { OrderRow } from "./record.ts";
import { isGroupKnown, ordersOf } from "./record.ts";

export type EndingParts = {
  readonly world: World;
  readonly look: Look;
  readonly invariants: Pick<Invariants, "written" | "byHand" | "isSelected" | "isOurs">;
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

function faultOf(message: StoredMessage, parts: EndingParts): string | undefined {
  const { look, invariants, isClockRight } = parts;
  const versions = invariants.written(message);
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
  if (versions.length > 1 && newest.toldAt === undefined) return undefined;
  const decided = byHandLast(message, orders, parts);
  if (decided !== undefined && decided.at > (newest.toldAt ?? 0)) return faultByHand(message, decided, parts);
  // Which of the two came first nobody can tell: the callback was on its way when the order was made.
  if (decided !== undefined && decided.at >= newest.version.at && faultByHand(message, decided, parts) === undefined) {
    return undefined;
  }
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

/** What a reviewer has ordered last, and how it ended. */
function byHandLast(message: StoredMessage, orders: readonly OrderRow[], { invariants }: EndingParts) {
  const all = invariants.byHand(message).flatMap((each) => {
    const row = orders.find(({ id }) => id === each.order);
    return row === undefined ? [] : [{ ...each, state: row.state, reason: row.reason }];
  });
  // Whoever cancels a restore of many wants what was there before, and that is what the rules say or what they put back. So
  // does whoever pauses it, until it goes on.
  return all.findLast(({ reason }) => reason !== "restore_cancelled" && reason !== "restore_paused");
}

function faultByHand(
  message: StoredMessage,
  { kind, state, reason }: { readonly kind: "restore" | "mask"; readonly state: string; readonly reason: string },
  { invariants }: EndingParts,
): string | undefined {
  const { rawBody, customData } = message.current;
  const how = `after a ${kind} by hand that ended as ${state} ${reason}`;
  if (kind === "mask") {
    return invariants.isSelected(message, rawBody) ? undefined : `it says ${rawBody} ${how}`;
  }
  // Whoever sends a mask of ours again has written nothing.
  const versions = invariants.written(message);
  const words = versions.findLast(({ version }) => !invariants.isOurs(message, version.rawBody));
  // Nor can anybody put back what nobody was told of.
  if (words === undefined || (words !== versions[0] && words.toldAt === undefined)) return undefined;
  if (rawBody !== words.version.rawBody) return `it says ${rawBody} ${how}, and should say ${words.version.rawBody}`;
  const kept = withoutNotes(words.version.customData);
  if (withoutNotes(customData) !== kept) return `its custom data are ${customData} ${how}, and should be ${kept}`;
  return noteIds(customData).length === 0 ? undefined : `it bears a note ${how}: ${customData}`;
}
