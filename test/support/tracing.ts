/** Records what a process asks of the disk and of its sockets, in its order, with Debian's `strace`. */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { DiskStep } from "./crash-disk.ts";

/** An HTTP 200 went out to the loopback port of whoever asked. */
export type Recorded = DiskStep | { readonly kind: "answer"; readonly port: number };

const CALLS =
  "openat,pwrite64,write,writev,sendmsg,fsync,fdatasync,ftruncate,unlink,unlinkat,rename,renameat,renameat2,link,linkat";
/** Longer than any single write; what is cut off is noticed. */
const STRING_BYTES_MAX = 1_000_000;

/** @returns why nothing can be traced here; undefined when it can. Installs what is missing where that is allowed. */
export function cannotTrace(): string | undefined {
  const works = (): boolean => spawnSync("strace", ["-f", "-o", "/dev/null", "true"]).status === 0;
  const isThere = (): boolean => spawnSync("strace", ["-V"]).status === 0;
  if (process.platform !== "linux") return "strace is for Linux";
  if (!isThere() && process.getuid?.() === 0) {
    const limits = { timeout: 120_000, env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } };
    const install = ["install", "-y", "--no-install-recommends", "strace"];
    if (spawnSync("apt-get", install, limits).status !== 0) {
      spawnSync("apt-get", ["update"], limits);
      spawnSync("apt-get", install, limits);
    }
  }
  if (!isThere()) return "strace is not installed, and cannot be from here";
  return works() ? undefined : "tracing is not allowed here (ptrace)";
}

/** The command that runs `command` under the eye of strace; one file for each thread. */
export const traced = (prefix: string, command: readonly string[]): readonly string[] => [
  ...["strace", "-f", "-ff", "--seccomp-bpf", "-yy", "-xx", "-qq", "-s", String(STRING_BYTES_MAX)],
  ...["-e", `trace=${CALLS}`, "-e", "signal=none", "-o", prefix, ...command],
];

/** The process itself; its threads come later and have higher numbers. */
export function tracedPid(prefix: string): number {
  const pids = threadsOf(prefix);
  return Math.min(...pids);
}

function threadsOf(prefix: string): readonly number[] {
  const start = `${basename(prefix)}.`;
  return readdirSync(dirname(prefix))
    .filter((file) => file.startsWith(start))
    .map((file) => Number(file.slice(start.length)));
}

/**
 * @param within the folder that counts
 * @throws when another thread than the main one wrote there: then nobody knows the order
 */
export function readTrace(prefix: string, within: string): readonly Recorded[] {
  const main = tracedPid(prefix);
  for (const thread of threadsOf(prefix).filter((each) => each !== main)) {
    const steps = stepsIn(`${prefix}.${thread}`, within).filter(
      (step) => step.kind !== "answer" && step.kind !== "create" && !isSyncOf(within, step),
    );
    if (steps.length > 0) throw new Error(`Thread ${thread} wrote to ${within}, and its order is not known`);
  }
  return stepsIn(`${prefix}.${main}`, within);
}

/** Of the folder: leaving it out makes the disk that is rebuilt forget more, never less. */
const isSyncOf = (folder: string, step: Recorded): boolean => step.kind === "sync" && step.path === folder;

/** The console's own file is filled anew wherever it is damaged or missing: no promise stands on it. */
const MADE_AGAIN = /-console(?:-wal|-shm|-journal)?$/;

function stepsIn(file: string, within: string): readonly Recorded[] {
  const steps: Recorded[] = [];
  for (const line of readFileSync(file, "latin1").split("\n")) {
    const step = stepOf(line);
    if (step === undefined) continue;
    const path = "port" in step ? undefined : "to" in step ? step.to : step.path;
    if (path !== undefined && MADE_AGAIN.test(path)) continue;
    if (path === undefined || path === within || dirname(path) === within) steps.push(step);
  }
  return steps;
}

