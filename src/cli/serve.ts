/** `emend serve`: the real app where there are credentials, the sandbox where there are none. */
import { randomInt } from "node:crypto";
import { systemClock } from "../clock.ts";
import { startService } from "../compose.ts";
import { createLogger } from "../log.ts";
import type { CliContext, ExitCode } from "./environment.ts";
import { configOrSay, exit } from "./environment.ts";
import { runSandbox } from "./sandbox.ts";

export async function serve(context: CliContext): Promise<ExitCode> {
  const config = configOrSay(context);
  if (config === undefined) return exit.usage;
  if (config.tencent === undefined) {
    context.say("No credentials are set (TENCENT_SDK_APP_ID, TENCENT_SECRET_KEY): starting the sandbox.");
    return runSandbox(config, context);
  }
  const service = await startService(
    {
      tencent: config.tencent,
      service: config.service,
      withConsole: true,
      clock: systemClock,
      random: secureRandom,
      log: createLogger(config.service.logLevel ?? "info"),
    },
    context.signal,
  );
  await service.stopped;
  return exit.done;
}

/** From 0 to 1, not to be guessed: ids of notes are made of it. */
export const secureRandom = (): number => randomInt(2 ** 32) / 2 ** 32;
