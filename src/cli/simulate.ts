/** `emend simulate`: the simulator alone, for an Emend or any other program that calls Tencent IM. */
import { startSimulator } from "../simulator/server.ts";
import type { CliContext, ExitCode } from "./environment.ts";
import { exit } from "./environment.ts";

/** What it takes UserSigs to be signed with unless told otherwise; no real app has it. */
export const SIMULATED_KEY = "sandbox-secret-key";

export type SimulateOptions = {
  readonly port: number;
  readonly sdkAppId: number;
  readonly secretKey: string;
  readonly admin: string;
  readonly callbackUrl: string | undefined;
  readonly callbackToken: string | undefined;
  readonly callsPerSecond: number | undefined;
  readonly seed: number | undefined;
};

export async function simulate(options: SimulateOptions, { say, signal }: CliContext): Promise<ExitCode> {
  await using simulator = await startSimulator(options);
  const key = options.secretKey === SIMULATED_KEY ? SIMULATED_KEY : "[the one you gave]";
  say(`
Emend simulator: a stand-in for Tencent IM at ${simulator.url}

  The chat:        ${simulator.url}/
  SDKAppID:        ${options.sdkAppId}
  Administrator:   ${options.admin}
  Callbacks go to: ${options.callbackUrl ?? "nowhere yet (--callback-url)"}

Point a service at it:

  TENCENT_BASE_URL=${simulator.url} TENCENT_SDK_APP_ID=${options.sdkAppId} TENCENT_SECRET_KEY=${key} TENCENT_ADMIN=${options.admin}${options.callbackToken === undefined ? "" : " TENCENT_CALLBACK_TOKEN=[the one you gave]"}

What it can do is under ${simulator.url}/simulator: see the README.
`);
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
  return exit.done;
}
