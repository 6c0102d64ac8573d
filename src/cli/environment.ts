/** What a command runs in: the environment with `.env` beneath it, the two output streams, the signal that ends it. */
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseEnv } from "node:util";
import type { Config, Environment } from "../config.ts";
import { readConfig } from "../config.ts";
import type { SdkAppId } from "../domain/message.ts";
import { OperatorError } from "../errors.ts";

export type CliContext = {
  readonly environment: Environment;
  /** Data. */
  readonly out: (text: string) => void;
  /** Words. */
  readonly say: (text: string) => void;
  readonly signal: AbortSignal;
};

export const exit = { done: 0, failed: 1, usage: 2 } as const;
export type ExitCode = (typeof exit)[keyof typeof exit];

/**
 * A variable that is really set wins over the file; an empty one, as compose files leave behind, is not set.
 *
 * @throws OperatorError when the file cannot be taken at its word: guessing could start the wrong thing
 */
export function withDotEnv(environment: Environment): Environment {
  if (!existsSync(".env")) return environment;
  const set = Object.entries(environment).filter(([, value]) => value !== "");
  return { ...readDotEnv(), ...Object.fromEntries(set) };
}

function readDotEnv(): Environment {
  let text: string;
  try {
    // Editors on Windows put a mark in front, which would become part of the first name.
    text = readFileSync(".env", "utf8").replace(/^\uFEFF/, "");
  } catch (thrown) {
    const why = thrown instanceof Error && "code" in thrown ? String(thrown.code) : "unknown";
    throw new OperatorError("ENV_FILE_BROKEN", `The file .env cannot be read (${why}).`, "Mend it, or remove it.");
  }
  const parsed = parseEnv(text);
  // A line without `=` is joined to the next one by the parser, and both would be lost in silence.
  const odd = Object.keys(parsed).find((name) => !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name));
  if (odd !== undefined || text.includes("\0")) {
    throw new OperatorError(
      "ENV_FILE_BROKEN",
      "The file .env has a line that is not NAME=value, or is not plain UTF-8 text.",
      "Write one NAME=value a line; comments begin with #.",
    );
  }
  return parsed;
}

/** The configuration, or undefined after all its problems have been said. */
export function configOrSay({ environment, say }: CliContext): Config | undefined {
  const reading = readConfig(environment);
  if (reading.ok) return { ...reading.config, service: withShippedRules(reading.config.service, environment) };
  for (const { code, sentence, next } of reading.problems) say(`${code}  ${sentence} ${next}`);
  return undefined;
}

export type RecordPlace = { readonly sdkAppId: SdkAppId; readonly path: string; readonly service: Config["service"] };

/** Where the record of the configured app lies, or the exit code after it was said why there is none. */
export function recordOrSay(context: CliContext): RecordPlace | ExitCode {
  const config = configOrSay(context);
  if (config === undefined) return exit.usage;
  const { tencent, service } = config;
  const path = service.databasePath;
  if (tencent === undefined) {
    context.say("No app is configured: set TENCENT_SDK_APP_ID and the rest, as for serve.");
    return exit.usage;
  }
  if (!existsSync(path)) {
    context.say(`${path} cannot be found. Check EMEND_DATABASE_URL.`);
    return exit.failed;
  }
  return { sdkAppId: tencent.sdkAppId, path, service };
}

/** Beside the program: `src/cli` and `dist/cli` are equally deep. */
const shippedRules = fileURLToPath(new URL("../../rules", import.meta.url));

/** Nobody chose a folder, and there is none here: the rules that came with the program are better than no start. */
function withShippedRules(service: Config["service"], environment: Environment): Config["service"] {
  const chosen = environment["EMEND_RULES_DIR"] !== undefined && environment["EMEND_RULES_DIR"] !== "";
  return chosen || existsSync(resolve(service.rulesDir)) ? service : { ...service, rulesDir: shippedRules };
}
