/** The real service for many minutes, at a steady rate, with something going wrong every few seconds. */
import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import http from "node:http";
import Database from "better-sqlite3";
import type { Fault } from "../../src/simulator/faults.ts";
import { randomTraffic } from "../../src/simulator/traffic.ts";
import {
  answering,
  dustSettled,
  environmentOf,
  freePort,
  look,
  scene,
  SDK_APP_ID,
  simulate,
  start,
  TOKEN,
  WORDS,
} from "../world/running.ts";
import type { Child, Scene } from "../world/running.ts";
import { postBody } from "./callback-sender.ts";
import { after, memoryMb } from "./process-world.ts";
import { brokenPromises } from "./promises-kept.ts";
import { missingIn } from "./recorded-messages.ts";
import { drip, sendHuge } from "./siege.ts";

export type SoakSettings = {
  readonly seconds: number;
  readonly perSecond: number;
  readonly seed: number;
  /** Where another program than this one lies. */
  readonly program?: string;
};
export type SoakReport = {
  readonly said: number;
  readonly faults: number;
  /** Of the least memory in each stretch, once warm; MB a minute. */
  readonly memorySlope: number;
  /** MB, a stretch each. */
  readonly memoryLeast: readonly number[];
  readonly descriptors: { readonly warm: number; readonly last: number };
  /** Messages whose callbacks were not answered with 200, and that were found all the same. */
  readonly recovered: number;
  readonly broken: readonly string[];
};

const FAULT_EVERY_MS = 5_000;
/** Each trouble is over before the next begins. */
const TROUBLE_MS = 2_500;
const TICK_MS = 20;
const SAMPLE_EVERY_MS = 500;
/** Long enough for the collector to have come by, and for a fault or two. */
const WINDOW_MIN_MS = 10_000;
const WINDOW_SHARE = 1 / 20;
const WARM_SHARE = 0.25;
const FOUND_WITHIN_MS = 120_000;
/** Troubles that one call may meet, each of which may make another call of it. */
const CALLS_MORE_MAX = 8;

type Trouble = (world: {
  readonly at: Scene;
  readonly port: number;
  readonly service: Child;
  readonly faults: (faults: readonly Fault[]) => void;
}) => Promise<void>;

const atTencent =
  (...faults: readonly Fault[]): Trouble =>
  async (world) => {
    world.faults(faults);
    await after(TROUBLE_MS);
    world.faults([]);
  };

const troubles: Readonly<Record<string, Trouble>> = {
  "Tencent is away": atTencent({ on: "*", kind: "reset" }),
  "answers are lost": atTencent({ on: "*", kind: "applied-but-reset", probability: 0.3 }),
  "callbacks are lost": atTencent({ on: "callback", kind: "drop", probability: 0.05 }),
  "calls hang": atTencent({ on: "*", kind: "hang", probability: 0.1, ms: 8_000 }),
  "callbacks come twice and in disorder": atTencent(
    { on: "callback", kind: "duplicate", probability: 0.3 },
    { on: "callback", kind: "reorder", probability: 0.3, ms: 300 },
  ),
  "Tencent says too often": atTencent({ on: "*", kind: "error", code: 60007, probability: 0.2 }),
  "Tencent says nonsense": atTencent({ on: "*", kind: "http502", probability: 0.3 }),
  "Tencent has errors of its own": atTencent({ on: "*", kind: "error", code: 60008, probability: 0.3 }),
  "messages have changed": atTencent({ on: "*", kind: "error", code: 20027, probability: 0.1 }),
  "a plan has expired": atTencent({ on: "*", kind: "error", code: 60020 }),
  "another program holds the database": async ({ at }) => {
    const db = new Database(at.database);
    db.exec("BEGIN IMMEDIATE");
    await after(700);
    db.exec("ROLLBACK");
    db.close();
  },
  "the rules folder is broken": async ({ at }) => {
    const file = join(at.rules, "broken.yaml");
    writeFileSync(file, "pack: [");
    await after(TROUBLE_MS);
    rmSync(file);
  },
  "the rules change": async ({ at }) => {
    writeFileSync(
      join(at.rules, "more.yaml"),
      `# ${Date.now()}\npack: more\nrules: [{ id: m, match: { terms: [zzyzx] } }]\n`,
    );
  },
  "the process gets no turn": async ({ service }) => {
    service.process.kill("SIGSTOP");
    await after(700);
    service.process.kill("SIGCONT");
  },
  "strangers give a byte now and then": async ({ port }) => {
    using _ = drip({ port }, 200);
    await after(TROUBLE_MS);
  },
  "strangers send bodies of 10 MB": async ({ port }) => void (await sendHuge({ port }, 4, 2)),
  "callbacks are nonsense": async ({ port }) => {
    const agent = new http.Agent();
    const to = { agent, port, sdkAppId: SDK_APP_ID, token: TOKEN };
    for (let n = 0; n < 200; n++) await postBody(to, "Group.CallbackAfterSendMsg", `{"GroupId":${n}}`);
    agent.destroy();
  },
};

