/**
 * Receiving: durable acknowledgements a second beside a stock Express echo that stores nothing. Both run as processes of
 * their own, in turns, with the same requests; every acknowledgement of ours is on disk (WAL, synchronous FULL).
 */
import { fork, spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { LoadResult } from "./load.ts";
import { load } from "./load.ts";
import { median } from "./median.ts";

const CONNECTIONS = 64;
const ROUNDS = 5;
const REQUESTS = 40_000;
const WARM_UP = 10_000;
const SDK_APP_ID = 1400000000;
const TOKEN = "bench-token";

const root = fileURLToPath(new URL("..", import.meta.url));

type Server = { readonly name: string; readonly start: () => Promise<Running> };
type Running = { readonly port: number; readonly stop: () => Promise<void> };

/** Half a kilobyte, clean, each with an address of its own. */
export function callback(run: number): (index: number) => Buffer {
  const time = Math.floor(Date.now() / 1000);
  const sign = createHash("sha256")
    .update(TOKEN + time)
    .digest("hex");
  const head =
    `POST /callback?SdkAppid=${SDK_APP_ID}&CallbackCommand=C2C.CallbackAfterSendMsg&contenttype=json` +
    `&ClientIP=203.0.113.10&OptPlatform=iOS&RequestTime=${time}&Sign=${sign} HTTP/1.1\r\n` +
    `Host: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: `;
  return (index) => {
    const seq = 400_000_000 + run * 1_000_000 + index;
    const body = JSON.stringify({
      CallbackCommand: "C2C.CallbackAfterSendMsg",
      From_Account: `user_${index % 500}`,
      To_Account: "user_ben",
      MsgSeq: seq,
      MsgRandom: 2499895271,
      MsgTime: time,
      MsgKey: `${seq}_2499895271_${time}`,
      MsgId: `144115200000000001-${time}-2499895271`,
      OnlineOnlyFlag: 0,
      SendMsgResult: 0,
      ErrorInfo: "send msg succeed",
      UnreadMsgNum: 1,
      MsgBody: [
        { MsgType: "TIMTextElem", MsgContent: { Text: "see you at eight, I will bring the umbrellas 周六见" } },
      ],
      EventTime: time * 1000 + 123,
    });
    return Buffer.from(`${head}${Buffer.byteLength(body)}\r\n\r\n${body}`);
  };
}

/** A service whose Tencent answers nothing. */
export const serviceEnvironment = (port: number, database: string): NodeJS.ProcessEnv => ({
  PATH: process.env["PATH"],
  TENCENT_SDK_APP_ID: String(SDK_APP_ID),
  TENCENT_SECRET_KEY: "bench-secret",
  TENCENT_CALLBACK_TOKEN: TOKEN,
  TENCENT_BASE_URL: "http://127.0.0.1:9",
  EMEND_HOST: "127.0.0.1",
  EMEND_PORT: String(port),
  EMEND_CONSOLE_PORT: "0",
  EMEND_DATABASE_URL: `sqlite:${database}`,
  EMEND_LOG_LEVEL: "error",
});

const echo: Server = {
  name: "express + helmet + express.json, stores nothing",
  async start() {
    const port = 18_080;
    const child = fork(join(root, "bench/peer-echo.js"), [String(port)], { stdio: "inherit" });
    await new Promise((resolve) => child.once("message", resolve));
    return { port, stop: () => ended(child) };
  },
};

const emend: Server = {
  name: "Emend, each answer after its commit",
  async start() {
    const port = 18_081;
    const folder = mkdtempSync(join(tmpdir(), "emend-bench-"));
    const child = spawn(process.execPath, [join(root, "bin/emend.js"), "serve"], {
      cwd: root,
      stdio: "inherit",
      env: serviceEnvironment(port, join(folder, "emend.db")),
    });
    await ready(port);
    return {
      port,
      async stop() {
        await ended(child);
        rmSync(folder, { recursive: true });
      },
    };
  },
};

export async function benchReceiving(): Promise<void> {
  const servers = [echo, emend];
  const results = new Map<string, LoadResult[]>(servers.map(({ name }) => [name, []]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const { name, start } of servers) {
      const { port, stop } = await start();
      await load({ port, connections: CONNECTIONS, requests: WARM_UP, request: callback(round * 10) });
      const measured = await load({
        port,
        connections: CONNECTIONS,
        requests: REQUESTS,
        request: callback(round * 10 + 1),
      });
      if (measured.refused > 0) throw new Error(`${name} refused ${measured.refused} of ${REQUESTS}`);
      results.get(name)?.push(measured);
      await stop();
    }
  }
  console.log(
    `\nReceiving: ${CONNECTIONS} connections, ${REQUESTS} signed callbacks of half a kilobyte a round, medians of ${ROUNDS} rounds in turn\n`,
  );
  console.log("| server | acks/s | p50 ms | p99 ms |");
  console.log("|---|--:|--:|--:|");
  for (const [name, rounds] of results) {
    const figure = (of: (result: LoadResult) => number): number => median(rounds.map(of));
    console.log(
      `| ${name} | ${Math.round(figure((r) => r.perSecond))} | ${figure((r) => r.p50Ms).toFixed(1)} | ${figure((r) => r.p99Ms).toFixed(1)} |`,
    );
  }
  const ratios = (results.get(emend.name) ?? []).map(
    (ours, round) => ours.perSecond / (results.get(echo.name)?.[round]?.perSecond ?? NaN),
  );
  console.log(
    `\nEmend to echo, pair by pair: median ${median(ratios).toFixed(2)}, from ${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}`,
  );
}

export async function ready(port: number): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    try {
      if ((await fetch(`http://127.0.0.1:${port}/readyz`)).ok) return;
    } catch {
      // Not listening yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`Nothing became ready on port ${port}`);
}

export function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once("exit", () => resolve());
    child.kill("SIGTERM");
  });
}
