/** Real processes, for what only separate processes can show. */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import { TSX } from "./program.ts";

export type Ended = { readonly code: number | null; readonly out: string; readonly err: string };

/** Starts a TypeScript file as a program of its own. */
export function startScript(script: URL, args: readonly string[]): ChildProcess {
  return spawn(process.execPath, ["--import", TSX, fileURLToPath(script), ...args], {
    stdio: ["pipe", "pipe", "pipe"],
  });
}

export function ended(child: ChildProcess): Promise<Ended> {
  let out = "";
  let err = "";
  child.stdout?.on("data", (chunk: Buffer) => (out += chunk.toString()));
  child.stderr?.on("data", (chunk: Buffer) => (err += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, out, err }));
  });
}

/** Starts the same script several times at once. Each waits for its standard input to end, so that they set off together. */
export async function inParallel(count: number, script: URL, args: readonly string[]): Promise<readonly Ended[]> {
  const children = Array.from({ length: count }, () => startScript(script, args));
  const endings = children.map(ended);
  await Promise.all(children.map((child) => new Promise((resolve) => child.stderr?.once("data", resolve))));
  for (const child of children) child.stdin?.end();
  return Promise.all(endings);
}