export async function soak({ seconds, perSecond, seed, program }: SoakSettings): Promise<SoakReport> {
  using at = scene();
  await using simulator = await simulate({ seed, callbackToken: TOKEN });
  const { world } = simulator;
  const port = await freePort();
  const environment = { ...environmentOf(at, port, simulator.url), EMEND_BACKFILL_C2C_EVERY: "20s" };
  const service = start(["serve"], environment, at.folder, program);
  try {
    await answering(`http://127.0.0.1:${port}/readyz`, service);
    simulator.settings.change({ callbackUrl: `http://127.0.0.1:${port}/callback` });
    const samples: { readonly at: number; readonly memory: number; readonly descriptors: number }[] = [];
    const begun = performance.now();
    const sampling = setInterval(() => {
      const descriptors = readdirSync(`/proc/${service.process.pid}/fd`).length;
      samples.push({ at: performance.now() - begun, memory: memoryMb(service), descriptors });
    }, SAMPLE_EVERY_MS);
    let struck = 0;
    const everyNowAndThen = async (): Promise<void> => {
      const all = Object.values(troubles);
      for (let turn = 1; turn * FAULT_EVERY_MS < seconds * 1_000; turn++) {
        await after(turn * FAULT_EVERY_MS - (performance.now() - begun));
        await all[turn % all.length]?.({ at, port, service, faults: (faults) => simulator.faults.set(faults) });
        struck++;
      }
    };
    const talk = async (): Promise<readonly string[]> => {
      const traffic = randomTraffic({ seed, count: seconds * perSecond, words: WORDS });
      const ids: string[] = [];
      while (ids.length < traffic.length) {
        const due = Math.min(traffic.length, Math.ceil(((performance.now() - begun) / 1_000) * perSecond));
        for (const said of traffic.slice(ids.length, due)) ids.push(world.say(said).id);
        await after(TICK_MS);
      }
      return ids;
    };
    const [ids] = await Promise.all([talk(), everyNowAndThen()]);
    clearInterval(sampling);
    await world.quiet();
    const said = ids.flatMap((id) => world.message(id) ?? []);
    const isMissing = (): boolean => missingIn(at.database, said).length > 0;
    for (const until = Date.now() + FOUND_WITHIN_MS; Date.now() < until && isMissing();) await after(1_000);
    await dustSettled(at.database, FOUND_WITHIN_MS);
    const messages = ids.flatMap((id) => world.message(id) ?? []);
    const [recovered] = look<{ n: number }>(at.database, "SELECT count(*) AS n FROM message WHERE origin = 'backfill'");
    const missing = missingIn(at.database, messages).length;
    const warm = samples.filter((sample) => sample.at >= WARM_SHARE * seconds * 1_000);
    const least = leastInWindows(warm, seconds);
    return {
      said: ids.length,
      faults: struck,
      memorySlope: slopeOf(least) * 60_000,
      memoryLeast: least.map(([, memory]) => memory),
      descriptors: {
        warm: Math.min(...warm.slice(0, 20).map(({ descriptors }) => descriptors)),
        last: Math.min(...warm.slice(-20).map(({ descriptors }) => descriptors)),
      },
      recovered: recovered?.n ?? 0,
      broken: [
        ...(missing === 0 ? [] : [`${missing} messages are not in the record, or not judged`]),
        ...brokenPromises(
          at.database,
          messages.map((message) => ({ message, acknowledged: false, crashes: CALLS_MORE_MAX })),
        ),
      ],
    };
  } finally {
    service.process.kill("SIGKILL");
    await service.ended;
  }
}

/** What is collected now and then is no leak. */
function leastInWindows(samples: readonly { readonly at: number; readonly memory: number }[], seconds: number) {
  const length = Math.max(WINDOW_MIN_MS, seconds * 1_000 * WINDOW_SHARE);
  const windows = new Map<number, number>();
  for (const { at, memory } of samples) {
    const window = Math.floor(at / length) * length;
    windows.set(window, Math.min(windows.get(window) ?? Infinity, memory));
  }
  return [...windows];
}

/** By least squares. */
function slopeOf(points: readonly (readonly [number, number])[]): number {
  const mean = (of: 0 | 1) => points.reduce((sum, point) => sum + point[of], 0) / points.length;
  const [x, y] = [mean(0), mean(1)];
  const over = points.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0);
  return over / points.reduce((sum, point) => sum + (point[0] - x) ** 2, 0);
}
