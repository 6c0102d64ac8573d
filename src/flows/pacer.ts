/**
 * Hands out the slots in which calls may go out. Slots are set aside in the store, a tenth of a second's worth at a time,
 * before they are used: a process that is killed and starts again begins behind them, so the budget holds across both.
 */
import { crashPoint } from "../crash-point.ts";
import type { ModifyApi } from "../domain/modification.ts";
import { SLOT_LATENESS_MS } from "../domain/throttle.ts";
import type { Clock } from "../domain/time.ts";
import type { OrderStore } from "../ports/store.ts";

/** Long enough to make the write rare, short enough that a kill wastes little. */
const RESERVED_MS = 100;
/** However slow the pace, a slot comes this often where the budget has one: a share of a small budget could be a minute. */
const SLOW_GAP_MAX_MS = 1_000;

export type PacerParts = {
  readonly store: Pick<OrderStore, "reserveSlots">;
  readonly clock: Clock;
  readonly api: ModifyApi;
  readonly gapMs: number;
  /** The part of the pace that may be used now, above 0. */
  readonly share: () => number;
};

/** @returns a function that resolves in a slot of its own, true; or false when aborted. Ask one at a time. */
export function createPacer(parts: PacerParts): (signal: AbortSignal) => Promise<boolean> {
  const { clock } = parts;
  let next = clock.monotonic() as number;
  let left = 0;
  let gap = parts.gapMs;
  const gapNow = (): number => Math.max(parts.gapMs, Math.min(SLOW_GAP_MAX_MS, parts.gapMs / parts.share()));

  const reserve = async (): Promise<void> => {
    // None until they are set aside: where the store cannot write, nothing may be sent.
    left = 0;
    gap = gapNow();
    const count = Math.max(1, Math.round(RESERVED_MS / gap));
    next = await parts.store.reserveSlots(parts.api, count, gap, clock.monotonic());
    left = count;
    crashPoint("slots.reserved");
  };

  return async (signal) => {
    while (!signal.aborted) {
      if (left <= 0 || gap !== gapNow()) await reserve();
      const slot = next;
      next += gap;
      left--;
      const early = slot - clock.monotonic();
      if (early > 0) await clock.wait(early, signal);
      if (clock.monotonic() - slot <= SLOT_LATENESS_MS) return !signal.aborted;
    }
    return false;
  };
}
