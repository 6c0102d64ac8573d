/** `emend backup FILE`: a whole, checked copy of the record while the service goes on. */
import type { BackupProgress } from "../store/sqlite-backup.ts";
import { backUp } from "../store/sqlite-backup.ts";
import type { CliContext, ExitCode } from "./environment.ts";
import { configOrSay, exit } from "./environment.ts";
import { progressOn } from "./progress.ts";

const PAGE_BYTES = 4_096;

export async function backup(file: string, context: CliContext): Promise<ExitCode> {
  const config = configOrSay(context);
  if (config === undefined) return exit.usage;
  const { databasePath, auditKey } = config.service;
  const say = progressOn(context.say, (pages) => `${((pages * PAGE_BYTES) / 1e6).toFixed(0)} MB`);
  const progress = ({ pages, pagesDone }: BackupProgress): void => say(pagesDone, pages);
  const { bytes, messages, auditHead } = await backUp(databasePath, file, progress, context.signal);
  context.out(`${file}: ${messages} messages, ${bytes} bytes, audit head ${auditHead === "" ? "none" : auditHead}\n`);
  const key = auditKey === undefined ? `${databasePath}.audit-key` : "EMEND_AUDIT_KEY";
  context.say(
    `To restore: stop Emend, move ${databasePath} and its -wal and -shm away, copy ${file} to ${databasePath}, start. ` +
      `The audit log is verified with the key in ${key}: keep it too, in another place.`,
  );
  return exit.done;
}
