/**
 * Erases what a user wrote, for whoever orders it in the console. The order is written down first and carried out by the
 * process that sends, so that it goes on after a restart, and two processes never work on the same one:
 *
 *     counting ──▶ record ──▶ files ──▶ done: the order is gone, the audit log has its entry
 *
 * A step that fails is tried again later; nothing is undone.
 */
import { crashPoint } from "../crash-point.ts";
import type { UserId } from "../domain/message.ts";
import type { Clock } from "../domain/time.ts";
import type { Erased, Erasure, ErasureStore, ErasingThread } from "../ports/erasures.ts";
import { ErasingFailed } from "../ports/erasures.ts";
import type { Logger } from "../ports/logger.ts";
import { nameOf } from "./intake.ts";
import type { Bell } from "./wake.ts";

/** An order that another process took, or one that a process before left behind. */
const LOOK_EVERY_MS = 5_000;
/** A full disk, or somebody who reads the file all the time: soon enough for whoever has put it right. */
const AGAIN_AFTER_MS = 60_000;

export type ErasureStage = "counting" | "record" | "files";

export type OpenErasure = Erasure & {
  readonly stage: ErasureStage;
  /** Of the stage; undefined where it cannot be told. */
  readonly share: number | undefined;
  /** A code: why the last try failed. It is tried again. */
  readonly fault: string | undefined;
};

export interface Erasures {
  /**
   * What would be erased; changes nothing.
   *
   * @returns `busy`: one is being counted
   */
  preview(user: UserId, signal: AbortSignal): Promise<Erased | "busy">;
  /** @returns `under_way`: another one is not done yet */
  order(user: UserId, by: string): Promise<OpenErasure | "under_way">;
  open(): Promise<OpenErasure | undefined>;
  /** Carries orders out until aborted. */
  run(signal: AbortSignal): Promise<void>;
}

export type ErasuresParts = {
  readonly store: ErasureStore;
  readonly thread: ErasingThread;
  /** Whether this process is the one that works for the database. */
  readonly isFirst: () => boolean;
  readonly clock: Pick<Clock, "now">;
  readonly bell: Bell;
  readonly log: Logger;
};

export function createErasures({ store, thread, isFirst, clock, bell, log }: ErasuresParts): Erasures {
  let isCounting = false;
  let share: number | undefined;
  let fault: string | undefined;

  const view = (erasure: Erasure): OpenErasure => ({ ...erasure, stage: stageOf(erasure), share, fault });

  const carryOut = async (erasure: Erasure, signal: AbortSignal): Promise<void> => {
    let { found } = erasure;
    if (found === undefined) {
      found = await thread.count(erasure.user, signal);
      await store.countedErasure(found);
    }
    if (erasure.recordedAt === undefined) {
      await thread.eraseFromRecord({ ...erasure, found }, (done) => (share = done), signal);
      crashPoint("erasure.recorded");
    }
    share = undefined;
    await thread.eraseFromFiles(erasure.user, signal);
    crashPoint("erasure.cleaned");
    await store.endErasure();
    log.info({ ...found }, "A user's texts were erased.");
  };

  /** @returns how long to wait before the next look */
  const goOn = async (signal: AbortSignal): Promise<number> => {
    try {
      const erasure = isFirst() ? await store.openErasure() : undefined;
      if (erasure !== undefined) await carryOut(erasure, signal);
      fault = undefined;
      return LOOK_EVERY_MS;
    } catch (thrown) {
      if (signal.aborted) return 0;
      fault = thrown instanceof ErasingFailed ? thrown.message : nameOf(thrown);
      log.error({ fault }, "A user's texts could not be erased yet; trying again.");
      return AGAIN_AFTER_MS;
    } finally {
      share = undefined;
    }
  };

  return {
    async preview(user, signal) {
      if (isCounting) return "busy";
      isCounting = true;
      return thread.count(user, signal).finally(() => (isCounting = false));
    },
    async order(user, by) {
      const order = { user, by, at: clock.now() };
      if (!(await store.orderErasure(order))) return "under_way";
      bell.ring();
      return view(order);
    },
    async open() {
      const erasure = await store.openErasure();
      return erasure === undefined ? undefined : view(erasure);
    },
    async run(signal) {
      while (!signal.aborted) {
        const wait = await goOn(signal);
        await bell.sleep(wait, signal);
      }
    },
  };
}

function stageOf({ found, recordedAt }: Erasure): ErasureStage {
  if (recordedAt !== undefined) return "files";
  return found === undefined ? "counting" : "record";
}
