/** The search for missed messages over a record on disk, a history of ours and a clock that a test moves. */
import { Secret } from "../../src/domain/secret.ts";
import type { BackfillParts } from "../../src/flows/backfill.ts";
import { backfill } from "../../src/flows/backfill.ts";
import type { Arrival } from "../../src/flows/intake.ts";
import { createIntake } from "../../src/flows/intake.ts";
import { createSqliteStore } from "../../src/store/sqlite-store.ts";
import { dumpState } from "./dump-state.ts";
import { createFakeClock } from "./fake-clock.ts";
import { createFakeHistory } from "./fake-history.ts";
import { createRecordingLog } from "./recording-log.ts";
import { judgeForTests } from "./sending-bench.ts";
import { APP } from "./store-fixtures.ts";
import { createTempFolder } from "./temp-folder.ts";

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;

export function createBackfillBench(more: Partial<BackfillParts> = {}) {
  const folder = createTempFolder();
  const clock = createFakeClock();
  const log = createRecordingLog();
  const history = createFakeHistory(clock);
  const judge = judgeForTests(clock);
  const open = () =>
    createSqliteStore({
      path: folder.file("emend.db"),
      sdkAppId: APP,
      auditKey: new Secret("0123456789abcdef0123456789abcdef"),
      keepPassedBodies: true,
    });
  let store = open();
  let ending = new AbortController();
  let running = Promise.resolve();
  const counts = new Map<string, number>();
  const intake = (arrival: Arrival): Promise<boolean> => takeIn(arrival);
  const intakeOver = () =>
    createIntake({ store, judge, clock, log, wakeDispatcher: () => undefined, wakeLater: () => undefined });
  let takeIn = intakeOver();

  const bench = {
    clock,
    log,
    history,
    counts,
    get store() {
      return store;
    },
    start() {
      ending = new AbortController();
      const count = (name: string): void => void counts.set(name, (counts.get(name) ?? 0) + 1);
      running = backfill(
        {
          ...{ store, client: history, intake, count, clock, log },
          keepUndecodable: true,
          nextStepFor: () => "look",
          random: () => 0.5,
          callsPerSecond: 20,
          c2cEveryMs: 10 * MINUTE,
          ...more,
        },
        ending.signal,
      );
    },
    async stop() {
      ending.abort();
      await clock.advance(0);
      await running;
    },
    /** Stops, forgets everything that is not on disk, and starts again. */
    async restart() {
      await bench.stop();
      store[Symbol.dispose]();
      store = open();
      takeIn = intakeOver();
      bench.start();
    },
    /** Said and told. */
    async tell(...arrivals: readonly Arrival[]) {
      for (const arrival of arrivals) history.hold(arrival);
      await Promise.all(arrivals.map(intake));
    },
    /** Said, and its callback lost. */
    lose(...arrivals: readonly Arrival[]) {
      for (const arrival of arrivals) history.hold(arrival);
    },
    intake,
    messages: () => dumpState(store.db, { message: "msg_seq origin decision" }).message,
    keys: () => dumpState(store.db, { message: "msg_key origin decision" }).message,
    gaps: () => dumpState(store.db, { gap: "first_seq last_seq attempts" }).gap,
    audit: () => dumpState(store.db, { audit: "act detail" }).audit.filter((line) => !line.startsWith("decision")),
    async [Symbol.asyncDispose]() {
      await bench.stop();
      store[Symbol.dispose]();
      folder[Symbol.dispose]();
    },
  };
  bench.start();
  return bench;
}

/** In the second in which the clock stands. */
export const timeOf = ({ clock }: ReturnType<typeof createBackfillBench>) => Math.floor(clock.now() / SECOND);
