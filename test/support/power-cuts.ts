/** Records a real service at work, cuts the power at many moments of the recording, and looks what is left of its promises. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import Database from "better-sqlite3";
import { createRandom, seedFor } from "../../src/simulator/random.ts";
import type { Say } from "../../src/simulator/say.ts";
import { randomTraffic } from "../../src/simulator/traffic.ts";
import type { MessageView } from "../../src/simulator/views.ts";
import { answering, environmentOf, freePort, scene, SDK_APP_ID, simulate, TOKEN, WORDS } from "../world/running.ts";
import { postCallback } from "./callback-sender.ts";
import { PROGRAM } from "./program.ts";
import type { DiskImage, Fate } from "./crash-disk.ts";
import { createCrashDisk, fates } from "./crash-disk.ts";
import type { Recorded } from "./tracing.ts";
import { readTrace, traced, tracedPid, tracePrefix } from "./tracing.ts";

const SENDERS = 4;

export type Recording = {
  readonly steps: readonly Recorded[];
  readonly database: string;
  /** What each connection, by our port of it, was answered with a 200, in the order of the answers. */
  readonly acknowledged: ReadonlyMap<number, readonly string[]>;
};

/** Runs the service from its very first start until `messages` callbacks were answered and the orders carried out. */
export async function recordService(messages: number, seed: number): Promise<Recording> {
  using at = scene();
  // Apart from the files that count, so that the trace is not in it.
  const data = join(at.folder, "data");
  mkdirSync(data);
  const database = join(data, "emend.db");
  await using simulator = await simulate({ seed });
  const port = await freePort();
  const prefix = tracePrefix(at.folder);
  const [strace = "", ...words] = traced(prefix, [process.execPath, ...PROGRAM, "serve"]);
  const environment = { ...environmentOf({ ...at, database }, port, simulator.url), EMEND_KEEP_BODIES: "1s" };
  const child = spawn(strace, words, { cwd: at.folder, env: environment, stdio: ["ignore", "pipe", "pipe"] });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (printed += String(chunk)));
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) =>
    child.once("close", (code, signal) => resolve({ code, signal })),
  );
  const acknowledged = new Map<number, string[]>();
  try {
    await answering(`http://127.0.0.1:${port}/readyz`, { process: child, printed: () => printed, ended });
    const said = [...randomTraffic({ seed, count: messages, words: WORDS }), long];
    const views = said.map((each) => simulator.world.message(simulator.world.say(each).id));
    await sendAll(port, views as readonly MessageView[], acknowledged);
  } finally {
    process.kill(tracedPid(prefix), "SIGTERM");
  }
  assert.deepEqual(await ended, { code: 0, signal: null }, printed);
  return { steps: readTrace(prefix, data), database, acknowledged };
}

/** It is judged after its answer. */
const long: Say = { from: "ben", to: "anna", text: `${"ok ".repeat(1_800)}badword` };

async function sendAll(
  port: number,
  messages: readonly MessageView[],
  acknowledged: Map<number, string[]>,
): Promise<void> {
  let next = 0;
  const sender = async (): Promise<void> => {
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    for (let message = messages[next++]; message !== undefined; message = messages[next++]) {
      const { ref } = message;
      const id = ref.kind === "c2c" ? ref.msgKey : `${ref.groupId}/${ref.topicId ?? ""}/${ref.msgSeq}`;
      const onAnswer = (localPort: number, status: number | undefined): void => {
        assert.equal(status, 200);
        const before = acknowledged.get(localPort) ?? [];
        acknowledged.set(localPort, [...before, id]);
      };
      await postCallback({ agent, port, sdkAppId: SDK_APP_ID, token: TOKEN, onAnswer }, message);
    }
    agent.destroy();
  };
  await Promise.all(Array.from({ length: SENDERS }, sender));
}

export type CutReport = {
  readonly images: number;
  /** Images before and after the first answer; the latter are those that can lose something. */
  readonly afterAnswers: number;
  readonly faults: readonly string[];
};

/** Cuts the power `count` times, at moments and with fates that the seed decides. */
export function cutPower({ steps, database, acknowledged }: Recording, count: number, seed: number): CutReport {
  const random = createRandom(seedFor(seed, "power cuts"));
  const cuts = Array.from({ length: count }, () => Math.floor(random() * (steps.length + 1))).sort((a, b) => a - b);
  const disk = createCrashDisk();
  const answered = new Map<number, number>();
  const promised: string[] = [];
  const faults: string[] = [];
  let done = 0;
  let afterAnswers = 0;
  const bench = imageBench(database);
  try {
    for (const [index, cut] of cuts.entries()) {
      for (; done < cut; done++) {
        const step = steps[done];
        if (step === undefined) break;
        if (step.kind !== "answer") disk.take(step);
        else {
          const nth = answered.get(step.port) ?? 0;
          answered.set(step.port, nth + 1);
          const id = acknowledged.get(step.port)?.[nth];
          if (id !== undefined) promised.push(id);
        }
      }
      const fate: Fate = fates[index % fates.length] ?? "dropped";
      if (promised.length > 0) afterAnswers++;
      const fault = bench.faultIn(disk.image(fate, random), promised);
      if (fault !== undefined) faults.push(`cut at step ${cut} of ${steps.length}, the unsynced ${fate}: ${fault}`);
    }
  } finally {
    bench[Symbol.dispose]();
  }
  return { images: count, afterAnswers, faults };
}

type ImageBench = Disposable & {
  /** @returns what is wrong with an image, in words */
  faultIn(image: DiskImage, promised: readonly string[]): string | undefined;
};

function imageBench(database: string): ImageBench {
  // In memory where there is such a folder: what is tested is not this machine's disk.
  const folder = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "emend-image-"));
  const path = join(folder, basename(database));
  return {
    faultIn(image, promised) {
      for (const file of ["", "-wal", "-shm", "-journal", ".audit-key"]) rmSync(path + file, { force: true });
      for (const file of ["", "-wal", "-journal", ".audit-key"]) {
        const content = image.get(database + file);
        if (content !== undefined) writeFileSync(path + file, content);
      }
      if (promised.length > 0) {
        const keyFile = `${path}.audit-key`;
        if (!existsSync(keyFile) || readFileSync(keyFile).length !== 64) return "the audit log's key is gone";
        if (!existsSync(path)) return "the database is gone";
      }
      return existsSync(path) ? faultInDatabase(path, promised) : undefined;
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function faultInDatabase(path: string, promised: readonly string[]): string | undefined {
  let db: Database.Database | undefined;
  try {
    db = new Database(path);
    const integrity = db.pragma("integrity_check", { simple: true });
    if (integrity !== "ok") return `integrity_check says ${String(integrity)}`;
    if (promised.length === 0) return undefined;
    if (db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'message'").get() === undefined) {
      return `all ${promised.length} acknowledged messages are lost`;
    }
    const rows = db.prepare<[], { ref: string }>(
      `SELECT coalesce(m.msg_key, c.first || '/' || c.second || '/' || m.msg_seq) AS ref
       FROM message m JOIN conversation c ON c.id = m.conversation_id`,
    );
    const there = new Set(rows.all().map(({ ref }) => ref));
    const lost = promised.filter((id) => !there.has(id));
    return lost.length === 0 ? undefined : `${lost.length} of ${promised.length} acknowledged messages are lost`;
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : String(thrown);
  } finally {
    db?.close();
  }
}
