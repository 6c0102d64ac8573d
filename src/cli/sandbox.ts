/**
 * `emend sandbox`: service, simulator and a small chat in one process, on a throw-away database. Nothing of it is pretended:
 * callbacks and calls go over HTTP with signatures, only Tencent is ours.
 */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../clock.ts";
import { startService } from "../compose.ts";
import type { Config } from "../config.ts";
import type { SdkAppId } from "../domain/message.ts";
import { Secret } from "../domain/secret.ts";
import { createLogger } from "../log.ts";
import { OperatorError } from "../errors.ts";
import { SimulatorError } from "../simulator/errors.ts";
import { startSimulator } from "../simulator/server.ts";
import { seededChat } from "../simulator/traffic.ts";
import type { CliContext, ExitCode } from "./environment.ts";
import { configOrSay, exit } from "./environment.ts";
import { secureRandom } from "./serve.ts";

/** An id that no real app has. */
const SANDBOX_APP_ID = 1_400_000_000;
const ADMIN = "administrator";

export async function sandbox(context: CliContext): Promise<ExitCode> {
  const config = configOrSay(context);
  return config === undefined ? exit.usage : runSandbox(config, context);
}

export async function runSandbox(config: Config, { say, signal }: CliContext): Promise<ExitCode> {
  const folder = mkdtempSync(join(tmpdir(), "emend-sandbox-"));
  try {
    const secretKey = randomBytes(32).toString("hex");
    const callbackToken = randomBytes(16).toString("hex");
    await using simulator = await startSimulator({
      sdkAppId: SANDBOX_APP_ID,
      secretKey,
      admin: ADMIN,
      port: config.simulatorPort,
      host: config.service.consoleHost,
      alsoPort: config.service.consolePort,
      callbackToken,
    }).catch((thrown: unknown) => inOurWords(thrown, config));
    const service = await startService(
      {
        tencent: {
          sdkAppId: SANDBOX_APP_ID as SdkAppId,
          secretKey: new Secret(secretKey),
          admin: ADMIN,
          baseUrl: simulator.url,
          callbackToken: new Secret(callbackToken),
          callsPerSecond: 200,
        },
        service: { ...config.service, databasePath: join(folder, "emend.db") },
        clock: systemClock,
        random: secureRandom,
        log: createLogger(config.service.logLevel ?? "warn"),
      },
      signal,
    );
    simulator.settings.change({ callbackUrl: service.callbackUrl });
    for (const line of seededChat()) simulator.world.say(line);
    say(greeting(simulator.url, config, service.callbackUrl));
    await service.stopped;
    return exit.done;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The simulator does not know which variables its ports came from. */
function inOurWords(thrown: unknown, { service, simulatorPort }: Config): never {
  if (!(thrown instanceof SimulatorError) || thrown.code !== "SIMULATOR_PORT_IN_USE") throw thrown;
  throw new OperatorError(
    "PORT_IN_USE",
    `Port ${service.consolePort} or ${simulatorPort} on ${service.consoleHost} is in use.`,
    "Stop what uses it (another sandbox?), or set EMEND_CONSOLE_PORT and EMEND_SIMULATOR_PORT to free ports.",
  );
}

function greeting(simulatorUrl: string, config: Config, callbackUrl: string): string {
  const page = new URL(simulatorUrl);
  // Port 0 took any free one; the simulator's own shows the same page.
  if (config.service.consolePort !== 0) page.port = String(config.service.consolePort);
  const chat = page.origin;
  return `
Emend sandbox: the service and a stand-in for Tencent IM, in one process. No account, nothing leaves this machine.

  See the chat, before and after:  ${chat}/
  Callbacks arrive at:             ${callbackUrl}
  The stand-in for Tencent:        ${simulatorUrl}

Say something as Anna, and see what every client sees a moment later:

  curl -s ${chat}/simulator/say -d '{"from":"anna","to":"ben","text":"what the damn 白痴, look at Scunthorpe"}'
  curl -s ${chat}/simulator/conversations/c2c:anna%7Cben/messages

The database is thrown away when you stop it (Ctrl-C).
`;
}
