/** Where the process begins: environment, signals, the exit code. Nobody else ends it. */
import { runCli } from "./cli/program.ts";
import { exit, withDotEnv } from "./cli/environment.ts";
import { OperatorError } from "./errors.ts";
import { SimulatorError } from "./simulator/errors.ts";

const ending = new AbortController();
let signals = 0;
for (const name of ["SIGTERM", "SIGINT"] as const) {
  process.on(name, () => {
    ending.abort();
    // Who asks twice does not want to wait; what was acknowledged is on disk.
    if (++signals > 1) process.exit(exit.failed);
  });
}
// A reader that has seen enough (`| head`) is no fault.
process.stdout.on("error", (fault: NodeJS.ErrnoException) => {
  if (fault.code === "EPIPE") process.exit(exit.done);
  throw fault;
});

const say = (text: string): void => void process.stderr.write(`${text}\n`);
try {
  process.exitCode = await runCli(process.argv.slice(2), {
    environment: withDotEnv(process.env),
    out: (text) => void process.stdout.write(text),
    say,
    signal: ending.signal,
  });
} catch (thrown) {
  if (thrown instanceof OperatorError) say(thrown.line());
  else if (thrown instanceof SimulatorError) say(thrown.message);
  else throw thrown;
  // A broken rules folder or .env is wrong usage, like a broken setting; the rest is work that failed.
  process.exitCode = ["RULES_BROKEN", "ENV_FILE_BROKEN"].includes(thrown.code) ? exit.usage : exit.failed;
}
