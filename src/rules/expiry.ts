/** Reads the day or moment after which a rule is as if it were off. */
import { epochMs, type EpochMs } from "../domain/time.ts";

const DAY_MS = 24 * 60 * 60 * 1_000;
const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
// Without a zone a moment would be another one on every machine.
const DATE_TIME =
  /^(\d{4})-(\d{2})-(\d{2})T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,3})?)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/;

/** @returns the first moment at which the rule no longer speaks, or undefined for what is no date */
export function parseExpiry(written: string): EpochMs | undefined {
  const date = DATE.exec(written) ?? DATE_TIME.exec(written);
  if (!date || !isDay(Number(date[1]), Number(date[2]), Number(date[3]))) return undefined;
  const moment = Date.parse(written);
  // A bare date means the end of that day, wherever "that day" is in doubt: UTC.
  return epochMs(DATE.test(written) ? moment + DAY_MS : moment);
}

/** `Date` takes 30 February for a day in March. */
function isDay(year: number, month: number, day: number): boolean {
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}
