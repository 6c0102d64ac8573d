/**
 * The erasing thread: does one task over a connection of its own, says how it ended, and is over. It puts together what the
 * thread is made of, as `console-worker.ts` does for the console's. What it does is what `emend erase` does from a process
 * of its own, in the same small steps, so callbacks wait for it as little.
 */
import { parentPort, workerData } from "node:worker_threads";
import { systemClock } from "./clock.ts";
import { Secret } from "./domain/secret.ts";
import { OperatorError } from "./errors.ts";
import type { ErasingAnswer, ErasingTask } from "./flows/erasing-thread.ts";
import { serviceAuditKey } from "./store/audit-chain.ts";
import type { EraseParts } from "./store/sqlite-erase.ts";
import { countTextsOf, eraseFromFiles, eraseFromRecord } from "./store/sqlite-erase.ts";
import { noteErasureRecorded } from "./store/sqlite-erasures.ts";
import type { Sqlite } from "./store/sqlite-open.ts";
import { openSqlite } from "./store/sqlite-open.ts";

/** A person watches it. */
const TELL_EVERY_MS = 250;

const task = workerData as ErasingTask;
const tell = (what: ErasingAnswer): void => parentPort?.postMessage(what);

async function work(db: Sqlite): Promise<void> {
  const { sdkAppId } = task;
  const parts = { db, sdkAppId, wait: systemClock.wait, now: systemClock.now };
  switch (task.kind) {
    case "count":
      return tell({ kind: "counted", found: countTextsOf(parts, task.user) });
    case "record":
      return eraseRecord(parts, task);
    case "files":
      return eraseFromFiles(parts, task.user);
    default:
      return task satisfies never;
  }
}

async function eraseRecord(
  parts: Omit<EraseParts, "auditKey">,
  { databasePath, auditKey: configured, erasure }: Extract<ErasingTask, { readonly kind: "record" }>,
): Promise<void> {
  const { db, sdkAppId } = parts;
  const auditKey = serviceAuditKey(db, configured === undefined ? undefined : new Secret(configured), databasePath);
  let toldAt = -Infinity;
  await eraseFromRecord({ ...parts, auditKey }, erasure.user, {
    ...{ actor: erasure.by, found: erasure.found },
    alongside: (at) => noteErasureRecorded(db, sdkAppId, at),
    onProgress(share) {
      if (performance.now() - toldAt < TELL_EVERY_MS) return;
      toldAt = performance.now();
      tell({ kind: "progress", share });
    },
  });
}

/** Never the message, which could quote. */
function codeOf(thrown: unknown): string {
  if (thrown instanceof OperatorError) return thrown.code;
  const code = thrown instanceof Error && "code" in thrown ? thrown.code : undefined;
  return typeof code === "string" ? code : thrown instanceof Error ? thrown.name : typeof thrown;
}

try {
  const db = openSqlite(task.databasePath);
  work(db)
    .then(
      () => tell({ kind: "done" }),
      (thrown: unknown) => tell({ kind: "failed", fault: codeOf(thrown) }),
    )
    .finally(() => db.close());
} catch (thrown) {
  tell({ kind: "failed", fault: codeOf(thrown) });
}
