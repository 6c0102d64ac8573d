/**
 * Reads history at a pace of its own: a search for what was missed never takes from the budget of what is to be rewritten,
 * and stops by itself while Tencent is away.
 */
import type { Outcome } from "../domain/modification.ts";
import type { Breaker } from "../domain/throttle.ts";
import { afterCall, closedBreaker, paceShare } from "../domain/throttle.ts";
import type { Clock } from "../domain/time.ts";
import type { HistoryReading } from "../ports/history.ts";
import type { Logger } from "../ports/logger.ts";

export type PacedReadingParts = {
  readonly clock: Clock;
  readonly log: Logger;
  /** For the log: whose history. */
  readonly what: "group" | "c2c";
  readonly callsPerSecond: number;
  readonly nextStepFor: (code: string) => string;
};

/**
 * @returns what was read, and whether a failure counts against the patience with what was asked; undefined when nothing was
 * asked because of an abort or because Tencent is away: ask again later
 */
export type PacedReading = (
  ask: () => Promise<HistoryReading>,
  signal: AbortSignal,
) => Promise<{ readonly reading: HistoryReading; readonly counted: boolean } | undefined>;

/** Outcomes that say nothing about what was asked. */
const faultless: ReadonlySet<Outcome["kind"]> = new Set(["throttled", "unauthorised", "misconfigured"]);

export function createPacedReading(parts: PacedReadingParts): PacedReading {
  const { clock, log, what } = parts;
  let breaker: Breaker = closedBreaker;
  let nextAt = clock.monotonic() as number;
  let turn = Promise.resolve();
  let probing = false;

  /** Calls go out one after another, never in a burst; a pause is not made up for. */
  const slot = async (signal: AbortSignal): Promise<void> => {
    const at = Math.max(clock.monotonic(), nextAt);
    // While it is open only one probe at a time asks, and takes its slot at the full pace.
    nextAt = at + 1000 / (parts.callsPerSecond * (paceShare(breaker, clock.monotonic()) || 1));
    const early = at - clock.monotonic();
    if (early > 0) await clock.wait(early, signal);
  };
  /** One waits for the clock, the others for their turn. */
  const queued = (signal: AbortSignal): Promise<void> => (turn = turn.then(() => slot(signal)));
  const mayAsk = (): boolean => breaker.kind !== "open" || (!probing && breaker.probeAt <= clock.monotonic());

  const learn = (outcome: Outcome): void => {
    const before = breaker.kind;
    const after = afterCall(breaker, outcome, clock.monotonic());
    breaker = after;
    if (after.kind === "open" && before !== "open") {
      const next = parts.nextStepFor(after.code);
      log.error({ what, why: after.why, code: after.code, next }, "History cannot be read; probes go on.");
    } else if (before === "open" && after.kind !== "open") {
      log.info({ what }, "History can be read again.");
    }
  };

  return async (ask, signal) => {
    if (!mayAsk()) return undefined;
    await queued(signal);
    // Asked again behind the slot: the answer that stops us may have come while we waited for it.
    if (signal.aborted || !mayAsk()) return undefined;
    const isProbe = breaker.kind === "open";
    if (isProbe) probing = true;
    try {
      const reading = await ask();
      const outcome: Outcome = reading.kind === "page" ? { kind: "applied", code: "0" } : reading.outcome;
      learn(outcome);
      const away = outcome.kind === "retryable" && breaker.kind === "open";
      return { reading, counted: !faultless.has(outcome.kind) && !away };
    } finally {
      if (isProbe) probing = false;
    }
  };
}
