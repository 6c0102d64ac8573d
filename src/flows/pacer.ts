/**
 * Hands out the slots in which calls may go out. Slots are set aside in the store, a tenth of a second's worth at a time,
 * before they are used: a process that is killed and starts again begins behind them, so the budget holds across both.
 */
import { crashPoint } from "../crash-point.ts";
import type { ModifyApi } from "../domain/modification.ts";
import { SLOT_LATENESS_MS, slotGapMs, WARM_UP, WINDOW_MS, windowCallsMax } from "../domain/throttle.ts";
import type { Clock } from "../domain/time.ts";
import { monotonicMs } from "../domain/time.ts";
import type { OrderStore } from "../ports/store.ts";

/** Long enough to make the write rare, short enough that a kill wastes little. */
const RESERVED_MS = 100;
/** However slow the pace, a slot comes this often where the budget has one: a share of a small budget could be a minute. */
const SLOW_GAP_MAX_MS = 1_000;

export type PacerParts = {
  readonly store: Pick<OrderStore, "reserveSlots">;
  readonly clock: Clock;
  readonly api: ModifyApi;
  readonly callsPerSecond: number;
  /** The part of the pace that may be used now, above 0. */
  readonly share: () => number;
};

/** @returns a function that resolves in a slot of its own, true; or false when aborted. Ask one at a time. */
export function createPacer(parts: PacerParts): (signal: AbortSignal) => Promise<boolean> {
  const { clock } = parts;
  const fullGap = slotGapMs(parts.callsPerSecond);
  /** When the latest calls went out, as many as a window may hold; a ring. */
  const wentOut = new Array<number>(windowCallsMax(parts.callsPerSecond)).fill(-Infinity);
  let calls = 0;
  let next = -Infinity;
  let left = 0;
  let gap = fullGap;
  let warmAt = -Infinity;
  const share = (): number => Math.min(parts.share(), clock.monotonic() < warmAt ? WARM_UP.share : 1);
  const gapNow = (): number => Math.max(fullGap, Math.min(SLOW_GAP_MAX_MS, fullGap / share()));

  const reserve = async (): Promise<void> => {
    // None until they are set aside: where the store cannot write, nothing may be sent.
    left = 0;
    const now = clock.monotonic();
    if (now - next > WARM_UP.afterPauseMs) warmAt = now + WARM_UP.forMs;
    gap = gapNow();
    const count = Math.max(1, Math.round(RESERVED_MS / gap));
    // Those that have just passed may still be used; after a pause there is nothing to make up for.
    const from = now - next <= SLOT_LATENESS_MS ? monotonicMs(next) : now;
    next = await parts.store.reserveSlots(parts.api, count, gap, from);
    left = count;
    crashPoint("slots.reserved");
  };

  return async (signal) => {
    while (!signal.aborted) {
      if (left <= 0 || gap !== gapNow()) await reserve();
      const slot = next;
      next += gap;
      left--;
      const windowAgo = wentOut[calls % wentOut.length] ?? -Infinity;
      const early = Math.max(slot, windowAgo + WINDOW_MS) - clock.monotonic();
      if (early > 0) await clock.wait(early, signal);
      const now = clock.monotonic();
      if (signal.aborted || now - slot > SLOT_LATENESS_MS) continue;
      wentOut[calls++ % wentOut.length] = now;
      return true;
    }
    return false;
  };
}
