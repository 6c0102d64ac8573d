/**
 * Callbacks beside a console that is asked without pause: the service over the million messages, callbacks at an even pace, and
 * in every second turn two exports of the whole log and four people who search, begun again as soon as they end. Askers are a
 * process of their own, so that they do not keep whoever takes the time.
 */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { LoadResult } from "./load.ts";
import { paced } from "./load.ts";
import { median } from "./median.ts";
import { callback, ended, ready, serviceEnvironment } from "./receive.ts";

const ROUNDS = 3;
const SECONDS = 10;
const CALLBACK_PORT = 18_082;
const CONSOLE_PORT = 18_083;
const API_TOKEN = "token-of-this-measurement-0123456789";

const root = fileURLToPath(new URL("..", import.meta.url));

/** @param path of a record with much in it, and the console's file beside it */
export async function benchBeside(path: string): Promise<void> {
  const service = spawn(process.execPath, [join(root, "bin/emend.js"), "serve"], {
    cwd: root,
    stdio: "inherit",
    env: {
      ...serviceEnvironment(CALLBACK_PORT, path),
      EMEND_CONSOLE_PORT: String(CONSOLE_PORT),
      EMEND_API_TOKEN: API_TOKEN,
      EMEND_KEEP_BODIES: "3650d",
      EMEND_KEEP_ORIGINALS: "3650d",
    },
  });
  try {
    await ready(CALLBACK_PORT);
    console.log(`\n| callbacks a second | console | p50 ms | p99 ms | longest ms | answers to the console a second |`);
    console.log("|--:|---|--:|--:|--:|--:|");
    let run = 100;
    for (const perSecond of [150, 500]) {
      const turns = { quiet: [] as LoadResult[], asked: [] as LoadResult[] };
      let answers = 0;
      for (let round = 0; round < ROUNDS; round++) {
        for (const kind of ["quiet", "asked"] as const) {
          const asking = kind === "asked" ? startAsking() : undefined;
          const request = callback(run++);
          turns[kind].push(await paced({ port: CALLBACK_PORT, perSecond, seconds: SECONDS, request }));
          answers += (await asking?.stop()) ?? 0;
        }
      }
      for (const [kind, results] of Object.entries(turns)) {
        const figure = (of: (result: LoadResult) => number): string => median(results.map(of)).toFixed(1);
        const asked = kind === "asked" ? Math.round(answers / ROUNDS / SECONDS) : 0;
        console.log(
          `| ${perSecond} | ${kind} | ${figure((r) => r.p50Ms)} | ${figure((r) => r.p99Ms)} | ${figure((r) => r.longestMs)} | ${asked} |`,
        );
        const refused = results.reduce((sum, each) => sum + each.refused, 0);
        if (refused > 0) throw new Error(`${refused} callbacks were refused`);
      }
    }
  } finally {
    await ended(service);
  }
}

function startAsking() {
  const asker = spawn(process.execPath, [join(root, "bench/ask-console.js"), String(CONSOLE_PORT), API_TOKEN], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let printed = "";
  asker.stdout.on("data", (chunk: Buffer) => (printed += chunk.toString()));
  return {
    /** @returns how many answers there were */
    async stop(): Promise<number> {
      await ended(asker);
      if (printed === "") throw new Error("Whoever asked the console ended early");
      return Number(printed);
    },
  };
}
