/** The real program as a child process, and what the tests of whole worlds ask of it. */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import Database from "better-sqlite3";
import type { Simulator, SimulatorOptions } from "../../src/simulator/server.ts";
import { startSimulator } from "../../src/simulator/server.ts";
import { PROGRAM, programIn } from "../support/program.ts";

export const SDK_APP_ID = 1400000000;
export const SECRET_KEY = "world-secret-key-c4n4ry";
export const TOKEN = "world-token-c4n4ry";
export const WORDS = ["badword", "坏词"] as const;
export const RULE = "test.words";

const root = fileURLToPath(new URL("../..", import.meta.url));

export type Scene = { readonly folder: string; readonly database: string; readonly rules: string } & Disposable;

/** A Tencent of our own, for the app that the service is set up for. */
export const simulate = (more: Partial<SimulatorOptions>): Promise<Simulator> =>
  startSimulator({ sdkAppId: SDK_APP_ID, secretKey: SECRET_KEY, admin: "administrator", port: 0, ...more });

/** A folder of its own with one small rule. */
export function scene(): Scene {
  const folder = mkdtempSync(join(tmpdir(), "emend-world-"));
  const rules = join(folder, "rules");
  mkdirSync(rules);
  writeFileSync(
    join(rules, "test.yaml"),
    `pack: test\nrules:\n  - id: ${RULE}\n    match: { terms: [${WORDS.join(", ")}] }\n`,
  );
  return {
    folder,
    rules,
    database: join(folder, "emend.db"),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

export function environmentOf(at: Scene, port: number, baseUrl: string): Record<string, string> {
  return {
    PATH: process.env["PATH"] ?? "",
    TENCENT_SDK_APP_ID: String(SDK_APP_ID),
    TENCENT_SECRET_KEY: SECRET_KEY,
    TENCENT_CALLBACK_TOKEN: TOKEN,
    TENCENT_BASE_URL: baseUrl,
    EMEND_HOST: "127.0.0.1",
    EMEND_PORT: String(port),
    EMEND_CONSOLE_PORT: "0",
    EMEND_DATABASE_URL: `sqlite:${at.database}`,
    EMEND_RULES_DIR: at.rules,
  };
}

export type Child = {
  readonly process: ChildProcess;
  /** All that it printed so far. */
  readonly printed: () => string;
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
};

/** @param program where the program lies; another one than this, where a saboteur has been at it */
export function start(
  words: readonly string[],
  environment: Record<string, string>,
  cwd: string,
  program = root,
): Child {
  const child = spawn(process.execPath, [...(program === root ? PROGRAM : programIn(program)), ...words], {
    cwd,
    env: environment,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  child.stdout.on("data", (chunk: Buffer) => (printed += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (printed += chunk.toString()));
  return {
    process: child,
    printed: () => printed,
    ended: new Promise((resolve) => child.once("close", (code, signal) => resolve({ code, signal }))),
  };
}

/** Resolves once `url` answers 200. */
export async function answering(url: string, child: Child): Promise<void> {
  let over = false;
  void child.ended.then(() => (over = true));
  while (!over) {
    try {
      if ((await fetch(url)).ok) return;
    } catch {
      // Not yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`The program ended instead of answering:\n${child.printed()}`);
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}

/** A look into the record from outside of the service. */
export function look<Row>(database: string, sql: string): readonly Row[] {
  const db = new Database(database, { readonly: true });
  try {
    return db.prepare<[], Row>(sql).all();
  } finally {
    db.close();
  }
}

/** Resolves when nothing is left to judge or to send. */
export async function dustSettled(database: string, withinMs: number): Promise<void> {
  const deadline = Date.now() + withinMs;
  const open = (): number =>
    look<{ n: number }>(
      database,
      `SELECT (SELECT count(*) FROM modification WHERE state IN ('pending', 'claimed'))
            + (SELECT count(*) FROM message WHERE decision = 'undecided') AS n`,
    )[0]?.n ?? 0;
  for (let left = open(); left > 0; left = open()) {
    if (Date.now() > deadline) {
      const orders = look(database, "SELECT * FROM modification WHERE state IN ('pending', 'claimed') LIMIT 5");
      throw new Error(`${left} are still open after ${withinMs} ms at ${Date.now()}: ${JSON.stringify(orders)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
