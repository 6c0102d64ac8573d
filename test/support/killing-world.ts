/** The real service, a simulator, and a test that ends the one whenever it likes and keeps count of what it was promised. */
import assert from "node:assert/strict";
import { fork } from "node:child_process";
import http from "node:http";
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { CrashPoint } from "../../src/crash-point.ts";
import type { Simulator } from "../../src/simulator/server.ts";
import { startSimulator } from "../../src/simulator/server.ts";
import type { Say } from "../../src/simulator/say.ts";
import { answering, dustSettled, environmentOf, freePort, scene } from "../world/running.ts";
import type { Child, Scene } from "../world/running.ts";
import { SDK_APP_ID, SECRET_KEY, TOKEN } from "../world/running.ts";
import { postBody, postCallback } from "./callback-sender.ts";
import { LOADER, moduleOf } from "./program.ts";
import { brokenPromises } from "./promises-kept.ts";

const CRASH_AT = new URL("./crash-at.js", import.meta.url).href;
const CRASH_POINTS = pathToFileURL(moduleOf("crash-point")).href;
/** Threads inherit it, have no crash points, and no loader for TypeScript yet when they come to it. */
const CRASHES = `data:text/javascript,${encodeURIComponent(
  `import { isMainThread } from "node:worker_threads";
   if (isMainThread) {
     const { endWhereTold } = await import(${JSON.stringify(CRASH_AT)});
     endWhereTold(await import(${JSON.stringify(CRASH_POINTS)}));
   }`,
)}`;
/** Of whoever uses the console of the service. */
export const API_TOKEN = "killing-world-token".padEnd(40, "x");
/** Several at once, so that a kill finds some of them between commit and answer. */
const SENDERS = 8;
/** A machine that is shared may be slow; what takes longer than this never comes. */
const PATIENCE_MS = 20_000;
const LOOK_AGAIN_MS = 500;
const LOOKS = 3;

export type Armed = `${CrashPoint}:${number}`;

export interface KillingWorld extends AsyncDisposable {
  readonly simulator: Simulator;
  readonly at: Scene;
  readonly acknowledged: ReadonlySet<string>;
  /** Where the simulator may post what the test does not post itself. */
  readonly callbackUrl: string;
  kills(): number;
  /** What the running service printed. */
  printed(): string;
  /** Starts the service and waits until it is ready; or, where it is to end on its way there, until it has ended. */
  start(armed?: Armed): Promise<void>;
  /** Runs another command beside the service. */
  command(words: readonly string[], armed?: Armed): Promise<Awaited<Child["ended"]> & { readonly printed: string }>;
  /** Says when the running service is to end. */
  arm(armed: Armed): Promise<void>;
  /** Resolves when the service has ended as it was armed to; rejects when it does not. */
  killed(): Promise<void>;
  kill(): Promise<void>;
  /** Waits so long for the service to end as it was armed to, then kills it. @returns whether it had to be killed */
  killedWithin(ms: number): Promise<boolean>;
  /** Says all this, and posts the callbacks. Resolves when each was answered or is past being answered. */
  say(said: readonly Say[]): Promise<void>;
  postGarbage(): Promise<number | undefined>;
  touchRules(): void;
  /** @returns what is wrong once nothing is left to judge or to send */
  brokenPromises(): Promise<readonly string[]>;
}