const STRING = String.raw`"((?:\\x[0-9a-f]{2})*)"(\.\.\.)?`;
const FILE = String.raw`\d+<((?:\\x[0-9a-f]{2})+)>`;
const patterns = {
  open: new RegExp(String.raw`^openat\([^,]*, ${STRING}, (\S+?)(?:, \d+)?\) = \d+<((?:\\x[0-9a-f]{2})+)>`),
  pwrite: new RegExp(String.raw`^pwrite64\(${FILE}, ${STRING}, \d+, (\d+)\) = (\d+)`),
  write: new RegExp(String.raw`^write\(${FILE}, ${STRING}, \d+\) = (\d+)`),
  socket: /^(?:write|writev|sendmsg)\(\d+<TCP(?:v6)?:\[.*?->.*?:(\d+)\]>, .*?"((?:\\x[0-9a-f]{2})*)"/,
  sync: new RegExp(String.raw`^f(?:data)?sync\(${FILE}\) = 0`),
  truncate: new RegExp(String.raw`^ftruncate\(${FILE}, (\d+)\) = 0`),
  unlink: new RegExp(String.raw`^unlink(?:at)?\((?:[^"]*, )?${STRING}(?:, \w+)?\) = 0`),
  link: new RegExp(String.raw`^(link|rename)(?:at2?)?\((?:[^"]*, )?${STRING}, (?:[^"]*, )?${STRING}(?:, \w+)?\) = 0`),
} as const;

const bytesOf = (hex: string): Buffer => Buffer.from(hex.replaceAll("\\x", ""), "hex");
const textOf = (hex: string | undefined): string => bytesOf(hex ?? "").toString("utf8");
const OK = "HTTP/1.1 200";

function stepOf(line: string): Recorded | undefined {
  const call = /^[a-z0-9]+/.exec(line)?.[0];
  switch (call) {
    case "openat": {
      const [, , , flags = "", path] = patterns.open.exec(line) ?? [];
      if (!flags.includes("O_CREAT")) return undefined;
      return { kind: "create", path: textOf(path), truncated: flags.includes("O_TRUNC") };
    }
    case "pwrite64": {
      const [, path, hex = "", cut, offset, written] = patterns.pwrite.exec(line) ?? [];
      if (path === undefined) return undefined;
      return { kind: "write", path: textOf(path), offset: Number(offset), bytes: whole(hex, cut, written) };
    }
    case "write":
    case "writev":
    case "sendmsg": {
      const [, port, said = ""] = patterns.socket.exec(line) ?? [];
      if (port !== undefined) return textOf(said).startsWith(OK) ? { kind: "answer", port: Number(port) } : undefined;
      const [, path, hex = "", cut, written] = patterns.write.exec(line) ?? [];
      if (path === undefined) return undefined;
      return { kind: "write", path: textOf(path), offset: undefined, bytes: whole(hex, cut, written) };
    }
    case "fsync":
    case "fdatasync": {
      const [, path] = patterns.sync.exec(line) ?? [];
      return path === undefined ? undefined : { kind: "sync", path: textOf(path) };
    }
    case "ftruncate": {
      const [, path, size] = patterns.truncate.exec(line) ?? [];
      return path === undefined ? undefined : { kind: "truncate", path: textOf(path), size: Number(size) };
    }
    case "unlink":
    case "unlinkat": {
      const [, path] = patterns.unlink.exec(line) ?? [];
      return path === undefined ? undefined : { kind: "unlink", path: textOf(path) };
    }
    case "link":
    case "linkat":
    case "rename":
    case "renameat":
    case "renameat2": {
      const [, what, from, , to] = patterns.link.exec(line) ?? [];
      return to === undefined
        ? undefined
        : { kind: "link", from: textOf(from), to: textOf(to), moved: what === "rename" };
    }
    default:
      return undefined;
  }
}

function whole(hex: string, cut: string | undefined, written: string | undefined): Buffer {
  const bytes = bytesOf(hex);
  if (cut !== undefined || bytes.length !== Number(written)) throw new Error("A write was not recorded whole");
  return bytes;
}

/** Where a run's files go: apart from what they are about. */
export const tracePrefix = (folder: string): string => join(folder, "trace");
