/** `emend backup FILE`: a whole, checked copy of the record while the service goes on. */
import type { BackupProgress } from "../store/sqlite-backup.ts";
import { backUp } from "../store/sqlite-backup.ts";
import type { CliContext, ExitCode } from "./environment.ts";
import { configOrSay, exit } from "./environment.ts";

const SAY_EVERY_MS = 1_000;
const PAGE_BYTES = 4_096;

export async function backup(file: string, context: CliContext): Promise<ExitCode> {
  const config = configOrSay(context);
  if (config === undefined) return exit.usage;
  const { databasePath, auditKey } = config.service;
  const progress = process.stderr.isTTY ? sayNowAndThen(context.say) : () => undefined;
  const { bytes, messages, auditHead } = await backUp(databasePath, file, progress, context.signal);
  context.out(`${file}: ${messages} messages, ${bytes} bytes, audit head ${auditHead === "" ? "none" : auditHead}\n`);
  const key = auditKey === undefined ? `${databasePath}.audit-key` : "EMEND_AUDIT_KEY";
  context.say(
    `To restore: stop Emend, move ${databasePath} and its -wal and -shm away, copy ${file} to ${databasePath}, start. ` +
      `The audit log is verified with the key in ${key}: keep it too, in another place.`,
  );
  return exit.done;
}

function sayNowAndThen(say: (text: string) => void): (progress: BackupProgress) => void {
  const begun = performance.now();
  let saidAt = begun;
  return ({ pages, pagesDone }) => {
    const now = performance.now();
    if (now - saidAt < SAY_EVERY_MS || pagesDone === 0) return;
    saidAt = now;
    const seconds = (now - begun) / 1_000;
    const megabytes = (pagesDone * PAGE_BYTES) / 1e6;
    const left = Math.ceil((seconds / pagesDone) * (pages - pagesDone));
    say(
      `${Math.floor((100 * pagesDone) / pages)} % · ${megabytes.toFixed(0)} MB · ${(megabytes / seconds).toFixed(0)} MB/s · ${left} s left`,
    );
  };
}
