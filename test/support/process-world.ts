/** Simulator and service, each a process of its own, steered over HTTP: for what depends on time, and this process is too busy to be a good clock. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { constants, setPriority } from "node:os";
import type { StormReport } from "../../src/simulator/storm.ts";
import type { Fault } from "../../src/simulator/faults.ts";
import { answering, environmentOf, freePort, scene, SDK_APP_ID, SECRET_KEY, start, TOKEN } from "../world/running.ts";
import type { Child, Scene } from "../world/running.ts";

export type ModifyApi = "modify_c2c_msg" | "modify_group_msg";
export type CallSummary = {
  readonly count: number;
  readonly worstSecond: number;
  readonly meanPerSecond: number;
  readonly answers: Readonly<Record<string, number>>;
};
export type ListedCall = { readonly api: string; readonly at: number; readonly answer: string };

export interface ProcessWorld extends AsyncDisposable {
  readonly at: Scene;
  /** Where the first service that is started listens. */
  readonly port: number;
  readonly environment: Readonly<Record<string, string>>;
  /** Starts a service; resolves when it is ready. Several may run over one database, each on a port of its own. */
  serve(port?: number): Promise<Child>;
  /** Runs another command beside the service. @returns its exit code and what it printed */
  command(words: readonly string[]): Promise<{ readonly code: number | null; readonly printed: string }>;
  faults(faults: readonly Fault[]): Promise<void>;
  settings(change: Readonly<Record<string, unknown>>): Promise<void>;
  /** Everybody at once, by many connections. @returns ids */
  sayAll(said: readonly Readonly<Record<string, unknown>>[]): Promise<readonly string[]>;
  edit(edit: Readonly<Record<string, unknown>>): Promise<void>;
  storm(fields: Readonly<Record<string, unknown>>): Promise<void>;
  /** Resolves when the storm is over. */
  stormOver(): Promise<StormReport>;
  stormSoFar(): Promise<StormReport>;
  /** Resolves when no callback is on its way. */
  quiet(): Promise<void>;
  calls(): Promise<Readonly<Partial<Record<ModifyApi, CallSummary>>>>;
  callList(): Promise<readonly ListedCall[]>;
}

const SAYING_SIDE_BY_SIDE = 16;
/** A report looks at every message of the storm: asked for more often, it is what the simulator is busy with. */
const LOOK_EVERY_MS = 2_000;

export async function createProcessWorld(more: Readonly<Record<string, string>> = {}): Promise<ProcessWorld> {
  const at = scene();
  const [simulatorPort, port] = [await freePort(), await freePort()];
  const base = `http://127.0.0.1:${simulatorPort}`;
  const environment = { ...environmentOf(at, port, base), ...more };
  const children: Child[] = [];
  const simulator = start(
    [
      ...["simulate", "--port", String(simulatorPort), "--sdk-app-id", String(SDK_APP_ID), "--secret-key", SECRET_KEY],
      ...["--callback-url", `http://127.0.0.1:${port}/callback`, "--callback-token", TOKEN],
    ],
    { PATH: process.env["PATH"] ?? "" },
    at.folder,
  );
  children.push(simulator);
  comesFirst(simulator, constants.priority.PRIORITY_HIGHEST);
  await answering(`${base}/simulator/conversations`, simulator);

  const control = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const answer = await fetch(`${base}/simulator/${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${answer.ok ? "" : await answer.text()}`);
    return answer.json();
  };
  const stormSoFar = async () => (await control("GET", "storm")) as StormReport;

  return {
    ...{ at, port, environment, stormSoFar },
    async serve(other = port) {
      const child = start(["serve"], { ...environment, EMEND_PORT: String(other) }, at.folder);
      children.push(child);
      comesFirst(child, constants.priority.PRIORITY_HIGH);
      await answering(`http://127.0.0.1:${other}/readyz`, child);
      return child;
    },
    async command(words) {
      const child = start(words, environment, at.folder);
      children.push(child);
      const { code } = await child.ended;
      return { code, printed: child.printed() };
    },
    faults: async (faults) => void (await control("PUT", "faults", { faults })),
    settings: async (change) => void (await control("PUT", "settings", change)),
    async sayAll(said) {
      const ids: string[] = [];
      let next = 0;
      const sayer = async (): Promise<void> => {
        for (let index = next++; index < said.length; index = next++) {
          ids[index] = ((await control("POST", "say", said[index])) as { id: string }).id;
        }
      };
      await Promise.all(Array.from({ length: SAYING_SIDE_BY_SIDE }, sayer));
      return ids;
    },
    edit: async (edit) => void (await control("POST", "edit", edit)),
    storm: async (fields) => void (await control("POST", "storm", fields)),
    async stormOver() {
      let report = await stormSoFar();
      while (!report.isOver) {
        await after(LOOK_EVERY_MS);
        report = await stormSoFar();
      }
      return report;
    },
    quiet: async () => void (await control("GET", "quiet")),
    calls: async () => ((await control("GET", "calls")) as { apis: Partial<Record<ModifyApi, CallSummary>> }).apis,
    callList: async () => ((await control("GET", "calls?list=1")) as { list: readonly ListedCall[] }).list,
    async [Symbol.asyncDispose]() {
      for (const child of children) child.process.kill("SIGKILL");
      await Promise.all(children.map((child) => child.ended));
      at[Symbol.dispose]();
    },
  };
}

/**
 * The simulator is the clock: calls are counted where they arrive. The service is what is measured. The test and whatever
 * else there is step back for both. Root alone may ask for that.
 */
function comesFirst({ process: { pid } }: Child, priority: number): void {
  try {
    if (pid !== undefined) setPriority(pid, priority);
  } catch {
    // Then the figures are as good as the machine is quiet.
  }
}

export const after = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** What a process holds of the machine's memory, in MB; Linux alone says. */
export const memoryMb = (child: Child): number => statusOf(child, /^VmRSS:\s+(\d+) kB$/m) / 1_024;

const statusOf = ({ process: { pid } }: Child, field: RegExp): number =>
  Number(field.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? NaN);
