/** One world from its seed to its end, and what broke in it. */
import { createHash } from "node:crypto";
import type { CrashPoint } from "../../src/crash-point.ts";
import { crashPoints } from "../../src/crash-point.ts";
import { answerCallback } from "../../src/http/callbacks.ts";
import { createRandom, pick, seedFor } from "../../src/simulator/random.ts";
import { readQuery } from "../../src/tencent/callback.ts";
import { faultsAtRest, faultsOfDisk } from "./ending.ts";
import { drawTroubles, STORM_MS } from "./faults.ts";
import { createDisk, startInstance } from "./instance.ts";
import type { Instance, Look, Machine } from "./instance.ts";
import { createInvariants } from "./invariants.ts";
import { letThemTalk } from "./people.ts";
import { openIn } from "./record.ts";
import { letThemReview } from "./reviewers.ts";
import { createScheduler } from "./scheduler.ts";
import { createTencent } from "./tencent.ts";
import type { Posted } from "./tencent.ts";

export type Outcome = {
  readonly seed: number;
  /** What broke, one line each; empty when every promise was kept. */
  readonly broken: readonly string[];
  /** Of everything that happened, in order: two runs of one seed have the same. */
  readonly digest: string;
  readonly steps: number;
  readonly crashes: number;
  readonly calls: number;
  /** The last events before the end, or before what broke. */
  readonly trace: readonly string[];
};

/** Past this a world that has become calm must have come to rest. */
const REST_WITHIN_MS = 20 * 60_000;
const REST_LOOK_MS = 5_000;
const RESTART_MS_MAX = 8_000;
const TRACE_KEPT = 30;

export async function simulate(seed: number, options: { readonly wholeTrace?: boolean } = {}): Promise<Outcome> {
  const random = (purpose: string) => createRandom(seedFor(seed, purpose));
  const troubles = drawTroubles(random("troubles"));
  const chance = random("chance");
  const hash = createHash("sha256");
  const lines: string[] = [];
  const scheduler = createScheduler(random("order"));
  const trace = (line: string): void => {
    const whole = `${(scheduler.passed() / 1_000).toFixed(3)} ${line}`;
    hash.update(`${whole}\n`);
    lines.push(whole);
    if (options.wholeTrace !== true && lines.length > TRACE_KEPT) lines.shift();
  };
  trace(`troubles ${JSON.stringify(troubles)}`);

  using disk = createDisk();
  const instances: Instance[] = [];
  const alive = (): readonly Instance[] => instances.filter(({ isDead }) => !isDead);
  const look: Look = (sql, ...values) => {
    const [one] = alive();
    if (one === undefined) throw new Error("Nobody is alive who could look");
    return one.look(sql, ...values);
  };
  let isCalm = false;
  let crashes = 0;
  let refusals = 0;
  let jumps = 0;
  let calls = 0;

  const invariants = createInvariants({
    scheduler,
    callsPerSecond: troubles.callsPerSecond,
    excuses: () => crashes + refusals,
    jumps: () => jumps,
  });
  const isBroken = (): boolean => invariants.broken().length > 0;
  const deliver = (posted: Posted): void => {
    const up = alive();
    const instance = up[Math.floor(chance() * up.length)];
    if (instance === undefined) return trace(`callback ${posted.id} finds nobody`);
    scheduler.enter(instance);
    const { callbacks } = instance.assembled;
    const query = readQuery(posted.query, callbacks.settings, callbacks.now());
    answerCallback(query, posted.body, callbacks).then(
      ({ status }) => {
        // A kill takes the answer with it.
        if (instance.isDead) return;
        trace(`callback ${posted.id} is answered ${status}`);
        if (status === 200) invariants.acknowledged(posted, instance.look);
      },
      () => trace(`callback ${posted.id} could not be recorded`),
    );
  };
  const tencent = createTencent({
    ...{ scheduler, random: random("tencent"), troubles, trace, deliver },
    onCall: (call, by) => {
      calls++;
      if (by !== machine.lockHolder) invariants.breaks("a process that stands by sent a call");
      invariants.called(call, look);
    },
    onApplied: (call) => invariants.applied(call, look),
  });
  invariants.watch(tencent.world);

  const start = (): void => void instances.push(startInstance(machine, instances.length + 1));
  const machine: Machine = {
    ...{
      scheduler,
      random: random("service"),
      disk,
      trace,
      wayFor: tencent.wayFor,
      lockHolder: undefined,
    },
    callsPerSecond: troubles.callsPerSecond,
    storeFails: () => {
      const fails = !isCalm && chance() < troubles.storeFails;
      if (fails) refusals++;
      return fails;
    },
    onStep: (name, asked, at) => invariants.step(name, asked, at),
    onFault: (fault) => invariants.breaks(fault),
    onDeath: () => {
      crashes++;
      scheduler.after(chance() * RESTART_MS_MAX, () => {
        faultsOfDisk(disk).forEach(invariants.breaks);
        start();
      });
    },
  };
  for (let n = 0; n < troubles.instances; n++) start();
  letThemTalk(tencent.world, scheduler, random("people"), troubles);
  letThemReview({
    ...{ world: tencent.world, scheduler, random: random("reviewers"), troubles, trace },
    anyone: () => alive()[Math.floor(chance() * alive().length)],
    onSelected: invariants.selected,
  });

  for (let n = 0; n < troubles.crashes; n++) {
    scheduler.after(chance() * STORM_MS, () => {
      const up = alive();
      const victim = up[Math.floor(chance() * up.length)];
      if (victim === undefined) return;
      if (chance() < 0.4) return victim.die();
      const point = pick<CrashPoint>(chance, crashPoints);
      trace(`process ${victim.number} is to be struck at ${point}`);
      victim.dieAt(point, 1 + Math.floor(chance() * 3));
    });
  }
  for (const jump of troubles.clockJumps) {
    scheduler.after(chance() * STORM_MS, () => {
      trace(`the clock is set ${jump} ms off`);
      jumps++;
      scheduler.setWallOff(jump);
    });
  }
  scheduler.after(STORM_MS, () => {
    trace("calm");
    isCalm = true;
    jumps++;
    for (const instance of alive()) instance.disarm();
    tencent.calmDown();
    scheduler.setWallOff(0);
  });

  let steps = 0;
  let isAtRest = false;
  while (!isBroken() && !isAtRest) {
    const until = scheduler.passed() + REST_LOOK_MS;
    scheduler.after(REST_LOOK_MS, () => undefined);
    while (!isBroken() && (await scheduler.step(until))) steps++;
    if (scheduler.passed() < STORM_MS + REST_LOOK_MS || alive().length === 0 || tencent.onTheWay() > 0) continue;
    const open = openIn(look, invariants.saidAt());
    isAtRest = open.length === 0;
    if (!isAtRest && scheduler.passed() > STORM_MS + REST_WITHIN_MS) {
      invariants.breaks(`it never came to rest: ${open.map(({ what, n }) => `${n} ${what}`).join(", ")}`);
    }
  }
  if (isAtRest && !isBroken()) {
    const { world } = tencent;
    const isClockRight = troubles.clockJumps.length === 0;
    [...faultsAtRest({ world, look, invariants, isClockRight }), ...faultsOfDisk(disk)].forEach(invariants.breaks);
  }
  const broken = [...invariants.broken()];
  for (const line of broken) trace(`BROKEN ${line}`);
  const digest = hash.digest("hex");
  for (const instance of alive()) instance.end();
  // Their last turn, and their databases are closed.
  await new Promise((resolve) => setImmediate(resolve));
  return { seed, broken, digest, steps, crashes, calls, trace: lines };
}
