/** The real program as a person starts it: a process of its own, in a folder of its own, with no variable but those given. */
import { spawn } from "node:child_process";
import net from "node:net";
import type { Ended } from "./children.ts";
import { ended } from "./children.ts";
import { PROGRAM } from "./program.ts";

export type Start = {
  readonly cwd: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly input?: string;
};

export interface RunningEmend extends AsyncDisposable {
  /** Resolves when it has printed something that matches, on either stream; rejects when it ends before. */
  says(pattern: RegExp): Promise<RegExpMatchArray>;
  /** Sends a signal. @returns how it ended */
  end(signal?: NodeJS.Signals): Promise<Ended>;
  readonly ended: Promise<Ended>;
}

export function startEmend(words: readonly string[], { cwd, environment = {}, input }: Start): RunningEmend {
  const child = spawn(process.execPath, [...PROGRAM, ...words], {
    cwd,
    // The path alone is the machine's; HOME and TMPDIR keep what is written inside of the test's folder.
    env: { PATH: process.env["PATH"] ?? "", HOME: cwd, TMPDIR: cwd, ...environment },
    stdio: ["pipe", "pipe", "pipe"],
  });
  let printed = "";
  const ending = ended(child);
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => (printed += chunk.toString()));
  }
  // A program that has no use for its input may have closed it already.
  child.stdin.on("error", () => undefined);
  child.stdin.end(input ?? "");
  return {
    ended: ending,
    says: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const match = pattern.exec(printed);
          if (match) resolve(match);
        };
        look();
        for (const stream of [child.stdout, child.stderr]) stream.on("data", look);
        child.once("close", () => reject(new Error(`It ended and never said ${String(pattern)}, but:\n${printed}`)));
      }),
    end(signal = "SIGTERM") {
      child.kill(signal);
      return ending;
    },
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await ending;
    },
  };
}

export const runEmend = (words: readonly string[], start: Start): Promise<Ended> => startEmend(words, start).ended;

/** Ports that nothing listens on, for programs that must be told one. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(Array.from({ length: count }, () => occupy(0)));
  const ports = servers.map(({ port }) => port);
  await Promise.all(servers.map((server) => server[Symbol.asyncDispose]()));
  return ports;
}

/** Listens on a port of the loopback address, 0 for any. */
export function occupy(port: number): Promise<AsyncDisposable & { readonly port: number }> {
  const server = net.createServer();
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      const address = server.address() as net.AddressInfo;
      resolve({
        port: address.port,
        [Symbol.asyncDispose]: () => new Promise((done) => server.close(() => done())),
      });
    });
  });
}
