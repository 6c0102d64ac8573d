/** What a command runs in: the environment with `.env` beneath it, the two output streams, the signal that ends it. */
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseEnv } from "node:util";
import type { Config, Environment } from "../config.ts";
import { readConfig } from "../config.ts";

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

/** A variable that is really set wins over the file; an empty one, as compose files leave behind, is not set. */
export function withDotEnv(environment: Environment): Environment {
  if (!existsSync(".env")) return environment;
  const set = Object.entries(environment).filter(([, value]) => value !== "");
  return { ...parseEnv(readFileSync(".env", "utf8")), ...Object.fromEntries(set) };
}

/** The configuration, or undefined after all its problems have been said. */
export function configOrSay({ environment, say }: CliContext): Config | undefined {
  const reading = readConfig(environment);
  if (reading.ok) return { ...reading.config, service: withShippedRules(reading.config.service, environment) };
  for (const { code, sentence, next } of reading.problems) say(`${code}  ${sentence} ${next}`);
  return undefined;
}

/** Beside the program: `src/cli` and `dist/cli` are equally deep. */
const shippedRules = fileURLToPath(new URL("../../rules", import.meta.url));

/** Nobody chose a folder, and there is none here: the rules that came with the program are better than no start. */
function withShippedRules(service: Config["service"], environment: Environment): Config["service"] {
  const chosen = environment["EMEND_RULES_DIR"] !== undefined && environment["EMEND_RULES_DIR"] !== "";
  return chosen || existsSync(resolve(service.rulesDir)) ? service : { ...service, rulesDir: shippedRules };
}