export async function createKillingWorld(seed: number): Promise<KillingWorld> {
  const at = scene();
  const simulator = await startSimulator({
    ...{ sdkAppId: SDK_APP_ID, secretKey: SECRET_KEY, admin: "administrator", port: 0, seed, callbackToken: TOKEN },
  });
  const port = await freePort();
  const agent = new http.Agent({ keepAlive: true, maxSockets: SENDERS });
  const destination = { agent, port, sdkAppId: SDK_APP_ID, token: TOKEN };
  /** When it was said, and, once looked at, how many kills it lived through: what comes later is no excuse any more. */
  const said = new Map<string, { readonly killsBefore: number; readonly crashes?: number }>();
  const acknowledged = new Set<string>();
  let kills = 0;
  let child: Child | undefined;

  const running = (): Child => {
    assert.ok(child, "The service was not started");
    return child;
  };
  const killed = async (): Promise<void> => {
    const { ended, printed } = running();
    const ending = await Promise.race([ended, after(PATIENCE_MS)]);
    assert.ok(ending, "The place where it was to end was never reached");
    assert.equal(ending.signal, "SIGKILL", `It ended by itself:\n${printed()}`);
    kills += 1;
    child = undefined;
  };

  const brokenNow = (): readonly string[] => {
    const messages = [...said].map(([id, { killsBefore, crashes = kills - killsBefore }]) => {
      // What was not acknowledged may be found in history long after this look, and every kill until then is an excuse.
      if (acknowledged.has(id)) said.set(id, { killsBefore, crashes });
      const message = simulator.world.message(id);
      assert.ok(message);
      return { message, acknowledged: acknowledged.has(id), crashes };
    });
    return brokenPromises(at.database, messages);
  };

  return {
    simulator,
    at,
    acknowledged,
    callbackUrl: `http://127.0.0.1:${port}/callback`,
    kills: () => kills,
    printed: () => running().printed(),
    killed,
    async start(armed) {
      const more = { EMEND_KEEP_BODIES: "1s", EMEND_API_TOKEN: API_TOKEN };
      const environment = { ...environmentOf(at, port, simulator.url), ...more };
      child = forked(armed === undefined ? environment : { ...environment, EMEND_TEST_CRASH_AT: armed }, at.folder);
      if (armed !== undefined) return killed();
      await answering(`http://127.0.0.1:${port}/readyz`, child);
    },
    async command(words, armed) {
      const environment = environmentOf(at, port, simulator.url);
      const { ended, printed } = forked(
        armed === undefined ? environment : { ...environment, EMEND_TEST_CRASH_AT: armed },
        at.folder,
        words,
      );
      return { ...(await ended), printed: printed() };
    },
    async arm(armed) {
      const { process } = running();
      const heard = new Promise((resolve) => process.once("message", resolve));
      process.send(armed);
      await heard;
    },
    async kill() {
      running().process.kill("SIGKILL");
      await killed();
    },
    async killedWithin(ms) {
      const { ended, process } = running();
      const byItself = await Promise.race([ended, after(ms)]);
      if (byItself === undefined) process.kill("SIGKILL");
      await killed();
      return byItself === undefined;
    },
    async say(all) {
      const ids = all.map((each) => simulator.world.say(each).id);
      for (const id of ids) said.set(id, { killsBefore: kills });
      await Promise.all(
        ids.map(async (id) => {
          const message = simulator.world.message(id);
          assert.ok(message);
          if ((await postCallback(destination, message)) === 200) acknowledged.add(id);
        }),
      );
    },
    postGarbage: () => postBody(destination, "C2C.CallbackAfterSendMsg", '{"From_Account":7}'),
    touchRules: () => appendFileSync(join(at.rules, "test.yaml"), `# ${kills}\n`),
    async brokenPromises() {
      // What was not acknowledged may be found in history at any moment: then it is in the record before it is masked.
      for (let look = 1; ; look++) {
        await dustSettled(at.database, PATIENCE_MS);
        const broken = brokenNow();
        if (broken.length === 0 || look === LOOKS) return broken;
        await after(LOOK_AGAIN_MS);
      }
    },
    async [Symbol.asyncDispose]() {
      agent.destroy();
      child?.process.kill("SIGKILL");
      await child?.ended;
      await simulator.close();
      at[Symbol.dispose]();
    },
  };
}

function forked(
  environment: Record<string, string>,
  cwd: string,
  words: readonly string[] = ["serve"],
): Child & { readonly process: { send(words: string): boolean } } {
  const process = fork(moduleOf("main"), words, {
    cwd,
    env: environment,
    execArgv: [...LOADER, "--import", CRASHES],
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  let printed = "";
  for (const stream of [process.stdout, process.stderr]) {
    stream?.on("data", (chunk: Buffer) => (printed = (printed + chunk.toString()).slice(-20_000)));
  }
  return {
    process,
    printed: () => printed,
    ended: new Promise((resolve) => process.once("close", (code, signal) => resolve({ code, signal }))),
  };
}

/** Keeps nobody from ending. */
const after = (ms: number): Promise<undefined> =>
  new Promise((resolve) => setTimeout(() => resolve(undefined), ms).unref());
