/** The service in this process beside a simulator: for stories that look closely, and wait for each of their steps. */
import assert from "node:assert/strict";
import { systemClock } from "../../src/clock.ts";
import { startService } from "../../src/compose.ts";
import { readConfig } from "../../src/config.ts";
import type { Simulator } from "../../src/simulator/server.ts";
import type { RecordingLog } from "../support/recording-log.ts";
import { createRecordingLog } from "../support/recording-log.ts";
import type { Scene } from "./running.ts";
import { environmentOf, look, scene, simulate, TOKEN } from "./running.ts";

const PATIENCE_MS = 20_000;

export type InProcess = {
  readonly at: Scene;
  readonly simulator: Simulator;
  readonly log: RecordingLog;
  /** Resolves when nothing is under way or waiting any more. */
  readonly settled: () => Promise<void>;
  /** What every client sees. */
  readonly seen: (id: string) => { readonly text: string; readonly customData: string | undefined };
};
type Settings = { readonly environment?: Readonly<Record<string, string>>; readonly withConsole?: boolean };

export async function inProcess(
  story: (world: InProcess) => Promise<void>,
  { environment = {}, withConsole = false }: Settings = {},
): Promise<void> {
  using at = scene();
  await using simulator = await simulate({ callbackToken: TOKEN, seed: 4 });
  const reading = readConfig({ ...environmentOf(at, 0, simulator.url), ...environment });
  assert.ok(reading.ok && reading.config.tencent !== undefined);
  const { tencent, service: settings } = reading.config;
  const ending = new AbortController();
  const log = createRecordingLog();
  const service = await startService(
    { ...{ tencent, service: settings, log, withConsole }, clock: systemClock, random: Math.random },
    ending.signal,
  );
  simulator.settings.change({ callbackUrl: service.callbackUrl });
  const open = (): number =>
    look<{ n: number }>(
      at.database,
      `SELECT (SELECT count(*) FROM modification WHERE state IN ('pending', 'claimed'))
            + (SELECT count(*) FROM message WHERE decision = 'undecided')
            + (SELECT count(*) FROM edit WHERE outcome = 'open') AS n`,
    )[0]?.n ?? 0;
  const idle = async (): Promise<void> => {
    await simulator.world.quiet();
    await until(() => open() === 0);
    await simulator.world.quiet();
  };
  try {
    await story({
      ...{ at, simulator, log },
      async settled() {
        await idle();
        // What came back from the last change is an edit too.
        await idle();
      },
      seen(id) {
        const message = simulator.world.message(id);
        assert.ok(message);
        const { text, customData } = message.current;
        return { text, customData };
      },
    });
  } finally {
    ending.abort();
    await service.stopped;
  }
}

export const until = (condition: () => boolean): Promise<void> => eventually(async () => condition());

/** The same where one has to ask. */
export async function eventually(condition: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error("Waited in vain");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
