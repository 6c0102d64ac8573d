/**
 * `emend sandbox`: service, console, simulator and a small chat in one process, on a throw-away database. Nothing of it is
 * pretended: callbacks and calls go over HTTP with signatures, only Tencent is ours.
 */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../clock.ts";
import { startService } from "../compose.ts";
import type { Config, ServiceConfig } from "../config.ts";
import type { SdkAppId } from "../domain/message.ts";
import { Secret } from "../domain/secret.ts";
import { OperatorError } from "../errors.ts";
import { createAccounts } from "../flows/accounts.ts";
import { createPasswords } from "../flows/passwords.ts";
import { createLogger } from "../log.ts";
import { SimulatorError } from "../simulator/errors.ts";
import { startSimulator } from "../simulator/server.ts";
import { seededChat } from "../simulator/traffic.ts";
import { createSqliteStore } from "../store/sqlite-store.ts";
import type { CliContext, ExitCode } from "./environment.ts";
import { configOrSay, exit } from "./environment.ts";
import { secureRandom } from "./serve.ts";

/** An id that no real app has. */
const SANDBOX_APP_ID = 1_400_000_000;
const ADMIN = "administrator";
const ACCOUNT = "admin";
/** 96 bits, in sixteen letters. */
const PASSWORD_BYTES = 12;

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
      callbackToken,
    }).catch((thrown: unknown) => inOurWords(thrown, config));
    const settings = { ...config.service, databasePath: join(folder, "emend.db") };
    const password = await addAccount(settings);
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
        service: settings,
        withConsole: true,
        clock: systemClock,
        random: secureRandom,
        log: createLogger(config.service.logLevel ?? "warn"),
      },
      signal,
    );
    simulator.settings.change({ callbackUrl: service.callbackUrl });
    for (const line of seededChat()) simulator.world.say(line);
    const console = service.consoleUrl ?? "";
    say(greeting({ console, password, chat: simulator.url, callbacks: service.callbackUrl }));
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
    `Port ${simulatorPort} on ${service.consoleHost} is in use.`,
    "Stop what uses it (another sandbox?), or set EMEND_SIMULATOR_PORT to a free port.",
  );
}

/** Ready to sign in with; the password is as short-lived as the database. */
async function addAccount({ databasePath, auditKey }: ServiceConfig): Promise<string> {
  const password = randomBytes(PASSWORD_BYTES).toString("base64url");
  using store = createSqliteStore({
    ...{ path: databasePath, sdkAppId: SANDBOX_APP_ID as SdkAppId, auditKey },
    keepPassedBodies: true,
  });
  const accounts = createAccounts({ store, passwords: createPasswords(), clock: systemClock });
  const added = await accounts.add("emend", { name: ACCOUNT, role: "admin", password });
  if (added.kind !== "added") throw new TypeError(`The sandbox's account was not made: ${added.kind}.`);
  return password;
}

type Greeted = {
  readonly console: string;
  readonly password: string;
  readonly chat: string;
  readonly callbacks: string;
};

const greeting = ({ console, password, chat, callbacks }: Greeted): string => `
Emend sandbox: the service, its console and a stand-in for Tencent IM, in one process. Nothing leaves this machine.

  See the chat, before and after:  ${chat}/
  See why, and take it back:       ${console}/
  Sign in there as:                ${ACCOUNT}, password ${password}
  Callbacks arrive at:             ${callbacks}

Say something as Anna, and see what every client sees a moment later:

  curl -s ${chat}/simulator/say -d '{"from":"anna","to":"ben","text":"what the damn 白痴, look at Scunthorpe"}'
  curl -s ${chat}/simulator/conversations/c2c:anna%7Cben/messages

The database, the account with it, is thrown away when you stop it (Ctrl-C).
`;
