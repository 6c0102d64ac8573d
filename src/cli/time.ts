/** Times as people write them on a command line. */
import { InvalidArgumentError } from "commander";
import { systemClock } from "../clock.ts";
import type { EpochMs } from "../domain/time.ts";
import { durationMs, epochMs } from "../domain/time.ts";

const DATE = /^\d{4}-\d\d-\d\d$/;
const DATE_TIME = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)?$/;

/**
 * `36h` is so long ago; otherwise a date, or date and time, in UTC unless it says otherwise.
 *
 * @throws InvalidArgumentError for anything else
 */
export function time(text: string): EpochMs {
  const ago = durationMs(text);
  if (ago !== undefined) return epochMs(systemClock.now() - ago);
  const [, , , zone] = DATE_TIME.exec(text) ?? [];
  const isKnown = DATE.test(text) || DATE_TIME.test(text);
  const at = isKnown ? Date.parse(DATE.test(text) || zone !== undefined ? text : `${text}Z`) : NaN;
  if (Number.isNaN(at)) {
    throw new InvalidArgumentError("Expected 36h or 7d (so long ago), 2026-11-20 or 2026-11-20T08:30 (UTC).");
  }
  return epochMs(at);
}
