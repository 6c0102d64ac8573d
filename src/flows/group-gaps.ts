/** Groups: holes between the numbers that came are read, and a group that fell silent is looked at once. */
import { crashPoint } from "../crash-point.ts";
import type { AuditEntry } from "../domain/audit.ts";
import {
  afterFailure,
  isBeforeOurTime,
  missedIn,
  missingIn,
  nextLookAt,
  PAGE_SEQS_MAX,
  pageOf,
  restAfter,
  SETTLE_MS,
  withAllBelow,
} from "../domain/gaps.ts";
import type { AfterFailure, SeqRange } from "../domain/gaps.ts";
import type { Outcome } from "../domain/modification.ts";
import type { Clock, EpochMs } from "../domain/time.ts";
import { epochMs } from "../domain/time.ts";
import type { Gap, GapStore, GroupPlace, HistoryClient, HistoryLine, StirredGroup } from "../ports/history.ts";
import type { Logger } from "../ports/logger.ts";
import type { PacedReading } from "./paced-reading.ts";
import type { Recover } from "./recover.ts";

export type GroupGapsParts = {
  readonly store: GapStore;
  readonly client: Pick<HistoryClient, "groupPage">;
  readonly read: PacedReading;
  readonly recover: Recover;
  readonly clock: Pick<Clock, "now">;
  readonly random: () => number;
  readonly log: Logger;
};

export interface GroupGaps {
  /** Reads one page of a hole. @returns whether anything was asked */
  fill(gap: Gap, since: EpochMs, signal: AbortSignal): Promise<boolean>;
  /** Looks at a group's newest messages. @returns whether anything was asked */
  look(group: StirredGroup, since: EpochMs, signal: AbortSignal): Promise<boolean>;
}

export function createGroupGaps(parts: GroupGapsParts): GroupGaps {
  const { store, client, clock, log } = parts;

  const auditOf = (act: "recovered" | "gap_given_up", place: GroupPlace, detail: AuditEntry["detail"]): AuditEntry => {
    const { groupId, topicId } = place;
    const where = { groupId, ...(topicId === undefined ? {} : { topicId }) };
    return { at: clock.now(), actor: "emend", act, detail: { ...where, ...detail } };
  };
  const givenUp = (place: GroupPlace, detail: AuditEntry["detail"]): AuditEntry => {
    log.warn({ what: "group", ...detail }, "A part of history is given up: what was missed there stays unjudged.");
    return auditOf("gap_given_up", place, detail);
  };
  const recovered = (gap: Gap, more: number): readonly AuditEntry[] => {
    const messages = gap.recovered + more;
    return messages === 0 ? [] : [auditOf("recovered", gap.place, { messages, last: gap.range.last })];
  };
  const failed = (tried: Parameters<typeof afterFailure>[0], outcome: Outcome): AfterFailure =>
    afterFailure(tried, outcome, clock.now(), parts.random());

  return {
    async fill(gap, since, signal) {
      const { id, place, conversation } = gap;
      const range = missingIn(gap.range, await store.knownSeqs(conversation, gap.range));
      if (range === undefined) {
        await store.settleGap(id, { kind: "closed", audit: recovered(gap, 0) });
        return true;
      }
      const asked = await parts.read(() => client.groupPage(place, range.last, pageOf(range)), signal);
      if (asked === undefined) return false;
      const { reading, counted } = asked;
      if (reading.kind === "failed") {
        const step = failed({ attempts: gap.attempts, createdAt: gap.foundAt, counted }, reading.outcome);
        const audit =
          step.kind === "given_up" ? [givenUp(place, { ...range, reason: step.reason }), ...recovered(gap, 0)] : [];
        await store.settleGap(id, { ...step, audit });
        return true;
      }
      crashPoint("gap.read");
      const lines = reading.page.lines.filter((line) => isWithin(range, line));
      const found = await parts.recover(conversation, lines, since, clock.now());
      // What lies below a message from before our time is older still.
      const rest = ours(reading.page.lines, since).reachesBack
        ? undefined
        : restAfter(range, seqsOf(reading.page.lines));
      if (rest === undefined) {
        await store.settleGap(id, { kind: "closed", audit: recovered(gap, found) });
      } else if (reading.page.expired) {
        const audit = [givenUp(place, { ...rest, reason: "expired" }), ...recovered(gap, found)];
        await store.settleGap(id, { kind: "given_up", reason: "expired", audit });
      } else {
        await store.settleGap(id, { kind: "narrowed", range: rest, recovered: found, at: clock.now(), audit: [] });
      }
      return true;
    },

    async look(group, since, signal) {
      const { place, conversation } = group;
      const asked = await parts.read(() => client.groupPage(place, undefined, PAGE_SEQS_MAX), signal);
      if (asked === undefined) return false;
      const { reading, counted } = asked;
      const now = clock.now();
      if (reading.kind === "failed") {
        const step = failed({ attempts: group.attempts, createdAt: group.stirredAt, counted }, reading.outcome);
        const audit = step.kind === "given_up" ? [givenUp(place, { reason: step.reason })] : [];
        await store.settleLook(group, { ...step, audit }, now);
        return true;
      }
      const { lines, reachesBack } = ours(reading.page.lines, since);
      const seqs = seqsOf(lines);
      const known = seqs.length === 0 ? [] : await store.knownSeqs(conversation, spanOf(seqs));
      const missed = missedIn(group.highest, seqs, new Set(known));
      const isFirstLook = group.lookedUntil === undefined;
      const range = isFirstLook && !reachesBack ? withAllBelow(missed, seqs) : missed;
      // Those that were said just now may have their callbacks on the way.
      const gap = range === undefined ? undefined : { range, foundAt: now, dueAt: epochMs(now + SETTLE_MS) };
      const again = nextLookAt(group.spokeAt, now);
      await store.settleLook(group, { kind: "looked", until: now, settled: group.spokeAt, gap, again, audit: [] }, now);
      return true;
    },
  };
}

/** The messages that are our business, and whether there are others among the lines. */
function ours(
  lines: readonly HistoryLine[],
  since: EpochMs,
): { readonly lines: readonly HistoryLine[]; readonly reachesBack: boolean } {
  const messages = lines.filter((line) => line.kind === "message");
  const kept = messages.filter(({ message }) => !isBeforeOurTime(message.sentAt, since));
  return { lines: kept, reachesBack: kept.length < messages.length };
}

const seqsOf = (lines: readonly HistoryLine[]): readonly number[] =>
  lines.flatMap(({ seq }) => (seq === undefined ? [] : [seq]));

const spanOf = (seqs: readonly number[]): SeqRange => ({ first: Math.min(...seqs), last: Math.max(...seqs) });

const isWithin = ({ first, last }: SeqRange, { seq }: HistoryLine): boolean =>
  seq !== undefined && seq >= first && seq <= last;
