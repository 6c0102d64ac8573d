/** Writes to the log what has been counted, and where the audit log ends. */
import type { Clock } from "../domain/time.ts";
import type { Logger } from "../ports/logger.ts";

/**
 * When something is new. Whoever cuts entries off the end of the audit log cuts at most this much to which nothing outside
 * of the database bears witness.
 */
const EVERY_MS = 60_000;

export type ReportParts = {
  readonly report: () => Promise<Readonly<Record<string, unknown>>>;
  readonly clock: Pick<Clock, "wait">;
  readonly log: Logger;
};

/** Runs until aborted. */
export async function reportCounts({ report, clock, log }: ReportParts, signal: AbortSignal): Promise<void> {
  let reported = JSON.stringify(await report());
  while (!signal.aborted) {
    await clock.wait(EVERY_MS, signal);
    const now = await report();
    if (!signal.aborted && JSON.stringify(now) !== reported) log.info(now, "Counts since the start.");
    reported = JSON.stringify(now);
  }
}
