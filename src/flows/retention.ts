/** Forgets what is past keeping, a little at a time. */
import { crashPoint } from "../crash-point.ts";
import type { Clock } from "../domain/time.ts";
import { epochMs } from "../domain/time.ts";
import type { Logger } from "../ports/logger.ts";
import type { RetentionStore } from "../ports/store.ts";
import { nameOf } from "./intake.ts";

/** Retention is counted in days; looking this often is plenty. */
const LOOK_EVERY_MS = 10 * 60_000;
/** What was still open when a purge went past is looked at a day later. */
const ANEW_EVERY_MS = 24 * 3_600_000;
/** A wall clock that has run away from the monotonic one this far was set, not slept through. */
const CLOCK_JUMP_MS = 48 * 3_600_000;
/**
 * A clock that was wrong already when the process began does not show by running away. It is believed once a message bears
 * it out, whose time is Tencent's, or once it has run straight for this long.
 */
const BORNE_OUT_WITHIN_MS = 48 * 3_600_000;
/** Between two steps callbacks get their turn. */
const STEP_PAUSE_MS = 50;

/** How forgetting goes: `not_yet` right after the start; doubted or jumped, nothing is forgotten on this clock's word. */
export type Forgetting = "not_yet" | "going" | "clock_doubted" | "clock_jumped" | "failing";

export type RetentionParts = {
  readonly store: RetentionStore;
  readonly clock: Pick<Clock, "now" | "monotonic" | "wait">;
  readonly log: Logger;
  readonly keepBodiesMs: number;
  readonly keepOriginalsMs: number;
  /** Told at each look. */
  readonly tell: (how: Forgetting) => void;
};

/**
 * Runs until aborted. What is forgotten is gone for good, and the only originals with it: a clock that jumped is not believed
 * until a restart, and after a restart not before something bears it out.
 */
export async function forgetOldTexts(parts: RetentionParts, signal: AbortSignal): Promise<void> {
  const { clock } = parts;
  const lead = (): number => clock.now() - clock.monotonic();
  const leadAtStart = lead();
  const startedAt = clock.monotonic();
  let isDoubted = false;
  const isBorneOut = async (): Promise<boolean> => {
    const newest = await parts.store.newestSentAt();
    if (newest === undefined || Math.abs(clock.now() - newest) < BORNE_OUT_WITHIN_MS) return true;
    return clock.monotonic() - startedAt >= BORNE_OUT_WITHIN_MS;
  };
  let anewAt = clock.monotonic() + ANEW_EVERY_MS;
  while (!signal.aborted) {
    let more = false;
    try {
      if (Math.abs(lead() - leadAtStart) > CLOCK_JUMP_MS) throw new ClockJumped();
      if (clock.monotonic() >= anewAt) {
        await parts.store.purgeAnew();
        anewAt = clock.monotonic() + ANEW_EVERY_MS;
      }
      if (!(await isBorneOut())) {
        if (!isDoubted) parts.log.warn({}, "Old texts stay for now: no new message bears this machine's clock out.");
        isDoubted = true;
        parts.tell("clock_doubted");
        await clock.wait(LOOK_EVERY_MS, signal);
        continue;
      }
      isDoubted = false;
      const now = clock.now();
      const before = { bodies: epochMs(now - parts.keepBodiesMs), originals: epochMs(now - parts.keepOriginalsMs) };
      more = await parts.store.purge(before, now);
      crashPoint("purge.stepped");
      parts.tell("going");
    } catch (thrown) {
      parts.tell(thrown instanceof ClockJumped ? "clock_jumped" : "failing");
      parts.log.error({ fault: nameOf(thrown) }, "Old texts could not be removed; trying again.");
    }
    await clock.wait(more ? STEP_PAUSE_MS : LOOK_EVERY_MS, signal);
  }
}

class ClockJumped extends Error {
  override readonly name = "ClockJumped";
}
